"""This process's lease: one beating row, and a row for each person whose first line is opened.

Rows are written when somebody comes or goes, all at once that came or went meanwhile. When the
process is killed its lease runs out, and with it the presence of all who were here.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import asyncpg
import structlog

from xinglin.edge.live.database import AWAY
from xinglin.foundation.live.services import ARRIVE, BEAT_HOUSE, DEPART, LEAVE_HOUSE
from xinglin.kernel import ids

log = structlog.get_logger(__name__)
RETRY_S = 0.5
# Whoever enters while the database cannot write is let in, and is written down later.
PATIENCE_S = 2.0
# A clock that was set back hides the others for one beat.
ALONE_AFTER = 3


class Presence:
    """`alone`: no other live process has a lease now. `on_change`: somebody came or went."""

    def __init__(self, pool: asyncpg.Pool, on_change: Callable[[], None]) -> None:
        self.house_id = ids.new()
        self._beats_alone = 0
        self._pool = pool
        self._on_change = on_change
        self._lines: Counter[UUID] = Counter()
        self._changed: set[UUID] = set()
        self._wake = asyncio.Event()
        self._written = asyncio.get_running_loop().create_future()

    @property
    def alone(self) -> bool:
        return self._beats_alone >= ALONE_AFTER

    def not_alone(self) -> None:
        """Somebody else was heard."""
        self._beats_alone = 0

    async def arrived(self, user_id: UUID) -> None:
        """Present from the greeting on."""
        self._lines[user_id] += 1
        if self._lines[user_id] == 1:
            self._note(user_id)
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._written), PATIENCE_S)

    def departed(self, user_id: UUID) -> None:
        self._lines[user_id] -= 1
        if self._lines[user_id] <= 0:
            del self._lines[user_id]
            self._note(user_id)

    def _note(self, user_id: UUID) -> None:
        self._changed.add(user_id)
        self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            changed, self._changed = self._changed, set()
            written, self._written = self._written, asyncio.get_running_loop().create_future()
            try:
                await self._write(changed)
            except AWAY as error:
                log.warning("presence kept", error=type(error).__name__)
                self._changed |= changed
                self._wake.set()
                await asyncio.sleep(RETRY_S)
            written.set_result(None)
            self._on_change()

    async def _write(self, changed: set[UUID]) -> None:
        here = sorted(u for u in changed if u in self._lines)
        gone = sorted(changed.difference(here))
        if here:
            await self._pool.execute(ARRIVE, here, self.house_id)
        if gone:
            await self._pool.execute(DEPART, gone, self.house_id)

    async def beat(self) -> None:
        """Keep the lease. One that was lost meanwhile, with all its rows, is made anew."""
        row = await self._pool.fetchrow(BEAT_HOUSE, self.house_id)
        self._beats_alone = 0 if row["others"] else self._beats_alone + 1
        if row["anew"] and self._lines:
            self._changed |= set(self._lines)
            self._wake.set()

    async def leave(self) -> None:
        """The end of the lease, told instead of waited for."""
        await self._pool.execute(LEAVE_HOUSE, self.house_id)
