"""Copies of what the house keeps: made whole or not at all, kept for a while, readable by anybody."""

from xinglin.foundation.copies.services.page import Words, page
from xinglin.foundation.copies.services.queue import Job, drop_expired, failed, taken, unlink
from xinglin.foundation.copies.services.writing import (
    MOST_BYTES,
    add_file,
    as_json,
    files_of,
    sha256_of,
    written_whole,
)

__all__ = [
    "MOST_BYTES",
    "Job",
    "Words",
    "add_file",
    "as_json",
    "drop_expired",
    "failed",
    "files_of",
    "page",
    "sha256_of",
    "taken",
    "unlink",
    "written_whole",
]
