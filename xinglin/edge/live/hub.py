"""Rooms and audiences of this process: who gets which message and event, each once, in order."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.care.consultation.messages.queries import PAGE, PARTIES, READ_AS_PARTY
from xinglin.edge.live.connection import RESTART, Connection
from xinglin.edge.live.database import AWAY
from xinglin.edge.live.protocol import write
from xinglin.edge.live.writer import Outcome
from xinglin.kernel.errors import NotFound

log = structlog.get_logger(__name__)
GOING = 1001


def _of_row(row: asyncpg.Record) -> dict[str, object]:
    return dict(row) | {"body": msgspec.Raw(row["body"].encode())}


def _of_outcome(outcome: Outcome) -> dict[str, object]:
    """The columns of `READ_AS_PARTY`, from what the writer knows already."""
    draft = outcome.draft
    return {
        "consultation_id": draft.consultation_id,
        "seq": outcome.seq,
        "client_id": draft.client_id,
        "sender": outcome.sender,
        "sender_id": draft.sender_id,
        "kind": draft.kind,
        "body": draft.body,
        "at": outcome.at,
    }


def _is_party(connection: Connection, holder: UUID | None, doctor: UUID | None) -> bool:
    return connection.viewer.user_id in {holder, doctor}


class Hub:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.connections: set[Connection] = set()
        self._rooms: dict[UUID, set[Connection]] = defaultdict(set)
        self._audiences: dict[str, set[Connection]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, connection: Connection) -> None:
        self.connections.add(connection)
        for audience in connection.audiences:
            self._audiences[audience].add(connection)

    def drop(self, connection: Connection) -> None:
        self.connections.discard(connection)
        for audience in connection.audiences:
            self._audiences[audience].discard(connection)
            if not self._audiences[audience]:
                del self._audiences[audience]
        for consultation_id in list(connection.rooms):
            self.leave(connection, consultation_id)
        connection.close(GOING)

    async def join(self, connection: Connection, consultation_id: UUID, since: int) -> None:
        """Into the room, then what was missed, then what is new.

        What was written between the look at the thread and the entry is read with the rest: the
        table is asked once the socket stands in the room, however far it has come.

        Raises:
            NotFound: no such thread, or this person is no party of it.
        """
        rows = await self._pool.fetch(PARTIES, [consultation_id])
        if not rows or not _is_party(connection, rows[0]["holder_id"], rows[0]["doctor_user_id"]):
            raise NotFound
        last = rows[0]["last_seq"]
        connection.rooms[consultation_id] = min(max(since, 0), last)
        self._rooms[consultation_id].add(connection)
        connection.put(write("joined", consultation=consultation_id, last_seq=last))
        self._catch_up(connection, consultation_id)

    def leave(self, connection: Connection, consultation_id: UUID) -> None:
        connection.rooms.pop(consultation_id, None)
        room = self._rooms.get(consultation_id)
        if room is not None:
            room.discard(connection)
            if not room:
                del self._rooms[consultation_id]

    def deliver(self, outcomes: Sequence[Outcome]) -> dict[UUID, int]:
        """Messages of this process; answers the new tops, to be told to the other processes."""
        tops: dict[UUID, int] = {}
        for outcome in outcomes:
            if outcome.seq is None:
                continue
            consultation_id = outcome.draft.consultation_id
            tops[consultation_id] = max(tops.get(consultation_id, 0), outcome.seq)
            if outcome.dup:
                # Its first commit may have been answered by a broken line: nobody was told then.
                self.grown(consultation_id, outcome.seq)
            elif consultation_id in self._rooms:
                self._deliver(consultation_id, outcome, outcome.seq)
        return tops

    def _deliver(self, consultation_id: UUID, outcome: Outcome, seq: int) -> None:
        frame = write("message", message=_of_outcome(outcome))
        for connection in list(self._rooms[consultation_id]):
            if _is_party(connection, outcome.holder, outcome.doctor):
                self._give(connection, consultation_id, seq, frame)
            else:
                self.leave(connection, consultation_id)

    def _give(self, connection: Connection, consultation_id: UUID, seq: int, frame: str) -> None:
        seen = connection.rooms[consultation_id]
        if seq == seen + 1:
            connection.rooms[consultation_id] = seq
            connection.put(frame)
        elif seq > seen:
            self._catch_up(connection, consultation_id)

    def grown(self, consultation_id: UUID, top: int) -> None:
        """Another process wrote up to `top`; whoever has seen less reads the table."""
        for connection in self._rooms.get(consultation_id, ()):
            if connection.rooms[consultation_id] < top:
                self._catch_up(connection, consultation_id)

    @property
    def rooms(self) -> set[UUID]:
        """Threads that somebody here follows."""
        return set(self._rooms)

    def rooms_of(self, user_id: UUID) -> set[UUID]:
        """Threads that this person follows here."""
        return {c for k in self.connections if k.viewer.user_id == user_id for c in k.rooms}

    async def refresh(self, consultation_ids: Iterable[UUID]) -> None:
        """After an event: who is no party any more leaves; cards of the system are fetched."""
        present = [c for c in consultation_ids if c in self._rooms]
        if not present:
            return
        for row in await self._pool.fetch(PARTIES, present):
            consultation_id = row["consultation_id"]
            for connection in list(self._rooms.get(consultation_id, ())):
                if not _is_party(connection, row["holder_id"], row["doctor_user_id"]):
                    self.leave(connection, consultation_id)
            self.grown(consultation_id, row["last_seq"])

    def _catch_up(self, connection: Connection, consultation_id: UUID) -> None:
        if consultation_id in connection.catching:
            connection.again.add(consultation_id)
            return
        connection.catching.add(consultation_id)
        task = asyncio.create_task(self._read_on(connection, consultation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_on(self, connection: Connection, consultation_id: UUID) -> None:
        """Page by page, no faster than the socket takes it."""
        try:
            while consultation_id in connection.rooms and await connection.light():
                connection.again.discard(consultation_id)
                read = await self._read_page(connection, consultation_id)
                if read < PAGE and consultation_id not in connection.again:
                    break
        except AWAY as error:
            log.warning("thread not readable", error=type(error).__name__)
            connection.close(RESTART)
        finally:
            connection.catching.discard(consultation_id)

    async def _read_page(self, connection: Connection, consultation_id: UUID) -> int:
        """How many rows were there; the person's right is looked at in the same statement."""
        rows = await self._pool.fetch(
            READ_AS_PARTY,
            consultation_id,
            connection.rooms.get(consultation_id, 0),
            PAGE,
            connection.viewer.user_id,
        )
        for row in rows:
            if not await connection.light():
                break
            # A live message may have passed by while we waited, and the room may have been left.
            if row["seq"] > connection.rooms.get(consultation_id, row["seq"]):
                connection.rooms[consultation_id] = row["seq"]
                connection.put(write("message", message=_of_row(row)))
        return len(rows)

    def typing(self, connection: Connection, consultation_id: UUID) -> None:
        """Only those in the room hear it; it is not stored."""
        if consultation_id not in connection.rooms:
            return
        frame = write("typing", consultation=consultation_id, sender=connection.viewer.user_id)
        for other in self._rooms[consultation_id]:
            if other is not connection:
                other.put(frame)

    def announce(self, position: int, audiences: Iterable[str], frame: str) -> None:
        """An event, once to each socket, however many of its audiences match."""
        hearers: set[Connection] = set()
        for audience in audiences:
            hearers |= self._audiences.get(audience, set())
        for connection in hearers:
            if connection.held_events is not None:
                connection.held_events.append((position, frame))
            elif connection.position is not None and position > connection.position:
                connection.position = position
                connection.put(frame)
