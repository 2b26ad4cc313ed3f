"""Where a hospital keeps its things: one data directory, its locks and its short socket folder."""

import fcntl
import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO

# sun_path holds 108 bytes on Linux and 104 on macOS; the longest name we put below is 17.
_LONGEST_SOCKET_FOLDER = 82


class HostError(Exception):
    """A start that cannot go on; the message is the one sentence the person reads."""


class InUseError(HostError):
    """Another process holds the data directory."""


@dataclass(frozen=True)
class Places:
    """The names below one data directory; `make` creates what has to exist."""

    data: Path

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.json"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def caddy(self) -> Path:
        return self.data / "caddy"

    def state(self, part: str) -> Path:
        """Who was started, for the next start to clear up after a `kill -9`."""
        return self.data / f"{part}.processes.json"

    def lock(self, part: str) -> Path:
        """Each process of a hospital has one, so that none runs twice on the same data."""
        return self.data / f"{part}.lock"

    @cached_property
    def sockets(self) -> Path:
        return socket_folder(self.data / "sockets")

    def make(self) -> None:
        """Create the folders; only the way to `postgres` is open to another user, nothing else."""
        made = not self.data.exists()
        self.data.mkdir(parents=True, exist_ok=True)
        if made:
            # Root lets PostgreSQL run as another user, who has to pass through to his own folder.
            self.data.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.logs, self.files, self.caddy, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)


def socket_folder(preferred: Path) -> Path:
    """`preferred`, or a short folder of our own below the temporary one when its path is too long.

    Raises:
        HostError: somebody else has made the temporary folder.
    """
    if len(os.fsencode(preferred)) <= _LONGEST_SOCKET_FOLDER:
        return preferred
    mark = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"xinglin-{mark}"
    try:
        short.mkdir(mode=0o700)
    except FileExistsError:
        found = short.lstat()
        if short.is_symlink() or (os.geteuid() != 0 and found.st_uid != os.geteuid()):
            raise HostError(
                f"{short} belongs to somebody else; set TMPDIR or use --data."
            ) from None
    return short


def hold(path: Path) -> IO[str]:
    """Lock `path` until the returned file is closed or the process ends, however it ends.

    Raises:
        InUseError: another process holds it; its number is in the message.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip() or "?"
        file.close()
        raise InUseError(
            f"{path.parent} is in use by process {holder}: stop it, or give another --data."
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
