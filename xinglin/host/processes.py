"""Small facts about processes of this machine, without a library."""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def alive(pid: int) -> bool:
    """A zombie that nobody has reaped yet counts as dead where /proc tells."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return not Path("/proc/self/stat").exists()
    return state not in "ZX"


def command_line(pid: int) -> list[str] | None:
    """The words a process was started with; None where the system does not tell."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return None


def started_at(pid: int) -> str | None:
    """A mark that together with the pid names one process for ever; None without /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def wait_gone(gone: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not gone():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends `number` when the thread that started the child ends.

    So that a supervisor killed with -9 leaves nothing behind. Linux only; elsewhere the next start
    clears up from the state file.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask


def end_group(pid: int) -> None:
    """Kill what is left of a process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def group_members(leader: int) -> list[int]:
    """All processes of a group, its leader gone or not; empty without /proc."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[2]) == leader:
            found.append(int(entry.name))
    return found
