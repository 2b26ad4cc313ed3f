"""WebSockets by picows: one `Line` for each, and what the rest of the house sees of it.

picows parses frames and answers pings in C; it is asked here for what a browser and a proxy need,
and everything it leaves to us is bounded: the greeting, fragments, silence, the end.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

import structlog
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest
from picows.picows import WSAutoPingStrategy, WSProtocol  # type: ignore[attr-defined]

from xinglin.edge.api.problems import locale_of
from xinglin.edge.live import gate
from xinglin.edge.live.assistants import AssistantConnection
from xinglin.edge.live.connection import FLOOD, FOREIGN, LIGHT, RESTART, SIGNED_OUT, Connection
from xinglin.edge.live.database import UNREADABLE
from xinglin.edge.live.guests import GuestConnection
from xinglin.edge.live.house import House
from xinglin.edge.live.protocol import MAX_FRAME
from xinglin.edge.live.screens import ScreenConnection
from xinglin.edge.live.wire import pong_frame
from xinglin.kernel.errors import TooMany

log = structlog.get_logger(__name__)
BACKLOG = 4096
GREETING_S = 10.0
# A reader that has stopped reading does not hear the end either: it is not waited for long.
FAREWELL_S = 5.0
# picows doubles it when a frame does not fit; most frames are small, and most sockets idle.
READ_BUFFER = 2048
NORMAL = 1000
PROTOCOL_ERROR = 1002
TOO_BIG = 1009
# Who came by a link to one visit, and is signed in nowhere.
GUESTS = "/live?guest"


class _Quiet:
    """picows logs each line that comes and goes; what matters of it is said in `Line`."""

    __slots__ = ("transport",)

    transport: asyncio.Transport

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802  # logging's name
        return False

    def info(self, *_: object) -> None:
        pass

    debug = log = info

    def warning(self, *_: object, **__: object) -> None:
        pass

    def error(self, *_: object) -> None:
        log.info("line broken by its other side")
        self._hold()

    def exception(self, *_: object) -> None:
        error = sys.exc_info()[0]  # not its words nor its trace: they may be a patient's
        log.error("line failed", error=None if error is None else error.__name__)
        self._hold()

    def _hold(self) -> None:
        """picows ends the line in a moment, and would keep all that comes until then."""
        if not self.transport.is_closing():
            self.transport.pause_reading()


class _NoOptions:
    """A socket of the file system has no options of TCP, which picows would set."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number

    def setsockopt(self, *_: object) -> None:
        pass

    def getsockopt(self, *_: object) -> int:
        return 0


class _FileSocket:
    """The transport, as far as picows asks for it, with such a socket."""

    __slots__ = ("abort", "close", "get_write_buffer_size", "inner", "write", "writelines")

    def __init__(self, inner: asyncio.Transport) -> None:
        self.inner = inner
        self.write = inner.write
        self.writelines = inner.writelines
        self.get_write_buffer_size = inner.get_write_buffer_size
        self.close = inner.close
        self.abort = inner.abort

    def get_extra_info(self, name: str) -> Any:
        if name == "socket":
            return _NoOptions(self.inner.get_extra_info("socket").fileno())
        return None


class _Protocol(WSProtocol):  # type: ignore[misc]  # picows has no type for it
    __slots__ = ("quiet",)

    quiet: _Quiet

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.quiet.transport = transport
        transport.set_write_buffer_limits(high=LIGHT)
        super().connection_made(_FileSocket(transport))

    def _handshake_timeout_callback(self) -> None:
        """picows sets an exception here that nobody waits for."""
        self.transport.underlying_transport.abort()


class Line(WSListener):
    """One socket from its first byte to its last (see `connection.Line`)."""

    __slots__ = (
        "_early",
        "_house",
        "_parts",
        "_take",
        "_ws",
        "connection",
        "full",
        "transport",
        "waiting",
        "write",
    )

    transport: asyncio.Transport
    write: Callable[[bytes], None]
    waiting: Callable[[], int]

    def __init__(self, house: House) -> None:
        self._house = house
        self._take = house.desk.take
        self._ws: WSTransport | None = None
        self._early: list[bytes] | None = []
        self._parts: bytearray | None = None
        self.connection: Connection | None = None
        self.full = False

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._ws = transport
        self.transport = transport.underlying_transport.inner  # type: ignore[attr-defined]
        self.write = self.transport.write
        self.waiting = self.transport.get_write_buffer_size
        self.hold()
        task = asyncio.get_running_loop().create_task(self._enter(transport.request))
        _entering.add(task)
        task.add_done_callback(_entering.discard)

    async def _enter(self, asked: WSUpgradeRequest) -> None:
        try:
            path = asked.path.decode("latin-1")
            request = gate.request_of("GET", path, asked.headers.items())
            asked.headers.clear()  # they would be kept as long as the line
            code = await self._be_greeted(request)
        except Exception as error:  # noqa: BLE001  # a line that nobody greets would stay for ever
            log.error("line not greeted", error=type(error).__name__)  # noqa: TRY400  # no trace
            code = RESTART
        if code is not None:
            self.end(code)
            return
        early, self._early = self._early, None
        for raw in early or ():
            self._give(raw)
        self.go_on()

    async def _be_greeted(self, request: Any) -> int | None:
        """None, or the code to close it with."""
        if not gate.same_origin(request):
            return FOREIGN
        named = self._as_guest if request.path == GUESTS else self._as_person
        try:
            connection = await named(request)
        except UNREADABLE as error:
            log.warning("nobody enters", error=type(error).__name__)
            return RESTART
        if connection is None:
            return SIGNED_OUT
        self.connection = connection
        if self.is_gone:
            return RESTART
        await self._house.enter(connection)
        return None

    async def _as_person(self, request: Any) -> Connection | None:
        entered = await gate.entering_with_audiences(request)
        if entered is None:
            return None
        viewer, audiences = entered
        held = gate.screen_of(request)
        if held is not None:
            self._take = self._house.screen_desk.take
            return ScreenConnection(
                self,
                viewer,
                held,
                frames=self._house.new_frames(),
                sends=self._house.sends.of(viewer.user_id),
            )
        if gate.is_assistant(viewer):
            lead = await gate.lead(viewer.user_id)
            if lead is not None:
                self._take = self._house.assistant_desk.take
                return AssistantConnection(
                    self,
                    viewer,
                    gate.session_key_of(request),
                    audiences,
                    lead,
                    frames=self._house.new_frames(),
                    sends=self._house.sends.of(viewer.user_id),
                )
        return Connection(
            self,
            viewer,
            gate.session_key_of(request),
            audiences,
            frames=self._house.new_frames(),
            sends=self._house.sends.of(viewer.user_id),
        )

    async def _as_guest(self, request: Any) -> Connection | None:
        guest = await gate.entering_as_guest(request)
        if guest is None:
            return None
        self._take = self._house.guest_desk.take
        return GuestConnection(
            self,
            guest,
            locale_of(request),
            frames=self._house.new_frames(),
            sends=self._house.sends.of(guest.id),
        )

    @property
    def is_gone(self) -> bool:
        return self._ws is None or self._ws.is_disconnected

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if frame.rsv1 or frame.rsv2 or frame.rsv3:
            self.end(PROTOCOL_ERROR)  # extensions that nobody agreed on
        elif kind is WSMsgType.TEXT and frame.fin and self._parts is None:
            self._give(frame.get_payload_as_bytes())
        else:
            self._seldom(transport, kind, frame)

    def _give(self, raw: bytes) -> None:
        connection = self.connection
        if self._early is not None:
            self._early.append(raw)  # no more than one reading of the buffer: the line is held
        elif connection is not None and not connection.closed:
            connection.heard = True
            self._take(connection, raw)

    def _seldom(self, transport: WSTransport, kind: WSMsgType, frame: WSFrame) -> None:
        if kind is WSMsgType.CLOSE:
            # Without a code picows finds 0, which may not be said.
            transport.send_close(frame.get_close_code() or NORMAL)
            transport.disconnect()
        elif self._is_within_limits():
            if kind is WSMsgType.PING:
                self._answer(frame.get_payload_as_bytes())
            elif kind is not WSMsgType.PONG:
                self._part(kind, frame)

    def _is_within_limits(self) -> bool:
        """Frames that the desk does not see count too; whoever has too many of them is closed."""
        connection = self.connection
        if connection is None:
            return True  # no more than one reading of the buffer
        connection.heard = True
        try:
            connection.frames.spend()
        except TooMany:
            connection.close(FLOOD)
        return not connection.closed

    def _answer(self, payload: bytes) -> None:
        """picows would answer pings however many answers nobody reads."""
        if self.connection is not None:
            self.connection.put(pong_frame(payload))

    def _part(self, kind: WSMsgType, frame: WSFrame) -> None:
        """A message in several frames, or bytes instead of text, which are read alike."""
        if (kind is WSMsgType.CONTINUATION) != (self._parts is not None):
            self.end(PROTOCOL_ERROR)
            return
        if self._parts is None:
            self._parts = bytearray()
        self._parts += frame.get_payload_as_bytes()
        if len(self._parts) > MAX_FRAME:
            self.end(TOO_BIG)
        elif frame.fin:
            whole, self._parts = bytes(self._parts), None
            self._give(whole)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        del transport
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close(RESTART)
            self._house.leave(connection)

    def pause_writing(self) -> None:
        self.full = True

    def resume_writing(self) -> None:
        self.full = False
        if self.connection is not None:
            self.connection.lighten()

    def end(self, code: int) -> None:
        ws = self._ws
        if ws is None or ws.is_disconnected:
            return
        ws.send_close(code)  # type: ignore[arg-type]  # codes of our own
        loop = asyncio.get_running_loop()
        loop.call_soon(ws.disconnect)
        loop.call_later(FAREWELL_S, self.cut)
        if self.connection is not None:
            self.connection.closed = True
            loop.call_soon(self._house.leave, self.connection)

    def cut(self) -> None:
        if self._ws is not None and not self._ws.is_disconnected:
            self.transport.abort()

    def hold(self) -> None:
        if not self.is_gone and not self.transport.is_closing():
            self.transport.pause_reading()

    def go_on(self) -> None:
        if not self.is_gone and not self.transport.is_closing():
            self.transport.resume_reading()

    def ping(self) -> None:
        if self._ws is not None:
            self._ws.send_ping()


_entering: set[asyncio.Task[None]] = set()


async def serve(house: House, path: str) -> asyncio.Server:
    """Listen on this socket of the file system."""

    def greeted(request: WSUpgradeRequest) -> Line | None:
        return Line(house) if request.path.split(b"?")[0] == b"/live" else None

    def protocol() -> _Protocol:
        quiet = _Quiet()
        made = _Protocol(
            None,  # host, path: a server's side has none
            None,
            False,  # not the client's side
            greeted,
            quiet,
            True,  # an error of ours ends the line
            GREETING_S,
            False,  # pings are the house's
            PING_IDLE_S,
            PING_IDLE_S,
            WSAutoPingStrategy.PING_WHEN_IDLE,
            False,  # pings are answered by the line
            MAX_FRAME,
            None,
            READ_BUFFER,
        )
        made.quiet = quiet
        return made

    loop = asyncio.get_running_loop()
    return await loop.create_unix_server(protocol, path, backlog=BACKLOG)


PING_IDLE_S = 30
