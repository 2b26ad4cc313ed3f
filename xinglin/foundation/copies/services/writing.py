"""A ZIP on disk: complete or absent."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from xinglin.foundation.copies.types import Part
from xinglin.kernel.text import Text

MOST_BYTES: Final = 2 * 1024**3
_AT_ONCE = 1024 * 1024


@contextmanager
def written_whole(path: Path) -> Iterator[tuple[zipfile.ZipFile, Path]]:
    """The ZIP, and where it lies until it is renamed: written beside, synced, renamed at the end."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
                yield copy, draft
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def add_file(copy: zipfile.ZipFile, name: str, path: Path, room: int) -> int | None:
    """How many bytes went in; None: it is not there, or larger than the room."""
    size = path.stat().st_size if path.is_file() else None
    if size is None or size > room:
        return None
    copy.write(path, name, compress_type=zipfile.ZIP_STORED)
    return size


def files_of(parts: Iterable[Part]) -> list[tuple[str, Path]]:
    return [found for part in parts for found in part.files.items()]


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: Any) -> object:
    if isinstance(value, Text):
        return value.as_dict()
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def sha256_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_AT_ONCE):
            digest.update(block)
    return digest.hexdigest()
