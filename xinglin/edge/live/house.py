"""The live process as a whole: pool, writer, hub, feed, bus, and the housekeeping of leases."""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import asyncpg
import structlog
from django.conf import settings

from xinglin.edge.limits import Buckets
from xinglin.edge.live import gate
from xinglin.edge.live.bus import Bus, PostgresBus
from xinglin.edge.live.connection import SIGNED_OUT
from xinglin.edge.live.database import UNREADABLE
from xinglin.edge.live.feed import FeedReader
from xinglin.edge.live.hub import Hub
from xinglin.edge.live.writer import Outcome, Writer
from xinglin.foundation.live.services import TOUCH_PRESENCE
from xinglin.foundation.outbox.services import BEAT

log = structlog.get_logger(__name__)
BEAT_S = 2
SESSIONS_S = 4
PRESENCE_S = 10
BEGIN_ANEW_S = 0.5
POOL = 4
SENDS_AT_ONCE = 120
SENDS_PER_SECOND = 10
# A reconnected client joins its rooms one after the other.
FRAMES_AT_ONCE = 500
FRAMES_PER_SECOND = 50


def connection_arguments() -> dict[str, Any]:
    found = settings.DATABASES["default"]
    named = {
        "database": found["NAME"],
        "user": found["USER"],
        "password": found["PASSWORD"],
        "host": found["HOST"],
        "port": found["PORT"],
    }
    return {k: v for k, v in named.items() if v} | {"server_settings": {"application_name": "live"}}


async def _nothing_to_reset(_connection: object) -> None:
    """Single statements leave nothing behind; asyncpg's own reset is a second one after each."""


class House:
    """Made once per process, at start-up of the server."""

    pool: asyncpg.Pool
    hub: Hub
    writer: Writer
    feed: FeedReader
    bus: Bus

    def __init__(self) -> None:
        self.sends = Buckets(burst=SENDS_AT_ONCE, per_second=SENDS_PER_SECOND)
        self.frames = Buckets(burst=FRAMES_AT_ONCE, per_second=FRAMES_PER_SECOND)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(
            min_size=1,
            max_size=POOL,
            max_inactive_connection_lifetime=0,
            reset=_nothing_to_reset,
            **connection_arguments(),
        )
        self.hub = Hub(self.pool)
        self.writer = Writer(self.pool, self._posted)
        self.feed = FeedReader(self.pool, self.hub)
        self.bus = PostgresBus(lambda: asyncpg.connect(**connection_arguments()))
        await self.feed.start()
        self._spawn(self.writer.run)
        self._spawn(self.feed.run)
        self._spawn(
            lambda: self.bus.subscribe(self._grown, self.feed.wake, self.feed.look_everywhere)
        )
        self._spawn(lambda: self._every(BEAT_S, self._beat))
        self._spawn(lambda: self._every(PRESENCE_S, self._presence))
        self._spawn(lambda: self._every(SESSIONS_S, self._sessions))
        gc.collect()
        gc.freeze()
        # The default thresholds cost 0.9 to 1.7 s at 10,000 sockets (notes: data path, 3.3).
        gc.set_threshold(200_000, 50, 100)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.bus.close()
        await self.pool.close()

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

    def _posted(self, outcomes: Sequence[Outcome]) -> None:
        tops = self.hub.deliver(outcomes)
        if tops:
            self.bus.publish(tops)

    def _grown(self, tops: dict[Any, int]) -> None:
        for consultation_id, top in tops.items():
            self.hub.grown(consultation_id, top)

    @staticmethod
    async def _every(seconds: float, act: Any) -> None:
        while True:
            try:
                await act()
            except UNREADABLE as error:
                log.warning("housekeeping failed", act=act.__name__, error=type(error).__name__)
            await asyncio.sleep(seconds)

    async def _beat(self) -> None:
        await self.pool.execute(BEAT, "live")

    async def _presence(self) -> None:
        people = list({c.viewer.user_id for c in self.hub.connections})
        if people:
            await self.pool.execute(TOUCH_PRESENCE, people)

    async def arrived(self, user_id: Any) -> None:
        """Present from the first second, not only from the next round."""
        await self.pool.execute(TOUCH_PRESENCE, [user_id])

    async def _sessions(self) -> None:
        connections = list(self.hub.connections)
        if not connections:
            return
        living = await gate.still_signed_in({c.session_key: c.viewer.user_id for c in connections})
        for connection in connections:
            if connection.session_key not in living:
                connection.close(SIGNED_OUT)
