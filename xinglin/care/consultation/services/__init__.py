"""What can be done with a visit."""

from xinglin.care.consultation.services.asking import (
    Asked,
    answer_question,
    ask_colleague,
    lapse_questions,
    withdraw_question,
)
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
from xinglin.care.consultation.services.spelling import spell_phrase
from xinglin.care.consultation.services.templates import apply_template
from xinglin.care.consultation.services.transferring import transfer
from xinglin.care.consultation.services.withdrawing import cancel_without_consent, forget_account

__all__ = [
    "Asked",
    "accept",
    "add_phrase",
    "add_proof",
    "amend",
    "answer_question",
    "answer_referral",
    "apply_template",
    "ask_colleague",
    "ask_who_was_referred",
    "cancel_without_consent",
    "change_phrase",
    "choose",
    "close",
    "close_for_house",
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
    "judge_proof",
    "lapse_questions",
    "leave",
    "look",
    "newer_step",
    "note_answer",
    "note_use",
    "open_consultation",
    "order_phrases",
    "rate",
    "reassign",
    "remove_phrase",
    "restore_phrase",
    "save_draft",
    "seed_diagnoses",
    "seen",
    "shelf",
    "show_proof",
    "sign",
    "spell_phrase",
    "stop",
    "take_back",
    "transfer",
    "withdraw_proof",
    "withdraw_question",
]
