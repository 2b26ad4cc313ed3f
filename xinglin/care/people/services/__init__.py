"""What can be done with people."""

from xinglin.care.people.services.applying import (
    begin_application,
    save_application,
    submit_application,
    withdraw_application,
)
from xinglin.care.people.services.attempts import count_attempt
from xinglin.care.people.services.check_face import (
    FaceCheck,
    FaceWay,
    Outcome,
    agree_to_face,
    check_identity_by_face,
    face_way,
    take_back_face,
)
from xinglin.care.people.services.check_identity import (
    IdentityCheck,
    check_identity,
    check_identity_by_passkey,
)
from xinglin.care.people.services.closing import (
    ClosingTerms,
    close_own_account,
    closing_terms,
    erase_patients,
    send_closing_code,
)
from xinglin.care.people.services.consent import give_consent, require_consent, withdraw_consent
from xinglin.care.people.services.credentialing import (
    approve_application,
    check_application,
    open_application,
    open_evidence,
    refuse_application,
    return_application,
)
from xinglin.care.people.services.employ import employ_doctor, found_institution
from xinglin.care.people.services.exporting import ask_export
from xinglin.care.people.services.licences import reinstate_doctor, suspend_doctor
from xinglin.care.people.services.merging import answer_merge, propose_merge
from xinglin.care.people.services.named import set_named_a_day
from xinglin.care.people.services.proxy import (
    ProxyQuestion,
    answer_question,
    ask_relative,
    look_at_question,
    note_agreement,
)
from xinglin.care.people.services.publishing import (
    change_coming_consent,
    publish_consent,
    take_back_consent,
)
from xinglin.care.people.services.register import register_patient, register_seen
from xinglin.care.people.services.seed import seed_consent_texts, seed_departments
from xinglin.care.people.services.setup import (
    UNNAMED,
    close_departments,
    describe_hospital,
    mark_step,
    open_departments,
    open_hospital,
    take_on_doctor,
)
from xinglin.care.people.services.teams import add_assistant, remove_assistant, switch_team

__all__ = [
    "UNNAMED",
    "ClosingTerms",
    "FaceCheck",
    "FaceWay",
    "IdentityCheck",
    "Outcome",
    "ProxyQuestion",
    "add_assistant",
    "agree_to_face",
    "answer_merge",
    "answer_question",
    "approve_application",
    "ask_export",
    "ask_relative",
    "begin_application",
    "change_coming_consent",
    "check_application",
    "check_identity",
    "check_identity_by_face",
    "check_identity_by_passkey",
    "close_departments",
    "close_own_account",
    "closing_terms",
    "count_attempt",
    "describe_hospital",
    "employ_doctor",
    "erase_patients",
    "face_way",
    "found_institution",
    "give_consent",
    "look_at_question",
    "mark_step",
    "note_agreement",
    "open_application",
    "open_departments",
    "open_evidence",
    "open_hospital",
    "propose_merge",
    "publish_consent",
    "refuse_application",
    "register_patient",
    "register_seen",
    "reinstate_doctor",
    "remove_assistant",
    "require_consent",
    "return_application",
    "save_application",
    "seed_consent_texts",
    "seed_departments",
    "send_closing_code",
    "set_named_a_day",
    "submit_application",
    "suspend_doctor",
    "switch_team",
    "take_back_consent",
    "take_back_face",
    "take_on_doctor",
    "withdraw_application",
    "withdraw_consent",
]
