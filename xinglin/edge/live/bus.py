"""Between processes: PostgreSQL's NOTIFY behind three methods; NATS fits behind the same.

The bus may lose, the tables may not: what it carries are only numbers to catch up to. A NOTIFY
stands alone on a connection of its own, never in the transaction of a request.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.edge.live.database import AWAY
from xinglin.foundation.live.services import CHANNEL as FEED

log = structlog.get_logger(__name__)
MESSAGES = "xinglin_messages"
MAX_NUMBERS = 140  # about 50 bytes each; a payload ends at 8,000
RECONNECT_S = 0.5


class Bus(Protocol):
    """What a bus between live processes must do."""

    def publish(self, tops: dict[UUID, int]) -> None:
        """Tell the others up to which number threads have grown."""

    async def subscribe(
        self,
        on_tops: Callable[[dict[UUID, int]], None],
        on_feed: Callable[[], None],
        on_back: Callable[[], None],
    ) -> None:
        """Run until cancelled; `on_back`: connected, and what was told before may be lost."""

    async def close(self) -> None:
        """Release what is held."""


class PostgresBus:
    def __init__(self, connect: Callable[[], "asyncio.Future[asyncpg.Connection]"]) -> None:
        self._connect = connect
        self._me = secrets.token_hex(4)
        self._tops: dict[UUID, int] = {}
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None

    def publish(self, tops: dict[UUID, int]) -> None:
        for consultation_id, top in tops.items():
            self._tops[consultation_id] = max(top, self._tops.get(consultation_id, 0))
        self._wake.set()

    async def subscribe(
        self,
        on_tops: Callable[[dict[UUID, int]], None],
        on_feed: Callable[[], None],
        on_back: Callable[[], None],
    ) -> None:
        def heard(_: object, _pid: int, channel: str, payload: str) -> None:
            if channel == FEED:
                on_feed()
                return
            who, tops = msgspec.json.decode(payload, type=tuple[str, dict[UUID, int]])
            if who != self._me:
                on_tops(tops)

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
            for channel in (FEED, MESSAGES):
                await connection.add_listener(channel, heard)
            on_back()
            while not connection.is_closed():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), timeout=1)
                self._wake.clear()
                await self._tell(connection)
        finally:
            await connection.close(timeout=1)

    async def _tell(self, connection: asyncpg.Connection) -> None:
        while self._tops:
            part = dict(list(self._tops.items())[:MAX_NUMBERS])
            payload = msgspec.json.encode((self._me, part)).decode()
            await connection.execute("select pg_notify($1, $2)", MESSAGES, payload)
            for consultation_id, top in part.items():
                if self._tops[consultation_id] == top:
                    del self._tops[consultation_id]

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close(timeout=1)
