"""The writer of messages: everything that is pending goes in one statement and one commit.

No timer: as soon as the last commit has returned, the next batch starts. An idle house answers in
one commit; a busy one in bigger batches. One writer per process keeps each thread's order.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.care.consultation.messages.services import POST_BATCH
from xinglin.edge.live.database import AWAY
from xinglin.kernel.errors import Unavailable
from xinglin.kernel.text import Text

log = structlog.get_logger(__name__)
MAX_PENDING = 5000
MAX_BATCH = 500
RETRY_S = 0.5


@dataclass(slots=True)
class Draft:
    """A send on its way; `done` gets the Outcome or an exception."""

    consultation_id: UUID
    sender_id: UUID
    client_id: UUID
    kind: str
    body: dict[str, Any]
    done: "asyncio.Future[Outcome]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the database said. `refused` is None, not_found, closed or client_id_taken."""

    draft: Draft
    seq: int | None
    at: datetime
    dup: bool
    refused: str | None
    sender: str | None
    holder: UUID | None
    doctor: UUID | None


class Busy(Unavailable):
    """Too much is pending; the client waits a little and sends again with the same client id."""

    code = "busy"
    text = Text("消息较多，正在重试。", "The line is busy; the message will be sent again.")


class Writer:
    def __init__(self, pool: asyncpg.Pool, on_posted: Callable[[Sequence[Outcome]], None]) -> None:
        self._pool = pool
        self._on_posted = on_posted
        self._pending: list[Draft] = []
        self._wake = asyncio.Event()

    def submit(self, draft: Draft) -> "asyncio.Future[Outcome]":
        """Raises Busy when the queue is full."""
        if len(self._pending) >= MAX_PENDING:
            raise Busy
        self._pending.append(draft)
        self._wake.set()
        return draft.done

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            batch, self._pending = self._pending[:MAX_BATCH], self._pending[MAX_BATCH:]
            if not self._pending:
                self._wake.clear()
            if batch:
                await self._flush(batch)

    async def _flush(self, batch: list[Draft]) -> None:
        """A commit of unknown end is sent again: the client ids make that harmless."""
        batch.sort(key=lambda d: d.consultation_id)
        try:
            self._settle(await self._post(batch))
        except ValueError:  # among them one that asyncpg counts as of its interface
            await self._post_one_by_one(batch)
        except AWAY as error:
            await self._keep(batch, error)
        except Exception:  # noqa: BLE001  # whatever it was: the others are waiting
            await self._post_one_by_one(batch)

    def _settle(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            if not outcome.draft.done.done():
                outcome.draft.done.set_result(outcome)
        self._on_posted(outcomes)

    async def _keep(self, batch: list[Draft], error: Exception) -> None:
        """In front of the others, so that each thread keeps its order."""
        log.warning("database away, messages kept", pending=len(batch), error=type(error).__name__)
        self._pending = batch + self._pending
        self._wake.set()
        # Every connection of the pool may be of the server that is gone.
        await self._pool.expire_connections()
        await asyncio.sleep(RETRY_S)

    async def _post(self, batch: Sequence[Draft]) -> list[Outcome]:
        rows = await self._pool.fetch(
            POST_BATCH,
            [d.consultation_id for d in batch],
            [d.sender_id for d in batch],
            [d.client_id for d in batch],
            [d.kind for d in batch],
            [msgspec.json.encode(d.body).decode() for d in batch],
        )
        return [
            Outcome(
                batch[r["ord"] - 1],
                r["seq"],
                r["at"],
                r["dup"],
                r["refused"],
                r["sender"],
                r["holder"],
                r["doctor"],
            )
            for r in rows
        ]

    async def _post_one_by_one(self, batch: list[Draft]) -> None:
        """One poisonous row fails alone."""
        for number, draft in enumerate(batch):
            try:
                self._settle(await self._post([draft]))
            except ValueError as error:
                self._refuse(draft, error)
            except AWAY as error:
                await self._keep(batch[number:], error)
                return
            except Exception as error:  # noqa: BLE001  # the same
                self._refuse(draft, error)

    @staticmethod
    def _refuse(draft: Draft, error: Exception) -> None:
        # Not the error's own words nor its trace: they would hold the text of the message.
        log.error("message refused by the database", error=type(error).__name__)
        if not draft.done.done():
            draft.done.set_exception(Unavailable("not_stored"))
