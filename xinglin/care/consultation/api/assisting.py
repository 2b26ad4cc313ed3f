"""For a doctor's assistant: the doctor's open visits, to read. What is said goes over the line."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Query, Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api.schemas import DepartmentOut, DoctorOut, ThreadOut
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class AssistedPatientOut(Out):
    name: str
    sex: str
    age_text: Text
    synthetic: bool


class AssistedLineOut(Out):
    """`waits_since`: the patient has written and nobody has answered yet."""

    id: UUID
    patient: AssistedPatientOut
    department: DepartmentOut
    complaint: str
    accepted_at: datetime | None
    waits_since: datetime | None
    last_seq: int


class AssistingOut(Out):
    """`lead`: null while nobody has the team on. `team_of`: whose team it is, on or off."""

    lead: DoctorOut | None
    team_of: Text | None
    items: list[AssistedLineOut]


class ToldOut(Out):
    question: Text
    answer: Text


class MeOut(Out):
    """As it stands over what the assistant writes."""

    name: str
    lead: Text


class AssistedOut(AssistedLineOut):
    allergies: str | None
    summary: list[ToldOut]
    me: MeOut


@router.get(
    "/assisting",
    response=AssistingOut,
    operation_id="list_assisted",
    summary="The open visits of the doctor whom the viewer assists",
)
@requires("consultation.assist")
def list_assisted(request: HttpRequest) -> dict[str, Any]:
    return queries.assisting(viewer_of(request))


@router.get(
    "/assisting/{consultation_id}",
    response=AssistedOut,
    operation_id="read_assisted",
    summary="One of these visits",
)
@requires("consultation.assist")
def read_assisted(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return queries.assisted_visit(viewer_of(request), consultation_id)


@router.get(
    "/assisting/{consultation_id}/messages",
    response=ThreadOut,
    operation_id="read_assisted_messages",
    summary="Its messages after a number, or the last ones before one; in order",
)
@requires("consultation.assist")
def read_assisted_messages(
    request: HttpRequest,
    consultation_id: UUID,
    since: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> dict[str, Any]:
    return queries.assisted_messages(
        viewer_of(request), consultation_id, since=since, before=before, limit=limit
    )


@router.get(
    "/assisting/{consultation_id}/pictures/{picture_id}",
    response={302: None},
    operation_id="see_assisted_picture",
    summary="A picture of its thread, by a link that is good for a minute",
)
@requires("consultation.assist")
def see_assisted_picture(
    request: HttpRequest,
    consultation_id: UUID,
    picture_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    found = queries.assisted_picture(viewer_of(request), consultation_id, picture_id)
    answer = HttpResponseRedirect(link(found, size))
    answer["Cache-Control"] = "no-store"
    return answer
