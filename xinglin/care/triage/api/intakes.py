"""What is told before a visit, for the one who tells it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xinglin.care.people.queries import default_institution
from xinglin.care.triage import queries, services
from xinglin.care.triage.queries.intakes import OwnIntake
from xinglin.care.triage.rules.interview import Question
from xinglin.care.triage.rules.red_flags import RedFlag
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.audit.services import record
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()

Answer = bool | Annotated[float, Field(allow_inf_nan=False)] | str | list[str]


class IntakeIn(In):
    """Lengths beyond sense are cut off here; what is right is decided, and told, by the service."""

    patient_id: UUID
    complaint: Annotated[str, Field(max_length=20_000)]
    picture_ids: Annotated[list[UUID], Field(max_length=50)] = []


class AnswersIn(In):
    answers: Annotated[dict[str, Answer], Field(max_length=50)]


class RedFlagOut(Out):
    id: str
    text: Text
    advice: Text
    source: str


class CrisisLineOut(Out):
    number: str
    name: Text
    source: str
    verified: bool


class EmergencyOut(Out):
    number: str
    text: Text
    crisis: bool
    lines: list[CrisisLineOut]


class RankedOut(Out):
    department: str
    name: Text
    probability: float


class SuggestionOut(Out):
    department: str
    name: Text
    sure: bool
    why: Text
    ranked: list[RankedOut]


class ReasonOut(Out):
    rule: str
    text: Text
    source: str
    status: str


class UrgencyOut(Out):
    level: str
    text: Text
    advice: Text
    reasons: list[ReasonOut]


class OptionOut(Out):
    code: str
    text: Text


class DependenceOut(Out):
    question: str
    answer: str


class QuestionOut(Out):
    link_id: str
    type: str
    text: Text
    required: bool
    options: list[OptionOut]
    enabled_when: DependenceOut | None
    group: Text | None
    unit: str
    least: float | None
    most: float | None


class IntakeOut(Out):
    id: UUID
    patient_id: UUID
    complaint: str
    picture_ids: list[UUID]
    outcome: str
    red_flags: list[RedFlagOut]
    emergency: EmergencyOut | None
    notice: Text | None
    suggestion: SuggestionOut | None
    urgency: UrgencyOut | None
    interview: Text
    checked: bool
    questions: list[QuestionOut]
    answers: dict[str, Answer]


class CrisisContactOut(Out):
    intake_id: UUID
    patient: str
    phone: str
    told_at: datetime
    number: str


class FlagPatternOut(Out):
    near: bool
    groups: list[list[str]]


class ListedFlagOut(RedFlagOut):
    """`terms` to be read, `patterns` to be matched by a device that cannot ask the house."""

    year: int
    status: str
    terms: dict[str, list[str]]
    until_months: int | None
    sex: str | None
    patterns: dict[str, list[FlagPatternOut]]


class ListedFlagsOut(Out):
    emergency_number: str
    items: list[ListedFlagOut]


@router.post(
    "/intakes",
    response={201: IntakeOut},
    operation_id="open_intake",
    summary="Say what is wrong",
)
@requires("triage.open_intake")
def open_intake(request: HttpRequest, form: IntakeIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    opened = services.open_intake(
        viewer,
        patient_id=form.patient_id,
        complaint=form.complaint,
        picture_ids=form.picture_ids,
        proposed=services.ask_assistant(viewer, form.patient_id, form.complaint),
        at=clock.now(),
    )
    return _intake(opened)


@router.get(
    "/intakes/{intake_id}",
    response=IntakeOut,
    operation_id="read_intake",
    summary="What was told, and what is still asked",
)
@requires("triage.read_own_intake")
def read_intake(request: HttpRequest, intake_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = queries.own_intake(viewer, intake_id)
    record(
        viewer,
        "triage.read_intake",
        subject=found.patient_id,
        thing="intake",
        thing_id=intake_id,
        purpose="own",
    )
    return _intake(found)


@router.post(
    "/intakes/{intake_id}/answers",
    response=IntakeOut,
    operation_id="answer_intake",
    summary="Answer the questions before the visit",
)
@requires("triage.answer_intake")
def answer_intake(request: HttpRequest, intake_id: UUID, form: AnswersIn) -> dict[str, Any]:
    answered = services.answer_intake(
        viewer_of(request), intake_id, answers=form.answers, at=clock.now()
    )
    return _intake(answered)


@router.put(
    "/intakes/{intake_id}/answers",
    response=IntakeOut,
    operation_id="keep_answers",
    summary="Keep what was answered so far; danger in it ends the intake",
)
@requires("triage.answer_intake")
def keep_answers(request: HttpRequest, intake_id: UUID, form: AnswersIn) -> dict[str, Any]:
    kept = services.keep_answers(
        viewer_of(request), intake_id, answers=form.answers, at=clock.now()
    )
    return _intake(kept)


@router.get(
    "/intakes/{intake_id}/crisis-contact",
    response=CrisisContactOut,
    operation_id="read_crisis_contact",
    summary="Whom to call, when somebody told of wanting to die",
)
@requires("triage.read_crisis")
def read_crisis_contact(request: HttpRequest, intake_id: UUID) -> queries.CrisisContact:
    return queries.crisis_contact(viewer_of(request), intake_id)


@router.get(
    "/triage/red-flags",
    response=ListedFlagsOut,
    operation_id="list_red_flags",
    summary="The danger signs that stop the online path, each with its source",
)
@requires("triage.read_red_flags")
def list_red_flags(request: HttpRequest) -> dict[str, Any]:
    del request
    place, now = default_institution().place, clock.now()
    return {
        "emergency_number": queries.emergency_number(place, now),
        "items": [_listed(flag) for flag in queries.red_flags(place, now)],
    }


def _intake(found: OwnIntake) -> dict[str, Any]:
    return {
        "id": found.id,
        "patient_id": found.patient_id,
        "complaint": found.complaint,
        "picture_ids": list(found.picture_ids),
        "outcome": found.outcome,
        "red_flags": found.red_flags,
        "emergency": found.emergency,
        "notice": found.notice,
        "suggestion": found.suggestion,
        "urgency": found.urgency,
        "interview": found.interview,
        "checked": found.checked,
        "questions": [_question(q) for q in found.questions],
        "answers": dict(found.answers),
    }


def _question(question: Question) -> dict[str, Any]:
    depends = question.enabled_when
    return {
        "link_id": question.link_id,
        "type": question.type,
        "text": question.text,
        "required": question.required,
        "options": question.options,
        "enabled_when": {"question": depends[0], "answer": depends[1]} if depends else None,
        "group": question.group,
        "unit": question.unit,
        "least": question.least,
        "most": question.most,
    }


def _listed(flag: RedFlag) -> dict[str, Any]:
    return {
        "id": flag.id,
        "text": flag.text,
        "advice": flag.advice,
        "source": flag.source,
        "year": flag.year,
        "status": flag.status,
        "terms": {
            locale: [" + ".join("/".join(group) for group in p.groups) for p in patterns]
            for locale, patterns in flag.patterns.items()
        },
        "until_months": flag.until_months,
        "sex": flag.sex,
        "patterns": flag.patterns,
    }
