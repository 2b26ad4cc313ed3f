"""The live process as a whole: pool, writer, hub, feed, bus, and the housekeeping of leases."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from django.conf import settings

from xinglin.edge.limits import Bucket, Buckets
from xinglin.edge.live import ear, gate
from xinglin.edge.live.bus import Bus, Moved, Note
from xinglin.edge.live.bus.nats import NatsBus
from xinglin.edge.live.bus.null import NullBus
from xinglin.edge.live.bus.postgres import PostgresBus
from xinglin.edge.live.connection import SIGNED_OUT, TOO_MANY, Connection
from xinglin.edge.live.database import UNREADABLE, connect, connection_arguments
from xinglin.edge.live.desk import Desk
from xinglin.edge.live.feed import FeedReader
from xinglin.edge.live.hub import Hub
from xinglin.edge.live.looking import Looking
from xinglin.edge.live.marks import Marks
from xinglin.edge.live.presence import Presence
from xinglin.edge.live.protocol import write
from xinglin.edge.live.refusals import refusal_of
from xinglin.edge.live.tidy import Tidy
from xinglin.edge.live.writer import Draft, Outcome, Writer
from xinglin.foundation.outbox.services import BEAT

log = structlog.get_logger(__name__)
BEAT_S = 2.0
# Less than a lease: whoever has not beaten for so long may have been taken for dead.
FORGOTTEN_S = 8.0
TIDY_S = 2.0
SESSIONS_S = 4.0
# A line that has said nothing for one round of pings, and not answered in the next, is dead.
PING_S = 30.0
BEGIN_ANEW_S = 0.5
POOL = 4


def bus_of(url: str) -> Bus:
    """By the setting: `nats://...`, `none` for one process only, else PostgreSQL."""
    if url.startswith("nats://"):
        return NatsBus(url)
    return NullBus() if url == "none" else PostgresBus(connect)


async def _nothing_to_reset(_connection: object) -> None:
    """Single statements leave nothing behind; asyncpg's own reset is a second one after each."""


async def ended(tasks: Iterable[asyncio.Task[None]], patience_s: float = 0.5) -> None:
    """Cancel until they have ended: `wait_for`, which libraries use, may swallow it (Python 3.11)."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=patience_s)


class House:
    """Made once per process, at start-up of the server."""

    pool: asyncpg.Pool
    hub: Hub
    desk: Desk
    marks: Marks
    looking: Looking
    presence: Presence
    feed: FeedReader
    bus: Bus

    def __init__(self) -> None:
        self.sends = Buckets(settings.LIVE_SENDS_AT_ONCE, settings.LIVE_SENDS_PER_SECOND)
        self.writer = Writer(self._posted)
        self._tasks: list[asyncio.Task[None]] = []
        self._beaten_at = 0.0
        self._tidy = Tidy()

    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(
            min_size=1,
            max_size=POOL,
            max_inactive_connection_lifetime=0,
            reset=_nothing_to_reset,
            **connection_arguments(),
        )
        self.hub = Hub(self.pool)
        self.desk = Desk(self)
        self.feed = FeedReader(self.pool, self.hub)
        self.marks = Marks(self.pool, self._moved)
        self.looking = Looking(self.pool, self.hub)
        self.presence = Presence(self.pool, self.looking.wake)
        self.bus = bus_of(settings.LIVE_BUS)
        await self.feed.start()
        await self.presence.beat()
        self._beaten_at = asyncio.get_running_loop().time()
        for work in (self.writer.run, self.feed.run, self.marks.run, self.looking.run):
            self._spawn(work)
        self._spawn(self.presence.run)
        self._spawn(lambda: self.bus.subscribe(self._heard, self._back))
        self._spawn(lambda: ear.listen(self.feed.wake))
        self._spawn(lambda: self._every(BEAT_S, self._beat))
        self._spawn(lambda: self._every(SESSIONS_S, self._sessions))
        self._spawn(lambda: self._every(TIDY_S, self._give_back))
        self._spawn(self._ping)
        gc.collect()
        gc.freeze()
        # The default thresholds cost 0.9 to 1.7 s at 10,000 sockets (notes: data path, 3.3).
        gc.set_threshold(200_000, 50, 100)

    async def close(self, within_s: float = 2.0) -> None:
        """What is pending is stored and answered first, if the database lets us."""
        try:
            async with asyncio.timeout(within_s):
                await self.writer.drained()
                await self.presence.leave()
        except UNREADABLE as error:
            log.warning("not all was stored", error=type(error).__name__)
        await ended(self._tasks)
        await self.bus.close()
        self.pool.terminate()

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Without one of these the house stands still and looks alive: none of them ever ends."""

        async def for_ever() -> None:
            while True:
                try:
                    await work()
                except Exception as error:  # noqa: BLE001  # whatever it was, it is begun anew
                    name = type(error).__name__
                    log.error("task failed", error=name)  # noqa: TRY400  # a trace may hold words
                await asyncio.sleep(BEGIN_ANEW_S)

        self._tasks.append(asyncio.create_task(for_ever()))

    @staticmethod
    def new_frames() -> Bucket:
        """Of one line: a tab that has gone mad does not silence the others."""
        return Bucket(settings.LIVE_FRAMES_AT_ONCE, settings.LIVE_FRAMES_PER_SECOND)

    def submit(self, draft: Draft) -> None:
        """Raises Busy."""
        self.writer.submit(draft)

    def _posted(self, outcomes: Sequence[Outcome]) -> None:
        tops = self.hub.deliver(outcomes)
        for outcome in outcomes:
            if outcome.refused is None:
                outcome.draft.asker.answered(outcome)
            else:
                outcome.draft.asker.failed(outcome.draft, refusal_of(outcome.refused))
        if tops and not self.presence.alone:
            self.bus.publish(Note(tops))

    def _moved(self, rows: Sequence[asyncpg.Record]) -> None:
        moved = [Moved(*row) for row in rows]
        for each in moved:
            self._tell_mark(each)
        if moved and not self.presence.alone:
            self.bus.publish(Note(moved=moved))

    def _tell_mark(self, moved: Moved) -> None:
        wire = write(
            "marks",
            consultation=moved.consultation,
            side=moved.side,
            got=moved.got,
            read=moved.read,
        )
        self.hub.tell_parties(moved.consultation, wire, moved.holder, moved.doctor)

    def publish_typing(self, consultation_id: UUID, sender: UUID) -> None:
        if not self.presence.alone:
            self.bus.publish(Note(typing=[(consultation_id, sender)]))

    def _heard(self, note: Note) -> None:
        """From another process, which therefore is there."""
        self.presence.not_alone()
        for consultation_id, top in note.tops.items():
            self.hub.grown(consultation_id, top)
        for moved in note.moved:
            self._tell_mark(moved)
        for consultation_id, sender in note.typing:
            self.hub.tell_typing(consultation_id, sender)

    def _back(self) -> None:
        """The bus stands (again): others shall know of us, and what they told before is read."""
        self.presence.not_alone()
        self.bus.publish(Note({self.presence.house_id: 0}))
        self.feed.look_everywhere()
        asyncio.get_running_loop().call_later(2 * BEAT_S, self.feed.look_everywhere)

    @staticmethod
    async def _every(seconds: float, act: Any) -> None:
        while True:
            try:
                await act()
            except UNREADABLE as error:
                log.warning("housekeeping failed", act=act.__name__, error=type(error).__name__)
            await asyncio.sleep(seconds)

    async def _beat(self) -> None:
        await self.presence.beat()
        now = asyncio.get_running_loop().time()
        if now - self._beaten_at > FORGOTTEN_S:  # the others may have told us nothing meanwhile
            self._back()
        self._beaten_at = now
        await self.pool.execute(BEAT, "live")

    async def enter(self, connection: Connection) -> None:
        """Present from the first second, not only from the next round."""
        self._make_room(connection)
        self.hub.add(connection)
        await self.presence.arrived(connection.user_id)
        connection.greeted_at = self.feed.position
        connection.put(write("hello", user=connection.user_id, position=connection.greeted_at))

    def _make_room(self, connection: Connection) -> None:
        """Of too many lines of one person the oldest goes: more likely dead than the newest."""
        mine = self.hub.lines_of(connection.user_id)
        if len(mine) >= settings.LIVE_LINES_AT_ONCE:
            oldest = next(c for c in self.hub.connections if c in mine)
            oldest.close(TOO_MANY)
            self.leave(oldest)

    def leave(self, connection: Connection) -> None:
        if connection in self.hub.connections:
            self._tidy.left += 1
            self.hub.drop(connection)
            self.presence.departed(connection.user_id)

    async def _give_back(self) -> None:
        self._tidy.up(len(self.hub.connections))

    async def _ping(self) -> None:
        """Everybody once in a round, some each second."""
        while True:
            connections = list(self.hub.connections)
            for second in range(int(PING_S)):
                for connection in connections[second :: int(PING_S)]:
                    if connection.heard:
                        connection.heard = False
                        connection.line.ping()
                    else:
                        connection.line.cut()
                await asyncio.sleep(1)

    async def _sessions(self) -> None:
        connections = list(self.hub.connections)
        if not connections:
            return
        ended = await gate.ended({c.session_key: c.user_id for c in connections}, self.pool)
        for connection in connections:
            if connection.session_key in ended:
                connection.close(SIGNED_OUT)
