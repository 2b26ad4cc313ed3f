"""Patients at the screen of a site: on the line for one walk-in, and for nothing else of their account.

Rooms, calls and events of other visits of the same account are not there. Which visit is the own one is
read when it is needed: the line is open before the doctor is asked.
"""

from collections.abc import Awaitable
from functools import partial
from uuid import UUID

import msgspec

from xinglin.care.sites.queries import consultations_of, passes_gone
from xinglin.care.sites.types import ScreenPass
from xinglin.edge.limits import Bucket
from xinglin.edge.live import gate, protocol
from xinglin.edge.live.connection import Connection, Line
from xinglin.edge.live.desk import Desk, House
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


class ScreenConnection(Connection):
    """`visit`: the consultation of the walk-in; None until it is known."""

    __slots__ = ("held", "visit")

    hears_all = False

    def __init__(
        self, line: Line, viewer: Viewer, held: ScreenPass, *, frames: Bucket, sends: Bucket
    ) -> None:
        audiences = frozenset({f"user:{viewer.user_id}"})
        super().__init__(line, viewer, "", audiences, frames=frames, sends=sends)
        self.held = held
        self.visit: UUID | None = None

    def hears(self, payload: str) -> bool:
        """Only what names the own walk-in, or its visit."""
        told = msgspec.json.decode(payload)
        if told.get("walk_in_id") == str(self.held.walk_in_id):
            return True
        return self.visit is not None and told.get("consultation_id") == str(self.visit)


class Screens:
    """Those of this process."""

    def __init__(self) -> None:
        self._lines: set[ScreenConnection] = set()

    def add(self, connection: Connection) -> None:
        if isinstance(connection, ScreenConnection):
            self._lines.add(connection)

    def drop(self, connection: Connection) -> None:
        if isinstance(connection, ScreenConnection):
            self._lines.discard(connection)

    async def learn(self) -> None:
        """The visits of those who had none when it was last asked."""
        await self._learn([c for c in self._lines if c.visit is None])

    async def visit_of(self, connection: ScreenConnection) -> UUID | None:
        if connection.visit is None:
            await self._learn([connection])
        return connection.visit

    async def _learn(self, lines: list[ScreenConnection]) -> None:
        if not lines:
            return
        walk_ins = [c.held.walk_in_id for c in lines]
        found = await gate.in_thread(partial(consultations_of, walk_ins))
        for connection in lines:
            connection.visit = found.get(connection.held.walk_in_id)

    async def gone(self) -> set[Connection]:
        """Those whose pass has ended."""
        if not self._lines:
            return set()
        passes = [c.held.id for c in self._lines]
        ended = await gate.in_thread(partial(passes_gone, passes))
        return {c for c in self._lines if c.held.id in ended}


class ScreenDesk(Desk):
    """As the desk, for lines of screens only."""

    def __init__(self, house: House, screens: Screens) -> None:
        super().__init__(house)
        self._screens = screens

    def _act(self, connection: Connection, frame: protocol.Frame) -> Awaitable[None] | None:
        assert isinstance(connection, ScreenConnection)
        if isinstance(frame, protocol.Sit):
            return self._sit(connection, frame)
        if isinstance(frame, protocol.Feed):
            return self._resume(connection, frame)
        asked = getattr(frame, "consultation", None)
        if asked is None or asked == connection.visit:
            return super()._act(connection, frame)
        if connection.visit is not None:
            raise NotFound
        return self._act_if_own(connection, frame, asked)

    async def _act_if_own(
        self, connection: ScreenConnection, frame: protocol.Frame, asked: UUID
    ) -> None:
        if await self._screens.visit_of(connection) != asked:
            raise NotFound
        doing = super()._act(connection, frame)
        if doing is not None:
            await doing

    async def _resume(self, connection: ScreenConnection, frame: protocol.Feed) -> None:
        await self._screens.visit_of(connection)
        await self._house.feed.resume(connection, frame.since)

    async def _sit(self, connection: ScreenConnection, frame: protocol.Sit) -> None:
        """Raises NotFound: a call of another visit."""
        visit = await self._screens.visit_of(connection)
        if visit is None or visit != await gate.visit_of_room(frame.room):
            raise NotFound
        await self._house.calls.sit(connection, frame)
