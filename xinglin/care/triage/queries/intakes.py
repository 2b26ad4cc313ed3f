"""Intakes, for the visit that follows and for those who told them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.people import queries as people
from xinglin.care.people.types import PatientCard
from xinglin.care.triage.models import Intake
from xinglin.care.triage.permissions import check_own
from xinglin.care.triage.queries.emergencies import emergency_number
from xinglin.care.triage.rules import interview, shipped
from xinglin.care.triage.rules.interview import Question
from xinglin.care.triage.types import IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text, language_of

# Read by most requests before a visit, and so by prepared statements.
_FIELDS = [field.attname for field in Intake._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
_JSON = frozenset({"picture_ids", "answers", "red_flags", "why"})
_FIND = f"select {', '.join(_FIELDS)} from triage_intake where id = %s"  # noqa: S608  # our own columns

_EMERGENCY = Text(
    "您描述的情况可能很紧急，不适合在线等待。请立即拨打{number}，或前往最近的急诊科。",
    "What you describe may be an emergency and must not wait online. Call {number} now, or go to"
    " the nearest emergency department.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlag:
    """A danger sign as it was shown then."""

    id: str
    text: Text
    advice: Text
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    number: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """`why`: the words it rests on."""

    department: str
    name: Text
    sure: bool
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIntake:
    """What the one who told it sees. An emergency has no suggestion and asks nothing more."""

    id: UUID
    patient_id: UUID
    complaint: str = field(repr=False)
    picture_ids: tuple[UUID, ...]
    outcome: str
    red_flags: tuple[ShownFlag, ...]
    emergency: Emergency | None
    suggestion: Suggested | None
    questions: tuple[Question, ...]
    answers: Mapping[str, Any] = field(repr=False)


def intake_for_visit(intake_id: UUID) -> IntakeCard:
    """For callers that have checked who asks. Raises NotFound."""
    row = kept(intake_id)
    asked, answers = shipped.questions(), row.answers
    language = language_of(row.complaint)

    def told(link_id: str) -> str | None:
        found = interview.told(asked, answers, link_id)
        return found.spoken(language) if found else None

    return IntakeCard(
        id=row.pk,
        holder_id=row.holder_id,
        patient_id=row.patient_id,
        complaint=row.complaint,
        picture_ids=_pictures(row),
        outcome=row.outcome,
        suggested=row.suggested,
        answers=answers,
        summary=interview.summary(asked, answers),
        allergies=told("allergies"),
        medicines=told("medicines"),
        pregnancy=told("pregnancy"),
        past_illness=told("past_illness"),
        duration=told("duration"),
        urgency=row.urgency,
    )


def own_intake(viewer: Viewer, intake_id: UUID) -> OwnIntake:
    """Raises NotFound for everybody but the one who told it."""
    row = kept(intake_id)
    check_own(viewer, row)
    return shown(row, people.patient_of(viewer, row.patient_id))


def shown(row: Intake, patient: PatientCard) -> OwnIntake:
    """As `own_intake`, with both in hand; the caller has checked whose they are."""
    over = row.outcome == "emergency"
    return OwnIntake(
        id=row.pk,
        patient_id=row.patient_id,
        complaint=row.complaint,
        picture_ids=_pictures(row),
        outcome=row.outcome,
        red_flags=tuple(_shown(flag) for flag in row.red_flags),
        emergency=_emergency(patient.place) if over else None,
        suggestion=None if over else _suggested(row),
        questions=()
        if over
        else interview.asked_of(shipped.questions(), sex=patient.sex, age_years=patient.age_years),
        answers=row.answers,
    )


def kept(intake_id: UUID, *, locked: bool = False) -> Intake:
    """The row, for callers that check who asks.

    Args:
        locked: hold it until the transaction ends.
    Raises:
        NotFound: there is none.
    """
    row = database.fetch_one(f"{_FIND} for update" if locked else _FIND, [intake_id])
    if row is None:
        raise NotFound
    values = [
        json.loads(value) if name in _JSON else value
        for name, value in zip(_FIELDS, row, strict=True)
    ]
    return Intake.from_db(connection.alias, _FIELDS, values)


def _pictures(row: Intake) -> tuple[UUID, ...]:
    return tuple(UUID(each) for each in row.picture_ids)


def _shown(kept: Mapping[str, Any]) -> ShownFlag:
    return ShownFlag(
        id=kept["id"],
        text=Text(**kept["text"]),
        advice=Text(**kept["advice"]),
        source=kept["source"],
    )


def _emergency(place: str) -> Emergency:
    number = emergency_number(place, clock.now())
    return Emergency(number=number, text=_EMERGENCY.filled(number=number))


def _suggested(row: Intake) -> Suggested:
    return Suggested(
        department=row.suggested,
        name=people.department(row.suggested).name,
        sure=row.sure,
        why=Text(**row.why),
    )
