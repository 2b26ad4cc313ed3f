"""The other side's presence, told only to who looks, and only while both are parties."""

import asyncio
import contextlib
from uuid import UUID

import asyncpg
import structlog

from xinglin.care.consultation.messages.queries import PARTIES
from xinglin.edge.live.connection import Connection
from xinglin.edge.live.database import AWAY
from xinglin.edge.live.hub import Hub
from xinglin.edge.live.protocol import write
from xinglin.foundation.live.queries import PRESENT_NOW

log = structlog.get_logger(__name__)
# Who is at another process is looked for so often; who comes and goes here is told at once.
ROUND_S = 3.0
MAX_LOOKS = 50
NOT_TOLD = None


class Looking:
    def __init__(self, pool: asyncpg.Pool, hub: Hub) -> None:
        self._pool = pool
        self._hub = hub
        self._lookers: set[Connection] = set()
        self._wake = asyncio.Event()

    def look(self, connection: Connection, consultation_id: UUID, *, on: bool) -> None:
        """Who is no party of the thread looks in vain."""
        looking = connection.looking
        if not on:
            if looking is not None:
                looking.pop(consultation_id, None)
            return
        if looking is None:
            looking = connection.looking = {}
        if len(looking) < MAX_LOOKS or consultation_id in looking:
            looking[consultation_id] = NOT_TOLD
            self._lookers.add(connection)
            self.wake()

    def wake(self) -> None:
        if self._lookers:
            self._wake.set()

    async def run(self) -> None:
        while True:
            timeout = ROUND_S if self._lookers else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(timeout):  # `wait_for` may swallow the end of us
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self._round()
            except AWAY as error:
                log.warning("presence not readable", error=type(error).__name__)
                await asyncio.sleep(ROUND_S)

    async def _round(self) -> None:
        self._lookers = {c for c in self._lookers if c.looking and not c.closed}
        threads = list({cid for c in self._lookers for cid in c.looking or ()})
        if not threads:
            return
        parties = {row["consultation_id"]: row for row in await self._pool.fetch(PARTIES, threads)}
        people = {row[who] for row in parties.values() for who in ("holder_id", "doctor_user_id")}
        rows = await self._pool.fetch(PRESENT_NOW, list(people - {None}))
        present = {row["user_id"] for row in rows}
        for connection in self._lookers:
            for consultation_id in list(connection.looking or ()):
                self._tell(connection, consultation_id, parties.get(consultation_id), present)

    @staticmethod
    def _tell(
        connection: Connection,
        consultation_id: UUID,
        thread: asyncpg.Record | None,
        present: set[UUID],
    ) -> None:
        looking = connection.looking
        assert looking is not None
        if thread is not None and connection.user_id == thread["holder_id"]:
            told = "doctor", thread["doctor_user_id"] in present
        elif thread is not None and connection.user_id == thread["doctor_user_id"]:
            told = "patient", thread["holder_id"] in present
        else:
            del looking[consultation_id]
            return
        # It may have stopped looking while we asked.
        if looking.get(consultation_id, told) != told:
            looking[consultation_id] = told
            side, is_present = told
            connection.put(
                write("presence", consultation=consultation_id, side=side, present=is_present)
            )
