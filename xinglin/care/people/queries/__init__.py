"""What can be asked of people."""

from xinglin.care.people.queries.access import access_log
from xinglin.care.people.queries.consent import consent_status, required_text
from xinglin.care.people.queries.hospital import (
    default_institution,
    department,
    departments,
    institution,
)
from xinglin.care.people.queries.patients import (
    own_patients,
    patient_card,
    patient_cards,
    patient_of,
)
from xinglin.care.people.queries.practitioners import (
    identity_checked_at,
    practitioner,
    practitioner_by_user,
    practitioner_departments,
    practitioners,
    staff_facts,
    titles,
)

__all__ = [
    "access_log",
    "consent_status",
    "default_institution",
    "department",
    "departments",
    "identity_checked_at",
    "institution",
    "own_patients",
    "patient_card",
    "patient_cards",
    "patient_of",
    "practitioner",
    "practitioner_by_user",
    "practitioner_departments",
    "practitioners",
    "required_text",
    "staff_facts",
    "titles",
]
