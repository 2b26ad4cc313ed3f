"""The safety check of a prescription: thirteen kinds, pure; every gap in what it knows is said.

The door for those inside `prescribing`: `check(case, facts)`, and the types.
"""

from xinglin.care.prescribing.safety.allergies import denies_all
from xinglin.care.prescribing.safety.engine import check, failed
from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.history import of_allergies
from xinglin.care.prescribing.safety.reading import FactsBroken, overridden, shipped
from xinglin.care.prescribing.safety.types import (
    INTERRUPTING,
    KINDS,
    LEVELS,
    Case,
    Diagnosis,
    Gap,
    Hit,
    Item,
    Kind,
    Level,
    Patient,
    Quantity,
    Report,
    Source,
)

__all__ = [
    "INTERRUPTING",
    "KINDS",
    "LEVELS",
    "Case",
    "Diagnosis",
    "Facts",
    "FactsBroken",
    "Gap",
    "Hit",
    "Item",
    "Kind",
    "Level",
    "Patient",
    "Quantity",
    "Report",
    "Source",
    "check",
    "denies_all",
    "failed",
    "of_allergies",
    "overridden",
    "shipped",
]
