"""Sealed bytes below `settings.FILES_DIR/recordings`, and the data key of each recording."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings

from xinglin.foundation.accounts.services import seal_text, unseal_text
from xinglin.foundation.media.services import write_file
from xinglin.foundation.recordings import rules
from xinglin.foundation.recordings.models import Recording, Segment
from xinglin.foundation.recordings.rules import sealing
from xinglin.kernel.errors import StorageFull

_KEY = "recordings_recording|key"


def new_key() -> bytes:
    """A data key, sealed by the house's ring."""
    return seal_text(sealing.new_key().hex(), _KEY)


def key_of(row: Recording) -> bytes:
    return bytes.fromhex(unseal_text(row.key, _KEY))


def place(relative: str) -> Path:
    path: Path = settings.FILES_DIR / relative
    return path


def keep_chunk(row: Segment, seq: int, content: bytes) -> None:
    """On the disk before this returns. Raises StorageFull; nothing half-written stays."""
    sealed = sealing.seal_chunk(key_of(row.recording), content, _context(row.pk, seq))
    write_file(rules.chunk_path(row.recording_id, row.pk, seq), sealed)


def chunk(key: bytes, recording_id: UUID, segment_id: UUID, seq: int) -> bytes | None:
    """The plain bytes; None where they are gone or are not what was kept."""
    try:
        sealed = place(rules.chunk_path(recording_id, segment_id, seq)).read_bytes()
        return sealing.open_chunk(key, sealed, _context(segment_id, seq))
    except (FileNotFoundError, InvalidTag):
        return None


def keep_made(row: Recording, plain: BinaryIO, size: int, digest: bytes) -> None:
    """Written beside, synced, renamed. Raises StorageFull; nothing half-written stays."""
    path = place(rules.made_path(row.pk, digest))
    draft = path.with_suffix(".draft")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            sealing.seal_file(key_of(row), plain, size, out, row.pk.hex)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageFull from error
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def made(row: Recording, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Raises InvalidTag, FileNotFoundError."""
    with place(rules.made_path(row.pk, bytes(row.sha256))).open("rb") as file:
        yield from sealing.read_file(
            key_of(row), file, row.bytes, row.pk.hex, start=start, stop=stop
        )


def forget_drafts(row: Recording) -> None:
    """Made files that the row does not name: of a worker that died, or of an earlier making."""
    named = place(rules.made_path(row.pk, bytes(row.sha256))).name if row.sha256 else ""
    for path in place(rules.folder_of(row.pk)).glob("made.*"):
        if path.name != named:
            path.unlink(missing_ok=True)


def forget(recording_id: UUID) -> None:
    shutil.rmtree(place(rules.folder_of(recording_id)), ignore_errors=True)


@contextmanager
def scratch(size: int) -> Iterator[int]:
    """An open file without a name, for plain bytes: in memory, or on the disk where they are too many."""
    number = _nameless(size)
    try:
        yield number
    finally:
        os.close(number)


def _nameless(size: int) -> int:
    if size <= _IN_MEMORY and hasattr(os, "memfd_create"):
        return os.memfd_create("recording")
    folder = place("recordings")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{os.urandom(8).hex()}.plain"
    number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    path.unlink()
    return number


_IN_MEMORY = 64 * rules.MB


def _context(segment_id: UUID, seq: int) -> str:
    return f"{segment_id.hex}|{seq}"
