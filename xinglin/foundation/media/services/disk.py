"""The files below `settings.FILES_DIR`: complete or absent, also when the disk is full."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from xinglin.kernel.errors import StorageFull

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PIECE = 256 * 1024


def place(relative: str) -> Path:
    path: Path = settings.FILES_DIR / relative
    return path


@contextmanager
def room() -> Iterator[None]:
    """Raises StorageFull instead of the system's own error."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull from error
        raise


def write(relative: str, content: bytes) -> None:
    """Written beside, synced, renamed. Raises StorageFull; nothing half-written stays."""
    path = place(relative)
    draft = path.with_suffix(".draft")
    try:
        with room():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _fill(draft, content, os.O_TRUNC, 0)
            draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def extend(relative: str, offset: int, content: bytes) -> None:
    """From `offset` on. Raises StorageFull; the file is then as long as it was."""
    path = place(relative)
    try:
        with room():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _fill(path, content, 0, offset)
    except BaseException:
        if path.exists():
            os.truncate(path, offset)
        raise


def _fill(path: Path, content: bytes, flags: int, offset: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "wb") as out:
        out.seek(offset)
        out.write(content)
        out.truncate()
        out.flush()
        os.fsync(out.fileno())


def take_over(part: str, kept: str) -> None:
    """The same bytes under a second name: should the row not commit, the part is still there."""
    path = place(kept)
    with room():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.hardlink_to(place(part))


def length(relative: str) -> int:
    path = place(relative)
    return path.stat().st_size if path.is_file() else 0


def digest(relative: str) -> bytes:
    found = hashlib.sha256()
    with place(relative).open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.digest()


def forget(*relatives: str) -> None:
    for relative in relatives:
        place(relative).unlink(missing_ok=True)
