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
from xinglin.care.triage.queries.emergencies import crisis_lines, emergency_number
from xinglin.care.triage.rules import contradictions, interview, interviews
from xinglin.care.triage.rules.interview import Question
from xinglin.care.triage.rules.urgency.unread import UNREAD
from xinglin.care.triage.types import ADVICE, LEVELS, IntakeCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text, language_of

# Read by most requests before a visit, and so by prepared statements.
_FIELDS = [field.attname for field in Intake._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
_JSON = frozenset(
    {
        "picture_ids",
        "answers",
        "red_flags",
        "why",
        "reasons",
        "findings",
        "ranked",
        "asks",
        "versions",
        "proposed",
        "measured",
    }
)
_FIND = f"select {', '.join(_FIELDS)} from triage_intake where id = %s"  # noqa: S608  # our own columns

HARMLESS = frozenset({"none", "no", "fine", "else", "unsure"})
"""Answers to a question that looks for danger, when there is none."""
_EMERGENCY = Text(
    "您描述的情况可能很紧急，不适合在线等待。请立即拨打{number}，或前往最近的急诊科。",
    "What you describe may be an emergency and must not wait online. Call {number} now, or go to"
    " the nearest emergency department.",
)
_CRISIS = Text(
    "谢谢您说出来，您不是一个人。请现在就拨打{number}，并请身边的人陪着您；我们也已通知医院的工作人员。",
    "Thank you for telling us; you are not alone. Call {number} now, and ask somebody near you to stay"
    " with you. We have also told people of the hospital.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlag:
    """A danger sign as it was shown then."""

    id: str
    text: Text
    advice: Text
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisLine:
    """`verified`: the number was read in its source."""

    number: str
    name: Text
    source: str
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """`crisis`: of somebody's own life; a person of the house has been paged. `lines`: then only."""

    number: str
    text: Text
    crisis: bool
    lines: tuple[CrisisLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """`probability`: of the model, 0 to 1."""

    department: str
    name: Text
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """`why`: the words it rests on. `ranked`: the likeliest three, the suggested one among them."""

    department: str
    name: Text
    sure: bool
    why: Text
    ranked: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasoned:
    """`status`: confirmed, memory (its source was not at hand) or ours."""

    rule: str
    text: Text
    source: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How urgent it is, when all was answered; `advice`: what to do."""

    level: str
    text: Text
    advice: Text
    reasons: tuple[Reasoned, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnIntake:
    """What the one who told it sees. An emergency has no suggestion and asks nothing more.

    `interview`: what it is about; `checked`: whether a clinician has approved its questions.
    `notice`: that we could not read it, and whom to call.
    """

    id: UUID
    patient_id: UUID
    complaint: str = field(repr=False)
    picture_ids: tuple[UUID, ...]
    outcome: str
    red_flags: tuple[ShownFlag, ...]
    emergency: Emergency | None
    notice: Text | None
    suggestion: Suggested | None
    urgency: Told | None
    interview: Text
    checked: bool
    questions: tuple[Question, ...]
    answers: Mapping[str, Any] = field(repr=False)


def asked_in(row: Intake, patient: PatientCard) -> tuple[Question, ...]:
    """What this intake asks of this patient."""
    return interviews.questions_for(
        row.interview, row.asks, sex=patient.sex, age_years=patient.age_years
    )


def intake_for_visit(intake_id: UUID) -> IntakeCard:
    """For callers that have checked who asks. Raises NotFound."""
    row = kept(intake_id)
    asked, answers = _in_order(row), row.answers
    base = {q.link_id for q in interviews.general().questions}
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
        level=row.level,
        reasons=tuple(row.reasons),
        findings=tuple(row.findings),
        ranked=tuple(row.ranked),
        versions=row.versions,
        crisis=row.crisis,
        title=_title(row),
        told=interview.summary(_telling(asked, base, answers), answers),
        contradictions=contradictions.between(row.complaint, answers),
    )


def level_text(level: str) -> Text:
    return LEVELS[level]


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
        emergency=_emergency(row, patient.place) if over else None,
        notice=None if over else _notice(row),
        suggestion=None if over else _suggested(row),
        urgency=_told(row, patient.place) if row.outcome == "ready" else None,
        interview=_title(row),
        checked=_is_checked(row),
        questions=() if over else asked_in(row, patient),
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
        json.loads(value) if name in _JSON and value is not None else value
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


def _emergency(row: Intake, place: str) -> Emergency:
    now = clock.now()
    number = emergency_number(place, now)
    if not row.crisis:
        return Emergency(number=number, text=_EMERGENCY.filled(number=number), crisis=False)
    lines = tuple(
        CrisisLine(
            number=line.number,
            name=line.name,
            source=line.cites.basis[0].title,
            verified=line.cites.status == "confirmed",
        )
        for line in crisis_lines(place, now)
    )
    return Emergency(number=number, text=_CRISIS.filled(number=number), crisis=True, lines=lines)


def _notice(row: Intake) -> Text | None:
    unread = (each for each in row.reasons if each["rule"] in UNREAD)
    return next((Text(**each["text"]) for each in unread), None)


def _suggested(row: Intake) -> Suggested:
    return Suggested(
        department=row.suggested,
        name=people.department(row.suggested).name,
        sure=row.sure,
        why=Text(**row.why),
        ranked=tuple(
            Ranked(
                department=each["department"],
                name=people.department(each["department"]).name,
                probability=each["probability"],
            )
            for each in row.ranked
        ),
    )


def _told(row: Intake, place: str) -> Told:
    number = emergency_number(place, clock.now())
    return Told(
        level=row.level,
        text=LEVELS[row.level],
        advice=ADVICE[row.level].filled(number=number),
        reasons=tuple(
            Reasoned(
                rule=each["rule"],
                text=Text(**each["text"]),
                source=each["source"],
                status=each["status"],
            )
            for each in row.reasons
        ),
    )


def _title(row: Intake) -> Text:
    return (interviews.named(row.interview) or interviews.general()).title


def _is_checked(row: Intake) -> bool:
    held = (interviews.named(row.interview), interviews.general())
    return all(each is not None and each.checked_on is not None for each in held)


def _telling(
    asked: tuple[Question, ...], base: set[str], answers: Mapping[str, Any]
) -> tuple[Question, ...]:
    """For the record: the complaint's own questions, and of those that look for danger what was found."""
    looking = interviews.discriminators()
    return tuple(
        q
        for q in asked
        if q.link_id not in base
        and (q.link_id not in looking or answers.get(q.link_id) not in HARMLESS)
    )


def _in_order(row: Intake) -> tuple[Question, ...]:
    """All that may have been asked, what this intake asked first."""
    known = interviews.discriminators()
    first = [known[each] for each in row.asks if each in known]
    held = interviews.named(row.interview)
    own = held.questions if held is not None else ()
    wanted = {q.link_id: q for q in (*first, *own, *interviews.every_question())}
    return tuple(wanted.values())
