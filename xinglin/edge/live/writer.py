"""The writer of messages: everything that is pending goes in one statement and one commit.

No timer: as soon as the last commit has returned, the next batch starts, and only then the last one
is answered. An idle house answers in one commit; a busy one in bigger batches. A thread has one
writer in each process, which keeps its order.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.care.consultation.messages.services import POST_BATCH
from xinglin.edge.live.database import AWAY, connect
from xinglin.kernel.errors import Unavailable
from xinglin.kernel.text import Text

log = structlog.get_logger(__name__)
MAX_PENDING = 5000
MAX_PENDING_BYTES = 16 * 1024 * 1024
MAX_BATCH = 500
RETRY_S = 0.5


class Draft(msgspec.Struct, gc=False):
    """A send on its way; `body` is JSON."""

    consultation_id: UUID
    sender_id: UUID
    client_id: UUID
    kind: str
    body: bytes
    asker: "Asker"


class Outcome(msgspec.Struct, gc=False):
    """What the database said. `refused` is None or a key of `REFUSALS`; then there is no `seq`."""

    draft: Draft
    seq: int | None
    at: datetime
    dup: bool
    refused: str | None
    sender: str | None
    holder: UUID | None
    doctor: UUID | None


class Asker(Protocol):
    """Who sent a draft and wants to hear what became of it."""

    def answered(self, outcome: Outcome) -> None:
        """It was stored, now or before."""

    def failed(self, draft: Draft, error: Exception) -> None:
        """It was refused."""


class Busy(Unavailable):
    """Too much is pending; the client waits a little and sends again with the same client id."""

    code = "busy"
    text = Text("消息较多，正在重试。", "The line is busy; the message will be sent again.")


class Writer:
    """`on_posted` gets the outcomes of each commit and tells everybody."""

    def __init__(self, on_posted: Callable[[Sequence[Outcome]], None]) -> None:
        self._on_posted = on_posted
        self._pending: list[Draft] = []
        self._pending_bytes = 0
        self._wake = asyncio.Event()
        self._done = asyncio.Event()
        self._done.set()
        self._connection: asyncpg.Connection | None = None
        self._post_batch: Any = None

    def submit(self, draft: Draft) -> None:
        """Raises Busy when the queue is full."""
        size = self._pending_bytes + len(draft.body)
        if len(self._pending) >= MAX_PENDING or size > MAX_PENDING_BYTES:
            raise Busy
        if not self._pending:
            self._wake.set()
            self._done.clear()
        self._pending.append(draft)
        self._pending_bytes = size

    async def drained(self) -> None:
        """Until nothing is pending and all was answered."""
        await self._done.wait()

    async def run(self) -> None:
        try:
            while True:
                await self._wake.wait()
                await self._work(self._take())
                if not self._pending:
                    self._wake.clear()
                    self._done.set()
        finally:
            self._drop_connection()

    async def _work(self, batch: list[Draft]) -> None:
        """Batch after batch: the next one is on the wire before the last one is answered."""
        posting = asyncio.create_task(self._post(batch))
        try:
            while True:
                await asyncio.wait((posting,))
                error = posting.exception()
                if error is not None:
                    await self._recover(batch, error)
                    return
                rows, done = posting.result(), batch
                if self._pending:
                    batch = self._take()
                    posting = asyncio.create_task(self._post(batch))
                    await asyncio.sleep(0)  # it is sent
                    self._settle(done, rows)
                    continue
                self._settle(done, rows)
                return
        finally:
            if not posting.done():
                posting.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await posting

    def _take(self) -> list[Draft]:
        batch = self._pending[:MAX_BATCH]
        del self._pending[:MAX_BATCH]
        self._pending_bytes -= sum(len(d.body) for d in batch)
        batch.sort(key=_consultation)  # each thread keeps its order
        return batch

    async def _post(self, batch: Sequence[Draft]) -> list[asyncpg.Record]:
        if self._post_batch is None:
            self._connection = await connect()
            self._post_batch = await self._connection.prepare(POST_BATCH)
        rows: list[asyncpg.Record] = await self._post_batch.fetch(
            [d.consultation_id for d in batch],
            [d.sender_id for d in batch],
            [d.client_id for d in batch],
            [d.kind for d in batch],
            [d.body.decode() for d in batch],
        )
        return rows

    def _settle(self, batch: Sequence[Draft], rows: Sequence[asyncpg.Record]) -> None:
        outcomes = [
            Outcome(batch[number - 1], seq, at, dup, refused, sender, holder, doctor)
            for number, seq, at, dup, refused, sender, holder, doctor in rows
        ]
        try:
            self._on_posted(outcomes)
        except Exception as error:  # noqa: BLE001  # it is stored; the next ones are not to suffer
            log.error("outcomes not told", error=type(error).__name__)  # noqa: TRY400  # no trace

    async def _recover(self, batch: list[Draft], error: BaseException) -> None:
        """A commit of unknown end is sent again: the client ids make that harmless."""
        if isinstance(error, AWAY) and not isinstance(error, ValueError):
            await self._keep(batch, error)
        elif isinstance(error, Exception):  # one of them is poisonous; the others are waiting
            await self._post_one_by_one(batch)
        else:
            raise error

    async def _keep(self, batch: list[Draft], error: BaseException) -> None:
        """In front of the others, so that each thread keeps its order."""
        log.warning("database away, messages kept", pending=len(batch), error=type(error).__name__)
        self._pending[:0] = batch
        self._pending_bytes += sum(len(d.body) for d in batch)
        self._drop_connection()
        await asyncio.sleep(RETRY_S)

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
        self._connection = self._post_batch = None

    async def _post_one_by_one(self, batch: list[Draft]) -> None:
        """One poisonous row fails alone; perhaps it was only the statement that has grown old."""
        self._drop_connection()
        for number, draft in enumerate(batch):
            try:
                self._settle([draft], await self._post([draft]))
            except ValueError as error:  # among them one that asyncpg counts as of its interface
                self._refuse(draft, error)
            except AWAY as error:
                await self._keep(batch[number:], error)
                return
            except Exception as error:  # noqa: BLE001  # whatever it was, the others are waiting
                self._refuse(draft, error)

    @staticmethod
    def _refuse(draft: Draft, error: Exception) -> None:
        # Not the error's own words nor its trace: they would hold the text of the message.
        log.error("message refused by the database", error=type(error).__name__)
        draft.asker.failed(draft, Unavailable("not_stored"))


def _consultation(draft: Draft) -> UUID:
    return draft.consultation_id
