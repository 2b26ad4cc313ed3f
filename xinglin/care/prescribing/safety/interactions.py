"""Pairs of substances and what the sources say of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from xinglin.care.prescribing.safety.conditions import Clause, Side, Told, judged
from xinglin.care.prescribing.safety.types import LEVELS, Level, Source
from xinglin.kernel.text import Text

_RANK = {level: place for place, level in enumerate(LEVELS)}
_BY_ROUTE = {
    "oral": "medicaments administres par voie orale",
    "vaginal": "medicaments utilises par voie vaginale",
}
_INJECTED_IRON = "sels de fer par voie injectable"
_INJECTED = frozenset({"iv", "im", "injection"})


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of an entry that has several levels; `level` None: then the entry does not apply.

    `a_is`, `b_is`: of these substances or classes only; empty: of all.
    """

    level: Level | None
    a_is: frozenset[str] = frozenset()
    b_is: frozenset[str] = frozenset()
    when: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source says of `a` with `b`, each a substance or a class.

    `levels` as the source gives them, the most severe first; `conditions`, where there are any,
    say which of them counts.
    """

    id: str
    a: str
    b: str
    levels: tuple[Level, ...]
    source: Source
    original: str = ""
    text: Text | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`depends_on`: what was not told and might make the level lower."""

    entry: Entry
    level: Level
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Interactions:
    """`known`: substances that the sources of interactions cover, alone or in a class."""

    entries: tuple[Entry, ...] = ()
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    _partners: Mapping[str, Mapping[str, tuple[Entry, ...]]] = field(init=False, repr=False)
    _memory: dict[tuple[frozenset[str], frozenset[str]], tuple[Entry, ...]] = field(
        init=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        found: dict[str, dict[str, list[Entry]]] = {}
        for entry in self.entries:
            found.setdefault(entry.a, {}).setdefault(entry.b, []).append(entry)
            if entry.a != entry.b:
                found.setdefault(entry.b, {}).setdefault(entry.a, []).append(entry)
        frozen = {
            key: MappingProxyType({other: tuple(each) for other, each in partners.items()})
            for key, partners in found.items()
        }
        object.__setattr__(self, "_partners", MappingProxyType(frozen))

    def between(self, one: Side, other: Side) -> list[Verdict]:
        """The most severe first. Two names of one substance do not interact."""
        if one.substance == other.substance:
            return []
        mine, theirs = self.groups(one), self.groups(other)
        verdicts = [
            verdict
            for entry in self._entries(mine, theirs)
            if (verdict := self._verdict(entry, (one, mine), (other, theirs))) is not None
        ]
        return sorted(verdicts, key=lambda v: (_RANK[v.level], _breadth(v.entry, one, other)))

    def groups(self, side: Side) -> frozenset[str]:
        """Names under which an entry may speak of it: itself, its classes, how it is taken."""
        groups = self.classes.get(side.substance, frozenset()) | {side.substance}
        by_route = _BY_ROUTE.get(side.route)
        if by_route:
            groups |= {by_route}
        if side.substance == "fer" and side.route in _INJECTED:
            groups |= {_INJECTED_IRON}
        return groups

    def _entries(self, mine: frozenset[str], theirs: frozenset[str]) -> tuple[Entry, ...]:
        key = (mine, theirs)
        found = self._memory.get(key)
        if found is None:
            once: dict[str, Entry] = {}
            for group in sorted(mine):
                partners = self._partners.get(group)
                for other in sorted(partners.keys() & theirs) if partners else ():
                    once.update((entry.id, entry) for entry in (partners or {})[other])
            found = tuple(once.values())
            if len(self._memory) < 200_000:  # noqa: PLR2004  # some 100 MB at the very most
                self._memory[key] = found
        return found

    def _verdict(
        self, entry: Entry, one: tuple[Side, frozenset[str]], other: tuple[Side, frozenset[str]]
    ) -> Verdict | None:
        """Both may be on either side of an entry; then the more severe reading counts."""
        read = [
            _level(entry, a, b)
            for a, b in ((one, other), (other, one))
            if entry.a in a[1] and entry.b in b[1]
        ]
        told = [(level, depends) for level, depends in read if level is not None]
        if not told:
            return None
        level, depends = min(told, key=lambda each: _RANK[each[0]])
        return Verdict(entry, level, depends)


def most_severe(levels: Iterable[Level]) -> Level:
    return min(levels, key=_RANK.__getitem__)


def _level(
    entry: Entry, a: tuple[Side, frozenset[str]], b: tuple[Side, frozenset[str]]
) -> tuple[Level | None, tuple[str, ...]]:
    """The first condition that holds decides; one that cannot be judged counts if it is worse."""
    if not entry.conditions:
        return entry.levels[0], ()
    possible: list[Level] = []
    lacks: list[str] = []
    for condition in entry.conditions:
        if condition.a_is and not condition.a_is & a[1]:
            continue
        if condition.b_is and not condition.b_is & b[1]:
            continue
        told, missing = judged(condition.when, Told(a[0], b[0]))
        if told is None:
            lacks += missing
            possible += [condition.level] if condition.level else []
        elif told:
            final = [condition.level] if condition.level else []
            levels = possible + final
            return (most_severe(levels) if levels else None), tuple(dict.fromkeys(lacks))
    return (most_severe(possible) if possible else None), tuple(dict.fromkeys(lacks))


def _breadth(entry: Entry, one: Side, other: Side) -> tuple[int, str]:
    """What names a substance itself says more than what names its class."""
    named = {one.substance, other.substance}
    return (-((entry.a in named) + (entry.b in named)), entry.id)
