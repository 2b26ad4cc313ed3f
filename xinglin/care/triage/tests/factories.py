"""Intakes by the fewest words, through the services."""

from uuid import UUID

from xinglin.care.people.tests import factories as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage import services
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock

ANSWERS = {
    "duration": "d2_7",
    "severity": "mild",
    "allergies": "none",
    "medicines": "none",
    "past_illness": ["none"],
}
"""Of somebody who is not asked about pregnancy."""


def opened(viewer: Viewer, patient: PatientCard, complaint: str = "咳嗽三天，有黄痰") -> UUID:
    told = services.open_intake(viewer, patient_id=patient.id, complaint=complaint, at=clock.now())
    return told.id


def answered(viewer: Viewer, intake_id: UUID, **changes: object) -> None:
    services.answer_intake(viewer, intake_id, answers=ANSWERS | changes, at=clock.now())


def man() -> tuple[Viewer, PatientCard]:
    """Registered, with consent."""
    viewer = people.patient_viewer()
    return viewer, people.register(viewer, name="周明远", born=people.MAN, sex="male")
