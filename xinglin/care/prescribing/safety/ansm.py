"""The French thesaurus as entries; its levels, where an entry has several, by `conditions.tsv`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from xinglin.care.prescribing.safety.conditions import parsed
from xinglin.care.prescribing.safety.interactions import Condition, Entry
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.types import LEVELS, Level, Source

_LEVELS: Mapping[str, Level] = {
    "contre-indication": "block",
    "association deconseillee": "warn",
    "precaution d'emploi": "caution",
    "a prendre en compte": "info",
    "il convient de prendre en compte": "info",
}
Key = tuple[str, str]


def classes_of(index: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Substance to classes. A substance that the index lists twice has the classes of both."""
    found: dict[str, set[str]] = {}
    for each in index:
        classes = found.setdefault(folded(each["substance"]), set())
        classes |= {folded(name) for name in each["drug_classes"]}
    return found


def merge_same(classes: dict[str, set[str]], same: Mapping[str, str]) -> None:
    """What the source lists under two names is one substance; its other name is then a class of it."""
    for other, kept in same.items():
        classes[kept] |= classes.pop(other) | {other}


def entries_of(
    thesaurus: Sequence[Mapping[str, Any]], conditions: Iterable[Mapping[str, str]], source: Source
) -> Iterator[Entry]:
    """The source prints each pair under both names; here it stands once."""
    rules = _conditions(conditions)
    seen: set[frozenset[str]] = set()
    for each in thesaurus:
        a, b = folded(each["main_drug"]), folded(each["plus_drug"])
        pair = frozenset((a, b))
        if pair in seen:
            continue
        seen.add(pair)
        if (b, a) in rules:
            a, b = b, a
        own = rules.get((a, b), ())
        levels = tuple(_LEVELS[folded(level["level"])] for level in each["severity_levels"])
        if len(levels) > 1 and not own:
            raise ValueError(f"{a} with {b} has several levels and no conditions")
        yield Entry(
            id=f"ansm:{a}+{b}",
            a=a,
            b=b,
            levels=tuple(sorted(levels, key=LEVELS.index)),
            source=source,
            original=_original(each),
            conditions=own,
        )
    unused = [pair for pair in rules if frozenset(pair) not in seen]
    if unused:
        raise ValueError(f"conditions of no entry: {unused}")


def _original(each: Mapping[str, Any]) -> str:
    """As the source says it, without the line breaks of its pages."""
    parts = [each["interaction_mechanism"]]
    parts += [f"{level['level']} {level['info']}" for level in each["severity_levels"]]
    return " / ".join(" ".join(part.split()) for part in parts if part.strip())


def _conditions(rows: Iterable[Mapping[str, str]]) -> dict[Key, tuple[Condition, ...]]:
    found: dict[Key, list[Condition]] = {}
    for row in rows:
        condition = Condition(
            level=None if row["level"] == "none" else level_of(row["level"]),
            a_is=_members(row["a_is"]),
            b_is=_members(row["b_is"]),
            when=parsed(row["when"]),
        )
        found.setdefault((folded(row["a"]), folded(row["b"])), []).append(condition)
    return {key: tuple(each) for key, each in found.items()}


def level_of(word: str) -> Level:
    """Raises: ValueError."""
    for level in LEVELS:
        if level == word:
            return level
    raise ValueError(f"no level: {word}")


def _members(words: str) -> frozenset[str]:
    """`@` marks a class for the reader; substances and classes have no name in common but insulin."""
    return frozenset(folded(word.lstrip("@")) for word in words.split("|") if word)
