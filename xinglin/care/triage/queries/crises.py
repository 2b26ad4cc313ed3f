"""Whom to call when somebody told of wanting to die."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.triage.queries.emergencies import emergency_number
from xinglin.care.triage.queries.intakes import kept
from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisContact:
    """`phone`: of the account that told it; empty when it has none. No word of what was told."""

    intake_id: UUID
    patient: str = field(repr=False)
    phone: str = field(repr=False)
    told_at: datetime
    number: str


def crisis_contact(viewer: Viewer, intake_id: UUID) -> CrisisContact:
    """For those who watch over the hospital; the reading is audited with its reason.

    Raises:
        NotFound: no crisis was told there, or it is of another institution.
    """
    row = kept(intake_id)
    patient = people.patient_card(row.patient_id)
    if not row.crisis or viewer.institution_id not in {None, patient.institution_id}:
        raise NotFound
    record(
        viewer,
        "triage.read_crisis",
        subject=row.patient_id,
        thing="intake",
        thing_id=row.pk,
        purpose="crisis",
    )
    return CrisisContact(
        intake_id=row.pk,
        patient=patient.name,
        phone=accounts.reach_of(row.holder_id).phone,
        told_at=row.answered_at or row.created_at,
        number=emergency_number(patient.place, clock.now()),
    )
