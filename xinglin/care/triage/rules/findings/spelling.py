"""Common typing errors put right, with the place of every letter in what was typed."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from xinglin.care.triage.rules.findings.lexicon import MODALS, lexicon

_WORD = re.compile(r"[a-z]{4,}")
_VOWELS = "aeiou"
_SWAPS_FROM, _VOWELS_FROM = 5, 6
# English words that a slip of the hand could make of a word of the lexicon, and that are words of their own.
_KNOWN = frozenset(
    (Path(__file__).parents[2] / "data" / "words_en.txt").read_text(encoding="utf-8").split()
)


def mended(text: str) -> tuple[str, Sequence[int] | None]:
    """The text, and for each of its letters the place before mending (None: nothing moved)."""
    for wrong, right in lexicon().typos.items():
        if wrong in text:
            text = text.replace(wrong, right)
    places: Sequence[int] | None = None
    if text.isascii() or _WORD.search(text):
        for find in (_said_otherwise, _slipped):
            changes = sorted(find(text))
            if changes:
                text, moved = _changed(text, changes)
                places = moved if places is None else [places[n] for n in moved]
    return text, places


def _said_otherwise(text: str) -> Iterator[tuple[int, int, str]]:
    for pattern, word in MODALS:
        for found in pattern.finditer(text):
            yield found.start(), found.end(), word


def _slipped(text: str) -> Iterator[tuple[int, int, str]]:
    known = lexicon().words
    for found in _WORD.finditer(text):
        word = found[0]
        if word not in known and word not in _KNOWN and (right := _slips().get(word)):
            yield found.start(), found.end(), right


def _changed(text: str, changes: Sequence[tuple[int, int, str]]) -> tuple[str, Sequence[int]]:
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, right in changes:
        parts += [text[at:start], right]
        places += range(at, start)
        places += [min(start + n, end - 1) for n in range(len(right))]
        at = end
    parts.append(text[at:])
    places += range(at, len(text))
    return "".join(parts), places


@cache
def _slips() -> Mapping[str, str]:
    """What a slip of the hand makes of a word of the lexicon, when it makes no other such word."""
    known = lexicon().words
    found: dict[str, str] = {}
    for word in sorted(known, key=lambda w: (-len(w), w)):
        for slip in _slips_of(word):
            if slip not in known and slip not in _KNOWN:
                found.setdefault(slip, word)
    return found


def _slips_of(word: str) -> Iterator[str]:
    """A doubled letter more or less, neighbours that changed places, a wrong or missing vowel."""
    many = len(word)
    for n in range(1, many):
        if word[n] == word[n - 1]:
            yield word[:n] + word[n + 1 :]
        else:
            yield word[:n] + word[n - 1] + word[n:]
        if many >= _SWAPS_FROM and n + 1 < many and word[n] != word[n + 1]:
            yield f"{word[:n]}{word[n + 1]}{word[n]}{word[n + 2 :]}"
        if many >= _VOWELS_FROM and word[n] in _VOWELS:
            yield word[:n] + word[n + 1 :]
            for other in _VOWELS:
                if other != word[n]:
                    yield word[:n] + other + word[n + 1 :]
        if many >= _VOWELS_FROM + 2:
            yield word[:n] + word[n + 1 :]
