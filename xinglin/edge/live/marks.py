"""Marks of what was got and read: they only rise, so that a new one makes all before it needless.

What comes while a statement is under way waits, each person's marks of a thread as one, and goes
with the next.
"""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import asyncpg
import structlog

from xinglin.care.consultation.messages.services import MARK_BATCH
from xinglin.edge.live.database import AWAY

log = structlog.get_logger(__name__)
MAX_BATCH = 500
# More than this means that the database is away; who is not told of a mark asks when it joins.
MAX_PENDING = 20_000
RETRY_S = 0.5

Key = tuple[UUID, UUID]


class Marks:
    """`on_moved` gets the rows of `MARK_BATCH` that moved."""

    def __init__(
        self, pool: asyncpg.Pool, on_moved: Callable[[Sequence[asyncpg.Record]], None]
    ) -> None:
        self._pool = pool
        self._on_moved = on_moved
        self._pending: dict[Key, tuple[int, int]] = {}
        self._wake = asyncio.Event()

    def note(self, consultation_id: UUID, user_id: UUID, got: int, read: int) -> None:
        key = consultation_id, user_id
        before = self._pending.get(key)
        if before is not None:
            got, read = max(got, before[0]), max(read, before[1])
        elif len(self._pending) >= MAX_PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[key] = got, read
        self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                batch = self._take()
                try:
                    moved = await self._write(batch)
                except AWAY as error:
                    log.warning("marks kept", error=type(error).__name__)
                    for (consultation_id, user_id), (got, read) in batch.items():
                        self.note(consultation_id, user_id, got, read)
                    await asyncio.sleep(RETRY_S)
                else:
                    self._on_moved(moved)

    def _take(self) -> dict[Key, tuple[int, int]]:
        if len(self._pending) <= MAX_BATCH:
            batch, self._pending = self._pending, {}
            return batch
        return {key: self._pending.pop(key) for key in list(self._pending)[:MAX_BATCH]}

    async def _write(self, batch: dict[Key, tuple[int, int]]) -> Sequence[asyncpg.Record]:
        rows: Sequence[asyncpg.Record] = await self._pool.fetch(
            MARK_BATCH,
            [consultation_id for consultation_id, _ in batch],
            [user_id for _, user_id in batch],
            [got for got, _ in batch.values()],
            [read for _, read in batch.values()],
        )
        return rows
