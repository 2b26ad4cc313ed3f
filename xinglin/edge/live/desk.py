"""What is done with a frame, one function for each; frames of one socket are done in their order."""

import asyncio
from collections import deque
from collections.abc import Awaitable
from typing import Protocol
from uuid import UUID

import structlog

from xinglin.edge.live import gate, protocol
from xinglin.edge.live.calls import Calls
from xinglin.edge.live.connection import FLOOD, RESTART, Connection
from xinglin.edge.live.database import UNREADABLE
from xinglin.edge.live.feed import FeedReader
from xinglin.edge.live.hub import Hub
from xinglin.edge.live.looking import Looking
from xinglin.edge.live.marks import Marks
from xinglin.edge.live.writer import Busy, Draft
from xinglin.kernel.errors import Forbidden, TooLarge, TooMany, XinglinError

log = structlog.get_logger(__name__)
MAX_ROOMS = 200
# Behind a frame that waits for the database; then the socket is not read for a while.
MAX_HELD = 64
# Who goes on sending although each frame is refused is no client of ours.
MAX_REFUSED = 100
PAUSE_S = 1.0


class House(Protocol):
    """What the desk hands frames on to."""

    hub: Hub
    feed: FeedReader
    marks: Marks
    looking: Looking
    calls: Calls

    def submit(self, draft: Draft) -> None:
        """Raises Busy."""

    def publish_typing(self, consultation_id: UUID, sender: UUID) -> None:
        """Tell the other processes."""


class Desk:
    def __init__(self, house: House) -> None:
        self._house = house
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, connection: Connection, raw: bytes) -> None:
        """A whole frame from this socket; it is done at once or behind those before it."""
        held = connection.held_frames
        if held is not None:
            held.append(raw)
            if len(held) == MAX_HELD:
                connection.line.hold()
            return
        begun = self._begin(connection, raw)
        if begun is not None:
            connection.held_frames = deque()
            task = asyncio.create_task(self._do_in_order(connection, begun))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _begin(self, connection: Connection, raw: bytes) -> "_Begun | None":
        """None when it is done already."""
        frame: protocol.Frame | None = None
        try:
            connection.frames.spend()
            frame = protocol.read_frame(raw)
            doing = self._act(connection, frame)
        except TooMany as error:
            self._slow_down(connection, raw, error)
        except XinglinError as error:
            _refuse(connection, frame, error)
        else:
            connection.refused_in_a_row = 0
            return None if doing is None else (frame, doing)
        return None

    async def _do_in_order(self, connection: Connection, begun: "_Begun") -> None:
        held = connection.held_frames
        assert held is not None
        try:
            await _done(connection, begun)
            while held and not connection.closed:
                behind = self._begin(connection, held.popleft())
                if len(held) == MAX_HELD - 1:
                    connection.line.go_on()
                if behind is not None:
                    await _done(connection, behind)
            connection.held_frames = None
        except Exception as error:  # noqa: BLE001  # the line comes back and asks by number
            log.error("frame failed", error=type(error).__name__)  # noqa: TRY400  # no words of it
            connection.close(RESTART)

    def _act(self, connection: Connection, frame: protocol.Frame) -> Awaitable[None] | None:
        """What cannot be done at once is answered, to be awaited."""
        match frame:
            case protocol.Send():
                return self._send(connection, frame)
            case protocol.Mark():
                self._house.marks.note(
                    frame.consultation, connection.user_id, frame.got, frame.read
                )
            case protocol.Join():
                return self._join(connection, frame)
            case protocol.Leave():
                self._house.hub.leave(connection, frame.consultation)
            case protocol.Look():
                self._house.looking.look(connection, frame.consultation, on=frame.on)
            case protocol.Typing():
                self._type(connection, frame.consultation)
            case protocol.Feed():
                return self._house.feed.resume(connection, frame.since)
            case protocol.Ping():
                connection.put(_PONG)
            case _:
                return self._act_in_call(connection, frame)
        return None

    def _act_in_call(self, connection: Connection, frame: protocol.Frame) -> Awaitable[None] | None:
        calls = self._house.calls
        match frame:
            case protocol.Sit():
                return calls.sit(connection, frame)
            case protocol.Signal():
                calls.signal(connection, frame)
            case protocol.Report():
                calls.report(connection, frame)
            case protocol.Unsit():
                calls.unsit(connection, frame)
        return None

    def _send(self, connection: Connection, frame: protocol.Send) -> Awaitable[None] | None:
        """Raises XinglinError."""
        if not connection.viewer.can("consultation.write_message"):
            raise Forbidden
        connection.sends.spend()
        if frame.kind in gate.FILES:
            return self._send_file(connection, frame)
        self._submit(connection, frame, protocol.checked(frame.kind, frame.body))
        return None

    async def _send_file(self, connection: Connection, frame: protocol.Send) -> None:
        body = await gate.checked_file(connection.viewer, frame.kind, frame.body)
        self._submit(connection, frame, body)

    def _submit(self, connection: Connection, frame: protocol.Send, body: bytes) -> None:
        self._house.submit(
            Draft(
                frame.consultation,
                connection.user_id,
                frame.client_id,
                frame.kind,
                body,
                connection,
            )
        )

    async def _join(self, connection: Connection, frame: protocol.Join) -> None:
        if len(connection.rooms) >= MAX_ROOMS:
            raise TooLarge
        consultation_id = frame.consultation
        await self._house.hub.join(connection, consultation_id, frame.since)
        # Once a socket and thread: a line that comes and goes is one reading.
        if connection.audited is None:
            connection.audited = set()
        if consultation_id not in connection.audited:
            await gate.note_reading(connection.viewer, consultation_id)
            connection.audited.add(consultation_id)

    def _type(self, connection: Connection, consultation_id: UUID) -> None:
        if consultation_id in connection.rooms:
            self._house.hub.tell_typing(consultation_id, connection.user_id, but=connection)
            self._house.publish_typing(consultation_id, connection.user_id)

    def _slow_down(self, connection: Connection, raw: bytes, error: TooMany) -> None:
        """Read no more for a moment: what is written meanwhile waits with the client.

        A send is never lost by it: `busy`, it comes again. Anything else is refused, once in a row.
        """
        frame = _read(raw)
        if isinstance(frame, protocol.Send):
            _refuse(connection, frame, Busy())
        elif connection.refused_in_a_row == 0:
            _refuse(connection, frame, error)
        connection.refused_in_a_row += 1
        if connection.refused_in_a_row > MAX_REFUSED:
            log.warning("too many frames", session=connection.viewer.session)
            connection.close(FLOOD)
        elif connection.refused_in_a_row == 1:
            connection.line.hold()
            asyncio.get_running_loop().call_later(PAUSE_S, connection.line.go_on)


_Begun = tuple[protocol.Frame, Awaitable[None]]
_PONG = protocol.write("pong")


def _read(raw: bytes) -> protocol.Frame | None:
    """What is refused unread is still named in the refusal."""
    try:
        return protocol.read_frame(raw)
    except XinglinError:
        return None


def _refuse(connection: Connection, frame: protocol.Frame | None, error: Exception) -> None:
    connection.refuse(
        error,
        client_id=getattr(frame, "client_id", None),
        consultation=getattr(frame, "consultation", None),
        room=getattr(frame, "room", None),
    )


async def _done(connection: Connection, begun: _Begun) -> None:
    frame, doing = begun
    try:
        await doing
    except XinglinError as error:
        _refuse(connection, frame, error)
    except UNREADABLE as error:
        log.warning("frame not answered", error=type(error).__name__)
        _refuse(connection, frame, error)
