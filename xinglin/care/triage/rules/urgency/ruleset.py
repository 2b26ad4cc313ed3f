"""The rules that ship with the house, read once and checked: a bad rule stops the start."""

import fnmatch
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from xinglin.care.triage.rules import vitals
from xinglin.care.triage.rules.findings import Finding, lexicon
from xinglin.care.triage.rules.urgency.terms import Term, read
from xinglin.care.triage.rules.urgency.types import URGENCIES, Status, Urgency
from xinglin.kernel.text import Text

_DATA = Path(__file__).parents[2] / "data"
_SEVERITIES: Mapping[str, Literal["severe", "mild"]] = {"severe": "severe", "mild": "mild"}
_ONSETS: Mapping[str, Literal["sudden", "gradual"]] = {"sudden": "sudden", "gradual": "gradual"}
NUMBERS = {*vitals.PLAUSIBLE, "news2", "news2_single", "outside_band", "far_outside_band"}


class BadRuleError(ValueError):
    """A rule contradicts itself, the lexicon or the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Fits when one term of each group of `all` holds, none of `none`, and, if `only` is given,
    nothing else was found.
    """

    id: str
    urgency: Urgency
    text: Text
    source: str
    year: int | None
    status: Status
    all: tuple[tuple[Term, ...], ...]
    none: tuple[Term, ...] = ()
    only: frozenset[str] | None = None
    crisis: bool = False
    keys: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """`gives`: what choosing it tells."""

    code: str
    text: Text
    gives: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Discriminator:
    """One question whose answer may change the urgency.

    `about`: the concepts it settles. `after`: asked only of who told one of these; empty: of anybody.
    """

    id: str
    text: Text
    label: Text
    options: tuple[Option, ...]
    about: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """`places`: concept -> (rule, one of its groups) that it can make hold, by number."""

    rules: tuple[Rule, ...]
    groups: dict[str, tuple[Term, ...]]
    places: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)

    def lacking(self, told: Iterable[str]) -> list[int]:
        """For each rule how many groups cannot hold, since none of their concepts was told."""
        left = [len(rule.keys) for rule in self.rules]
        for number, _ in {place for name in told for place in self.places.get(name, ())}:
            left[number] -= 1
        return left


@cache
def ruleset() -> Ruleset:
    found = json.loads((_DATA / "urgency_rules.json").read_text(encoding="utf-8"))
    return build(found)


def build(found: dict[str, Any]) -> Ruleset:
    """Raises BadRuleError, BadTermError."""
    groups = {name: _terms(words) for name, words in found["groups"].items()}
    rules = tuple(_rule(entry, found["sources"], found["sets"], groups) for entry in found["rules"])
    ids = [rule.id for rule in rules]
    if twins := {i for i in ids if ids.count(i) > 1}:
        raise BadRuleError(f"named twice: {', '.join(sorted(twins))}")
    for rule in rules:
        _check(rule, groups)
    ordered = tuple(sorted(rules, key=lambda r: URGENCIES.index(r.urgency)))
    return Ruleset(ordered, groups, _places(ordered))


@cache
def discriminators() -> tuple[Discriminator, ...]:
    found = json.loads((_DATA / "discriminators.json").read_text(encoding="utf-8"))
    return tuple(_discriminator(entry) for entry in found["questions"])


@cache
def version() -> str:
    """Changes with any of the files that decide."""
    sha = hashlib.sha256()
    for name in ("findings*.json", "urgency_rules.json", "discriminators.json", "red_flags.json"):
        for path in sorted(_DATA.glob(name)):
            sha.update(path.read_bytes())
    dated = json.loads((_DATA / "urgency_rules.json").read_text(encoding="utf-8"))["version"]
    return f"{dated}-{sha.hexdigest()[:8]}"


def _rule(
    entry: dict[str, Any],
    sources: dict[str, Any],
    sets: dict[str, str],
    groups: dict[str, tuple[Term, ...]],
) -> Rule:
    source, year, status = sources[entry["source"]]
    all_ = tuple(_terms(group) for group in entry["all"].split(" & "))
    only = entry.get("only")
    if status not in get_args(Status) or entry["urgency"] not in URGENCIES:
        raise BadRuleError(f"{entry['id']}: status or urgency")
    return Rule(
        id=entry["id"],
        urgency=entry["urgency"],
        text=Text(**entry["text"]),
        source=source,
        year=year,
        status=status,
        all=all_,
        none=_terms(entry.get("none", "")),
        only=None if only is None else frozenset(_widened(only, sets)),
        crisis=entry.get("crisis", False),
        keys=tuple(keys for group in all_ if (keys := _keys(group, groups)) is not None),
    )


def _places(rules: Iterable[Rule]) -> Mapping[str, tuple[tuple[int, int], ...]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for number, rule in enumerate(rules):
        for group, keys in enumerate(rule.keys):
            for name in keys:
                found.setdefault(name, []).append((number, group))
    return {name: tuple(places) for name, places in found.items()}


def _keys(group: tuple[Term, ...], groups: dict[str, tuple[Term, ...]]) -> frozenset[str] | None:
    """The concepts of which one must be told; None when something else can make the group hold."""
    found: set[str] = set()
    for term in group:
        if term.negated or term.kind not in {"finding", "group"} or "denied" in term.qualities:
            return None
        inner = _keys(groups.get(term.name, ()), groups) if term.kind == "group" else {term.name}
        if inner is None:
            return None
        found |= inner
    return frozenset(found)


def _widened(only: str, sets: dict[str, str]) -> Iterable[str]:
    for each in only.split():
        if each.startswith("@"):
            yield from _widened(sets[each[1:]], sets)
        else:
            yield each


def _terms(words: str) -> tuple[Term, ...]:
    return tuple(read(each, dict.fromkeys(NUMBERS)) for each in words.replace(" / ", " ").split())


def _check(rule: Rule, groups: dict[str, tuple[Term, ...]]) -> None:
    known = lexicon().concepts
    terms = [t for group in rule.all for t in group] + list(rule.none)
    for term in [*terms, *(t for group in groups.values() for t in group)]:
        if term.kind == "group" and term.name not in groups:
            raise BadRuleError(f"{rule.id}: no group {term.name}")
        if term.kind == "finding" and term.name not in known:
            raise BadRuleError(f"{rule.id}: no concept {term.name}")
    if not all(rule.all):
        raise BadRuleError(f"{rule.id}: an empty group would fit nothing")
    if unknown := {o.removeprefix("~") for o in rule.only or ()} - set(known):
        raise BadRuleError(f"{rule.id}: no concept {', '.join(sorted(unknown))}")


def _discriminator(entry: dict[str, Any]) -> Discriminator:
    options = tuple(_option(o) for o in entry["options"])
    about = frozenset(each.concept for option in options for each in option.gives)
    known = set(lexicon().concepts)
    if unknown := about - known:
        raise BadRuleError(f"{entry['id']}: no concept {', '.join(sorted(unknown))}")
    after = {words: fnmatch.filter(known, words) for words in entry.get("after", ())}
    if empty := [words for words, found in after.items() if not found]:
        raise BadRuleError(f"{entry['id']}: no concept {', '.join(empty)}")
    return Discriminator(
        entry["id"],
        Text(**entry["text"]),
        Text(**entry["label"]),
        options,
        about,
        frozenset(name for found in after.values() for name in found),
    )


def _option(entry: dict[str, Any]) -> Option:
    text = Text(**entry["text"])
    gives = tuple(_given(words, text.zh) for words in entry.get("gives", ()))
    return Option(entry["code"], text, gives)


def _given(told: str, words: str) -> Finding:
    """`told`: `headache`, `!fever`, `headache:severe:sudden`. `words`: those of the option."""
    name, *qualities = told.removeprefix("!").split(":")
    return Finding(
        concept=name,
        says="no" if told.startswith("!") else "yes",
        severity=next((_SEVERITIES[q] for q in qualities if q in _SEVERITIES), None),
        onset=next((_ONSETS[q] for q in qualities if q in _ONSETS), None),
        words=words,
    )
