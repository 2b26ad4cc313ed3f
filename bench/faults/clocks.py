"""The clock set back by an hour, and forward again, for every process of the house."""

import asyncio
import importlib.util
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.faults.scene import Fault, Scene
from bench.faults.stage import Stage
from xinglin.host import pgbinaries, postgres
from xinglin.host.processes import die_with_parent

_HOUR = 3600


async def _back_an_hour(scene: Scene) -> float:
    """Only the clock on the wall is wrong; the one that only counts on stays as it is, as in life."""
    here = await _clock_of_postgres(scene)
    scene.must(abs(here - time.time()) < 60, "the clock was wrong before the test")
    _set(scene.stage, -_HOUR)
    hurt_at = time.monotonic()
    moved = here - await _clock_of_postgres(scene)
    scene.must(moved > _HOUR - 60, "the clock of PostgreSQL was not moved: nothing was tested")
    await scene.crowd.all_answered(hurt_at, 30)
    await asyncio.sleep(1 if scene.short else 15)
    _set(scene.stage, 0)
    scene.notes.append("an hour back, and forward again")
    return hurt_at


async def _clock_of_postgres(scene: Scene) -> float:
    connection = await scene.stage.sql()
    try:
        found: float = await connection.fetchval(
            "select extract(epoch from clock_timestamp())::float8"
        )
    finally:
        await connection.close()
    return found


def _set(stage: Stage, seconds: int) -> None:
    """In one write: the file is read at every look at the clock."""
    draft = _file(stage).with_suffix(".new")
    draft.write_text(f"{seconds:+d}\n", encoding="ascii")
    draft.chmod(0o644)
    draft.replace(_file(stage))


def _file(stage: Stage) -> Path:
    return stage.home / "clock"


def library() -> Path | None:
    found = importlib.util.find_spec("libfaketime")
    for place in (found.submodule_search_locations if found else None) or ():
        for path in Path(place).rglob("libfaketime.so.1"):
            return path
    return None


@contextmanager
def opened(stage: Stage) -> Iterator[None]:
    """The hospital anew on the same data, every process of it looking at our clock."""
    path = library()
    assert path is not None
    _set(stage, 0)
    env = {
        "LD_PRELOAD": str(path),
        "FAKETIME_TIMESTAMP_FILE": str(_file(stage)),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with _postgres(stage, env), stage.opened({**env, "DATABASE_URL": stage.dsn}):
        yield


@contextmanager
def _postgres(stage: Stage, env: dict[str, str]) -> Iterator[None]:
    """As the host starts it, but for the environment, of which the host passes on nothing."""
    home = stage.places.postgres.resolve()
    runner = pgbinaries.runner_for(home)
    settings = {**postgres.SETTINGS, "unix_socket_directories": str(home / "socket")}
    process = subprocess.Popen(
        [*runner.prefix, str(runner.binaries / "postgres"), "-D", str(home / "db")]
        + [f"--{name}={value}" for name, value in settings.items()],
        env={**pgbinaries.environment(), **env},
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=runner.uid,
        extra_groups=None if runner.uid is None else [],
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509  # started before any thread
    )
    try:
        _wait_answers(home, process)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def _wait_answers(home: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while postgres.attach(home) is None:
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit("bench: PostgreSQL did not start under the false clock")
        time.sleep(0.05)


FAULTS = [Fault("clock-back", "the clock an hour back", _back_an_hour, false_clock=True)]
