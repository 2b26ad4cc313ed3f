"""The no-install link (A10): made and taken back by a side of the visit, and used by a guest.

Whoever comes by a link is signed in nowhere: a cookie of its own is read by the operations below
`/guest` and by no others.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Query, Router, Status

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import guest_schemas as schemas
from xinglin.care.consultation.api.schemas import ThreadOut
from xinglin.care.consultation.services.inviting import Invitation
from xinglin.care.consultation.services.joining import Entry
from xinglin.care.consultation.types import GuestPass
from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media.services import link
from xinglin.kernel import clock

router = Router()


@router.post(
    "/consultations/{consultation_id}/links",
    response={201: schemas.MadeLinkOut},
    operation_id="invite_guest",
    summary="A link for one more person or device, into this visit only; its token is told once",
)
@requires("consultation.invite_guest")
def invite_guest(
    request: HttpRequest, consultation_id: UUID, form: schemas.InviteIn
) -> Status[Any]:
    made = services.invite(
        viewer_of(request),
        consultation_id,
        invitation=Invitation(**form.model_dump()),
        at=clock.now(),
    )
    return Status(201, made)


@router.get(
    "/consultations/{consultation_id}/links",
    response=schemas.RoomOut,
    operation_id="list_guests",
    summary="Open invitations of the visit, and who has come by them",
)
@requires("consultation.read_visit")
def list_guests(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return queries.room(viewer_of(request), consultation_id)


@router.delete(
    "/consultations/{consultation_id}/links/{link_id}",
    response={204: None},
    operation_id="dismiss_guest",
    summary="Take a link back; who came by it is out within seconds",
)
@requires("consultation.invite_guest")
def dismiss_guest(request: HttpRequest, consultation_id: UUID, link_id: UUID) -> Status[None]:
    services.take_back(viewer_of(request), consultation_id, link_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/guest/look",
    response=schemas.InvitationOut,
    operation_id="look_at_invitation",
    summary="What a link is for, before anybody comes in",
)
@public
def look_at_invitation(request: HttpRequest, form: schemas.TokenIn) -> dict[str, Any]:
    del request
    return services.look(form.token)


@router.post(
    "/guest/enter",
    response={201: schemas.EnteredOut},
    operation_id="enter_as_guest",
    summary="Come in by a link; the answer sets the guest's cookie",
)
@public
def enter_as_guest(
    request: HttpRequest, response: HttpResponse, form: schemas.EnterIn
) -> Status[Any]:
    entered = services.enter(
        form.token,
        entry=Entry(name=form.name, device=form.device, agreed=form.agreed),
        viewer=_stranger(request),
        at=clock.now(),
    )
    response.set_cookie(
        settings.GUEST_COOKIE_NAME,
        entered.cookie,
        expires=entered.until,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return Status(201, {"until": entered.until})


@router.get(
    "/guest/room",
    response=schemas.GuestRoomOut,
    operation_id="read_guest_room",
    summary="The visit of this guest: who is there, and what may be done",
)
@public
def read_guest_room(request: HttpRequest) -> dict[str, Any]:
    guest = as_guest(request)
    return queries.guest_room(guest, guest_viewer(request, guest))


@router.get(
    "/guest/messages",
    response=ThreadOut,
    operation_id="read_guest_messages",
    summary="Messages that this guest may see, after a number, in order",
)
@public
def read_guest_messages(
    request: HttpRequest,
    since: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> dict[str, Any]:
    guest = as_guest(request)
    return queries.guest_messages(guest, guest_viewer(request, guest), since=since, limit=limit)


@router.get(
    "/guest/pictures/{picture_id}",
    response={302: None},
    operation_id="see_guest_picture",
    summary="A picture that this guest may see, by a link that is good for a minute",
)
@public
def see_guest_picture(
    request: HttpRequest, picture_id: UUID, size: Literal["thumb", "full"] = "full"
) -> HttpResponse:
    guest = as_guest(request)
    found = queries.guest_picture(guest, guest_viewer(request, guest), picture_id)
    answer = HttpResponseRedirect(link(found, size))
    answer["Cache-Control"] = "no-store"
    return answer


@router.post(
    "/guest/leave",
    response={204: None},
    operation_id="leave_as_guest",
    summary="Leave the visit; the cookie opens nothing any more",
)
@public
def leave_as_guest(request: HttpRequest, response: HttpResponse) -> Status[None]:
    guest = as_guest(request)
    services.leave(guest, viewer=guest_viewer(request, guest), at=clock.now())
    response.delete_cookie(settings.GUEST_COOKIE_NAME, samesite="Strict")
    return Status(204, None)


def as_guest(request: HttpRequest) -> GuestPass:
    """Raises Unauthenticated."""
    return queries.guest_of(request.COOKIES.get(settings.GUEST_COOKIE_NAME, ""))


def guest_viewer(request: HttpRequest, guest: GuestPass) -> Viewer:
    stranger = _stranger(request)
    return guest.viewer(stranger.locale, address=stranger.address, device=stranger.device)


def _stranger(request: HttpRequest) -> Viewer:
    """Where somebody comes from who is signed in nowhere; the front door sets the header anew."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    return Viewer(
        user_id=Viewer.system("guest").user_id,
        roles=frozenset(),
        permissions=frozenset(),
        locale="en"
        if request.headers.get("Accept-Language", "").lower().startswith("en")
        else "zh",
        address=forwarded or request.META.get("REMOTE_ADDR", ""),
        device=request.headers.get("User-Agent", "")[:120],
    )
