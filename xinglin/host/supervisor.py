"""Starts the processes of a hospital, starts again what dies, and stops all of them.

Knows no Django and has one thread: children ask the kernel to die with the thread that made them.
Each child leads a process group of its own, so that Ctrl-C reaches only the supervisor and a group
can be ended as a whole.
"""

import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from xinglin.host.crew import POSTGRES, ROOT, Member
from xinglin.host.places import HostError, Places
from xinglin.host.postgres import Postgres
from xinglin.host.processes import (
    alive,
    die_with_parent,
    end_group,
    group_members,
    started_at,
    wait_gone,
)
from xinglin.host.welcome import PROGRESS

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 10.0
# Who has lived this long starts again without a pause when it dies.
_STEADY_SECONDS = 30.0
_STOP_SECONDS = 10.0
_LEFTOVER_SECONDS = 2.0
_LOG_BYTES = 20_000_000
_LOOK_AT_LOGS_SECONDS = 60.0

Say = Callable[[str], None]


@dataclass
class _Child:
    member: Member
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0
    pause: float = _FIRST_PAUSE
    due: float | None = 0.0


class Supervisor:
    """Watches one PostgreSQL (ours or none) and the members of a crew."""

    def __init__(self, places: Places, part: str, say: Say) -> None:
        self._places = places
        self._state = places.state(part)
        self._say = say
        self._env: dict[str, str] = {}
        self._children: list[_Child] = []
        self._postgres: Postgres | None = None
        self._stopping = False
        self._hurry = False
        self._bell: tuple[int, int] | None = None
        self._next_look = time.monotonic() + _LOOK_AT_LOGS_SECONDS

    def listen(self) -> None:
        """From here on SIGINT and SIGTERM stop in order; a second one no longer waits."""
        self._bell = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._bell[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._hurry = self._stopping
        self._stopping = True

    @property
    def stopping(self) -> bool:
        return self._stopping

    def mind(self, postgres: Postgres) -> None:
        """From here on a PostgreSQL of ours is watched, and stopped at the end."""
        self._postgres = postgres if postgres.ours else None

    def employ(self, members: Sequence[Member], env: dict[str, str]) -> None:
        """Say whom to start at `tend`."""
        self._children = [_Child(member) for member in members]
        self._env = env

    def run_once(self, name: str, command: list[str]) -> None:
        """A task before the opening, for example the migrations.

        Raises:
            HostError: it failed; the end of its log is in the message.
        """
        child = _Child(Member(name, command))
        self._log(name).unlink(missing_ok=True)
        self._spawn(child)
        assert child.process is not None
        told = 0
        while child.process.poll() is None and not self._stopping:
            told = self._pass_on(name, told)
            self._wait(0.2)
        self._pass_on(name, told)
        if self._stopping:
            self._end([child])
        elif child.process.returncode:
            end = self._log(name).read_bytes()[-2000:].decode(errors="replace").strip()
            raise HostError(f"{name} failed; see {self._log(name)}:\n{end}")

    def _pass_on(self, name: str, told: int) -> int:
        """Say the whole lines of progress that stand in the log beyond `told`; the new end."""
        text = self._log(name).read_bytes()
        end = text.rfind(b"\n") + 1
        for line in text[told:end].decode(errors="replace").splitlines():
            if line.startswith(PROGRESS):
                self._say(line)
        return max(told, end)

    def tend(self, until: Callable[[], bool] | None = None) -> None:
        """Watch and start again until `until` is true or somebody asks to stop."""
        while not self._stopping and not (until and until()):
            self._reap()
            self._start_due()
            self._trim_logs()
            self._wait(min(self._pause(), 0.1) if until else self._pause())

    def stop(self) -> None:
        """The door first, then those who write, the database last."""
        self._stopping = True
        door = [c for c in self._children if c.member.name == "caddy"]
        self._end(door)
        self._end([c for c in self._children if c not in door])
        if self._postgres is not None:
            self._postgres.stop()
        self._state.unlink(missing_ok=True)

    def _start_due(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is None and child.due is not None and child.due <= now:
                self._spawn(child)
                self._write_state()

    def _spawn(self, child: _Child) -> None:
        for stale in child.member.sockets:
            stale.unlink(missing_ok=True)
        with _append(self._log(child.member.name)) as out:
            child.process = subprocess.Popen(
                child.member.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=ROOT,
                env={**self._env, **child.member.env},
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one thread
            )
        child.born = time.monotonic()
        child.due = None

    def _reap(self) -> None:
        for child in self._children:
            if child.process is None or child.process.poll() is None:
                continue
            end_group(child.process.pid)  # for example granian's workers
            if time.monotonic() - child.born > _STEADY_SECONDS:
                child.pause = _FIRST_PAUSE
            self._say(
                f"{child.member.name} ended ({_how(child.process.returncode)}); starting it again "
                f"in {child.pause:.1f} s. Log: {self._log(child.member.name)}"
            )
            child.process = None
            child.due = time.monotonic() + child.pause
            child.pause = min(child.pause * 2, _LONGEST_PAUSE)
        if self._postgres is not None and self._postgres.died():
            self._revive(self._postgres)

    def _revive(self, postgres: Postgres) -> None:
        self._say(f"{POSTGRES} ended; starting it again.")
        try:
            postgres.start()
        except HostError as error:
            self._say(str(error))
            self._wait(_FIRST_PAUSE * 4)

    def _pause(self) -> float:
        """Until the next start that is due; without one SIGCHLD wakes us."""
        due = [c.due for c in self._children if c.process is None and c.due is not None]
        return max(0.0, min([d - time.monotonic() for d in due], default=5.0))

    def _wait(self, seconds: float) -> None:
        if self._bell is None:
            time.sleep(min(seconds, 0.1))
            return
        ready, _, _ = select.select([self._bell[0]], [], [], seconds)
        if ready:
            os.read(self._bell[0], 4096)

    def _end(self, children: Sequence[_Child]) -> None:
        running = [c.process for c in children if c.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()

        def gone() -> bool:
            return self._hurry or all(p.poll() is not None for p in running)

        wait_gone(gone, _STOP_SECONDS)
        for process in running:
            end_group(process.pid)
            process.wait()

    def _log(self, name: str) -> Path:
        return self._places.logs / f"{name}.log"

    def _trim_logs(self) -> None:
        """Keep one older part; the writers append, so a log may be emptied under them."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + _LOOK_AT_LOGS_SECONDS
        for log in self._places.logs.glob("*.log"):
            if log.stat().st_size > _LOG_BYTES:
                log.with_suffix(".log.1").write_bytes(log.read_bytes())
                os.truncate(log, 0)

    def _write_state(self) -> None:
        entries = [
            {"name": c.member.name, "pid": c.process.pid, "mark": started_at(c.process.pid)}
            for c in self._children
            if c.process is not None
        ]
        draft = self._state.with_suffix(".new")
        draft.write_text(json.dumps(entries), encoding="utf-8")
        draft.replace(self._state)


def clear_leftovers(places: Places, part: str) -> None:
    """End what a killed supervisor has left. We hold the lock, so none of it has a master."""
    try:
        entries = json.loads(places.state(part).read_text(encoding="utf-8"))
        leaders = {int(entry["pid"]): entry["mark"] for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return
    ours = [
        member
        for pid, mark in leaders.items()
        for member in group_members(pid)
        if (member == pid and started_at(pid) == mark) or _belongs(member, places)
    ]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in ours:
            if alive(pid):
                os.kill(pid, number)
        if wait_gone(lambda: not any(alive(pid) for pid in ours), _LEFTOVER_SECONDS):
            break
    places.state(part).unlink(missing_ok=True)


def _belongs(pid: int, places: Places) -> bool:
    try:
        words = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"XINGLIN_DATA=" + os.fsencode(places.data) in words


def _append(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _how(code: int) -> str:
    return f"code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
