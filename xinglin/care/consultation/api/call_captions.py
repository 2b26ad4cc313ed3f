"""Captions: a piece of the own voice in, its words out; the page itself tells the others."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Header, Router
from pydantic import Field

from xinglin.care.consultation import services
from xinglin.care.consultation.api.guests import as_guest, guest_viewer
from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.kernel.wire import Out

_SOUND = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in services.CAPTION_SOUNDS
        },
    }
}
Seat = Annotated[UUID, Header(alias="X-Seat")]
Agreed = Annotated[str, Header(alias="X-Agreed")]
Ms = Annotated[int, Field(gt=0, lt=2**31), Header(alias="X-Ms")]

router = Router()


class CaptionOut(Out):
    """`text`: empty when nothing was said."""

    text: str


def _sound(request: HttpRequest, ms: int, agreed: str) -> services.Sound:
    return services.Sound(request.body, request.content_type or "", ms, agreed)


@router.post(
    "/calls/{call_id}/captions",
    response=CaptionOut,
    operation_id="caption",
    summary="The words of a few seconds of one's own voice; neither is kept",
    openapi_extra=_SOUND,
)
@requires("consultation.sit_in_call")
def caption(
    request: HttpRequest, call_id: UUID, seat: Seat, ms: Ms, agreed: Agreed = ""
) -> dict[str, str]:
    sound = _sound(request, ms, agreed)
    return {"text": services.caption(viewer_of(request), call_id, seat_id=seat, sound=sound)}


@router.post(
    "/guest/call/captions",
    response=CaptionOut,
    operation_id="caption_guest",
    summary="The same for a guest",
    openapi_extra=_SOUND,
)
@public
def caption_guest(request: HttpRequest, seat: Seat, ms: Ms, agreed: Agreed = "") -> dict[str, str]:
    guest, sound = as_guest(request), _sound(request, ms, agreed)
    text = services.caption_of_guest(
        guest, viewer=guest_viewer(request, guest), seat_id=seat, sound=sound
    )
    return {"text": text}
