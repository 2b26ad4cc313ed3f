"""Looking for danger, and for a department: what opening and answering have in common."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage import queries
from xinglin.care.triage.models import Intake
from xinglin.care.triage.rules import department, interview, red_flags, shipped
from xinglin.care.triage.rules.department import Suggestion
from xinglin.care.triage.rules.red_flags import Passage, RedFlag, Statement
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record


def danger_in(
    complaint: str, answers: Mapping[str, Any], patient: PatientCard, at: datetime
) -> tuple[RedFlag, ...]:
    """Of the words and the choices together, whatever else is wrong with the answers."""
    asked = shipped.questions()
    statement = Statement(
        passages=(Passage(complaint), *interview.passages(asked, answers)),
        answers=interview.choices(asked, answers),
        age_months=patient.age_months,
        sex=patient.sex,
    )
    return red_flags.found_in(statement, queries.red_flags(patient.place, at))


def suggestion_for(words: str, patient: PatientCard) -> Suggestion:
    """Among the departments that are open."""
    open_here = {d.slug for d in people.departments()}
    known = {slug: terms for slug, terms in shipped.lexicon().items() if slug in open_here}
    return department.suggest(words, known, sex=patient.sex, age_years=patient.age_years)


def as_kept(flags: tuple[RedFlag, ...]) -> list[dict[str, Any]]:
    """As they are shown now, for good."""
    return [
        {
            "id": flag.id,
            "text": flag.text.as_dict(),
            "advice": flag.advice.as_dict(),
            "source": f"{flag.source} ({flag.year})",
        }
        for flag in flags
    ]


def audit(viewer: Viewer, action: str, row: Intake) -> None:
    record(
        viewer,
        action,
        subject=row.patient_id,
        thing="intake",
        thing_id=row.pk,
        purpose="triage",
        detail={"outcome": row.outcome},
    )


def audit_emergency(viewer: Viewer, row: Intake) -> None:
    record(
        viewer,
        "triage.emergency_shown",
        subject=row.patient_id,
        thing="intake",
        thing_id=row.pk,
        purpose="triage",
        detail={"red_flags": [flag["id"] for flag in row.red_flags]},
    )
