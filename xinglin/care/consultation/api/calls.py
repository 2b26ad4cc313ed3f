"""Calling within a visit: ringing, answering, coming in, and what is left of a call."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import call_schemas as schemas
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock

router = Router()


@router.get(
    "/consultations/{consultation_id}/call",
    response=schemas.CallStateOut,
    operation_id="read_call_state",
    summary="The call of the visit that rings or is open, and whether the viewer may ring",
)
@requires("consultation.read_visit")
def read_call_state(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return queries.call_state(viewer_of(request), consultation_id)


@router.get(
    "/consultations/{consultation_id}/calls",
    response=schemas.PastCallsOut,
    operation_id="list_calls",
    summary="Every call of the visit: how long, with whom, what the line was like",
)
@requires("consultation.read_visit")
def list_calls(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": queries.calls_of_visit(viewer_of(request), consultation_id)}


@router.post(
    "/consultations/{consultation_id}/calls",
    response={201: schemas.CallOut},
    operation_id="ring",
    summary="Call the other side of the visit; what rings or is open already is answered as it is",
)
@requires("consultation.hold_call")
def ring(request: HttpRequest, consultation_id: UUID, form: schemas.RingIn) -> Status[Any]:
    viewer = viewer_of(request)
    call_id = services.ring(viewer, consultation_id, channel=form.channel, at=clock.now())
    return Status(201, queries.call(viewer, call_id))


@router.get(
    "/calls/{call_id}",
    response=schemas.CallOut,
    operation_id="read_call",
    summary="A call, for whoever is in it",
)
@requires("consultation.sit_in_call")
def read_call(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    return queries.read_call(viewer_of(request), call_id)


@router.post(
    "/calls/{call_id}/answer",
    response=schemas.CallOut,
    operation_id="answer_call",
    summary="Take the call",
)
@requires("consultation.hold_call")
def answer_call(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.answer_call(viewer, call_id, at=clock.now())
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/decline",
    response=schemas.CallOut,
    operation_id="decline_call",
    summary="Do not take the call; the visit goes on in writing",
)
@requires("consultation.hold_call")
def decline_call(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.decline_call(viewer, call_id, at=clock.now())
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/end",
    response=schemas.CallOut,
    operation_id="end_call",
    summary="End the call, or stop ringing; the visit goes on in writing",
)
@requires("consultation.hold_call")
def end_call(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.end_call(viewer, call_id, at=clock.now())
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/channel",
    response=schemas.CallOut,
    operation_id="switch_channel",
    summary="From picture to sound and back, in the same call",
)
@requires("consultation.hold_call")
def switch_channel(request: HttpRequest, call_id: UUID, form: schemas.RingIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.switch_channel(viewer, call_id, channel=form.channel, at=clock.now())
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/seats",
    response={201: schemas.TicketOut},
    operation_id="take_seat",
    summary="Come into the room of a call with this page; the person's former page is out",
)
@requires("consultation.sit_in_call")
def take_seat(request: HttpRequest, call_id: UUID, form: schemas.SeatIn) -> Status[Any]:
    viewer = viewer_of(request)
    ticket = services.take_seat(viewer, call_id, seat_id=form.seat, at=clock.now())
    return Status(201, queries.ticket(ticket))


@router.delete(
    "/calls/{call_id}/seats/{seat}",
    response={204: None},
    operation_id="leave_seat",
    summary="Leave the room with this page; the call goes on",
)
@requires("consultation.sit_in_call")
def leave_seat(request: HttpRequest, call_id: UUID, seat: UUID) -> Status[None]:
    services.leave_seat(viewer_of(request), call_id, seat_id=seat, at=clock.now())
    return Status(204, None)
