"""Duty, offers, queue and board over HTTP."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.types import Board, DutyCard, Figures, Place
from xinglin.care.people.types import DepartmentCard
from xinglin.foundation.accounts.services import requires, signed_in, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router(tags=["dispatch"])


class DepartmentRef(Out):
    slug: str
    name: Text


class DutyOut(Out):
    on_since: datetime | None
    capacity: int
    reserved: int
    away_until: datetime | None
    off_reason: Text | None
    usual_capacity: int
    most: int


class StartIn(Schema):
    """`capacity`: visits at once; None: what is usual. The service says what is out of range."""

    capacity: int | None = None


class SomePatientOut(Out):
    sex: str
    age_text: Text


class OfferOut(Out):
    """`complaint`: the first words of it."""

    id: UUID
    consultation_id: UUID
    department: DepartmentRef
    patient: SomePatientOut
    complaint: str
    urgency: int
    waited_s: int
    expires_at: datetime
    returned: int
    why: Text


class OffersOut(Out):
    items: list[OfferOut]
    next: UUID | None = None


class AcceptedOut(Out):
    consultation_id: UUID


class RefusalIn(Schema):
    """Lengths beyond sense are cut off here; what is right is decided, and told, by the service."""

    reason: Annotated[str, Field(max_length=32)]
    note: Annotated[str, Field(max_length=2000)] = ""


class DoneOut(Out):
    pass


class WaitingOut(Out):
    consultation_id: UUID
    department: DepartmentRef
    complaint: str
    urgency: int
    waited_s: int
    returned: int
    left_message: bool


class QueueOut(Out):
    items: list[WaitingOut]
    next: UUID | None = None


class PlaceOut(Out):
    state: str
    place: int | None
    ahead: int | None
    doctors_on_duty: int
    estimate_s: int | None
    text: Text


class DepartmentOnDutyOut(Out):
    slug: str
    name: Text
    doctors_on_duty: int
    waiting: int


class DepartmentsOnDutyOut(Out):
    items: list[DepartmentOnDutyOut]
    next: str | None = None


class FiguresOut(Out):
    waiting: int
    left_messages: int
    oldest_wait_s: int | None
    on_duty: int
    free_slots: int
    active: int
    served_today: int
    first_reply_p50_s: int | None
    first_reply_p90_s: int | None


class BoardLineOut(FiguresOut):
    department: DepartmentRef


class BoardOut(Out):
    at: datetime
    totals: FiguresOut
    departments: list[BoardLineOut]


@router.get("/duty", response=DutyOut, operation_id="read_duty", summary="My duty")
@requires("dispatch.be_on_duty")
def read_duty(request: HttpRequest) -> DutyCard:
    return queries.duty(viewer_of(request), clock.now())


@router.post(
    "/duty/start",
    response=DutyOut,
    operation_id="start_duty",
    summary="Go on duty, or change how many visits at once",
)
@requires("dispatch.be_on_duty")
def start_duty(request: HttpRequest, form: StartIn) -> DutyCard:
    at = clock.now()
    services.start_duty(viewer_of(request), capacity=form.capacity, at=at)
    return queries.duty(viewer_of(request), at)


@router.post(
    "/duty/stop",
    response=DutyOut,
    operation_id="stop_duty",
    summary="Go off duty; open visits stay until they end",
)
@requires("dispatch.be_on_duty")
def stop_duty(request: HttpRequest) -> DutyCard:
    at = clock.now()
    services.stop_duty(viewer_of(request), at=at)
    return queries.duty(viewer_of(request), at)


@router.get(
    "/offers",
    response=OffersOut,
    operation_id="list_offers",
    summary="Visits that I am asked to take, without names",
)
@requires("dispatch.answer_offer")
def list_offers(request: HttpRequest) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    shown = queries.offers(viewer, at)
    services.note_offers_seen(viewer, shown, at=at)
    return {"items": shown}


@router.post(
    "/offers/{offer_id}/accept",
    response=AcceptedOut,
    operation_id="accept_offer",
    summary="Take the visit",
)
@requires("dispatch.answer_offer")
def accept_offer(request: HttpRequest, offer_id: UUID) -> dict[str, UUID]:
    taken = services.accept_offer(viewer_of(request), offer_id, at=clock.now())
    return {"consultation_id": taken}


@router.post(
    "/offers/{offer_id}/refuse",
    response=DoneOut,
    operation_id="refuse_offer",
    summary="Decline; the next doctor is asked",
)
@requires("dispatch.answer_offer")
def refuse_offer(request: HttpRequest, offer_id: UUID, form: RefusalIn) -> dict[str, Any]:
    services.refuse_offer(
        viewer_of(request), offer_id, reason=form.reason, note=form.note.strip(), at=clock.now()
    )
    return {}


@router.get(
    "/dispatch/queue",
    response=QueueOut,
    operation_id="read_queue",
    summary="Who waits in my departments, without names",
)
@requires("dispatch.read_queue")
def read_queue(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    shown = queries.queue(viewer, clock.now())
    services.note_queue_seen(viewer, shown)
    return {"items": shown}


@router.get(
    "/consultations/{consultation_id}/place",
    response=PlaceOut,
    operation_id="read_place",
    summary="Where my visit stands in the queue",
)
@requires("dispatch.read_place")
def read_place(request: HttpRequest, consultation_id: UUID) -> Place:
    return queries.place(viewer_of(request), consultation_id, clock.now())


@router.get(
    "/dispatch/departments",
    response=DepartmentsOnDutyOut,
    operation_id="list_departments_on_duty",
    summary="Doctors on duty and patients waiting, by department",
)
@signed_in
def list_departments_on_duty(request: HttpRequest) -> dict[str, Any]:
    del request
    return {"items": queries.departments_on_duty(clock.now())}


@router.get(
    "/dispatch/board", response=BoardOut, operation_id="read_board", summary="The whole house now"
)
@requires("dispatch.read_board")
def read_board(request: HttpRequest) -> dict[str, Any]:
    return _board(queries.board(viewer_of(request), clock.now()))


def _board(found: Board) -> dict[str, Any]:
    return {
        "at": found.at,
        "totals": found.totals,
        "departments": [_line(line.department, line.figures) for line in found.departments],
    }


def _line(department: DepartmentCard, figures: Figures) -> dict[str, Any]:
    return {"department": department, **asdict(figures)}
