"""What can be done with a visit."""

from xinglin.care.consultation.services.asking import (
    Asked,
    answer_question,
    ask_colleague,
    lapse_questions,
    withdraw_question,
)
from xinglin.care.consultation.services.calls.captioning import SOUNDS as CAPTION_SOUNDS
from xinglin.care.consultation.services.calls.captioning import (
    Sound,
    caption,
    caption_of_guest,
)
from xinglin.care.consultation.services.calls.inviting import (
    decline_invitation,
    invite_specialist,
    remove_from_call,
)
from xinglin.care.consultation.services.calls.keeping import (
    ask_for_stills,
    consent_to_keeping,
    keep_still,
    set_recording,
)
from xinglin.care.consultation.services.calls.observing import observe_call
from xinglin.care.consultation.services.calls.recording import (
    append_chunk,
    begin_segment,
    end_recording,
    view_recording,
)
from xinglin.care.consultation.services.calls.ringing import (
    answer_call,
    decline_call,
    end_call,
    rang_patient,
    ring,
    still_rings,
    switch_channel,
)
from xinglin.care.consultation.services.calls.seating import (
    leave_guest_seat,
    leave_seat,
    take_guest_seat,
    take_seat,
)
from xinglin.care.consultation.services.calls.sweeping import meet_call_deadline
from xinglin.care.consultation.services.choosing import choose
from xinglin.care.consultation.services.deadlines import give_up
from xinglin.care.consultation.services.diagnoses import seed_diagnoses
from xinglin.care.consultation.services.drafting import save_draft
from xinglin.care.consultation.services.ending import close, hand_back, stop
from xinglin.care.consultation.services.holding import hold, hold_unless_busy, seen
from xinglin.care.consultation.services.inviting import invite, take_back
from xinglin.care.consultation.services.joining import enter, leave, look
from xinglin.care.consultation.services.judging import judge_proof
from xinglin.care.consultation.services.offering import accept, find_nobody, hand_over
from xinglin.care.consultation.services.opening import open_consultation
from xinglin.care.consultation.services.operating import (
    close_for_house,
    extend,
    newer_step,
    reassign,
)
from xinglin.care.consultation.services.phrases import (
    add_phrase,
    change_phrase,
    note_use,
    order_phrases,
    remove_phrase,
    restore_phrase,
    shelf,
)
from xinglin.care.consultation.services.proofs import add_proof, show_proof, withdraw_proof
from xinglin.care.consultation.services.rating import rate
from xinglin.care.consultation.services.record import amend, sign
from xinglin.care.consultation.services.referring import (
    answer_referral,
    ask_who_was_referred,
    note_answer,
)
from xinglin.care.consultation.services.site_changes import cancel_left, tell_stays
from xinglin.care.consultation.services.site_measuring import tell_reading
from xinglin.care.consultation.services.site_pictures import add_pictures
from xinglin.care.consultation.services.spelling import spell_phrase
from xinglin.care.consultation.services.templates import apply_template
from xinglin.care.consultation.services.transferring import transfer
from xinglin.care.consultation.services.withdrawing import cancel_without_consent, forget_account

__all__ = [
    "CAPTION_SOUNDS",
    "Asked",
    "Sound",
    "accept",
    "add_phrase",
    "add_pictures",
    "add_proof",
    "amend",
    "answer_call",
    "answer_question",
    "answer_referral",
    "append_chunk",
    "apply_template",
    "ask_colleague",
    "ask_for_stills",
    "ask_who_was_referred",
    "begin_segment",
    "cancel_left",
    "cancel_without_consent",
    "caption",
    "caption_of_guest",
    "change_phrase",
    "choose",
    "close",
    "close_for_house",
    "consent_to_keeping",
    "decline_call",
    "decline_invitation",
    "end_call",
    "end_recording",
    "enter",
    "extend",
    "find_nobody",
    "forget_account",
    "give_up",
    "hand_back",
    "hand_over",
    "hold",
    "hold_unless_busy",
    "invite",
    "invite_specialist",
    "judge_proof",
    "keep_still",
    "lapse_questions",
    "leave",
    "leave_guest_seat",
    "leave_seat",
    "look",
    "meet_call_deadline",
    "newer_step",
    "note_answer",
    "note_use",
    "observe_call",
    "open_consultation",
    "order_phrases",
    "rang_patient",
    "rate",
    "reassign",
    "remove_from_call",
    "remove_phrase",
    "restore_phrase",
    "ring",
    "save_draft",
    "seed_diagnoses",
    "seen",
    "set_recording",
    "shelf",
    "show_proof",
    "sign",
    "spell_phrase",
    "still_rings",
    "stop",
    "switch_channel",
    "take_back",
    "take_guest_seat",
    "take_seat",
    "tell_reading",
    "tell_stays",
    "transfer",
    "view_recording",
    "withdraw_proof",
    "withdraw_question",
]
