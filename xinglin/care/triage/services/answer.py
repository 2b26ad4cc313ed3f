"""The interview is answered: once, and then it stands. What is given on the way is kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage.models import Intake
from xinglin.care.triage.permissions import check_own, walk_in_of
from xinglin.care.triage.queries.intakes import OwnIntake, asked_in, kept, shown
from xinglin.care.triage.rules import interview, proposals
from xinglin.care.triage.services.assisting import raised
from xinglin.care.triage.services.looking import Seen, alarm, audit, audit_emergency, look
from xinglin.care.triage.services.measuring import measured_at, note_at_site
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

_SAVE = """
    update triage_intake
    set answers = %s, outcome = %s, red_flags = %s, suggested = %s, sure = %s, why = %s,
        urgency = %s, level = %s, reasons = %s, findings = %s, ranked = %s, crisis = %s,
        answered_at = %s, measured = %s
    where id = %s
"""
_KEEP = "update triage_intake set answers = %s where id = %s"


@outbox.in_one_transaction()
def answer_intake(
    viewer: Viewer, intake_id: UUID, *, answers: Mapping[str, Any], at: datetime
) -> OwnIntake:
    """Danger in the answers ends it as an emergency, even when other answers are still wrong.

    Raises:
        NotFound: it is not the viewer's.
        Invalid: names every answer that is wrong or missing.
        Conflict: `emergency`, or `intake_answered` with other answers; the same ones are no harm.
    Locks: the intake's row. Emits: CrisisTold.
    """
    row = kept(intake_id, locked=True)
    check_own(viewer, row)
    patient = people.patient_of(viewer, row.patient_id)
    walk_in = walk_in_of(viewer, patient.id)
    asked = asked_in(row, patient)
    if row.outcome != "interview":
        _check_same(row, interview.plausible(asked, answers))
        return shown(row, patient)
    row.measured = dict(measured_at(walk_in)) if walk_in else row.measured
    seen = look_at(row, answers, patient, asked, at)
    if seen.level == "emergency":
        row.answers = interview.plausible(asked, answers)
    else:
        row.answers = interview.checked(asked, answers)
    end(viewer, row, seen, at)
    note_at_site(walk_in, row, at)
    if row.crisis:
        alarm(row, patient)
    return shown(row, patient)


@outbox.in_one_transaction()
def keep_answers(
    viewer: Viewer, intake_id: UUID, *, answers: Mapping[str, Any], at: datetime
) -> OwnIntake:
    """What was answered so far, for another device or after a lost one; danger in it ends it.

    Wrong answers are left. Answers the intake as it is when it was over already.

    Raises:
        NotFound: it is not the viewer's.
    Locks: the intake's row. Emits: CrisisTold.
    """
    row = kept(intake_id, locked=True)
    check_own(viewer, row)
    patient = people.patient_of(viewer, row.patient_id)
    walk_in = walk_in_of(viewer, patient.id)
    if row.outcome != "interview":
        return shown(row, patient)
    row.measured = dict(measured_at(walk_in)) if walk_in else row.measured
    asked = asked_in(row, patient)
    row.answers = interview.plausible(asked, answers)
    seen = look_at(row, answers, patient, asked, at)
    if seen.level != "emergency":
        database.later(_KEEP, [Jsonb(row.answers), row.pk])
        return shown(row, patient)
    end(viewer, row, seen, at)
    note_at_site(walk_in, row, at)
    if row.crisis:
        alarm(row, patient)
    return shown(row, patient)


def look_at(
    row: Intake,
    answers: Mapping[str, Any],
    patient: PatientCard,
    asked: Sequence[interview.Question],
    at: datetime,
) -> Seen:
    """What an assistant pointed out at the beginning still makes us careful."""

    def _looked(words: str) -> Seen:
        return look(words, answers, patient, asked=asked, measured=row.measured, at=at)

    return raised(
        _looked(row.complaint),
        proposals.kept(row.proposed),
        lambda more: _looked(f"{row.complaint}\n{more}"),
    )


def end(viewer: Viewer, row: Intake, seen: Seen, at: datetime) -> None:
    seen.write_on(row)
    row.outcome = "emergency" if seen.level == "emergency" else "ready"
    row.answered_at = at
    _save(row)
    audit(viewer, "triage.answer_intake", row)
    if row.outcome == "emergency":
        audit_emergency(viewer, row)


def _save(row: Intake) -> None:
    values: list[Any] = [
        Jsonb(row.answers),
        row.outcome,
        Jsonb(row.red_flags),
        row.suggested,
        row.sure,
        Jsonb(row.why),
        row.urgency,
        row.level,
        Jsonb(row.reasons),
        Jsonb(row.findings),
        Jsonb(row.ranked),
        row.crisis,
        row.answered_at,
        Jsonb(row.measured),
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
