"""The small language of the rules: `headache:sudden`, `!cough`, `age<3m`, `temperature>=39`, `@shock`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["finding", "age", "number", "duration", "sex", "pregnant", "group"]

_AGE = re.compile(r"age(<|>=)(\d+(?:\.\d+)?)([dwmy])")
_NUMBER = re.compile(r"([a-z_0-9]+)(<|>=)(\d+(?:\.\d+)?)")
_DURATION = re.compile(r"duration(<|>=)(\d+(?:\.\d+)?)([hdwmy])")
_LASTING = re.compile(r"(<|>=)(\d+(?:\.\d+)?)([hdwmy])")
_PLAIN: Mapping[str, Kind] = {"male": "sex", "female": "sex", "pregnant": "pregnant"}
_CONCEPT = re.compile(r"[a-z0-9_]+")
_HOURS = {"h": 1.0, "d": 24.0, "w": 168.0, "m": 730.0, "y": 8760.0}
_YEARS = {"d": 1 / 365, "w": 1 / 52, "m": 1 / 12, "y": 1.0}
QUALITIES = ("severe", "mild", "not_mild", "sudden", "gradual", "ever", "denied")


class BadTermError(ValueError):
    """A term of a rule that cannot be read."""


@dataclass(frozen=True, slots=True)
class Term:
    """`name`: concept, vital or group; `below`/`least`: the limit of a number, years or hours."""

    kind: Kind
    name: str = ""
    negated: bool = False
    qualities: frozenset[str] = frozenset()
    below: float | None = None
    least: float | None = None

    def __str__(self) -> str:
        return f"{'!' if self.negated else ''}{self.name}"


def read(words: str, numbers: Mapping[str, object]) -> Term:
    """`numbers`: the names of vitals. Raises BadTermError."""
    negated, plain = words.startswith("!"), words.removeprefix("!")
    if plain.startswith("@"):
        return Term("group", plain[1:], negated)
    if plain in _PLAIN:
        return Term(_PLAIN[plain], plain, negated)
    found = _limited(plain, numbers)
    return replace(found, negated=negated) if found else _finding(plain, negated=negated)


def _limited(plain: str, numbers: Mapping[str, object]) -> Term | None:
    if found := _AGE.fullmatch(plain):
        return _within("age", "age", found[1], float(found[2]) * _YEARS[found[3]])
    if (found := _NUMBER.fullmatch(plain)) and found[1] in numbers:
        return _within("number", found[1], found[2], float(found[3]))
    if found := _DURATION.fullmatch(plain):
        return _within("duration", "duration", found[1], float(found[2]) * _HOURS[found[3]])
    return None


def _finding(plain: str, *, negated: bool) -> Term:
    name, *rest = plain.split(":")
    below = least = None
    qualities = set()
    for each in rest:
        if each in QUALITIES:
            qualities.add(each)
        elif found := _LASTING.fullmatch(each):
            hours = float(found[2]) * _HOURS[found[3]]
            below, least = (hours, least) if found[1] == "<" else (below, hours)
        else:
            raise BadTermError(f"{plain}: {each!r}")
    if not _CONCEPT.fullmatch(name):
        raise BadTermError(f"{plain}: {name!r} is no concept")
    return Term("finding", name, negated, frozenset(qualities), below, least)


def _within(kind: Kind, name: str, sign: str, limit: float) -> Term:
    return Term(kind, name, below=limit) if sign == "<" else Term(kind, name, least=limit)
