"""A second reader: pieces of words, weighed, trained on cases of ours.

Rules know concepts that somebody has named; this one notices what reads like an emergency all the
same, and (`minor.py` asks it) what reads like a trifle. `data/urgency_reader.json.gz`: for each
language `bias`, `grave_from` and weights by piece; under `minor` the same with `minor_from`.
"""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from math import exp, sqrt
from pathlib import Path
from typing import Any

from xinglin.care.triage.rules.urgency.types import Reason
from xinglin.kernel.text import Locale, Text, language_of

FILE = Path(__file__).parents[2] / "data" / "urgency_reader.json.gz"
READS_GRAVE = Reason(
    "second_reader",
    Text(
        "整段描述读起来像需要立即急救的情况（统计模型的第二判断）。",
        "As a whole this reads like something that needs emergency care at once (a statistical second reader).",
    ),
    "Xinglin: trained on test cases of our own",
    2026,
    "ours",
)
# Of longer texts the first part is read: who writes a book is not judged by its length.
_MOST_READ = 2_000
# Of a few words nothing is guessed: there a rule asks.
_LEAST_READ: dict[Locale, int] = {"zh": 15, "en": 60}
# Who tells an ordinary complaint at length uses some words of graver ones: letters, likelihood.
_LONG: dict[Locale, tuple[int, float]] = {"zh": (80, 0.92), "en": (_MOST_READ, 0.0)}
# What is minor is told in fewer words, and only where nothing alarming was found.
_LEAST_READ_OF_MINOR: dict[Locale, int] = {"zh": 10, "en": 60}
# From here on nothing is left to self-care, though a rule says so. English was never measured.
_DOUBTS_FROM: dict[Locale, float] = {"zh": 0.5, "en": 1.1}
_NUMBER = re.compile(r"\d+")
_BETWEEN = re.compile(r"[\s，。、,.!！?？；;：:…]+")
_WORD = re.compile(r"[a-z0']+")


def reads_grave(text: str) -> bool:
    locale = language_of(text)
    if len(text) < _LEAST_READ[locale]:
        return False
    grave_from: float = _weights()[locale]["grave_from"]
    long_from, long_limit = _LONG[locale]
    limit = max(grave_from, long_limit) if len(text) > long_from else grave_from
    return likelihood(text, locale) >= limit


def reads_minor(text: str) -> bool:
    """Never of a language for which nothing was trained."""
    locale = language_of(text)
    known = _weights()[locale].get("minor")
    if known is None or len(text) < _LEAST_READ_OF_MINOR[locale]:
        return False
    limit: float = known["minor_from"]
    return weighed(text, locale, known["weights"], known["bias"]) >= limit


def doubts(text: str) -> bool:
    """Too much of an emergency in it for self-care."""
    locale = language_of(text)
    return likelihood(text, locale) >= _DOUBTS_FROM[locale]


@lru_cache(maxsize=4)
def likelihood(text: str, locale: Locale) -> float:
    """0..1, and no probability of anything in the world: cases of ours are half invented dangers."""
    known = _weights()[locale]
    return weighed(text, locale, known["weights"], known["bias"])


def weighed(text: str, locale: Locale, weights: Mapping[str, float], bias: float) -> float:
    found = [weights[piece] for piece in pieces(text, locale) if piece in weights]
    return 1 / (1 + exp(-(bias + sum(found) / sqrt(len(found))))) if found else 0.0


@lru_cache(maxsize=4)
def pieces(text: str, locale: Locale) -> frozenset[str]:
    """Numbers count as one and the same."""
    plain = _NUMBER.sub("0", text[:_MOST_READ].lower())
    return frozenset(_chinese(plain) if locale == "zh" else _english(plain))


def _chinese(plain: str) -> Iterator[str]:
    joined = _BETWEEN.sub("|", plain)
    for size in (1, 2, 3, 4):
        yield from (joined[at : at + size] for at in range(len(joined) - size + 1))


def _english(plain: str) -> Iterator[str]:
    words = _WORD.findall(plain)
    yield from words
    yield from (f"{a} {b}" for a, b in pairwise(words))
    for word in frozenset(words):
        padded = f" {word} "
        for size in (3, 4, 5):
            yield from (f"#{padded[at : at + size]}" for at in range(len(padded) - size + 1))


@cache
def _weights() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(gzip.decompress(FILE.read_bytes()))
    return found
