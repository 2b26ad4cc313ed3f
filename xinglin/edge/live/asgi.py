"""The live process: `uvicorn xinglin.edge.live.asgi:application`.

Answers the WebSocket `/live` and the one write that also comes over HTTP,
`POST /api/v1/consultations/{id}/messages`.
"""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
django.setup()

import msgspec  # noqa: E402  # Django must be set up first
import structlog  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from xinglin.edge.api.problems import body_of, locale_of  # noqa: E402
from xinglin.edge.live import gate, protocol  # noqa: E402
from xinglin.edge.live.connection import FOREIGN, RESTART, SIGNED_OUT, Connection  # noqa: E402
from xinglin.edge.live.database import UNREADABLE  # noqa: E402
from xinglin.edge.live.house import House  # noqa: E402
from xinglin.edge.live.writer import Draft, Outcome  # noqa: E402
from xinglin.foundation.accounts.types import Viewer  # noqa: E402
from xinglin.kernel.errors import (  # noqa: E402
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    XinglinError,
)
from xinglin.kernel.text import Text  # noqa: E402

log = structlog.get_logger(__name__)
Receive = Callable[[], Awaitable[dict[str, Any]]]
Transmit = Callable[[dict[str, Any]], Awaitable[None]]
FAREWELL_S = 10
MAX_ROOMS = 200
_POST = re.compile(r"^/api/v1/consultations/([0-9a-fA-F-]{36})/messages$")
_CLOSED = Text(
    "本次咨询已结束，不能再发送消息。", "This visit has ended; no more messages can be sent."
)
_TAKEN = Text("消息编号重复，请重新发送。", "This message id is taken; please send again.")
house = House()


def refusal_of(outcome: Outcome) -> XinglinError | None:
    if outcome.refused is None:
        return None
    if outcome.refused == "closed":
        return Conflict("thread_closed", _CLOSED)
    if outcome.refused == "client_id_taken":
        return Conflict("client_id_taken", _TAKEN)
    return NotFound()


async def _draft(viewer: Viewer, frame: protocol.Send) -> Draft:
    """Raises XinglinError."""
    if not viewer.can("consultation.write_message"):
        raise Forbidden
    house.sends.spend(viewer.user_id)
    if frame.kind == "text":
        body = protocol.checked_text(frame.body)
    elif frame.kind == "picture":
        body = await gate.checked_picture(viewer, frame.body)
    else:
        raise Invalid(code="malformed")
    return Draft(frame.consultation, viewer.user_id, frame.client_id, frame.kind, body)


def _answer(connection: Connection, frame: protocol.Send, sent: asyncio.Future[Outcome]) -> None:
    if sent.cancelled():
        return
    error = sent.exception()
    refused = error if isinstance(error, XinglinError) else None
    if error is None:
        outcome = sent.result()
        refused = refusal_of(outcome)
        if refused is None:
            connection.put(
                protocol.write(
                    "ack",
                    consultation=frame.consultation,
                    client_id=frame.client_id,
                    seq=outcome.seq,
                    at=outcome.at,
                )
            )
            return
    _refuse(connection, refused or Unavailable(), frame)


def _refuse(
    connection: Connection, error: XinglinError, frame: protocol.Frame | None = None
) -> None:
    problem = body_of(error, connection.viewer.locale)
    client_id = getattr(frame, "client_id", None)
    if error.code == "busy":
        connection.put(protocol.write("busy", client_id=client_id))
        return
    connection.put(
        protocol.write(
            "refused",
            client_id=client_id,
            consultation=getattr(frame, "consultation", None),
            problem=problem,
        )
    )


async def _act(connection: Connection, frame: protocol.Frame) -> None:
    match frame:
        case protocol.Send():
            draft = await _draft(connection.viewer, frame)
            sent = house.writer.submit(draft)
            sent.add_done_callback(lambda done: _answer(connection, frame, done))
        case protocol.Join():
            if len(connection.rooms) >= MAX_ROOMS:
                raise TooLarge
            await house.hub.join(connection, frame.consultation, frame.since)
            await _note_reading(connection, frame.consultation)
        case protocol.Leave():
            house.hub.leave(connection, frame.consultation)
        case protocol.Typing():
            house.hub.typing(connection, frame.consultation)
        case protocol.Feed():
            await house.feed.resume(connection, frame.since)
        case protocol.Ping():
            connection.put(protocol.write("pong"))


async def _note_reading(connection: Connection, consultation_id: UUID) -> None:
    """Once a socket and thread: a line that comes and goes is one reading."""
    if consultation_id not in connection.audited:
        await gate.note_reading(connection.viewer, consultation_id)
        connection.audited.add(consultation_id)


async def _listen(connection: Connection, receive: Receive) -> None:
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        raw = event.get("text") or event.get("bytes") or b""
        frame: protocol.Frame | None = None
        try:
            house.frames.spend(connection.viewer.user_id)
            frame = protocol.read_frame(raw)
            await _act(connection, frame)
        except XinglinError as error:
            _refuse(connection, error, frame)
        except UNREADABLE as error:
            log.warning("frame not answered", error=type(error).__name__)
            _refuse(connection, Unavailable(), frame)


async def _enter(request: HttpRequest) -> Connection | int:
    """A socket of somebody known, or the code to close it with."""
    if not gate.same_origin(request):
        return FOREIGN
    try:
        viewer = await gate.entering(request)
        if viewer is None:
            return SIGNED_OUT
        audiences = await gate.audiences_of(viewer)
        await house.arrived(viewer.user_id)
    except UNREADABLE as error:
        log.warning("nobody enters", error=type(error).__name__)
        return RESTART
    return Connection(viewer, gate.session_key_of(request), audiences)


async def _socket(scope: dict[str, Any], receive: Receive, transmit: Transmit) -> None:
    await receive()
    await transmit({"type": "websocket.accept"})
    entered = await _enter(gate.request_of(scope))
    if isinstance(entered, int):
        await transmit({"type": "websocket.close", "code": entered})
        return
    house.hub.add(entered)
    entered.greeted_at = house.feed.position
    entered.put(protocol.write("hello", user=entered.viewer.user_id, position=entered.greeted_at))
    listening = asyncio.create_task(_listen(entered, receive))
    pumping = asyncio.create_task(entered.pump(transmit))
    try:
        ends: set[asyncio.Future[Any]] = {listening, pumping, entered.closed}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        code = entered.closed.result() if entered.closed.done() else None
    finally:
        house.hub.drop(entered)
        listening.cancel()
        pumping.cancel()
        await asyncio.gather(listening, pumping, return_exceptions=True)
    if code is not None:
        # A reader that has stopped reading does not hear this either: it is not waited for long.
        with suppress(TimeoutError):
            await asyncio.wait_for(
                transmit({"type": "websocket.close", "code": code}), timeout=FAREWELL_S
            )


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


async def _post(request: HttpRequest, receive: Receive) -> Outcome:
    found = _POST.match(request.path)
    if request.method != "POST" or found is None:
        raise NotFound
    if not gate.same_origin(request):
        raise Forbidden("csrf_failed")
    viewer = await gate.entering(request)
    if viewer is None:
        raise Unauthenticated
    posted = protocol.read_posted(await _body(receive))
    frame = protocol.Send(_uuid(found[1]), posted.client_id, posted.kind, posted.body)
    outcome = await house.writer.submit(await _draft(viewer, frame))
    refused = refusal_of(outcome)
    if refused is not None:
        raise refused
    return outcome


def _uuid(text: str) -> UUID:
    """Raises NotFound: what is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


async def _http(scope: dict[str, Any], receive: Receive, transmit: Transmit) -> None:
    request = gate.request_of(scope)
    try:
        outcome = await _post(request, receive)
    except XinglinError as error:
        await _answer_problem(error, request, transmit)
        return
    except UNREADABLE as error:
        log.warning("post not answered", error=type(error).__name__)
        await _answer_problem(Unavailable(), request, transmit)
        return
    body = {"seq": outcome.seq, "at": outcome.at, "client_id": outcome.draft.client_id}
    await _respond(transmit, 200 if outcome.dup else 201, "application/json", body)


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


async def _lifespan(receive: Receive, transmit: Transmit) -> None:
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await house.open()
            await transmit({"type": "lifespan.startup.complete"})
        else:
            await house.close()
            await transmit({"type": "lifespan.shutdown.complete"})
            return


async def application(scope: dict[str, Any], receive: Receive, transmit: Transmit) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, transmit)
    elif scope["type"] == "websocket":
        await _socket(scope, receive, transmit)
    else:
        await _http(scope, receive, transmit)
