"""What can be done with people."""

from xinglin.care.people.services.check_identity import IdentityCheck, check_identity
from xinglin.care.people.services.consent import give_consent, require_consent, withdraw_consent
from xinglin.care.people.services.employ import employ_doctor, found_institution
from xinglin.care.people.services.register import register_patient
from xinglin.care.people.services.seed import seed_consent_texts, seed_departments

__all__ = [
    "IdentityCheck",
    "check_identity",
    "employ_doctor",
    "found_institution",
    "give_consent",
    "register_patient",
    "require_consent",
    "seed_consent_texts",
    "seed_departments",
    "withdraw_consent",
]
