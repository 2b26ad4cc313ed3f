"""Rooms and audiences of this process: who gets which message and event, each once, in order."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.care.consultation.messages.queries import PAGE, PARTIES, READ_AS_PARTY
from xinglin.edge.live.connection import RESTART, Connection
from xinglin.edge.live.protocol import Message, Told, write, write_struct
from xinglin.edge.live.writer import Outcome
from xinglin.kernel.errors import NotFound

log = structlog.get_logger(__name__)


def _of_row(row: asyncpg.Record) -> bytes:
    number, seq, client_id, sender, sender_id, kind, body, at, withdrawn = row
    raw = msgspec.Raw(body.encode())
    told = Message(number, seq, client_id, sender, sender_id, kind, raw, at, withdrawn)
    return write_struct(Told(told))


def _of_outcome(outcome: Outcome) -> bytes:
    """The columns of `READ_AS_PARTY`, from what the writer knows already."""
    draft = outcome.draft
    assert outcome.seq is not None
    assert outcome.sender is not None
    told = Message(
        draft.consultation_id,
        outcome.seq,
        draft.client_id,
        outcome.sender,
        draft.sender_id,
        draft.kind,
        msgspec.Raw(draft.body),
        outcome.at,
        withdrawn=False,
    )
    return write_struct(Told(told))


class Hub:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.connections: dict[Connection, None] = {}  # in the order of their arrival
        self._rooms: dict[UUID, set[Connection]] = {}
        self._audiences: dict[str, set[Connection]] = defaultdict(set)
        # Threads that are being joined: how many looks are under way, and what was told meanwhile.
        self._looks: Counter[UUID] = Counter()
        self._told: dict[UUID, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, connection: Connection) -> None:
        self.connections[connection] = None
        for audience in connection.audiences:
            self._audiences[audience].add(connection)

    def drop(self, connection: Connection) -> None:
        self.connections.pop(connection, None)
        for audience in connection.audiences:
            hearers = self._audiences.get(audience)
            if hearers is not None:
                hearers.discard(connection)
                if not hearers:
                    del self._audiences[audience]
        for consultation_id in list(connection.rooms):
            self.leave(connection, consultation_id)

    async def join(self, connection: Connection, consultation_id: UUID, since: int) -> None:
        """Into the room, then what was missed, then what is new.

        What is told between the look at the thread and the entry is noted, as if the socket stood
        in the room already, and read with the rest; when nothing was missed, nothing is read.

        Raises:
            NotFound: no such thread, or this person is no party of it.
        """
        thread, told = await self._look(consultation_id)
        if thread is None or connection.user_id not in (
            thread["holder_id"],
            thread["doctor_user_id"],
        ):
            raise NotFound
        if connection.closed:
            return
        last = thread["last_seq"]
        connection.rooms[consultation_id] = min(max(since, 0), last)
        self._rooms.setdefault(consultation_id, set()).add(connection)
        connection.put(
            write(
                "joined",
                consultation=consultation_id,
                last_seq=last,
                marks=msgspec.Raw(thread["marks"].encode()),
                turns=thread["turns"],
                max_turns=thread["max_turns"],
                closes_at=thread["closes_at"],
                is_open=thread["is_open"],
            )
        )
        if connection.rooms[consultation_id] < max(last, told):
            self._catch_up(connection, consultation_id)

    async def _look(self, consultation_id: UUID) -> tuple[asyncpg.Record | None, int]:
        """The thread as it is, and the highest number that was told here while we looked."""
        self._looks[consultation_id] += 1
        try:
            found = await self._pool.fetchrow(PARTIES, [consultation_id])
            return found, self._told.get(consultation_id, 0)
        finally:
            self._looks[consultation_id] -= 1
            if not self._looks[consultation_id]:
                del self._looks[consultation_id]
                self._told.pop(consultation_id, None)

    def _note(self, consultation_id: UUID, top: int) -> None:
        if consultation_id in self._looks:
            self._told[consultation_id] = max(top, self._told.get(consultation_id, 0))

    def leave(self, connection: Connection, consultation_id: UUID) -> None:
        connection.rooms.pop(consultation_id, None)
        if connection.looking is not None:
            connection.looking.pop(consultation_id, None)
        room = self._rooms.get(consultation_id)
        if room is not None:
            room.discard(connection)
            if not room:
                del self._rooms[consultation_id]

    def deliver(self, outcomes: Sequence[Outcome]) -> dict[UUID, int]:
        """Messages of this process; answers the new tops, to be told to the other processes."""
        tops: dict[UUID, int] = {}
        rooms = self._rooms
        for outcome in outcomes:
            seq = outcome.seq
            if seq is None:
                continue
            consultation_id = outcome.draft.consultation_id
            if seq > tops.get(consultation_id, 0):
                tops[consultation_id] = seq
            if self._looks:
                self._note(consultation_id, seq)
            if outcome.dup:
                # Its first commit may have been answered by a broken line: nobody was told then.
                self.grown(consultation_id, seq)
                continue
            room = rooms.get(consultation_id)
            if room is not None:
                self._deliver(room, consultation_id, outcome, seq)
        return tops

    def _deliver(
        self, room: set[Connection], consultation_id: UUID, outcome: Outcome, seq: int
    ) -> None:
        wire = _of_outcome(outcome)
        holder, doctor = outcome.holder, outcome.doctor
        gone = None
        for connection in room:
            user_id = connection.user_id
            if user_id not in (holder, doctor):
                gone = [connection] if gone is None else [*gone, connection]
                continue
            seen = connection.rooms[consultation_id]
            if seq == seen + 1:
                connection.rooms[consultation_id] = seq
                connection.put(wire)
            elif seq > seen:
                self._catch_up(connection, consultation_id)
        for connection in gone or ():
            self.leave(connection, consultation_id)

    def grown(self, consultation_id: UUID, top: int) -> None:
        """Another process wrote up to `top`; whoever has seen less reads the table."""
        self._note(consultation_id, top)
        for connection in self._rooms.get(consultation_id, ()):
            if connection.rooms[consultation_id] < top:
                self._catch_up(connection, consultation_id)

    @property
    def rooms(self) -> set[UUID]:
        """Threads that somebody here follows, or is about to."""
        return self._rooms.keys() | self._looks.keys()

    def lines_of(self, user_id: UUID) -> Collection[Connection]:
        """This person's sockets here."""
        return self._audiences.get(f"user:{user_id}", ())

    def rooms_of(self, user_id: UUID) -> set[UUID]:
        """Threads that this person follows here."""
        return {c for k in self.connections if k.user_id == user_id for c in k.rooms}

    async def refresh(self, consultation_ids: Iterable[UUID]) -> None:
        """After an event: who is no party any more leaves; cards of the system are fetched."""
        present = [c for c in consultation_ids if c in self._rooms or c in self._looks]
        if not present:
            return
        for row in await self._pool.fetch(PARTIES, present):
            consultation_id = row["consultation_id"]
            self.keep_parties(consultation_id, row["holder_id"], row["doctor_user_id"])
            self.grown(consultation_id, row["last_seq"])

    def keep_parties(self, consultation_id: UUID, holder: UUID, doctor: UUID | None) -> None:
        """Whoever is neither of them leaves the room."""
        for connection in list(self._rooms.get(consultation_id, ())):
            if connection.user_id not in (holder, doctor):
                self.leave(connection, consultation_id)

    def _catch_up(self, connection: Connection, consultation_id: UUID) -> None:
        if connection.catching is None:
            connection.catching, connection.again = set(), set()
        assert connection.again is not None
        if consultation_id in connection.catching:
            connection.again.add(consultation_id)
            return
        connection.catching.add(consultation_id)
        task = asyncio.create_task(self._read_on(connection, consultation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_on(self, connection: Connection, consultation_id: UUID) -> None:
        """Page by page, no faster than the socket takes it."""
        assert connection.again is not None
        assert connection.catching is not None
        try:
            while consultation_id in connection.rooms and await connection.light():
                connection.again.discard(consultation_id)
                read = await self._read_page(connection, consultation_id)
                if read < PAGE and consultation_id not in connection.again:
                    break
        except Exception as error:  # noqa: BLE001  # whatever it was, the line resumes by number
            log.warning("thread not readable", error=type(error).__name__)
            connection.close(RESTART)
        finally:
            connection.catching.discard(consultation_id)

    async def _read_page(self, connection: Connection, consultation_id: UUID) -> int:
        """How many rows were there; the person's right is looked at in the same statement.

        While we wait a live message may pass by, the room may be left, and it may be joined again
        further back: then another reading follows this one.
        """
        at = connection.rooms.get(consultation_id)
        if at is None:
            return 0
        rows = await self._pool.fetch(READ_AS_PARTY, consultation_id, at, PAGE, connection.user_id)
        for row in rows:
            if not await connection.light():
                break
            seen = connection.rooms.get(consultation_id)
            if seen is None or seen < at:
                break
            at, seq = seen, row["seq"]
            if seq > seen:
                connection.rooms[consultation_id] = at = seq
                connection.put(_of_row(row))
        return len(rows)

    def tell_room(
        self, consultation_id: UUID, wire: bytes, *, but: Connection | None = None
    ) -> None:
        """To everybody in the room."""
        for connection in self._rooms.get(consultation_id, ()):
            if connection is not but:
                connection.put(wire)

    def tell_typing(
        self, consultation_id: UUID, sender: UUID, *, but: Connection | None = None
    ) -> None:
        """Only those in the room hear it; it is not stored."""
        if consultation_id in self._rooms:
            wire = write("typing", consultation=consultation_id, sender=sender)
            self.tell_room(consultation_id, wire, but=but)

    def tell_parties(
        self, consultation_id: UUID, wire: bytes, holder: UUID, doctor: UUID | None
    ) -> None:
        """To those in the room who may be there now."""
        self.keep_parties(consultation_id, holder, doctor)
        self.tell_room(consultation_id, wire)

    def announce(self, position: int, audiences: Iterable[str], wire: bytes, payload: str) -> None:
        """An event, once to each socket, however many of its audiences match."""
        hearers: set[Connection] = set()
        for audience in audiences:
            hearers |= self._audiences.get(audience, set())
        for connection in hearers:
            if not (connection.hears_all or connection.hears(payload)):
                continue
            if connection.held_events is not None:
                connection.held_events.append((position, wire))
            elif connection.position is not None and position > connection.position:
                connection.position = position
                connection.put(wire)
