"""Whose line is alive: as `live.present` says, without asking for everybody each time."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from xinglin.foundation.live import queries as live


class Lines:
    """The lines of doctors on duty. A live process keeps all of its lines alive by one row."""

    def __init__(self) -> None:
        self._houses: dict[UUID, datetime] = {}
        self._alive: set[UUID] = set()
        self._of: dict[UUID, dict[UUID, datetime | None]] = {}
        self._at: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._leaving: set[UUID] = set()

    def look(self, at: datetime) -> set[UUID]:
        """Read the leases of the live processes; the users to whom time may have made a difference."""
        self._houses = live.houses()
        alive = {house for house, beat in self._houses.items() if live.is_alive(beat, at)}
        changed, self._alive = alive ^ self._alive, alive
        return self._leaving.union(*(self._at[h] for h in changed if h in self._at))

    def take(self, users: Collection[UUID]) -> None:
        """Read their lines."""
        self.drop(users)
        for user, house, left_at in live.lines(users):
            self._of.setdefault(user, {})[house] = left_at
            self._at[house].add(user)
            if left_at is not None:
                self._leaving.add(user)

    def drop(self, users: Iterable[UUID]) -> None:
        for user in users:
            self._leaving.discard(user)
            for house in self._of.pop(user, ()):
                self._at[house].discard(user)

    def is_present(self, user: UUID, at: datetime) -> bool:
        for house, left_at in self._of.get(user, {}).items():
            last = left_at or self._houses.get(house)
            # A process that is gone from the table keeps nobody alive, as `live.present` joins it.
            if house in self._houses and last is not None and live.is_alive(last, at):
                return True
        return False
