"""Sentences around our phrases, as people write them: who, how long, what they ask at the end."""

import csv
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from xinglin.care.triage.training.corpus import Example, Phrase

_FRAMES = Path(__file__).parents[1] / "data" / "department" / "frames.tsv"
# How often a part is there, and where it stands; and how often a name becomes a question.
_PARTS = (("who", 0.35, 0), ("since", 0.35, 1), ("also", 0.35, 9), ("asks", 0.5, 9))
_AS_QUESTION, _WITH_SECOND = 0.6, 0.35
_NAMES = frozenset({"disease", "medicine", "test", "procedure", "body"})


@cache
def frames() -> dict[tuple[str, str], tuple[str, ...]]:
    """(locale, part) -> what may stand there."""
    found: dict[tuple[str, str], list[str]] = {}
    with _FRAMES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault((row["locale"], row["part"]), []).append(row["text"])
    return {key: tuple(texts) for key, texts in found.items()}


def composed(known: list[Phrase], *, times: int, chance: random.Random) -> Iterator[Example]:
    by_place: dict[tuple[str, str], list[Phrase]] = {}
    for phrase in known:
        by_place.setdefault((phrase.slug, phrase.locale), []).append(phrase)
    for phrase in known:
        others = by_place[phrase.slug, phrase.locale]
        for _ in range(times):
            yield Example(_sentence(phrase, others, chance), phrase.slug, 1.0)


def _sentence(phrase: Phrase, others: list[Phrase], chance: random.Random) -> str:
    """A title of one line, or a longer tale with a second phrase of the same department."""
    parts = frames()
    locale = phrase.locale
    if phrase.kind in _NAMES and chance.random() < _AS_QUESTION:
        return chance.choice(parts[locale, phrase.kind]).format(phrase.text)
    glue = "，" if locale == "zh" else ", "
    said = [phrase.text]
    if chance.random() < _WITH_SECOND:
        said.append(chance.choice(others).text)
    for part, odds, place in _PARTS:
        if chance.random() < odds:
            said.insert(min(place, len(said)), chance.choice(parts[locale, part]))
    return glue.join(said)
