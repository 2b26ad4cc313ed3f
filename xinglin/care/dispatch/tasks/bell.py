"""The datagram socket that wakes the dispatcher."""

import select
import socket
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class Bell:
    """Rung by `outbox.services.poke`. Only the leader hangs one up; the newest takes the place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(path))
        self._inode = path.stat().st_ino

    def wait(self, seconds: float) -> bool:
        """Whether it rang; a burst counts once."""
        return bool(wait_for_any([self], seconds))

    def close(self) -> None:
        self._socket.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_ino == self._inode:  # else a new leader's by now
                self._path.unlink()

    def fileno(self) -> int:
        return self._socket.fileno()

    def _silence(self) -> None:
        with suppress(BlockingIOError):
            while True:
                self._socket.recv(64)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def wait_for_any(bells: Sequence[Bell], seconds: float) -> list[Bell]:
    """Those that rang."""
    readable: list[Bell]
    readable, _, _ = select.select(bells, [], [], seconds)
    for bell in readable:
        bell._silence()  # noqa: SLF001  # of this file
    return readable
