"""How words are compared when a conversation is searched; pure."""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

SHORTEST_QUERY = 2
LONGEST_QUERY = 60
_BEFORE_HIT = 24
_EXCERPT = 96


def parts_of(query: str) -> list[str]:
    """What a message must hold, all of it: the query cut at its spaces."""
    return _alike(query).split()


def is_too_short(parts: Iterable[str]) -> bool:
    """One character stands in nearly every conversation."""
    return max(map(len, parts), default=0) < SHORTEST_QUERY


def holds(text: str, parts: Iterable[str]) -> bool:
    told = _alike(text)
    return all(part in told for part in parts)


def marks(text: str, parts: Iterable[str]) -> list[tuple[int, int]]:
    """Where the parts stand in a text: [from, to) in characters, ascending, none within another.

    A letter that is written in two characters may be missed; what is shown is then right, unmarked.
    """
    told: list[str] = []
    at: list[int] = []
    for index, character in enumerate(text):
        for alike in unicodedata.normalize("NFKC", character).casefold():
            told.append(alike)
            at.append(index)
    folded = "".join(told)
    hits: list[tuple[int, int]] = []
    for part in parts:
        start = folded.find(part)
        while start >= 0:
            hits.append((at[start], at[start + len(part) - 1] + 1))
            start = folded.find(part, start + len(part))
    return _joined(sorted(hits))


def _joined(hits: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in hits:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def excerpt(text: str, parts: Iterable[str]) -> tuple[str, list[tuple[int, int]]]:
    """A piece of the text around the first hit, and the marks within that piece."""
    hits = marks(text, parts)
    first = hits[0][0] if hits else 0
    start = 0 if first <= _BEFORE_HIT else first - _BEFORE_HIT
    end = min(len(text), start + _EXCERPT)
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = len(head) - start
    inside = [(a + shift, min(b, end) + shift) for a, b in hits if a < end]
    return f"{head}{text[start:end]}{tail}", inside


def grams(texts: Iterable[str]) -> list[int]:
    """Every pair of characters that stand together in a text, ascending: signed, 32 bits.

    Different pairs may have one number (beyond the basic plane of Unicode): a hit is always looked
    at again by `holds`.
    """
    return sorted({_gram(a, b) for text in texts for a, b in pairwise(_alike(text))})


def _gram(a: str, b: str) -> int:
    number = (ord(a) & 0xFFFF) << 16 | ord(b) & 0xFFFF
    return number - (1 << 32) if number >= 1 << 31 else number


def _alike(text: str) -> str:
    """Wide and narrow forms, capitals and small letters are the same to whoever searches."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
