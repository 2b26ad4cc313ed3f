"""Somebody says what is wrong."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.care.people import queries as people
from xinglin.care.people.services import require_consent
from xinglin.care.people.types import PatientCard
from xinglin.care.triage.models import Intake
from xinglin.care.triage.permissions import walk_in_of
from xinglin.care.triage.queries.intakes import OwnIntake, shown
from xinglin.care.triage.rules.aside import visible
from xinglin.care.triage.rules.proposals import NOTHING, Proposed
from xinglin.care.triage.services.assisting import raised
from xinglin.care.triage.services.looking import (
    Seen,
    alarm,
    audit,
    audit_emergency,
    begin_interview,
    look,
)
from xinglin.care.triage.services.measuring import measured_at, note_at_site
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.media import services as media
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

LONGEST_COMPLAINT = 2000
MOST_PICTURES = 9

_INSERT = """
    insert into triage_intake
        (id, patient_id, holder_id, complaint, picture_ids, answers, outcome, red_flags, suggested,
         sure, why, urgency, created_at, level, reasons, findings, ranked, crisis, interview, asks,
         versions, proposed, measured)
    values (%s, %s, %s, %s, %s, '{}', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
         %s)
"""
_EMPTY = Text("请描述哪里不舒服。", "Please say what is wrong.")
_TOO_LONG = Text(
    f"最多{LONGEST_COMPLAINT}个字。", f"At most {LONGEST_COMPLAINT} characters, please."
)
_TOO_MANY_PICTURES = Text(
    f"最多{MOST_PICTURES}张图片。", f"At most {MOST_PICTURES} pictures, please."
)
_NOT_YOUR_PICTURE = Text(
    "有图片没有上传成功，请重新上传。", "A picture did not arrive; please upload it again."
)


@outbox.in_one_transaction()
def open_intake(
    viewer: Viewer,
    *,
    patient_id: UUID,
    complaint: str,
    picture_ids: Sequence[UUID] = (),
    proposed: Proposed = NOTHING,
    at: datetime,
) -> OwnIntake:
    """Danger ends it as an emergency; otherwise a department is suggested and the interview begins.

    Args:
        proposed: of `ask_assistant`; it can make the outcome graver, and nothing else.

    Raises:
        NotFound: the patient is not the viewer's, or not the one for whom a site handed the screen over.
        Invalid: `complaint`, `picture_ids`.
        Conflict: `consent_required`.
        Unavailable: `hospital_not_open`.
    Emits: CrisisTold.
    """
    patient = people.patient_of(viewer, patient_id)
    people.check_open(patient.institution_id)
    walk_in = walk_in_of(viewer, patient.id)
    measured = measured_at(walk_in)
    words = _checked(viewer, complaint, picture_ids)
    require_consent(viewer.user_id)
    seen = raised(
        look(words, {}, patient, measured=measured, at=at),
        proposed,
        lambda more: look(f"{words}\n{more}", {}, patient, measured=measured, at=at),
    )
    row = _row(viewer, patient, words, picture_ids, seen, at=at)
    row.proposed, row.measured = proposed.as_dict() if proposed else None, dict(measured)
    _insert(row)
    note_at_site(walk_in, row, at)
    audit(viewer, "triage.open_intake", row)
    if row.outcome == "emergency":
        audit_emergency(viewer, row)
    if row.crisis:
        alarm(row, patient)
    return shown(row, patient)


def _checked(viewer: Viewer, complaint: str, picture_ids: Sequence[UUID]) -> str:
    """The words without blanks at the ends, and without what PostgreSQL cannot keep."""
    words = complaint.replace("\x00", "").strip()
    errors: list[FieldError] = []
    if not visible(words).strip():
        errors.append(FieldError("complaint", _EMPTY))
    if len(words) > LONGEST_COMPLAINT:
        errors.append(FieldError("complaint", _TOO_LONG))
    if len(picture_ids) > MOST_PICTURES:
        errors.append(FieldError("picture_ids", _TOO_MANY_PICTURES))
    elif len(_claimed(viewer, picture_ids)) != len(set(picture_ids)):
        errors.append(FieldError("picture_ids", _NOT_YOUR_PICTURE))
    if errors:
        raise Invalid(*errors)
    return words


def _claimed(viewer: Viewer, picture_ids: Sequence[UUID]) -> list[UUID]:
    """An intake that is refused takes its claim back: all of it is one transaction."""
    return [file.id for file in media.claim(viewer, picture_ids) if file.kind == "picture"]


def _row(
    viewer: Viewer,
    patient: PatientCard,
    words: str,
    picture_ids: Sequence[UUID],
    seen: Seen,
    *,
    at: datetime,
) -> Intake:
    row = Intake(
        patient_id=patient.id,
        holder_id=viewer.user_id,
        complaint=words,
        picture_ids=[str(each) for each in dict.fromkeys(picture_ids)],
        outcome="emergency" if seen.level == "emergency" else "interview",
        created_at=at,
    )
    seen.write_on(row)
    begin_interview(row, seen)
    return row


def _insert(row: Intake) -> None:
    values: list[Any] = [
        row.pk,
        row.patient_id,
        row.holder_id,
        row.complaint,
        Jsonb(row.picture_ids),
        row.outcome,
        Jsonb(row.red_flags),
        row.suggested,
        row.sure,
        Jsonb(row.why),
        row.urgency,
        row.created_at,
        row.level,
        Jsonb(row.reasons),
        Jsonb(row.findings),
        Jsonb(row.ranked),
        row.crisis,
        row.interview,
        Jsonb(row.asks),
        Jsonb(row.versions),
        None if row.proposed is None else Jsonb(row.proposed),
        Jsonb(row.measured),
    ]
    database.later(_INSERT, values)
