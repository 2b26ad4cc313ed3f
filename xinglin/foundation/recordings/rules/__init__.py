"""What may be recorded, how it is chained, and what is missing: pure.

Nothing heavy is imported here: the child that opens what a browser has recorded passes by.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from xinglin.foundation.recordings.types import Span
from xinglin.kernel.text import Text

MB = 1024 * 1024
MAX_SEGMENT = timedelta(hours=4)
MAX_SEGMENT_BYTES = 2048 * MB
MOST_SEGMENTS = 400
# A page sends what is left in its outbox so long after the end of the call.
LATE = timedelta(hours=24)
# What the clock of a page that asks the house for the time may be wrong by.
CLOCK_SLACK = timedelta(seconds=5)
# So late a page's word may be, and still tell of the same clock as another of its words.
MOST_DELAY = timedelta(minutes=1)
# Nothing came for so long after the end: it will not come any more.
LOST_AFTER = timedelta(minutes=10)
# A recorder writes every two seconds; what is longer than this was no recording.
LONGEST_CHUNK = timedelta(seconds=10)
LAST_CHUNK = timedelta(seconds=2)
# A recorder that begins anew needs a moment.
SHORTEST_GAP = timedelta(seconds=3)
# Each is read through and compared again so often.
CHECKED_EVERY = timedelta(days=30)
# R22, at least; policy decides.
KEPT_YEARS = 3
OPEN_WITHIN = timedelta(minutes=1)
PURPOSES = ("own", "treatment", "complaint", "quality", "law")
ROLES = ("patient", "doctor", "specialist", "guest")
NO_CHAIN = bytes(32)
_MIME = re.compile(r"(video|audio)/(webm|mp4|x-matroska)(; ?codecs=[\w.,\" -]{1,50})?")

CONTENT_TYPES = {"webm": "video/webm", "mp4": "video/mp4", "mkv": "video/x-matroska"}
FAILURES = {
    "nothing": Text(
        "这次通话没有收到任何录音录像。",
        "Nothing of this call was recorded, or none of it arrived.",
    ),
    "unplayable": Text(
        "收到的录制内容无法播放；原始录制块仍按规定保存。",
        "What was recorded cannot be played; the chunks as they came are kept.",
    ),
    "too_long": Text(
        "录制时间跨度过长，无法合成一个文件；原始录制块仍按规定保存。",
        "It spans too long a time for one file; the chunks as they came are kept.",
    ),
    "unchecked": Text(
        "合成的文件未通过逐帧检查，没有采用；原始录制块仍按规定保存。",
        "The file that was made of it did not decode without errors and was not taken; the chunks as"
        " they came are kept.",
    ),
    "altered": Text(
        "保存的录制块与收到时不一致，请联系信息安全负责人。",
        "What is stored is not what was received; tell whoever answers for security.",
    ),
    "other": Text(
        "合成文件多次失败，请联系管理员；原始录制块仍按规定保存。",
        "Making the file failed several times; tell an administrator. The chunks as they came are kept.",
    ),
}


def is_known_mime(mime: str) -> bool:
    return _MIME.fullmatch(mime) is not None


def next_chain(chain: bytes, sha256: bytes) -> bytes:
    return hashlib.sha256(chain + sha256).digest()


def folder_of(recording_id: UUID) -> str:
    """Relative; two letters of the random end part the folders evenly."""
    return f"recordings/{recording_id.hex[-2:]}/{recording_id.hex}"


def chunk_path(recording_id: UUID, segment_id: UUID, seq: int) -> str:
    return f"{folder_of(recording_id)}/{segment_id.hex}/{seq:06}.sealed"


def made_path(recording_id: UUID, sha256: bytes) -> str:
    return f"{folder_of(recording_id)}/made.{sha256.hex()[:16]}.sealed"


def covered(
    zero: datetime, begins_ms: Sequence[int], *, milliseconds: int
) -> list[tuple[datetime, datetime]]:
    """The times that a segment's chunks cover.

    Args:
        zero: when the segment began, by the house's clock.
        begins_ms: of each chunk.
        milliseconds: how long the segment plays; 0 while that is not known.
    """
    found = []
    for at, begin in enumerate(begins_ms):
        start = zero + timedelta(milliseconds=begin)
        if at + 1 < len(begins_ms):
            after = zero + timedelta(milliseconds=begins_ms[at + 1])
            stop = min(after, start + LONGEST_CHUNK)
        else:
            stop = max(start + LAST_CHUNK, zero + timedelta(milliseconds=milliseconds))
            stop = min(stop, start + LONGEST_CHUNK)
        found.append((start, stop))
    return joined(found)


def joined(spans: Iterable[Span]) -> list[Span]:
    """In order, those that touch made one."""
    found: list[Span] = []
    for start, stop in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        elif start < stop:
            found.append((start, stop))
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of `spans` no span of `taken` covers."""
    left = joined(spans)
    for start, stop in joined(taken):
        left = [
            part
            for one in left
            for part in ((one[0], min(one[1], start)), (max(one[0], stop), one[1]))
            if part[0] < part[1]
        ]
    return left


def gaps(wanted: Iterable[Span], taken: Sequence[Iterable[Span]]) -> list[Span]:
    """Times of `wanted` in which at least one of the sides was not recorded.

    Args:
        taken: for each side that must be heard, the times that are covered; empty: nobody was.
    """
    wished = joined(wanted)
    missing = [span for side in taken for span in without(wished, side)] if taken else wished
    return [(a, b) for a, b in joined(missing) if b - a >= SHORTEST_GAP]
