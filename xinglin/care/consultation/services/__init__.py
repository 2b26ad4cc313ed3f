"""What can be done with a visit."""

from xinglin.care.consultation.services.choosing import choose
from xinglin.care.consultation.services.diagnoses import seed_diagnoses
from xinglin.care.consultation.services.ending import close, hand_back, stop
from xinglin.care.consultation.services.offering import accept, find_nobody, hand_over
from xinglin.care.consultation.services.opening import open_consultation
from xinglin.care.consultation.services.rating import rate
from xinglin.care.consultation.services.record import amend, save_draft, sign

__all__ = [
    "accept",
    "amend",
    "choose",
    "close",
    "find_nobody",
    "hand_back",
    "hand_over",
    "open_consultation",
    "rate",
    "save_draft",
    "seed_diagnoses",
    "sign",
    "stop",
]
