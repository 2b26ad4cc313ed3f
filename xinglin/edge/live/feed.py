"""Events to sockets: one reader per process follows the feed table, in order of position."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.edge.live.connection import RESTART, Connection
from xinglin.edge.live.database import AWAY, UNREADABLE
from xinglin.edge.live.hub import Hub
from xinglin.edge.live.protocol import write
from xinglin.foundation.live.queries import BOUNDS, MISSED_ENTRIES, NEW_ENTRIES, TOP

log = structlog.get_logger(__name__)
PAGE = 500
IDLE_S = 2.0


def _frame(row: asyncpg.Record) -> bytes:
    data = msgspec.Raw(row["payload"].encode())
    return write("event", position=row["position"], kind=row["kind"], data=data, at=row["at"])


def _consultations(rows: list[asyncpg.Record]) -> set[UUID]:
    found: set[UUID] = set()
    for row in rows:
        named = msgspec.json.decode(row["payload"]).get("consultation_id")
        if named:
            found.add(UUID(named))
    return found


class FeedReader:
    """`position`: everything up to it was announced by this process.

    `reactions`: kind of an event -> what this process does about it, besides telling it.
    `before`: what must be known before anybody is told of new events.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        hub: Hub,
        reactions: Mapping[str, Callable[[], Awaitable[None]]] = MappingProxyType({}),
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._pool = pool
        self._reactions = reactions
        self._before = before
        self._hub = hub
        self._wake = asyncio.Event()
        self._stale: set[UUID] = set()
        self._owed: set[str] = set()
        self.position = 0

    def wake(self) -> None:
        self._wake.set()

    def look_everywhere(self) -> None:
        """The bus was away: any thread may have grown meanwhile."""
        self._stale |= self._hub.rooms
        self._wake.set()

    async def start(self) -> None:
        self.position = await self._pool.fetchval(TOP)

    async def run(self) -> None:
        """Woken by NOTIFY; looks by itself every two seconds, for a bus may lose."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(IDLE_S):  # `wait_for` may swallow the end of us
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._follow()
            except UNREADABLE as error:
                log.warning("feed not readable", error=type(error).__name__)

    async def _follow(self) -> None:
        while True:
            rows = await self._pool.fetch(NEW_ENTRIES, self.position, PAGE)
            if rows and self._before is not None:
                await self._before()
            for row in rows:
                self.position = row["position"]
                frame, payload = _frame(row), row["payload"]
                self._hub.announce(row["position"], row["audience"], frame, payload)
            # Kept until it has succeeded: the events themselves are not read a second time.
            self._stale |= _consultations(rows)
            self._owed |= self._reactions.keys() & {row["kind"] for row in rows}
            await self._hub.refresh(self._stale)
            self._stale.clear()
            for kind in list(self._owed):
                await self._reactions[kind]()
                self._owed.discard(kind)
            if len(rows) < PAGE:
                return

    async def resume(self, connection: Connection, since: int | None) -> None:
        """What this person missed after `since`, then live; `resync` when that cannot be told.

        Nothing is given before it is asked for: an event ahead of those that were missed would
        move the client's position past them.
        """
        since = connection.greeted_at if since is None else since
        if since == self.position:
            connection.position = since
            return
        connection.held_events = []
        try:
            position = await self._missed(connection, since)
        except AWAY:
            connection.close(RESTART)
            return
        finally:
            held, connection.held_events = connection.held_events, None
        connection.position = position
        for later, frame in held or ():
            if later > connection.position:
                connection.position = later
                connection.put(frame)

    async def _missed(self, connection: Connection, since: int) -> int:
        """Puts the frames; answers the position up to which this person knows all."""
        bounds = await self._pool.fetchrow(BOUNDS)
        if since == bounds["newest"]:
            return since
        if bounds["oldest"] <= since + 1 <= bounds["newest"]:
            mine = sorted(connection.audiences)
            rows = await self._pool.fetch(MISSED_ENTRIES, since, mine, PAGE)
            if len(rows) < PAGE:
                for row in rows:
                    if not await connection.light():
                        return since
                    if connection.hears(row["payload"]):
                        connection.put(_frame(row))
                return rows[-1]["position"] if rows else since
        newest: int = bounds["newest"]
        connection.put(write("resync", position=newest))
        return newest
