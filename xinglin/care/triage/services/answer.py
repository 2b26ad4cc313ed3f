"""The interview is answered: once, and then it stands."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.people import queries as people
from xinglin.care.triage.models import Intake
from xinglin.care.triage.permissions import check_own
from xinglin.care.triage.queries.intakes import OwnIntake, kept, shown
from xinglin.care.triage.rules import interview, shipped
from xinglin.care.triage.services.looking import (
    as_kept,
    audit,
    audit_emergency,
    danger_in,
    suggestion_for,
)
from xinglin.care.triage.types import ROUTINE, SOON
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

_SAVE = """
    update triage_intake
    set answers = %s, outcome = %s, red_flags = %s, suggested = %s, sure = %s, why = %s,
        urgency = %s, answered_at = %s
    where id = %s
"""


@outbox.in_one_transaction()
def answer_intake(
    viewer: Viewer, intake_id: UUID, *, answers: Mapping[str, Any], at: datetime
) -> OwnIntake:
    """Danger in the answers ends it as an emergency, even when other answers are still wrong.

    Raises:
        NotFound: it is not the viewer's.
        Invalid: names every answer that is wrong or missing.
        Conflict: `emergency`, or `intake_answered` with other answers; the same ones are no harm.
    Locks: the intake's row.
    """
    row = kept(intake_id, locked=True)
    check_own(viewer, row)
    patient = people.patient_of(viewer, row.patient_id)
    asked = interview.asked_of(shipped.questions(), sex=patient.sex, age_years=patient.age_years)
    if row.outcome != "interview":
        _check_same(row, interview.plausible(asked, answers))
        return shown(row, patient)
    flags = danger_in(row.complaint, answers, patient, at)
    if flags:
        row.outcome, row.red_flags = "emergency", as_kept(flags)
        row.answers = interview.plausible(asked, answers)
    else:
        row.answers = interview.checked(asked, answers)
        row.outcome = "ready"
        row.urgency = SOON if row.answers["severity"] == "severe" else ROUTINE
        suggestion = suggestion_for(_words(row), patient)
        row.suggested, row.sure = suggestion.department, suggestion.sure
        row.why = suggestion.why.as_dict()
    row.answered_at = at
    _save(row)
    audit(viewer, "triage.answer_intake", row)
    if flags:
        audit_emergency(viewer, row)
    return shown(row, patient)


def _save(row: Intake) -> None:
    values: list[Any] = [
        Jsonb(row.answers),
        row.outcome,
        Jsonb(row.red_flags),
        row.suggested,
        row.sure,
        Jsonb(row.why),
        row.urgency,
        row.answered_at,
        row.pk,
    ]
    database.later(_SAVE, values)


def _check_same(row: Intake, answers: Mapping[str, Any]) -> None:
    if row.outcome == "emergency":
        raise Conflict(
            "emergency",
            Text(
                "您描述的情况可能很紧急，请先按紧急提示处理。",
                "What you describe may be an emergency; please follow the emergency card first.",
            ),
        )
    if answers != row.answers:
        raise Conflict(
            "intake_answered",
            Text(
                "这次的问题已经回答完，不能再修改。需要更正时请重新描述病情，或直接告诉医生。",
                "These questions were answered already. To correct something, please describe the"
                " problem anew, or tell the doctor.",
            ),
        )


def _words(row: Intake) -> str:
    """The complaint, and what was added at the end."""
    return f"{row.complaint}\n{row.answers.get('more', '')}"
