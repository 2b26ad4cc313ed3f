"""Lines that stand for seats of calls: who is told of whom, and signals from one page to another.

What is told of seats is read from their table, never remembered: rooms with a seat here are looked at
every half second, at once when something was done here, another process says so, or the feed does.
Without seats nothing is asked. Signals between lines of this process touch no table.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import asyncpg
import msgspec
import structlog

from xinglin.edge.live import gate
from xinglin.edge.live.bus import Note
from xinglin.edge.live.connection import MAX_BUFFER, Connection
from xinglin.edge.live.database import AWAY
from xinglin.edge.live.protocol import MAX_SIGNAL, Report, Signal, Sit, Unsit, encode, write
from xinglin.edge.live.reports import Key, Reports
from xinglin.foundation.calls.queries import LEFT, LOOK, card_of
from xinglin.foundation.calls.services import (
    REPORT,
    SIGNAL,
    SIT,
    TAKE_SIGNALS,
    UNSIT,
    remove_seat,
)
from xinglin.foundation.calls.types import SeatCard
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound, TooLarge

log = structlog.get_logger(__name__)
ROUND_S = 0.5
# Of one line: a page has one seat, and a person few calls.
MAX_SEATS = 8
# Signals for other processes; more means that the database is away, and pages begin anew.
MAX_WAITING = 500
_CARD = 12  # columns of a seat (see `card_of`)
_UNSAID = "left"  # by the page's own act


@dataclass(slots=True)
class _Standing:
    """A line that stands for a seat; `told`: the last list it was given, None before the first."""

    connection: Connection
    line: int
    told: bytes | None = None


@dataclass(slots=True)
class _Room:
    version: int = 0
    cards: dict[UUID, SeatCard] = field(default_factory=dict)
    houses: dict[UUID, UUID | None] = field(default_factory=dict)
    standing: dict[UUID, _Standing] = field(default_factory=dict)

    def is_elsewhere(self, seat: UUID, house: UUID) -> bool:
        """Another live process has the line of that seat."""
        return self.houses.get(seat) not in (None, house)

    def known_to(self, seat: UUID) -> list[dict[str, object]]:
        mine = self.cards.get(seat)
        return [c.told() for c in self.cards.values() if mine is not None and mine.may_know(c)]


class Calls:
    """`tell`: to the other live processes, if there are any."""

    def __init__(self, pool: asyncpg.Pool, house_id: UUID, tell: Callable[[Note], None]) -> None:
        self._pool = pool
        self._house_id = house_id
        self._tell = tell
        self._rooms: dict[UUID, _Room] = {}
        self._seats_of: dict[Connection, set[Key]] = {}
        self._reports = Reports()
        # What the next round writes: lines that stand no more, or whose seat was lost meanwhile.
        self._gone: dict[tuple[UUID, UUID, int], None] = {}
        self._lost: dict[Key, None] = {}
        self._signals: list[tuple[UUID, UUID, UUID, str]] = []
        self._wake = asyncio.Event()
        self._to_look = False
        self._looked_at = 0.0

    async def sit(self, connection: Connection, frame: Sit) -> None:
        """Raises NotFound: the seat is not this person's. One that was left is told why."""
        key = frame.room, frame.seat
        mine = self._seats_of.get(connection, ())
        if len(mine) >= MAX_SEATS and key not in mine:
            raise TooLarge
        person = connection.viewer.user_id
        line = await self._pool.fetchval(SIT, *key, person, self._house_id)
        if line is None:
            await self._say_why(connection, key, person)
            return
        if not self._stand(connection, key, line):
            return
        await self._look([frame.room])
        self._tell(Note(rooms=[frame.room]))
        room = self._rooms.get(frame.room)
        standing = room.standing.get(frame.seat) if room else None
        if room and standing and standing.connection is connection:
            seats = room.known_to(frame.seat)
            standing.told = encode(seats)
            connection.put(write("seated", room=frame.room, seat=frame.seat, seats=seats))

    async def _say_why(self, connection: Connection, key: Key, person: UUID) -> None:
        because = await self._pool.fetchval(LEFT, *key, person)
        if not because:
            raise NotFound
        connection.put(_unseated(key, because))

    def _stand(self, connection: Connection, key: Key, line: int) -> bool:
        """False: the line has ended meanwhile, or a later one stands there already."""
        room_id, seat_id = key
        if connection.closed:
            self._gone[*key, line] = None
            self._wake.set()
            return False
        room = self._rooms.setdefault(room_id, _Room())
        before = room.standing.get(seat_id)
        if before is not None:
            if before.line > line:
                return False
            self._forget(before.connection, key)
        room.standing[seat_id] = _Standing(connection, line)
        self._wake.set()  # from now on it looks by itself
        self._seats_of.setdefault(connection, set()).add(key)
        return True

    def unsit(self, connection: Connection, frame: Unsit) -> None:
        self._rise(connection, (frame.room, frame.seat))

    def left(self, connection: Connection) -> None:
        """The line has ended: its seats are empty, and the others hear it."""
        for key in self._seats_of.get(connection, set()).copy():
            self._rise(connection, key)

    async def put_out(self, connection: Connection) -> None:
        """Whoever may not be here any more: the seats are left, so that the others end the media too."""
        person = connection.viewer.user_id
        keys = list(self._seats_of.get(connection, ()))
        for room, seat in keys:
            await gate.in_thread(partial(remove_seat, room, seat, person, at=clock.now()))
        self._changed([room for room, _ in keys])
        self._wake.set()

    def _rise(self, connection: Connection, key: Key) -> None:
        standing = self._standing(connection, key)
        if standing is not None:
            self._drop(key)
            self._gone[*key, standing.line] = None
            self._wake.set()

    def _standing(self, connection: Connection, key: Key) -> _Standing | None:
        """Of this line; what stands for a seat elsewhere is nobody else's."""
        room = self._rooms.get(key[0])
        found = room.standing.get(key[1]) if room else None
        return found if found is not None and found.connection is connection else None

    def _drop(self, key: Key) -> None:
        room = self._rooms[key[0]]
        self._forget(room.standing.pop(key[1]).connection, key)
        if not room.standing:
            del self._rooms[key[0]]

    def _forget(self, connection: Connection, key: Key) -> None:
        self._reports.forget(key)
        seats = self._seats_of.get(connection, set())
        seats.discard(key)
        if not seats:
            self._seats_of.pop(connection, None)

    def signal(self, connection: Connection, frame: Signal) -> None:
        """Dropped when the other is not here, or not to be known.

        Raises:
            NotFound: this line does not stand for that seat.
            TooLarge: more than MAX_SIGNAL bytes.
        """
        if self._standing(connection, (frame.room, frame.seat)) is None:
            raise NotFound
        data = encode(frame.data)
        if len(data) > MAX_SIGNAL:
            raise TooLarge
        room = self._rooms[frame.room]
        mine, other = room.cards.get(frame.seat), room.cards.get(frame.to)
        if mine is None or other is None or not mine.may_know(other):
            return
        here = room.standing.get(frame.to)
        if here is not None:
            _hand(here.connection, _signal(frame.room, frame.seat, data))
        elif room.is_elsewhere(frame.to, self._house_id) and len(self._signals) < MAX_WAITING:
            self._signals.append((frame.room, frame.to, frame.seat, data.decode()))
            self._wake.set()

    def report(self, connection: Connection, frame: Report) -> None:
        """Of a seat that this line does not stand for: nothing."""
        key = frame.room, frame.seat
        if self._standing(connection, key) is not None and self._reports.note(key, frame, _now()):
            self._wake.set()

    def heard(self, note: Note) -> None:
        """From another process."""
        if any(room in self._rooms for room in (*note.rooms, *(r for r, _ in note.signals))):
            self._to_look = True
            self._wake.set()

    async def look_soon(self) -> None:
        """The feed says that something has become of a call."""
        if self._rooms:
            self._to_look = True
            self._wake.set()

    async def run(self) -> None:
        while True:
            at_work = self._rooms or self._gone
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ROUND_S if at_work else None):
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.write()
                await self._read()
            except AWAY as error:
                log.warning("calls not written", error=type(error).__name__)
                await asyncio.sleep(ROUND_S)

    async def write(self) -> None:
        """All that waits; what cannot be written waits on."""
        await self._write_gone()
        await self._write_lost()
        await self._write_reports()
        await self._write_signals()

    async def _write_gone(self) -> None:
        gone = list(self._gone)
        if not gone:
            return
        rooms, seats, lines = (list(column) for column in zip(*gone, strict=True))
        await self._pool.fetchval(UNSIT, rooms, seats, lines, self._house_id)
        for each in gone:
            del self._gone[each]
        self._changed(rooms)

    async def _write_lost(self) -> None:
        """Seats that were taken for empty while this process could not say otherwise."""
        for key in list(self._lost):
            room = self._rooms.get(key[0])
            standing = room.standing.get(key[1]) if room else None
            if standing is not None:
                person = standing.connection.viewer.user_id
                line = await self._pool.fetchval(SIT, *key, person, self._house_id)
                if line is not None:
                    standing.line = line
                self._changed([key[0]])
            self._lost.pop(key, None)

    async def _write_reports(self) -> None:
        now = _now()
        rows = self._reports.due(now)
        if not rows:
            return
        said = encode(list(rows.values())).decode()
        changed = await self._pool.fetch(REPORT, said, self._house_id)
        self._reports.written(rows.items(), now)
        self._changed([row["room_id"] for row in changed])

    async def _write_signals(self) -> None:
        waiting = self._signals.copy()
        if not waiting:
            return
        await self._pool.execute(SIGNAL, *(list(column) for column in zip(*waiting, strict=True)))
        del self._signals[: len(waiting)]
        self._tell(Note(signals=[*dict.fromkeys((room, to) for room, to, _, _ in waiting)]))

    def _changed(self, rooms: Sequence[UUID]) -> None:
        if rooms:
            self._tell(Note(rooms=[*dict.fromkeys(rooms)]))
            self._to_look = True

    async def _read(self) -> None:
        if not self._rooms or not (self._to_look or _now() - self._looked_at >= ROUND_S):
            return
        self._to_look = False
        self._looked_at = _now()
        await self._look(list(self._rooms))
        seats = [
            (room_id, seat_id)
            for room_id, room in self._rooms.items()
            if any(room.is_elsewhere(each, self._house_id) for each in room.houses)
            for seat_id in room.standing
        ]
        if seats:
            await self._take(seats)

    async def _take(self, seats: list[Key]) -> None:
        """Signals from other processes."""
        rooms, ids = (list(column) for column in zip(*seats, strict=True))
        for row in await self._pool.fetch(TAKE_SIGNALS, rooms, ids):
            room = self._rooms.get(row["room_id"])
            standing = room.standing.get(row["seat_id"]) if room else None
            if standing is not None:
                wire = _signal(row["room_id"], row["from_id"], row["data"].encode())
                _hand(standing.connection, wire)

    async def _look(self, room_ids: list[UUID]) -> None:
        versions = [self._rooms[r].version if r in self._rooms else 0 for r in room_ids]
        rows = await self._pool.fetch(LOOK, room_ids, versions)
        for room_id, of_room in groupby(rows, itemgetter("room_id")):
            self._learn(room_id, list(of_room))

    def _learn(self, room_id: UUID, rows: list[asyncpg.Record]) -> None:
        """Looks may overtake each other: an older one tells nothing."""
        room = self._rooms.get(room_id)
        if room is None or rows[0]["version"] <= room.version:
            return
        seated = [row for row in rows if row["id"] is not None and not row["left_because"]]
        room.version = rows[0]["version"]
        room.cards = {row["id"]: card_of(tuple(row)[:_CARD]) for row in seated}
        room.houses = {row["id"]: row["house_id"] for row in seated}
        because = {row["id"]: row["left_because"] for row in rows}
        for seat_id, standing in list(room.standing.items()):
            self._keep((room_id, seat_id), room, standing, because.get(seat_id, "ended"))
        _tell_seats(room_id, room)

    def _keep(self, key: Key, room: _Room, standing: _Standing, because: str) -> None:
        """The line goes on standing for its seat, or is told why not."""
        card = room.cards.get(key[1])
        if card is None:
            self._drop(key)
            if because != _UNSAID:
                standing.connection.put(_unseated(key, because))
        elif card.line > standing.line:
            self._drop(key)  # a later line of the same page stands there, at another process
        elif room.houses[key[1]] != self._house_id:
            self._lost[key] = None
            self._wake.set()


def _tell_seats(room_id: UUID, room: _Room) -> None:
    """To every line whose list differs from the one it has."""
    for seat_id, standing in room.standing.items():
        seats = room.known_to(seat_id)
        told = encode(seats)
        if standing.told is not None and standing.told != told:
            standing.told = told
            standing.connection.put(write("seats", room=room_id, seats=seats))


def _unseated(key: Key, because: str) -> bytes:
    return write("unseated", room=key[0], seat=key[1], reason=because)


def _signal(room_id: UUID, seat_id: UUID, data: bytes) -> bytes:
    from_seat = {"room": room_id, "from": seat_id, "data": msgspec.Raw(data)}
    return write("signal", **from_seat)


def _hand(connection: Connection, wire: bytes) -> None:
    """What one page says never costs another its line: read too slowly, it is dropped."""
    if connection.line.waiting() + len(wire) <= MAX_BUFFER // 2:
        connection.put(wire)


def _now() -> float:
    return asyncio.get_running_loop().time()
