"""A throw-away hospital as the host opens it, whose parts can be found, hurt and seen to come back."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg

from bench.faults import volume
from bench.faults.cast import Door, Pair, Seat
from bench.faults.ledger import Row
from bench.faults.waiting import until
from xinglin.host import crew, ports, postgres
from xinglin.host.places import Places
from xinglin.host.processes import alive, die_with_parent

_OPEN_WITHIN_S = 180.0
_BACK_WITHIN_S = 60.0
_VOLUME_MB = 1400
# Everybody here comes from one address, and 50 conversations talk faster than people.
_LIMITS = {
    "XINGLIN_ADDRESS_REQUESTS_PER_MINUTE": "600000",
    "XINGLIN_PERSON_REQUESTS_PER_MINUTE": "600000",
    "XINGLIN_SENDS_AT_ONCE": "20000",
    "XINGLIN_SENDS_PER_SECOND": "2000",
    "XINGLIN_LINES_AT_ONCE": "100000",
    "XINGLIN_FRAMES_AT_ONCE": "20000",
    "XINGLIN_FRAMES_PER_SECOND": "2000",
}


class Stage:
    """`volume` is None where no file system can be mounted; `no_volume` says why."""

    def __init__(self, home: Path, disk: volume.Volume | None, no_volume: str) -> None:
        self.home = home
        self.volume = disk
        self.no_volume = no_volume
        self.places = Places(home / "data")
        self.port = next(p for p in random.sample(range(8100, 8999), 50) if ports.free(p))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def door(self) -> Door:
        return Door(self.port)

    @property
    def straight(self) -> Door:
        """Past the front door."""
        return Door(self.port, self._live_member().sockets[0])

    def _live_member(self) -> crew.Member:
        return crew.crew(self._opening(self.places), ("live",))[0]

    def _opening(self, places: Places) -> crew.Opening:
        return crew.Opening(places, self.port, "en", demo=False, dsn=self.dsn)

    @property
    def dsn(self) -> str:
        return f"postgresql://{postgres.ROLE}@/{postgres.ROLE}?host={self._pg_socket}"

    @property
    def _pg_socket(self) -> Path:
        return self.places.postgres / "socket"

    @contextmanager
    def opened(self, env: Mapping[str, str] | None = None) -> Iterator[None]:
        """The processes of `./run up`; stopped at the end, also when the bench is killed."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "DATABASE_"))}
        with (self.home / "hospital.log").open("ab") as out:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "xinglin", "up", "--no-browser", "--locale", "en"),
                    *("--data", str(self.places.data), "--port", str(self.port)),
                ],
                cwd=crew.ROOT,
                env={**kept, **_LIMITS, "PYTHONPATH": str(crew.ROOT), **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # started before any thread
            )
        try:
            self._wait_ready(self._process)
            yield
        finally:
            _end(self._process)

    def _wait_ready(self, process: "subprocess.Popen[bytes]") -> None:
        end = time.monotonic() + _OPEN_WITHIN_S
        while time.monotonic() < end and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.door.origin}/readyz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.1)
        raise SystemExit(f"bench: the hospital did not open:\n{self.words()[-3000:]}")

    @property
    def everybody(self) -> set[str]:
        """Whoever has to live in a hospital that is whole."""
        return {*crew.NAMES, crew.POSTGRES, "supervisor"}

    def words(self) -> str:
        """What the supervisor has said."""
        return (self.home / "hospital.log").read_text(encoding="utf-8", errors="replace")

    def leaders(self) -> dict[str, int]:
        """Name -> pid of every process that lives now."""
        state = self.places.state("hospital")
        entries = json.loads(state.read_text(encoding="utf-8")) if state.exists() else []
        found = {entry["name"]: int(entry["pid"]) for entry in entries}
        pid_file = self.places.postgres / "db" / "postmaster.pid"
        if pid_file.exists():
            found["postgres"] = int(pid_file.read_text().split("\n")[0] or 0)
        if self._process is not None:
            found["supervisor"] = self._process.pid
        return {name: pid for name, pid in found.items() if pid and alive(pid)}

    def kill(self, name: str) -> int:
        """With -9; answers the pid that was."""
        pid = self.leaders()[name]
        self.kill_pid(pid)
        return pid

    @staticmethod
    def kill_pid(pid: int) -> None:
        os.kill(pid, signal.SIGKILL)

    async def back(self, name: str, old: int) -> None:
        """Until another process of this name lives."""
        await until(lambda: self.leaders().get(name, old) != old, _BACK_WITHIN_S)

    async def sql(self, user: str = "postgres") -> asyncpg.Connection:
        return await asyncpg.connect(host=str(self._pg_socket), user=user, database=postgres.ROLE)

    def make_pairs(self, pairs: int, threads: int) -> list[list[Pair]]:
        """`threads` sets of `pairs` conversations, each set with threads that nobody has used."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.faults.seed", str(pairs), str(threads)],
            cwd=crew.ROOT,
            env=crew.environment(self._opening(self.places)),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"bench: nobody could be seeded:\n{done.stderr[-3000:]}")
        made = json.loads(done.stdout.splitlines()[-1])
        return [
            [Pair(m["threads"][n], Seat(**m["patient"]), Seat(**m["doctor"])) for m in made]
            for n in range(threads)
        ]

    async def read_back(self, pairs: list[Pair]) -> dict[str, list[Row]]:
        """What the table holds of these threads, in its order."""
        connection = await self.sql()
        try:
            rows = await connection.fetch(_READ, [pair.consultation for pair in pairs])
        finally:
            await connection.close()
        found: dict[str, list[Row]] = {pair.consultation: [] for pair in pairs}
        for row in rows:
            found[str(row["consultation_id"])].append(
                Row(row["seq"], str(row["client_id"]), row["text"])
            )
        return found

    @asynccontextmanager
    async def another_live(self) -> AsyncIterator[Door]:
        """A second live process on the same database, as a second machine would run one."""
        places = Places(self.home / "second")
        places.make()
        opening = self._opening(places)
        member = crew.crew(opening, ("live",))[0]
        with (places.logs / "live.log").open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *member.command,
                cwd=crew.ROOT,
                env={
                    **crew.environment(opening),
                    **member.env,
                    "XINGLIN_SECRETS": str(self.places.secrets),
                },
                stdout=out,
                stderr=out,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        try:
            await until(member.sockets[0].exists, _BACK_WITHIN_S)
            yield Door(self.port, member.sockets[0])
        finally:
            process.kill()
            await process.wait()


# Not `message`'s readers: what is looked for is what the table holds.
_READ = """
select consultation_id, seq, client_id, body->>'text' as text from consultation_message
 where consultation_id = any($1::uuid[]) order by consultation_id, seq
"""


@contextmanager
def throw_away() -> Iterator[Stage]:
    """A home for a hospital, its database on a volume of its own where that is possible."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xl-faults-")))
        home.chmod(0o711)  # PostgreSQL may run as another user, who passes through
        Places(home / "data").make()
        disk, reason = None, ""
        try:
            place = volume.mounted(home / "disk", home / "data" / "postgres", _VOLUME_MB)
            disk = stack.enter_context(place)
        except volume.NoVolume as error:
            reason = str(error)
        yield Stage(home, disk, reason)


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
