"""What can be asked of visits."""

from xinglin.care.consultation.channels import wishes
from xinglin.care.consultation.queries.allergies import allergies_before, allergies_of_visit
from xinglin.care.consultation.queries.assisting import (
    assisted_messages,
    assisted_picture,
    assisted_visit,
    assisting,
)
from xinglin.care.consultation.queries.attachments import attachment_of, transcripts_of
from xinglin.care.consultation.queries.calling import may_play, may_upload
from xinglin.care.consultation.queries.calls import (
    call,
    call_state,
    guest_call,
    read_call,
    ticket,
    visit_of_call,
)
from xinglin.care.consultation.queries.calls_past import (
    call_invitations,
    calls_of_visit,
    observable_calls,
    past_calls,
)
from xinglin.care.consultation.queries.diagnoses import Diagnosis, find_diagnoses
from xinglin.care.consultation.queries.dispatching import (
    cards,
    held_cards,
    open_visits_of,
    parties,
    waiting_of,
    waiting_requests,
)
from xinglin.care.consultation.queries.due import due
from xinglin.care.consultation.queries.earlier import (
    earlier_file,
    earlier_messages,
    earlier_transcripts,
    earlier_visit,
    earlier_visits,
)
from xinglin.care.consultation.queries.evidence import VisitFacts, visit_evidence, visit_facts
from xinglin.care.consultation.queries.figures import figures_of_doctor, scores_of_doctor
from xinglin.care.consultation.queries.finding import after_of, find
from xinglin.care.consultation.queries.guests import (
    GUESTS_GONE,
    guest_messages,
    guest_of,
    guest_picture,
    guest_room,
    room,
)
from xinglin.care.consultation.queries.history import records_of_holder, visits_of_holder
from xinglin.care.consultation.queries.history_files import files as files_of_holder
from xinglin.care.consultation.queries.keeping import may_delete
from xinglin.care.consultation.queries.letter_document import as_document
from xinglin.care.consultation.queries.letters import on_paper, referral_letter
from xinglin.care.consultation.queries.naming import (
    doctor_count,
    doctor_of,
    named_on,
    named_opening_after,
)
from xinglin.care.consultation.queries.operating import (
    FIGURES,
    GIVEN_UP,
    house_day,
    house_now,
    house_visit,
    house_visits,
    newest_step,
    reason_text,
    step_text,
    steps_of,
    unsigned_records,
)
from xinglin.care.consultation.queries.pacing import first_replies
from xinglin.care.consultation.queries.phrases import phrase, phrases, phrases_of_department
from xinglin.care.consultation.queries.pictures import picture_of
from xinglin.care.consultation.queries.proofs import (
    file_of_visit,
    follow_up_basis,
    may_delete_proof,
    own_proof,
    own_proof_file,
    own_proofs,
    proofs_of_visit,
)
from xinglin.care.consultation.queries.questions import (
    inbox,
    question,
    question_picture,
    questions_of_visit,
)
from xinglin.care.consultation.queries.record import (
    draft,
    holding_version,
    last_version,
    summary,
    versions,
)
from xinglin.care.consultation.queries.record_paper import record_on_paper
from xinglin.care.consultation.queries.recordings import may_look, recording
from xinglin.care.consultation.queries.screens import get, left_behind, page
from xinglin.care.consultation.queries.search import find_messages
from xinglin.care.consultation.queries.thread import (
    messages_at_site,
    messages_before,
    messages_of,
)
from xinglin.care.consultation.queries.transfers import transfers
from xinglin.care.consultation.queries.triaged import ended_of_intakes

__all__ = [
    "FIGURES",
    "GIVEN_UP",
    "GUESTS_GONE",
    "Diagnosis",
    "VisitFacts",
    "after_of",
    "allergies_before",
    "allergies_of_visit",
    "as_document",
    "assisted_messages",
    "assisted_picture",
    "assisted_visit",
    "assisting",
    "attachment_of",
    "call",
    "call_invitations",
    "call_state",
    "calls_of_visit",
    "cards",
    "doctor_count",
    "doctor_of",
    "draft",
    "due",
    "earlier_file",
    "earlier_messages",
    "earlier_transcripts",
    "earlier_visit",
    "earlier_visits",
    "ended_of_intakes",
    "figures_of_doctor",
    "file_of_visit",
    "files_of_holder",
    "find",
    "find_diagnoses",
    "find_messages",
    "first_replies",
    "follow_up_basis",
    "get",
    "guest_call",
    "guest_messages",
    "guest_of",
    "guest_picture",
    "guest_room",
    "held_cards",
    "holding_version",
    "house_day",
    "house_now",
    "house_visit",
    "house_visits",
    "inbox",
    "last_version",
    "left_behind",
    "may_delete",
    "may_delete_proof",
    "may_look",
    "may_play",
    "may_upload",
    "messages_at_site",
    "messages_before",
    "messages_of",
    "named_on",
    "named_opening_after",
    "newest_step",
    "observable_calls",
    "on_paper",
    "open_visits_of",
    "own_proof",
    "own_proof_file",
    "own_proofs",
    "page",
    "parties",
    "past_calls",
    "phrase",
    "phrases",
    "phrases_of_department",
    "picture_of",
    "proofs_of_visit",
    "question",
    "question_picture",
    "questions_of_visit",
    "read_call",
    "reason_text",
    "record_on_paper",
    "recording",
    "records_of_holder",
    "referral_letter",
    "room",
    "scores_of_doctor",
    "step_text",
    "steps_of",
    "summary",
    "ticket",
    "transcripts_of",
    "transfers",
    "unsigned_records",
    "versions",
    "visit_evidence",
    "visit_facts",
    "visit_of_call",
    "visits_of_holder",
    "waiting_of",
    "waiting_requests",
    "wishes",
]
