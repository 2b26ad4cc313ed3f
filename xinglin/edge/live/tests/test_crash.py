"""`kill -9` of the live process in the middle of a load: clients come back, nothing is lost or doubled."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection
from websockets.exceptions import ConnectionClosed, InvalidMessage

from xinglin.care.consultation.messages import queries
from xinglin.edge.live.tests.cast import Person, Tab, doctor, line, patient, thread
from xinglin.host.crew import LIVE_ENVIRONMENT, ROOT
from xinglin.kernel import ids

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

AWAY = (ConnectionClosed, InvalidMessage, OSError, EOFError)
VISITS, EACH, KILL_AFTER = 5, 40, (50, 120, 220)


class LiveProcess:
    """The live process as the host starts it, on the database of this test."""

    def __init__(self, name: str) -> None:
        self.path = Path(settings.SOCKETS_DIR) / f"{name}.sock"
        self._posts = self.path.with_suffix(".http")
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "xinglin.edge.live"),
            *("--lines", str(self.path), "--posts", str(self._posts)),
            cwd=ROOT,
            env={**os.environ, **LIVE_ENVIRONMENT, "DATABASE_URL": _dsn(), "PYTHONUNBUFFERED": "1"},
            stderr=asyncio.subprocess.PIPE,
        )
        assert self._process.stderr is not None
        async with asyncio.timeout(60):
            said = b""
            while b'"live"' not in said:
                said = await self._process.stderr.readline()
                assert said, "the live process did not start"
        self._drain = asyncio.create_task(self._process.stderr.read())

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        await self._process.wait()
        await self._drain


def _dsn() -> str:
    """The test database, by the name that pytest-django has given it."""
    found = connection.settings_dict
    return (
        f"postgresql://{found['USER']}:{found['PASSWORD']}@/{found['NAME']}?host={found['HOST']}"
        + (f"&port={found['PORT']}" if found["PORT"] else "")
    )


class Talker:
    """A client that keeps what is unanswered and sends it again on every new line."""

    def __init__(self, who: Person, visit: UUID, paths: list[Path], texts: list[str]) -> None:
        self.who, self.visit, self.paths = who, visit, paths
        self.unsent = {str(ids.new()): text for text in texts}
        self.heard: list[tuple[int, str]] = []
        self.acks: dict[str, int] = {}
        self.told = asyncio.Event()

    @property
    def since(self) -> int:
        return self.heard[-1][0] if self.heard else 0

    async def talk(self, until: int) -> None:
        """Until everything is acknowledged and the message of number `until` is heard."""
        turn = 0
        while self.unsent or self.since < until:
            path = self.paths[turn % len(self.paths)]
            turn += 1
            try:
                async with asyncio.timeout(30), line(self.who, path=path) as opened:
                    await self._once(Tab(opened), until)
            except AWAY:
                await asyncio.sleep(0.02)  # the client's own pause before it comes back

    async def _once(self, tab: Tab, until: int) -> None:
        await tab.hear_op("hello")
        await tab.say("join", consultation=self.visit, since=self.since)
        waiting = list(self.unsent.items())
        while self.unsent or self.since < until:
            if waiting:
                client_id, text = waiting.pop(0)
                await tab.send(self.visit, text, UUID(client_id))
            self._take(await tab.hear())

    def _take(self, frame: dict) -> None:
        if frame["op"] == "message":
            message = frame["message"]
            self.heard.append((message["seq"], message["body"]["text"]))
        elif frame["op"] == "ack":
            assert self.acks.setdefault(frame["client_id"], frame["seq"]) == frame["seq"]
            self.unsent.pop(frame["client_id"], None)
        self.told.set()


def _talkers(paths: list[Path]) -> list[Talker]:
    talkers = []
    for n in range(VISITS):
        him, her = patient(), doctor()
        visit = thread(him, her)
        for who, name in ((him, "患"), (her, "医")):
            texts = [f"{name}{n}.{k}" for k in range(EACH)]
            talkers.append(Talker(who, visit, paths, texts))
    return talkers


async def _acknowledged(talkers: list[Talker], count: int) -> None:
    while sum(len(t.acks) for t in talkers) < count:
        for talker in talkers:
            talker.told.clear()
        await asyncio.wait(
            [asyncio.create_task(t.told.wait()) for t in talkers],
            return_when=asyncio.FIRST_COMPLETED,
        )


def _check(talkers: list[Talker]) -> None:
    for talker in talkers:
        stored = [(m.seq, m.body["text"]) for m in queries.read(talker.visit)]
        assert [seq for seq, _ in stored] == list(range(1, 2 * EACH + 1))
        assert len({text for _, text in stored}) == 2 * EACH
        assert talker.heard == stored, "heard once, in order, none missing"
        assert not talker.unsent


def test_a_process_that_is_killed_three_times_loses_and_doubles_nothing():
    process = LiveProcess("crash")
    talkers = _talkers([process.path])

    async def story():
        await process.start()
        work = [asyncio.create_task(t.talk(until=2 * EACH)) for t in talkers]
        for count in KILL_AFTER:
            await _acknowledged(talkers, count)
            await process.end()
            await process.start()
        await asyncio.wait_for(asyncio.gather(*work), 120)
        await process.end(signal.SIGTERM)

    asyncio.run(story())
    _check(talkers)


def test_two_processes_are_one_house_and_one_of_them_may_die():
    processes = [LiveProcess("one"), LiveProcess("two")]
    talkers = _talkers([])
    for n, talker in enumerate(talkers):
        talker.paths = [processes[n % 2].path, processes[1 - n % 2].path]

    async def story():
        for process in processes:
            await process.start()
        work = [asyncio.create_task(t.talk(until=2 * EACH)) for t in talkers]
        await _acknowledged(talkers, 100)
        await processes[0].end()
        await asyncio.wait_for(asyncio.gather(*work), 120)
        await processes[1].end(signal.SIGTERM)

    asyncio.run(story())
    _check(talkers)
