"""How words are compared when a conversation is searched; pure."""

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

SHORTEST_QUERY = 2
LONGEST_QUERY = 60


def parts_of(query: str) -> list[str]:
    """What a message must hold, all of it: the query cut at its spaces."""
    return _alike(query).split()


def is_too_short(parts: Iterable[str]) -> bool:
    """One character stands in nearly every conversation."""
    return max(map(len, parts), default=0) < SHORTEST_QUERY


def holds(text: str, parts: Iterable[str]) -> bool:
    told = _alike(text)
    return all(part in told for part in parts)


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
