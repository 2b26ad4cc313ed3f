"""Fault drills on a whole hospital of real processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from journeys.hospital import Hospital, eventually
from xinglin.host.crew import NAMES, ROOT

pytestmark = pytest.mark.slow

IDLE_MEGABYTES = 700


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory for all drills: the first start fills it, the others find it."""
    return tmp_path_factory.mktemp("house") / "data"


@pytest.fixture(scope="module")
def opened() -> Iterator[list[Hospital]]:
    """Those of these drills, the last one last: only one that goes on is still there at the end."""
    every: list[Hospital] = []
    yield every
    for one in every:
        if is_open(one):
            one.stop()


@pytest.fixture
def hospital(folder: Path, opened: list[Hospital]) -> Hospital:
    """That of the drill before, unless it has ended: a start takes longer than most drills."""
    if not opened or not is_open(opened[-1]):
        opened.append(Hospital(folder))
    return opened[-1]


def is_open(hospital: Hospital) -> bool:
    return hospital.process.poll() is None


def postgres_of(hospital: Hospital) -> int:
    pid_file = hospital.data / "postgres" / "db" / "postmaster.pid"
    return int(pid_file.read_text().splitlines()[0])


def pid_of(hospital: Hospital, name: str) -> int:
    """0 while it is not running."""
    if name == "postgres":
        try:
            return postgres_of(hospital)
        except (OSError, ValueError, IndexError):
            return 0
    state = json.loads((hospital.data / "hospital.processes.json").read_text())
    return next((entry["pid"] for entry in state if entry["name"] == name), 0)


def everybody(hospital: Hospital) -> list[psutil.Process]:
    supervisor = psutil.Process(hospital.process.pid)
    return [supervisor, *supervisor.children(recursive=True)]


def gone(processes: list[psutil.Process]) -> bool:
    return not any(
        p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes if exists(p)
    )


def exists(process: psutil.Process) -> bool:
    try:
        process.status()
    except psutil.NoSuchProcess:
        return False
    return True


def has_fresh_beats(hospital: Hospital) -> bool:
    """Every part has said so after the drill, not only before it."""
    try:
        status, answer = hospital.get("/readyz")
    except OSError:
        return False
    return status == 200 and all(
        c.get("seconds_since_beat", 0) < 5 for c in answer["checks"].values()
    )


def test_every_door_answers(hospital: Hospital) -> None:
    assert hospital.get("/healthz")[1]["status"] == "alive"
    status, ready = hospital.get("/readyz")
    assert (status, ready["status"]) == (200, "ready")
    assert set(ready["checks"]) == {"database", "worker", "dispatcher", "live"}
    assert "xinglin_up" in hospital.get("/metrics")[1]
    assert hospital.get("/api/v1/openapi.json")[1]["openapi"].startswith("3.1")
    assert "<title>" in hospital.get("/")[1]
    assert hospital.get("/api/v1/session")[0] == 200


def test_an_idle_hospital_is_small(folder: Path, opened: list[Hospital]) -> None:
    """One that nobody has asked for anything."""
    for one in filter(is_open, opened):
        one.stop()
    hospital = Hospital(folder)
    opened.append(hospital)
    eventually(lambda: has_fresh_beats(hospital), "the first beats")
    each = [found for p in everybody(hospital) if (found := megabytes(p))]
    told = "\n".join(f"{mb:6.1f} MB  {command[:100]}" for mb, command in each)
    together = sum(mb for mb, _ in each)
    print(f"{told}\n{together:6.1f} MB together")
    assert together < IDLE_MEGABYTES, told


def megabytes(process: psutil.Process) -> tuple[float, str] | None:
    """What it holds, and what it is; None when it has ended meanwhile, as a server's connection may."""
    try:
        return process.memory_full_info().pss / 1e6, " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return None


def test_whatever_is_killed_comes_back(hospital: Hospital) -> None:
    for name in (*NAMES, "postgres"):
        before = eventually(lambda name=name: pid_of(hospital, name), name)
        os.kill(before, signal.SIGKILL)
        eventually(
            lambda name=name, before=before: pid_of(hospital, name) not in {0, before},
            f"the return of {name}",
            60,
        )
        eventually(lambda: has_fresh_beats(hospital), f"readiness after the loss of {name}", 60)


def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(hospital: Hospital) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "xinglin", "demo", "--no-browser", "--data", str(hospital.data)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 1
    assert len(again.stderr.strip().splitlines()) == 1
    assert str(hospital.process.pid) in again.stderr
    assert hospital.is_ready()


def test_ctrl_c_ends_everything(hospital: Hospital) -> None:
    processes = everybody(hospital)
    assert len(processes) > len(NAMES)

    hospital.stop()

    assert gone(processes)
    assert not (hospital.data / "postgres" / "db" / "postmaster.pid").exists()


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(hospital: Hospital) -> None:
    processes = everybody(hospital)
    hospital.process.kill()
    hospital.process.wait()
    eventually(lambda: gone(processes), "the end of all processes")

    again = Hospital(hospital.data)
    try:
        assert again.is_ready()
    finally:
        again.stop()


def test_the_logs_of_a_start_name_nobody(hospital: Hospital) -> None:
    """A whole story's logs are searched by the journeys."""
    secrets = {
        word
        for person in hospital.people()
        for key in ("phone", "password", "totp_secret")
        if (word := person.get(key))
    }
    found = hospital.logs_with(sorted(secrets))
    # The terminal itself tells the few people of its table.
    assert set(found) <= {hospital.terminal_log.name}
