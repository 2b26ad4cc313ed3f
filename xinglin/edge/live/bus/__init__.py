"""Between live processes: three methods; PostgreSQL's NOTIFY, NATS, or nobody else to tell.

The bus may lose, the tables may not: what it carries are numbers to catch up to, marks that a join
answers too, who is typing, which is nothing to miss, and which rooms of calls to look at.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

import msgspec


class Moved(msgspec.Struct, array_like=True, frozen=True, order=True):
    """A mark that has moved, and who may hear of it."""

    consultation: UUID
    side: str
    got: int
    read: int
    holder: UUID
    doctor: UUID | None


class Note(msgspec.Struct, array_like=True):
    """What one process tells the others."""

    tops: dict[UUID, int] = {}
    moved: list[Moved] = []
    typing: list[tuple[UUID, UUID]] = []
    # Of calls: whose seats have changed, and for whom a signal waits (room, seat).
    rooms: list[UUID] = []
    signals: list[tuple[UUID, UUID]] = []


class Bus(Protocol):
    """What a bus between live processes must do."""

    def publish(self, note: Note) -> None:
        """Tell the others, soon and together with what else there is; never waits."""

    async def subscribe(self, on_note: Callable[[Note], None], on_back: Callable[[], None]) -> None:
        """Run until cancelled; `on_back`: connected, and what was told before may be lost."""

    async def close(self) -> None:
        """Release what is held."""


class Envelope(msgspec.Struct, array_like=True):
    """A note and whose it is: nobody needs to hear himself."""

    sender: str
    note: Note


class Outbox:
    """What waits to be told; of a thread only its newest number."""

    def __init__(self) -> None:
        self._tops: dict[UUID, int] = {}
        self._moved: dict[tuple[UUID, str], Moved] = {}
        self._typing: dict[tuple[UUID, UUID], None] = {}
        self._rooms: dict[UUID, None] = {}
        self._signals: dict[tuple[UUID, UUID], None] = {}

    def __bool__(self) -> bool:
        return bool(self._tops or self._moved or self._typing or self._rooms or self._signals)

    def add(self, note: Note) -> None:
        for consultation_id, top in note.tops.items():
            self._tops[consultation_id] = max(top, self._tops.get(consultation_id, 0))
        for moved in note.moved:
            self._moved[moved.consultation, moved.side] = moved
        for typing in note.typing:
            self._typing[typing] = None
        self._rooms |= dict.fromkeys(note.rooms)
        self._signals |= dict.fromkeys(note.signals)

    def take(self, most: int) -> Note:
        """At most so many of each kind; what is taken and then not sent is lost."""
        return Note(
            {key: self._tops.pop(key) for key in list(self._tops)[:most]},
            [self._moved.pop(key) for key in list(self._moved)[: most // 4]],
            [key for key in list(self._typing)[: most // 4] if not self._typing.pop(key)],
            [key for key in list(self._rooms)[: most // 8] if not self._rooms.pop(key)],
            [key for key in list(self._signals)[: most // 8] if not self._signals.pop(key)],
        )
