"""How alike two replies are, and which are greetings; pure."""

import re
import unicodedata
import zlib
from difflib import SequenceMatcher
from typing import Final

# D02: what is more alike than this is flagged.
TOO_ALIKE: Final = 90
# Shorter ones are the same in every visit ("how long?", "please wait").
SHORTEST: Final = 20
_SHINGLE = 3
_SKETCH = 8
_NO_WORD = re.compile(r"[\W_]+")
_GREETING = re.compile(
    r"您好|你好|早上好|上午好|中午好|下午好|晚上好|\b(?:hello|hi|dear|good (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)


def essence(text: str) -> str:
    """Letters and characters alone: spaces and marks make no other reply."""
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_greeting(text: str, *, is_first: bool) -> bool:
    """What a doctor opens a visit with, or what says too little to be a copy."""
    return len(essence(text)) < SHORTEST or (is_first and _GREETING.search(text) is not None)


def similarity(one: str, other: str) -> int:
    """Percent of both texts that stands in both in the same order, rounded down."""
    matcher = SequenceMatcher(None, essence(one), essence(other), autojunk=False)
    if int(100 * matcher.quick_ratio()) <= TOO_ALIKE:
        return 0
    return int(100 * matcher.ratio())


def sketch(text: str) -> list[int]:
    """The smallest hashes of its pieces: two texts that are alike share nearly always one.

    Signed, 32 bits. Of 90 % alike half of the pieces or more are the same.
    """
    told = essence(text)
    pieces = {told[n : n + _SHINGLE] for n in range(len(told) - _SHINGLE + 1)}
    hashes = sorted(zlib.crc32(piece.encode()) for piece in pieces)[:_SKETCH]
    return [number - (1 << 32) if number >= 1 << 31 else number for number in hashes]


def lengths_like(length: int) -> tuple[int, int]:
    """Between which lengths another text can be that is too much alike."""
    least = TOO_ALIKE / (200 - TOO_ALIKE)
    return int(length * least), int(length / least) + 1
