"""The live process as a whole: pool, writer, hub, feed, bus, and the housekeeping of leases."""

import asyncio
import gc
import itertools
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from django.conf import settings

from xinglin.edge.limits import Bucket, Buckets
from xinglin.edge.live import ear, gate
from xinglin.edge.live.assistants import AssistantDesk, pairs_of
from xinglin.edge.live.bus import Bus, Moved, Note
from xinglin.edge.live.bus.nats import NatsBus
from xinglin.edge.live.bus.null import NullBus
from xinglin.edge.live.bus.postgres import PostgresBus
from xinglin.edge.live.calls import Calls
from xinglin.edge.live.connection import RESTART, SIGNED_OUT, TOO_MANY, Connection
from xinglin.edge.live.database import UNREADABLE, connect, connection_arguments
from xinglin.edge.live.desk import Desk
from xinglin.edge.live.feed import FeedReader
from xinglin.edge.live.guests import GuestDesk, ids_of
from xinglin.edge.live.hub import Hub
from xinglin.edge.live.looking import Looking
from xinglin.edge.live.marks import Marks
from xinglin.edge.live.presence import Presence
from xinglin.edge.live.protocol import write
from xinglin.edge.live.refusals import refusal_of
from xinglin.edge.live.screens import ScreenDesk, Screens
from xinglin.edge.live.tidy import Tidy
from xinglin.edge.live.writer import Draft, Outcome, Writer
from xinglin.foundation.outbox.services import BEAT

log = structlog.get_logger(__name__)
BEAT_S = 2.0
# Less than a lease: whoever has not beaten for so long may have been taken for dead.
FORGOTTEN_S = 8.0
TIDY_S = 2.0
SESSIONS_S = 4.0
# A line that has said nothing for one round of pings, and not answered in the next, is dead.
PING_S = 30
BEGIN_ANEW_S = 0.5
POOL = 4
# What may change who sits in a call's room; its own look, twice a second, needs none of them.
CALL_EVENTS = ("CallPeopleChanged", "CallEnded")


def bus_of(url: str) -> Bus:
    """By the setting: `nats://...`, `none` for one process only, else PostgreSQL."""
    if url.startswith("nats://"):
        return NatsBus(url)
    return NullBus() if url == "none" else PostgresBus(connect)


async def _nothing_to_reset(_connection: object) -> None:
    """Single statements leave nothing behind; asyncpg's own reset is a second one after each."""


async def ended(tasks: Iterable[asyncio.Task[None]], patience_s: float = 0.5) -> None:
    """Cancel until they have ended: `wait_for`, which libraries use, may swallow it (Python 3.11)."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=patience_s)


class House:
    """Made once per process, at start-up of the server."""

    pool: asyncpg.Pool
    hub: Hub
    desk: Desk
    guest_desk: GuestDesk
    assistant_desk: AssistantDesk
    screen_desk: ScreenDesk
    screens: Screens
    marks: Marks
    looking: Looking
    presence: Presence
    calls: Calls
    feed: FeedReader
    bus: Bus

    def __init__(self) -> None:
        self.sends = Buckets(settings.LIVE_SENDS_AT_ONCE, settings.LIVE_SENDS_PER_SECOND)
        self.writer = Writer(self._posted)
        self._tasks: list[asyncio.Task[None]] = []
        self._beaten_at = 0.0
        self._tidy = Tidy()
        self._turns = itertools.cycle(range(PING_S))

    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(
            min_size=1,
            max_size=POOL,
            max_inactive_connection_lifetime=0,
            reset=_nothing_to_reset,
            **connection_arguments(),
        )
        self.hub = Hub(self.pool)
        self.desk = Desk(self)
        self.guest_desk = GuestDesk(self)
        self.assistant_desk = AssistantDesk(self, self.pool)
        self.screens = Screens()
        self.screen_desk = ScreenDesk(self, self.screens)
        self.marks = Marks(self.pool, self._moved)
        self.looking = Looking(self.pool, self.hub)
        self.presence = Presence(self.pool, self.looking.wake)
        self.calls = Calls(self.pool, self.presence.house_id, self._tell_others)
        reactions = dict.fromkeys(CALL_EVENTS, self.calls.look_soon)
        reactions["TeamChanged"] = self._team_changed
        self.feed = FeedReader(self.pool, self.hub, reactions, self.screens.learn)
        self.bus = bus_of(settings.LIVE_BUS)
        await self.feed.start()
        await self.presence.beat()
        self._beaten_at = asyncio.get_running_loop().time()
        for work in (self.writer.run, self.feed.run, self.marks.run, self.looking.run):
            self._spawn(work)
        self._spawn(self.presence.run)
        self._spawn(self.calls.run)
        self._spawn(lambda: self.bus.subscribe(self._heard, self._back))
        self._spawn(lambda: ear.listen(self.feed.wake))
        self._spawn(lambda: self._every(BEAT_S, self._beat))
        self._spawn(lambda: self._every(SESSIONS_S, self._sessions))
        self._spawn(lambda: self._every(TIDY_S, self._give_back))
        self._spawn(self._ping)
        gc.collect()
        gc.freeze()
        # The default thresholds cost 0.9 to 1.7 s at 10,000 sockets (notes: data path, 3.3).
        gc.set_threshold(200_000, 50, 100)

    async def close(self, within_s: float = 2.0) -> None:
        """What is pending is stored and answered first, if the database lets us."""
        try:
            async with asyncio.timeout(within_s):
                await self.writer.drained()
                await self.calls.write()
                await self.presence.leave()
        except UNREADABLE as error:
            log.warning("not all was stored", error=type(error).__name__)
        await ended(self._tasks)
        await self.bus.close()
        self.pool.terminate()

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Without one of these the house stands still and looks alive: none of them ever ends."""

        async def for_ever() -> None:
            while True:
                try:
                    await work()
                except Exception as error:  # noqa: BLE001  # whatever it was, it is begun anew
                    name = type(error).__name__
                    log.error("task failed", error=name)  # noqa: TRY400  # a trace may hold words
                await asyncio.sleep(BEGIN_ANEW_S)

        self._tasks.append(asyncio.create_task(for_ever()))

    @staticmethod
    def new_frames() -> Bucket:
        """Of one line: a tab that has gone mad does not silence the others."""
        return Bucket(settings.LIVE_FRAMES_AT_ONCE, settings.LIVE_FRAMES_PER_SECOND)

    def submit(self, draft: Draft) -> None:
        """Raises Busy."""
        self.writer.submit(draft)

    def _posted(self, outcomes: Sequence[Outcome]) -> None:
        tops = self.hub.deliver(outcomes)
        for outcome in outcomes:
            if outcome.refused is None:
                outcome.draft.asker.answered(outcome)
            else:
                outcome.draft.asker.failed(outcome.draft, refusal_of(outcome.refused))
        if tops:
            self._tell_others(Note(tops))

    def _tell_others(self, note: Note) -> None:
        if not self.presence.alone:
            self.bus.publish(note)

    def _moved(self, rows: Sequence[asyncpg.Record]) -> None:
        moved = [Moved(*row) for row in rows]
        for each in moved:
            self._tell_mark(each)
        if moved:
            self._tell_others(Note(moved=moved))

    def _tell_mark(self, moved: Moved) -> None:
        wire = write(
            "marks",
            consultation=moved.consultation,
            side=moved.side,
            got=moved.got,
            read=moved.read,
        )
        self.hub.tell_parties(moved.consultation, wire, moved.holder, moved.doctor)

    def publish_typing(self, consultation_id: UUID, sender: UUID) -> None:
        self._tell_others(Note(typing=[(consultation_id, sender)]))

    def _heard(self, note: Note) -> None:
        """From another process, which therefore is there."""
        self.presence.not_alone()
        for consultation_id, top in note.tops.items():
            self.hub.grown(consultation_id, top)
        for moved in note.moved:
            self._tell_mark(moved)
        for consultation_id, sender in note.typing:
            self.hub.tell_typing(consultation_id, sender)
        self.calls.heard(note)

    def _back(self) -> None:
        """The bus stands (again): others shall know of us, and what they told before is read."""
        self.presence.not_alone()
        self.bus.publish(Note({self.presence.house_id: 0}))
        self.feed.look_everywhere()
        asyncio.get_running_loop().call_later(2 * BEAT_S, self.feed.look_everywhere)

    @staticmethod
    async def _every(seconds: float, act: Any) -> None:
        while True:
            try:
                await act()
            except UNREADABLE as error:
                log.warning("housekeeping failed", act=act.__name__, error=type(error).__name__)
            await asyncio.sleep(seconds)

    async def _beat(self) -> None:
        await self.presence.beat()
        now = asyncio.get_running_loop().time()
        if now - self._beaten_at > FORGOTTEN_S:  # the others may have told us nothing meanwhile
            self._back()
        self._beaten_at = now
        await self.pool.execute(BEAT, "live")

    async def enter(self, connection: Connection) -> None:
        """Present from the first second, not only from the next round."""
        self._make_room(connection)
        connection.turn = next(self._turns)
        self.hub.add(connection)
        self.screens.add(connection)
        if connection.stands_for_itself:
            await self.presence.arrived(connection.user_id)
        connection.greeted_at = self.feed.position
        connection.put(write("hello", user=connection.user_id, position=connection.greeted_at))

    def _make_room(self, connection: Connection) -> None:
        """Of too many lines of one person the oldest goes: more likely dead than the newest."""
        mine = self.hub.lines_of(connection.viewer.user_id)
        if len(mine) >= settings.LIVE_LINES_AT_ONCE:
            oldest = next(c for c in self.hub.connections if c in mine)
            oldest.close(TOO_MANY)
            self.leave(oldest)

    def leave(self, connection: Connection) -> None:
        if connection in self.hub.connections:
            self._tidy.left += 1
            self.hub.drop(connection)
            self.screens.drop(connection)
            self.calls.left(connection)
            if connection.stands_for_itself:
                self.presence.departed(connection.user_id)

    async def _give_back(self) -> None:
        self._tidy.up(len(self.hub.connections))

    async def _ping(self) -> None:
        """Everybody once in a round, some each second; none is kept here when it has gone."""
        for second in itertools.cycle(range(PING_S)):
            self._ping_turn(second)
            await asyncio.sleep(1)

    def _ping_turn(self, turn: int) -> None:
        for connection in [c for c in self.hub.connections if c.turn == turn]:
            if connection.heard:
                connection.heard = False
                connection.line.ping()
            else:
                connection.line.cut()

    async def _sessions(self) -> None:
        connections = list(self.hub.connections)
        if not connections:
            return
        asked = {c.session_key: c.viewer.user_id for c in connections if c.session_key}
        ended = await gate.ended(asked, self.pool)
        given_back = await self.screens.gone()
        guests = ids_of(connections)
        gone = await gate.guests_gone(guests, self.pool) if guests else ()
        for connection in connections:
            guest = connection.guest
            is_over = connection.session_key in ended if guest is None else guest.id in gone
            if is_over or connection in given_back:
                await self.calls.put_out(connection)
                connection.close(SIGNED_OUT)
        await self._teams()
        await self._stations()
        await self._roles()

    async def _stations(self) -> None:
        """Whoever was an assistant of a site hears nothing of it any more."""
        left = await gate.stations_left(c.viewer for c in self.hub.connections)
        for connection in list(self.hub.connections) if left else ():
            viewer = connection.viewer
            if viewer.bound_to is None and (viewer.user_id, viewer.station) in left:
                connection.close(RESTART)

    async def _roles(self) -> None:
        """Whom the house has given or taken a role comes back, and hears what the roles of now hear."""
        staff = [c for c in self.hub.connections if c.guest is None and gate.is_staff(c.viewer)]
        if not staff:
            return
        now = await gate.roles_now({c.viewer.user_id for c in staff}, self.pool)
        for connection in staff:
            # Each line by its own roles: another of the same account may be newer.
            viewer = connection.viewer
            roles = now.get(viewer.user_id, viewer.roles)
            if viewer.roles - roles:
                await self.calls.put_out(connection)
            if roles != viewer.roles:
                connection.close(RESTART)

    async def _team_changed(self) -> None:
        """Whoever begins to assist comes back as well: as somebody who stands in the doctor's rooms."""
        await self._teams()
        for connection in list(self.hub.connections):
            viewer = connection.viewer
            is_new = connection.stands_for_itself and gate.is_assistant(viewer)
            if is_new and await gate.lead(viewer.user_id) is not None:
                connection.close(RESTART)

    async def _teams(self) -> None:
        """Whoever assists a doctor no more comes back as somebody who stands in no room."""
        pairs = pairs_of(list(self.hub.connections))
        if not pairs:
            return
        left = await gate.teams_left(pairs, self.pool)
        for connection in list(self.hub.connections):
            if not connection.stands_for_itself and connection.viewer.user_id in left:
                connection.close(RESTART)
