"""Intakes by the fewest words, through the services."""

from uuid import UUID

from xinglin.care.people.tests import factories as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage import queries, services
from xinglin.care.triage.rules.interviews import discriminators
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
ASKS_NOTHING = "流鼻涕、打喷嚏三天"
"""Only what everybody may be asked: no answer would change how urgent it is."""
_HARMLESS = ("none", "no", "fine", "else")


def opened(viewer: Viewer, patient: PatientCard, complaint: str = ASKS_NOTHING) -> UUID:
    told = services.open_intake(viewer, patient_id=patient.id, complaint=complaint, at=clock.now())
    return told.id


def answered(viewer: Viewer, intake_id: UUID, **changes: object) -> None:
    answers = harmless(viewer, intake_id) | ANSWERS | changes
    services.answer_intake(viewer, intake_id, answers=answers, at=clock.now())


def harmless(viewer: Viewer, intake_id: UUID) -> dict[str, str]:
    """Answers to the questions that might change the outcome, telling of no danger."""
    asked = queries.own_intake(viewer, intake_id).questions
    return {
        q.link_id: next((o.code for o in q.options if o.code in _HARMLESS), q.options[0].code)
        for q in asked
        if q.link_id in discriminators()
    }


def man() -> tuple[Viewer, PatientCard]:
    """Registered, with consent."""
    viewer = people.patient_viewer()
    return viewer, people.register(viewer, name="周明远", born=people.MAN, sex="male")
