"""Who stands at the socket's door: the session cookie, the origin, and limits.

The session and the account are read by Django's own code in a small thread pool, so that there is
one truth about sign-in; sockets whose session has ended are closed within seconds.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import msgspec
from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.db import InterfaceError, OperationalError, close_old_connections
from django.http import HttpRequest
from django.utils.module_loading import import_string

from xinglin.care.consultation.queries import GUESTS_GONE, cards, guest_of, visit_of_call
from xinglin.care.consultation.types import GuestPass
from xinglin.care.people.queries import ASSISTS, TEAMS_LEFT, lead_of, practitioner_departments
from xinglin.care.people.types import Lead
from xinglin.care.sites.queries import standing, walk_in
from xinglin.care.sites.types import ScreenPass
from xinglin.edge.api.screens import screen_held, settle
from xinglin.edge.api.sign_in import viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.media.services import claim
from xinglin.foundation.media.types import FileCard
from xinglin.kernel.errors import FieldError, Invalid, NotFound, Unauthenticated
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


def request_of(method: str, path: str, headers: Iterable[tuple[str, str]]) -> HttpRequest:
    """What Django's code reads of a request: headers and the session key."""
    request = HttpRequest()
    request.method, request.path = method, path
    for name, value in headers:
        request.META[f"HTTP_{name.upper().replace('-', '_')}"] = value
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
    try:
        found = urlsplit(origin).netloc
    except ValueError:  # no address at all
        return False
    return bool(found) and found == request.META.get("HTTP_HOST", "")


def _viewer(request: HttpRequest) -> Viewer | None:
    request.session = _Store(session_key_of(request))
    settle(request)
    request.user = get_user(request)
    return viewer_of(request)


def _known(request: HttpRequest) -> Viewer | None:
    viewer = _viewer(request)
    if viewer is None or (viewer.roles & settings.STAFF_ROLES and not viewer.strong):
        return None
    return viewer


async def entering(request: HttpRequest) -> Viewer | None:
    """None for a stranger, and for staff without their second factor."""
    if not _names_somebody(request):
        return None
    return await in_thread(lambda: _known(request))


async def entering_with_audiences(request: HttpRequest) -> tuple[Viewer, frozenset[str]] | None:
    """The same, and of what this person hears."""

    def ask() -> tuple[Viewer, frozenset[str]] | None:
        viewer = _known(request)
        return None if viewer is None else (viewer, _audiences(viewer))

    if not _names_somebody(request):
        return None
    return await in_thread(ask)


def _names_somebody(request: HttpRequest) -> bool:
    return bool(session_key_of(request)) or settings.SCREEN_COOKIE_NAME in request.COOKIES


def screen_of(request: HttpRequest) -> ScreenPass | None:
    """Of whoever has entered: the pass by which they hold a site's screen."""
    return screen_held(request)


async def visit_of_room(room_id: UUID) -> UUID | None:
    """The visit of a call; its id is that of the room."""
    return await in_thread(lambda: visit_of_call(room_id))


async def check_bound(viewer: Viewer, consultation_id: UUID) -> None:
    """Raises NotFound: whoever holds a site's screen, for another visit."""
    bound = viewer.bound_to
    if bound is not None:
        card = await in_thread(lambda: walk_in(bound))
        if card.consultation_id != consultation_id:
            raise NotFound


async def entering_as_guest(request: HttpRequest) -> GuestPass | None:
    """By the cookie of a link; None: it opens nothing, or nothing any more."""
    cookie = request.COOKIES.get(settings.GUEST_COOKIE_NAME, "")

    def ask() -> GuestPass | None:
        request.session = _Store()
        if settle(request) is not None:
            return None  # the browser is in a patient's hands, at a site
        try:
            return guest_of(cookie)
        except Unauthenticated:
            return None

    return await in_thread(ask) if cookie else None


async def guests_gone(guest_ids: Iterable[UUID], pool: asyncpg.Pool) -> set[UUID]:
    """Of these guests those whose visit or invitation is over."""
    return {row["id"] for row in await pool.fetch(GUESTS_GONE, list(guest_ids))}


def is_assistant(viewer: Viewer) -> bool:
    """A doctor who has the role as well stands in the own rooms."""
    return viewer.can("consultation.assist") and not viewer.can("consultation.write_message")


async def lead(assistant_id: UUID) -> Lead | None:
    """The doctor in whose rooms this assistant may stand; None: in none now."""
    return await in_thread(lambda: lead_of(assistant_id))


async def assists(assistant_id: UUID, consultation_id: UUID, pool: asyncpg.Pool) -> bool:
    """Whether this is an open visit of the doctor whom the assistant helps now."""
    found: bool = await pool.fetchval(ASSISTS, assistant_id, consultation_id)
    return found


async def teams_left(pairs: Iterable[tuple[UUID, UUID]], pool: asyncpg.Pool) -> set[UUID]:
    """Of these pairs (assistant, account of the doctor) the assistants who help that one no more."""
    assistants, leads = zip(*pairs, strict=True)
    return {row["assistant"] for row in await pool.fetch(TEAMS_LEFT, assistants, leads)}


def _audiences(viewer: Viewer) -> frozenset[str]:
    """`user:<id>` always; departments for a doctor on any of them; `board` for who may read it; the
    site at whose device an assistant of it stands.
    """
    found = {f"user:{viewer.user_id}"}
    if viewer.can("dispatch.read_board"):
        found.add("board")
    if viewer.can("dispatch.be_on_duty"):
        found |= {f"department:{slug}" for slug in practitioner_departments(viewer.user_id)}
    found |= {f"site:{site_id}" for site_id in standing(_stations([viewer])).values()}
    return frozenset(found)


async def ended(sessions: Mapping[str, UUID], pool: asyncpg.Pool) -> set[str]:
    """Of these sessions (key -> account) those that have ended, or whose account is closed.

    Asked in one statement that answers only what has ended: ten thousand are open and go on.
    """
    keys, accounts = list(sessions), list(sessions.values())
    rows = await pool.fetch(_ENDED, keys, accounts)
    return {row["key"] for row in rows}


_SESSIONS = _Store.get_model_class()._meta  # noqa: SLF001  # Django's own way to a table's name
_ACCOUNTS = get_user_model()._meta  # noqa: SLF001
_ENDED = f"""
    select o.key from unnest($1::text[], $2::uuid[]) as o (key, account)
    where not exists (
        select from {_SESSIONS.db_table} s where s.session_key = o.key and s.expire_date > now()
    ) or not exists (
        select from {_ACCOUNTS.db_table} a where a.id = o.account and a.is_active
    )
"""  # noqa: S608  # constants only


async def roles_now(accounts: Iterable[UUID], pool: asyncpg.Pool) -> dict[UUID, frozenset[str]]:
    rows = await pool.fetch(_ROLES, list(accounts))
    return {row["id"]: frozenset(row["roles"]) for row in rows}


_ROLES = f"select id, roles from {_ACCOUNTS.db_table} where id = any($1::uuid[])"  # noqa: S608  # constants only


def _stations(viewers: Iterable[Viewer]) -> set[tuple[UUID, UUID]]:
    """Of assistants at enrolled devices: who stands at which."""
    return {(v.user_id, v.station) for v in viewers if v.station and v.bound_to is None}


async def stations_left(viewers: Iterable[Viewer]) -> set[tuple[UUID, UUID]]:
    """Of these those (assistant, device) who stand at no device of their own site any more."""
    asked = _stations(viewers)
    return asked - (await in_thread(lambda: standing(asked))).keys() if asked else set()


def is_staff(viewer: Viewer) -> bool:
    return bool(viewer.roles & settings.STAFF_ROLES)


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


# What a message of such a kind names; the words when it is not the sender's.
FILES = {
    "picture": (
        "picture_id",
        Text(
            "没有找到这张图片，请重新上传。", "This picture was not found; please upload it again."
        ),
    ),
    "voice": (
        "voice_id",
        Text(
            "没有找到这段语音，请重新录制。", "This voice note was not found; please record again."
        ),
    ),
    "document": (
        "document_id",
        Text("没有找到这个文件，请重新上传。", "This file was not found; please upload it again."),
    ),
}


async def checked_file(viewer: Viewer, kind: str, told: object) -> bytes:
    """The body of a message that is a file; only files that the sender has uploaded. It is kept now.

    Args:
        told: the body that came in.
    Raises:
        Invalid: not an id, or not the sender's, or of another kind.
    """
    member, words = FILES[kind]
    try:
        file_id = UUID(str(getattr(told, member)))
    except ValueError as error:
        raise Invalid(FieldError(f"body.{member}", words)) from error
    for file in await in_thread(lambda: claim(viewer, [file_id])):
        if file.kind == kind:
            return msgspec.json.encode({member: file.id, **_measures(file)})
    raise Invalid(FieldError(f"body.{member}", words))


def _measures(file: FileCard) -> dict[str, object]:
    if file.kind == "picture":
        return {"width": file.width, "height": file.height}
    if file.kind == "voice":
        return {"ms": file.milliseconds}
    return {"name": file.name, "pages": file.pages, "bytes": file.bytes}
