"""The one write that also comes over HTTP: `POST /api/v1/consultations/{id}/messages` (ASGI)."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import structlog
from asyncpg.pgproto.pgproto import UUID as Id  # noqa: N811  # a class, not a constant
from django.http import HttpRequest

from xinglin.edge.api.problems import body_of, locale_of
from xinglin.edge.live import gate, protocol
from xinglin.edge.live.database import UNREADABLE
from xinglin.edge.live.house import House
from xinglin.edge.live.writer import Draft, Outcome
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import (
    Forbidden,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    XinglinError,
)

log = structlog.get_logger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Transmit = Callable[[dict[str, Any]], Awaitable[None]]
_POST = re.compile(r"^/api/v1/consultations/([0-9a-fA-F-]{36})/messages$")


class _Stored(NamedTuple):
    seq: int | None
    at: datetime
    dup: bool


class _Waiter:
    """Who posted waits for the answer.

    Not for the outcome itself: that names its draft, the draft names us, and the collector does not
    look into either of them, so that all three would stay for ever.
    """

    def __init__(self) -> None:
        self.done: asyncio.Future[_Stored] = asyncio.get_running_loop().create_future()

    def answered(self, outcome: Outcome) -> None:
        if not self.done.done():
            self.done.set_result(_Stored(outcome.seq, outcome.at, outcome.dup))

    def failed(self, draft: Draft, error: Exception) -> None:
        del draft
        if not self.done.done():
            self.done.set_exception(error)


class Post:
    """The ASGI application."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def __call__(self, scope: dict[str, Any], receive: Receive, transmit: Transmit) -> None:
        if scope["type"] != "http":
            return
        headers = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in scope["headers"])
        request = gate.request_of(scope["method"], scope["path"], headers)
        try:
            client_id, stored = await self._post(request, receive)
        except XinglinError as error:
            await _answer_problem(error, request, transmit)
        except UNREADABLE as error:
            log.warning("post not answered", error=type(error).__name__)
            await _answer_problem(Unavailable(), request, transmit)
        else:
            body = {"seq": stored.seq, "at": stored.at, "client_id": client_id}
            await _respond(transmit, 200 if stored.dup else 201, "application/json", body)

    async def _post(self, request: HttpRequest, receive: Receive) -> tuple[UUID, _Stored]:
        """Raises XinglinError."""
        found = _POST.match(request.path)
        if request.method != "POST" or found is None:
            raise NotFound
        if not gate.same_origin(request):
            raise Forbidden("csrf_failed")
        viewer = await gate.entering(request)
        if viewer is None:
            raise Unauthenticated
        if not viewer.can("consultation.write_message"):
            raise Forbidden
        await gate.check_bound(viewer, _id(found[1]))
        posted = protocol.read_posted(await _body(receive))
        self._house.sends.spend(viewer.user_id)
        return posted.client_id, await self._submit(viewer, _id(found[1]), posted)

    async def _submit(
        self, viewer: Viewer, consultation_id: UUID, posted: protocol.Posted
    ) -> _Stored:
        if posted.kind in gate.FILES:
            body = await gate.checked_file(viewer, posted.kind, posted.body)
        else:
            body = protocol.checked(posted.kind, posted.body)
        waiter = _Waiter()
        sender_id = Id(str(viewer.user_id))
        self._house.submit(
            Draft(consultation_id, sender_id, posted.client_id, posted.kind, body, waiter)
        )
        return await waiter.done


async def _body(receive: Receive) -> bytes:
    """Raises TooLarge."""
    body = bytearray()
    while True:
        event = await receive()
        body += event.get("body", b"")
        if len(body) > protocol.MAX_FRAME:
            raise TooLarge
        if not event.get("more_body"):
            return bytes(body)


def _id(text: str) -> UUID:
    """Raises NotFound: what is no id names nothing."""
    try:
        found: UUID = Id(text)
    except ValueError:
        raise NotFound from None
    return found


async def _answer_problem(error: XinglinError, request: HttpRequest, transmit: Transmit) -> None:
    body = body_of(error, locale_of(request))
    more = (("retry-after", str(error.retry_after_s)),) if isinstance(error, TooMany) else ()
    await _respond(transmit, body["status"], "application/problem+json", body, *more)


async def _respond(
    transmit: Transmit,
    status: int,
    content_type: str,
    body: dict[str, Any],
    *more: tuple[str, str],
) -> None:
    said = msgspec.json.encode(body)
    named = (
        ("content-type", content_type),
        ("content-length", str(len(said))),
        ("cache-control", "no-store"),
        *more,
    )
    headers = [(name.encode(), value.encode()) for name, value in named]
    await transmit({"type": "http.response.start", "status": status, "headers": headers})
    await transmit({"type": "http.response.body", "body": said})
