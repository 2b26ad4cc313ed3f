"""PostgreSQL's NOTIFY: one aggregated payload on a connection of its own, in no one's transaction."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable

import asyncpg
import msgspec
import structlog

from xinglin.edge.live.bus import Envelope, Note, Outbox
from xinglin.edge.live.database import AWAY

log = structlog.get_logger(__name__)
CHANNEL = "xinglin_messages"
# A number takes about 50 bytes, a mark 140, and a payload ends at 8,000.
MAX_NUMBERS = 60
RECONNECT_S = 0.5
LOOK_S = 1.0


class PostgresBus:
    def __init__(self, connect: Callable[[], Awaitable[asyncpg.Connection]]) -> None:
        self._connect = connect
        self._me = secrets.token_hex(4)
        self._outbox = Outbox()
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None

    def publish(self, note: Note) -> None:
        self._outbox.add(note)
        self._wake.set()

    async def subscribe(self, on_note: Callable[[Note], None], on_back: Callable[[], None]) -> None:
        def heard(_: object, _pid: int, _channel: str, payload: str) -> None:
            envelope = msgspec.json.decode(payload, type=Envelope)
            if envelope.sender != self._me:
                on_note(envelope.note)

        while True:
            try:
                await self._listen(heard, on_back)
            except AWAY as error:
                log.warning("bus lost, listening anew", error=type(error).__name__)
                await asyncio.sleep(RECONNECT_S)

    async def _listen(
        self, heard: Callable[[object, int, str, str], None], on_back: Callable[[], None]
    ) -> None:
        self._connection = connection = await self._connect()
        try:
            await connection.add_listener(CHANNEL, heard)
            on_back()
            while not connection.is_closed():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):  # `wait_for` may swallow the end of us
                        await self._wake.wait()
                self._wake.clear()
                while self._outbox:
                    note = self._outbox.take(MAX_NUMBERS)
                    payload = msgspec.json.encode(Envelope(self._me, note)).decode()
                    await connection.execute("select pg_notify($1, $2)", CHANNEL, payload)
        finally:
            connection.terminate()

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
