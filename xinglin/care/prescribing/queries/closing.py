"""What a prescription has against the closing of its account, or against moving its patient."""

from typing import Final
from uuid import UUID

from xinglin.care.prescribing.lifecycle import IN_REVIEW
from xinglin.care.prescribing.models import Prescription
from xinglin.kernel.text import Text

# What may still become effective, or be fetched, by the account that asked; a draft is its open visit's.
_OPEN: Final = sorted({*IN_REVIEW, "returned", "effective"})


def closing_objection(holder_id: UUID, patient_id: UUID | None) -> Text | None:
    """In words for the person; None when nothing waits and no ticket is open."""
    rows = Prescription.objects.filter(holder_id=holder_id, state__in=_OPEN)
    if patient_id is not None:
        rows = rows.filter(patient_id=patient_id)
    count = rows.count()
    if not count:
        return None
    return Text(
        f"还有{count}张处方在审核中或尚未取药。请取药，或等处方过期，或请医生作废。",
        f"{count} prescription{'s wait' if count > 1 else ' waits'} for review or to be fetched. Please"
        " fetch the medicine, let it expire, or ask the doctor to void it.",
    )
