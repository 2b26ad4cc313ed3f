"""Asking a colleague, and answering one (D07)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api.record_schemas import RecordFieldsOut
from xinglin.care.consultation.api.schemas import DepartmentOut, DoctorOut, Told
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class AskIn(In):
    """`picture_ids`: of the thread, chosen one by one; a picture may show who it is."""

    practitioner_id: UUID
    question: Told
    with_identity: bool = False
    picture_ids: Annotated[list[UUID], Field(max_length=100)] = []


class AskedOut(Out):
    id: UUID


class AnswerIn(In):
    answer: Told


class QuestionOfVisitOut(Out):
    """`state`: asked, answered, lapsed or withdrawn. `pictures`: how many were given."""

    id: UUID
    asker: DoctorOut
    colleague: DoctorOut
    question: str
    with_identity: bool
    pictures: int
    state: str
    asked_at: datetime
    due_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    may_withdraw: bool


class QuestionsOfVisitOut(Out):
    items: list[QuestionOfVisitOut]


class GivenPatientOut(Out):
    """`name`: empty without identity."""

    name: str
    sex: str
    age_text: Text


class QuestionLineOut(Out):
    id: UUID
    asker: DoctorOut
    question: str
    with_identity: bool
    state: str
    asked_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    readable_until: datetime | None
    patient: GivenPatientOut
    complaint: str


class InboxOut(Out):
    items: list[QuestionLineOut]
    next: UUID | None


class GivenAnswerOut(Out):
    question: Text
    answer: Text


class GivenMessageOut(Out):
    """`sender`: patient, guest, doctor, assistant or system."""

    sender: str
    text: str
    at: datetime


class GivenOut(Out):
    """A copy of the visit from the moment of the question; without identity, nothing leads back."""

    patient: GivenPatientOut
    department: DepartmentOut
    kind: str
    kind_text: Text
    complaint: str
    allergies: str | None
    summary: list[GivenAnswerOut]
    messages: list[GivenMessageOut]
    record: RecordFieldsOut


class QuestionOut(QuestionLineOut):
    given: GivenOut
    picture_ids: list[UUID]
    answer: str | None


@router.get(
    "/consultations/{consultation_id}/questions",
    response=QuestionsOfVisitOut,
    operation_id="list_questions_of_visit",
    summary="What colleagues were asked about the visit, and answered; newest first",
)
@requires("consultation.read_assigned")
def list_questions_of_visit(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": queries.questions_of_visit(viewer_of(request), consultation_id)}


@router.post(
    "/consultations/{consultation_id}/questions",
    response={201: AskedOut},
    operation_id="ask_colleague",
    summary="Ask one colleague about the visit, with or without the patient's identity",
)
@requires("consultation.ask_colleague")
def ask_colleague(request: HttpRequest, consultation_id: UUID, form: AskIn) -> Status[Any]:
    asked = services.Asked(
        practitioner_id=form.practitioner_id,
        words=form.question,
        with_identity=form.with_identity,
        picture_ids=tuple(form.picture_ids),
    )
    made = services.ask_colleague(viewer_of(request), consultation_id, asked, at=clock.now())
    return Status(201, {"id": made})


@router.get(
    "/questions",
    response=InboxOut,
    operation_id="list_questions",
    summary="Questions that colleagues have put to the viewer, newest first",
)
@requires("consultation.answer_question")
def list_questions(
    request: HttpRequest,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    return queries.inbox(viewer_of(request), after=after, limit=limit)


@router.get(
    "/questions/{question_id}",
    response=QuestionOut,
    operation_id="read_question",
    summary="A question put to the viewer, with all that was given for it",
)
@requires("consultation.answer_question")
def read_question(request: HttpRequest, question_id: UUID) -> dict[str, Any]:
    return queries.question(viewer_of(request), question_id)


@router.get(
    "/questions/{question_id}/pictures/{picture_id}",
    response={302: None},
    operation_id="see_question_picture",
    summary="A picture that was chosen for the question, by a link that is good for a minute",
)
@requires("consultation.answer_question")
def see_question_picture(
    request: HttpRequest,
    question_id: UUID,
    picture_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    found = queries.question_picture(viewer_of(request), question_id, picture_id)
    answer = HttpResponseRedirect(link(found, size))
    answer["Cache-Control"] = "no-store"
    return answer


@router.post(
    "/questions/{question_id}/answer",
    response=QuestionOut,
    operation_id="answer_question",
    summary="Answer it, once; the answer becomes part of the record",
)
@requires("consultation.answer_question")
def answer_question(request: HttpRequest, question_id: UUID, form: AnswerIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.answer_question(viewer, question_id, answer=form.answer, at=clock.now())
    return queries.question(viewer, question_id)


@router.post(
    "/questions/{question_id}/withdraw",
    response={204: None},
    operation_id="withdraw_question",
    summary="Take an open question back",
)
@requires("consultation.ask_colleague")
def withdraw_question(request: HttpRequest, question_id: UUID) -> Status[None]:
    services.withdraw_question(viewer_of(request), question_id, at=clock.now())
    return Status(204, None)
