"""Who else is in a call: specialists who are asked in, quality control, and guests."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import call_schemas as schemas
from xinglin.care.consultation.api.guests import as_guest, guest_viewer
from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.kernel import clock

router = Router()


@router.get(
    "/calls/invitations",
    response=schemas.InvitedListOut,
    operation_id="list_call_invitations",
    summary="Calls that are open, into which a colleague asks the viewer",
)
@requires("consultation.join_call")
def list_call_invitations(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries.call_invitations(viewer_of(request))}


@router.post(
    "/calls/invitations/{invitation_id}/decline",
    response={204: None},
    operation_id="decline_call_invitation",
    summary="Do not come into a colleague's call",
)
@requires("consultation.join_call")
def decline_call_invitation(request: HttpRequest, invitation_id: UUID) -> Status[None]:
    services.decline_invitation(viewer_of(request), invitation_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/calls/{call_id}/invitations",
    response={201: schemas.CallOut},
    operation_id="invite_specialist",
    summary="Ask a colleague into the call, who sees the call and no conversation",
)
@requires("consultation.invite_specialist")
def invite_specialist(
    request: HttpRequest, call_id: UUID, form: schemas.SpecialistIn
) -> Status[Any]:
    viewer = viewer_of(request)
    services.invite_specialist(
        viewer, call_id, practitioner_id=form.practitioner_id, at=clock.now()
    )
    return Status(201, queries.call(viewer, call_id))


@router.delete(
    "/calls/{call_id}/people/{person}",
    response={204: None},
    operation_id="remove_from_call",
    summary="Ask a specialist or a guest out of the call",
)
@requires("consultation.invite_specialist")
def remove_from_call(request: HttpRequest, call_id: UUID, person: UUID) -> Status[None]:
    services.remove_from_call(viewer_of(request), call_id, person_id=person, at=clock.now())
    return Status(204, None)


@router.get(
    "/calls/observable",
    response=schemas.ObservableListOut,
    operation_id="list_observable_calls",
    summary="Calls that are open, for quality control; no patient is named",
)
@requires("consultation.observe_call")
def list_observable_calls(request: HttpRequest) -> dict[str, Any]:
    return queries.observable_calls(viewer_of(request))


@router.post(
    "/calls/{call_id}/observe",
    response={201: schemas.CallOut},
    operation_id="observe_call",
    summary="Listen to a call, for a reason that is kept; the patient can read who did",
)
@requires("consultation.observe_call")
def observe_call(request: HttpRequest, call_id: UUID, form: schemas.ObserveIn) -> Status[Any]:
    viewer = viewer_of(request)
    services.observe_call(viewer, call_id, reason=form.reason, at=clock.now())
    return Status(201, queries.call(viewer, call_id))


@router.get(
    "/guest/call",
    response=schemas.GuestCallStateOut,
    operation_id="read_guest_call",
    summary="The call of the visit of this guest",
)
@public
def read_guest_call(request: HttpRequest) -> dict[str, Any]:
    return {"call": queries.guest_call(as_guest(request))}


@router.post(
    "/guest/call/seats",
    response={201: schemas.TicketOut},
    operation_id="take_guest_seat",
    summary="Come into the room of the call as a guest",
)
@public
def take_guest_seat(request: HttpRequest, form: schemas.GuestSeatIn) -> Status[Any]:
    guest = as_guest(request)
    ticket = services.take_guest_seat(
        guest,
        viewer=guest_viewer(request, guest),
        seat_id=form.seat,
        recorded=form.recorded,
        at=clock.now(),
    )
    return Status(201, queries.ticket(ticket))


@router.delete(
    "/guest/call/seats/{seat}",
    response={204: None},
    operation_id="leave_guest_seat",
    summary="Leave the room of the call as a guest",
)
@public
def leave_guest_seat(request: HttpRequest, seat: UUID) -> Status[None]:
    services.leave_guest_seat(as_guest(request), seat_id=seat, at=clock.now())
    return Status(204, None)
