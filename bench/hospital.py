"""The hospital under load: a throw-away one of its own, or one that is open already."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xinglin.host import ports
from xinglin.host.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[1]
ADDRESS_LIMIT = 600_000
_OPEN_WITHIN_S = 300.0
_FIRST_PORT, _LAST_PORT = 8100, 8999


@dataclass(frozen=True)
class Hospital:
    """`leaders`: process name -> pid, empty for a hospital that others run."""

    url: str
    people: dict[str, Any]
    leaders: dict[str, int]


def at(url: str, people_file: Path) -> Hospital:
    return Hospital(url.rstrip("/"), json.loads(people_file.read_text(encoding="utf-8")), {})


@contextmanager
def throw_away() -> Iterator[Hospital]:
    """The processes of `./run demo`, in a data directory that is gone afterwards.

    They end with the bench, also when it is killed.
    """
    home = Path(tempfile.mkdtemp(prefix="xinglin-bench-"))
    home.chmod(0o711)  # PostgreSQL may run as another user, who passes through
    data, port = home / "data", free_port()
    log = home / "bench.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "xinglin", "demo", "--no-browser", "--locale", "zh"),
                *("--data", str(data), "--port", str(port)),
            ],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # started before any thread
        )
    try:
        url = f"http://localhost:{port}"
        people_file = data / "demo_people.json"
        _wait_ready(process, url, people_file, log)
        people = json.loads(people_file.read_text(encoding="utf-8"))
        yield Hospital(url, people, _leaders(data, process.pid))
    finally:
        _end(process)
        shutil.rmtree(home, ignore_errors=True)


def _environment() -> dict[str, str]:
    """A clean one: no database and no data directory of the caller."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XINGLIN_", "DATABASE_URL"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "XINGLIN_ADDRESS_REQUESTS_PER_MINUTE": str(ADDRESS_LIMIT),
    }


def free_port() -> int:
    tried = random.sample(range(_FIRST_PORT, _LAST_PORT), 50)
    return next(p for p in tried if ports.free(p))


def _wait_ready(process: "subprocess.Popen[bytes]", url: str, people_file: Path, log: Path) -> None:
    """Ours, and not another hospital that was faster at the port: it has written our file."""
    until = time.monotonic() + _OPEN_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200 and people_file.exists():
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    raise SystemExit(f"bench: the hospital did not open:\n{said}")


def _leaders(data: Path, supervisor: int) -> dict[str, int]:
    entries = json.loads((data / "hospital.processes.json").read_text(encoding="utf-8"))
    found = {entry["name"]: int(entry["pid"]) for entry in entries}
    for pid_file in data.glob("postgres/**/postmaster.pid"):
        found["postgres"] = int(pid_file.read_text().splitlines()[0])
    return found | {"supervisor": supervisor}


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
