"""A doctor says that a visit needs a more senior colleague; nobody else can."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from xinglin.care.dispatch import rules
from xinglin.care.dispatch.needs import RaisedNeed
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit


def raise_need(
    viewer: Viewer,
    consultation_id: UUID,
    *,
    doctor: PractitionerCard,
    patient_id: UUID,
    how: Literal["refused", "transferred"],
    at: datetime,
) -> None:
    """To one grade above the doctor's own; in the transaction of the act that says so."""
    grade = rules.grade_of(doctor.title_code)
    need = min(grade + 1, rules.TOP_GRADE)
    RaisedNeed.objects.create(
        consultation_id=consultation_id,
        practitioner_id=doctor.id,
        grade=grade,
        need=need,
        how=how,
        at=at,
    )
    audit.record(
        viewer,
        "dispatch.raise_need",
        subject=patient_id,
        thing="consultation",
        thing_id=consultation_id,
        purpose="care",
        detail={"grade": grade, "need": need, "how": how},
    )
