"""Who stands at the socket's door: the session cookie, the origin, and limits.

The session and the account are read by Django's own code in a small thread pool, so that there is
one truth about sign-in; sockets whose session has ended are closed within seconds.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import HttpRequest
from django.utils.module_loading import import_string

from xinglin.care.consultation.queries import cards
from xinglin.care.people.queries import practitioner_departments
from xinglin.edge.api.sign_in import viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.media.queries import owned_by
from xinglin.kernel import clock
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

T = TypeVar("T")
TRIES = 3
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="gate")
_Store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")


async def in_thread(ask: Callable[[], T]) -> T:
    """Run a query of Django's away from the event loop, anew when its connection was of old."""

    def asked() -> T:
        for _ in range(TRIES - 1):
            try:
                return ask()
            except (OperationalError, InterfaceError):
                close_old_connections()
        return ask()

    def cleanly() -> T:
        try:
            return asked()
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, cleanly)


def request_of(scope: Mapping[str, Any]) -> HttpRequest:
    """What Django's code reads of a request: headers and the session key."""
    request = HttpRequest()
    request.method, request.path = scope.get("method", "GET"), scope["path"]
    for name, value in scope["headers"]:
        named = name.decode("latin-1").upper().replace("-", "_")
        request.META[f"HTTP_{named}"] = value.decode("latin-1")
    try:
        jar = SimpleCookie(request.META.get("HTTP_COOKIE", ""))
    except CookieError:
        jar = SimpleCookie()
    request.COOKIES = {key: morsel.value for key, morsel in jar.items()}
    return request


def session_key_of(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")


def same_origin(request: HttpRequest) -> bool:
    """A browser always names the origin of a socket or POST; a page of another site is refused."""
    origin = request.META.get("HTTP_ORIGIN", "")
    return bool(origin) and urlsplit(origin).netloc == request.META.get("HTTP_HOST", "")


def _viewer(request: HttpRequest) -> Viewer | None:
    request.session = _Store(session_key_of(request))
    request.user = get_user(request)
    return viewer_of(request)


async def entering(request: HttpRequest) -> Viewer | None:
    """None for a stranger, and for staff without their second factor."""
    if not session_key_of(request):
        return None
    viewer = await in_thread(lambda: _viewer(request))
    if viewer is None or (viewer.roles & settings.STAFF_ROLES and not viewer.strong):
        return None
    return viewer


async def audiences_of(viewer: Viewer) -> frozenset[str]:
    """`user:<id>` always; departments for a doctor on any of them; `board` for who may read it."""
    found = {f"user:{viewer.user_id}"}
    if viewer.can("dispatch.read_board"):
        found.add("board")
    if viewer.can("dispatch.be_on_duty"):
        slugs = await in_thread(lambda: practitioner_departments(viewer.user_id))
        found |= {f"department:{slug}" for slug in slugs}
    return frozenset(found)


async def still_signed_in(sessions: Mapping[str, UUID]) -> set[str]:
    """Of these sessions (key -> account) those that have not ended, of accounts still open."""

    def ask() -> set[str]:
        living = _Store.get_model_class().objects.filter(
            session_key__in=sessions, expire_date__gt=clock.now()
        )
        people = get_user_model().objects.filter(pk__in=set(sessions.values()), is_active=True)
        active = set(people.values_list("pk", flat=True))
        keys = living.values_list("session_key", flat=True)
        return {key for key in keys if sessions[key] in active}

    return await in_thread(ask)


async def note_reading(viewer: Viewer, consultation_id: UUID) -> None:
    """The audit line of a thread that is read over the socket by somebody else than its holder."""

    def note() -> None:
        card = cards([consultation_id]).get(consultation_id)
        if card is not None and card.holder_id != viewer.user_id:
            audit.record(
                viewer,
                "consultation.read_messages",
                subject=card.patient_id,
                thing="consultation",
                thing_id=consultation_id,
                purpose="care",
            )

    await in_thread(note)


async def checked_picture(viewer: Viewer, body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a picture message; only pictures that the sender has uploaded.

    Raises:
        Invalid: not an id, or not the sender's picture.
    """
    wrong = FieldError(
        "body.picture_id",
        Text(
            "没有找到这张图片，请重新上传。", "This picture was not found; please upload it again."
        ),
    )
    try:
        picture_id = UUID(str(body.get("picture_id")))
    except ValueError as error:
        raise Invalid(wrong) from error
    pictures = await in_thread(lambda: owned_by(viewer, [picture_id]))
    if len(pictures) != 1:
        raise Invalid(wrong)
    picture = pictures[0]
    return {"picture_id": str(picture.id), "width": picture.width, "height": picture.height}
