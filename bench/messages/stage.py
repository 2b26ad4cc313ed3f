"""A throw-away hospital of three processes: PostgreSQL with its everyday settings, live, Caddy.

Only what a message passes. The processes are started by the words of `xinglin/host/crew.py`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.hospital import free_port
from xinglin.host import crew, keys, pgbinaries, postgres
from xinglin.host.crew import Member, Opening
from xinglin.host.places import Places
from xinglin.host.postgres import Postgres
from xinglin.host.processes import die_with_parent, end_group

_READY_S = 60.0
_STOP_S = 20.0
# Everybody here talks faster than a person may.
LIMITS = {
    "XINGLIN_SENDS_PER_SECOND": "1000000",
    "XINGLIN_SENDS_AT_ONCE": "1000000",
    "XINGLIN_FRAMES_PER_SECOND": "1000000",
    "XINGLIN_FRAMES_AT_ONCE": "1000000",
}


@dataclass(frozen=True)
class Cast:
    """Who is there. `sessions`: one each; `threads`: (consultation, patient's place, doctor's).

    `base`: the first 24 characters of the consultations that only pgbench writes to; the rest is
    their number in twelve digits, from 0 to `base_count` - 1.
    """

    cookie: str
    sessions: list[str]
    threads: list[tuple[str, int, int]]
    base: str
    base_count: int


@dataclass
class Stage:
    opening: Opening
    server: Postgres
    cast: Cast
    env: dict[str, str]
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def live_socket(self) -> Path:
        return self.opening.places.sockets / "live.sock"

    @property
    def leaders(self) -> dict[str, int]:
        assert self.server.process is not None
        pids = {name: process.pid for name, process in self.running.items()}
        return pids | {"postgres": self.server.process.pid}

    def start(self, name: str) -> None:
        for member in crew.crew(self.opening, (name,)):
            self.spawn(member)
        _wait(self._answers(name), self.running[name], self.log(name))

    def stop(self, name: str) -> None:
        process = self.running.pop(name, None)
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            end_group(process.pid)
            process.wait()

    def spawn(self, member: Member) -> None:
        """Without waiting until it answers."""
        for stale in member.sockets:
            stale.unlink(missing_ok=True)
        with self.log(member.name).open("ab") as out:
            self.running[member.name] = subprocess.Popen(
                member.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=crew.ROOT,
                env={**self.env, **member.env},
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one thread
            )

    def _answers(self, name: str) -> tuple[socket.AddressFamily, Any]:
        if name == "caddy":
            return socket.AF_INET, ("127.0.0.1", self.opening.port)
        return socket.AF_UNIX, str(self.live_socket)

    def log(self, name: str) -> Path:
        return self.opening.places.logs / f"{name}.log"

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def pgbench(self, *words: str) -> str:
        """What it printed. It connects by the socket, as the live process does."""
        done = subprocess.run(
            [
                str(pgbinaries.runner_for(self.opening.places.postgres).binaries / "pgbench"),
                *("-h", str(self.server.socket), "-U", postgres.ROLE, "-d", postgres.ROLE),
                *("-n", "-M", "prepared", *words),
            ],
            env=pgbinaries.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"bench: pgbench failed:\n{done.stderr[-2000:]}")
        return done.stdout


@contextmanager
def throw_away(*, people: int, pairs: int, base_count: int) -> Iterator[Stage]:
    """Open until the end of the block: PostgreSQL and the cast; the rest is started by name.

    Args:
        people: accounts with a session each, those of the pairs included.
        pairs: threads of a patient and a doctor.
        base_count: threads for pgbench alone.
    """
    home = Path(tempfile.mkdtemp(prefix="xinglin-bench-"))
    home.chmod(0o711)  # PostgreSQL may run as another user, who passes through
    places = Places(home / "data")
    stage: Stage | None = None
    try:
        places.make()
        keys.ensure(places.secrets)
        server = postgres.start_embedded(places.postgres)
        try:
            opening = Opening(places, free_port(), "zh", demo=False, dsn=server.dsn)
            env = {**_clean(), **_only_ours(crew.environment(opening)), **LIMITS}
            cast = _prepared(env, people, pairs, base_count)
            stage = Stage(opening, server, cast, env)
            yield stage
        finally:
            for name in list(stage.running) if stage else []:
                stage.stop(name)
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _clean() -> dict[str, str]:
    """Nothing of the caller's own hospital."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "DATABASE_URL"))}


def _only_ours(env: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in env.items() if os.environ.get(k) != v}


def _prepared(env: dict[str, str], people: int, pairs: int, base_count: int) -> Cast:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.messages.seed"),
            *(str(people), str(pairs), str(base_count)),
        ],
        cwd=crew.ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: the database could not be filled:\n{done.stderr[-3000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    return Cast(**found | {"threads": [tuple(thread) for thread in found["threads"]]})


def _wait(
    where: tuple[socket.AddressFamily, Any], process: "subprocess.Popen[bytes]", log: Path
) -> None:
    family, address = where
    until = time.monotonic() + _READY_S
    while time.monotonic() < until and process.poll() is None:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            if probe.connect_ex(address) == 0:
                return
        time.sleep(0.05)
    raise SystemExit(f"bench: {log.stem} did not start:\n{log.read_text(errors='replace')[-3000:]}")
