"""Scenarios: numbers with their sources, read from `scenarios/*.json`, and checked."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from xinglin.kernel.text import Text

FOLDER: Final = Path(__file__).with_name("scenarios")
ASSUMED: Final = "assumed"

Value = float | Sequence[float] | Mapping[str, float]


class BadScenario(ValueError):
    """Says which file and which number is wrong, and what would be right."""


@dataclass(frozen=True, slots=True)
class Number:
    """`vary`: how sensitivity may change it; empty for never.

    `scale` all of it, `tilt` shares against the largest, `spread` weights about their mean.
    """

    value: Value
    source: str
    unit: str = ""
    vary: str = ""

    @property
    def is_assumed(self) -> bool:
        return self.source.startswith(ASSUMED) or f" {ASSUMED}" in self.source


@dataclass(frozen=True, slots=True)
class Group:
    """Doctors of one kind; `count`, `windows`: names of numbers.

    `departments`: `all` (one own, the others beside it), `cover` (so that each department has
    `cover` of the group) or `drawn` (by demand, some with a second one). `shifts`: first hour,
    hours; the doctors of the group take them in turn.
    """

    name: str
    grade: int
    count: str
    mode: str
    departments: str
    source: str
    own: str = ""
    cover: int = 0
    shifts: tuple[tuple[float, float], ...] = ()
    windows: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: Text
    about: Text
    days: int
    numbers: Mapping[str, Number]
    roster: tuple[Group, ...]

    def one(self, name: str) -> float:
        return float(cast("float", self.numbers[name].value))

    def row(self, name: str) -> tuple[float, ...]:
        return tuple(cast("Sequence[float]", self.numbers[name].value))

    def table(self, name: str) -> Mapping[str, float]:
        return cast("Mapping[str, float]", self.numbers[name].value)

    def with_value(self, name: str, value: Value) -> "Scenario":
        number = replace(self.numbers[name], value=value)
        return replace(self, numbers={**self.numbers, name: number})

    def varied(self, name: str, factor: float) -> "Scenario":
        """The same with one number times `factor`; shares keep their sum, the largest gives."""
        number = self.numbers[name]
        return self.with_value(name, _WAYS[number.vary](number.value, factor))

    @property
    def assumed(self) -> list[str]:
        """Names of the numbers that sensitivity varies."""
        return sorted(n for n, number in self.numbers.items() if number.vary and number.is_assumed)


@cache
def load(name: str) -> Scenario:
    """Raises: BadScenario."""
    if name not in names():
        raise BadScenario(f"no scenario '{name}'; there are: {', '.join(names())}")
    raw = _read(name)
    numbers: dict[str, Number] = {}
    roster: Sequence[Mapping[str, Any]] = ()
    for part in _lineage(name):
        for key, entry in part.get("numbers", {}).items():
            numbers[key] = _number(name, key, entry)
        roster = part.get("roster", roster)
    scenario = Scenario(
        name=name,
        title=Text(**raw["title"]),
        about=Text(**raw["about"]),
        days=raw.get("days", 1),
        numbers=numbers,
        roster=tuple(_group(name, one) for one in roster),
    )
    _check(scenario)
    return scenario


def with_numbers(scenario: Scenario, raw: Mapping[str, Any]) -> Scenario:
    """`raw`: as `numbers` of a file. Raises: BadScenario."""
    changed = {key: _number(scenario.name, key, entry) for key, entry in raw.items()}
    return replace(scenario, numbers={**scenario.numbers, **changed})


def names() -> list[str]:
    """Scenarios that can be run, in alphabetical order."""
    return sorted(p.stem for p in FOLDER.glob("*.json") if p.stem != "common")


def _read(name: str) -> dict[str, Any]:
    path = FOLDER / f"{name}.json"
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return raw


def _lineage(name: str) -> list[dict[str, Any]]:
    """The most general first."""
    parts = [_read(name)]
    while (parent := parts[0].get("extends")) is not None:
        parts.insert(0, _read(parent))
    return parts


def _number(name: str, key: str, entry: Mapping[str, Any]) -> Number:
    number = Number(**entry)
    if not number.source.strip():
        raise BadScenario(f"{name}: '{key}' has no source; write where it is from, or 'assumed'")
    if any(v < 0 for v in _flat(number.value)):
        raise BadScenario(f"{name}: '{key}' is below zero")
    return number


def _group(name: str, raw: Mapping[str, Any]) -> Group:
    if "shifts" not in raw and "windows" not in raw:
        raise BadScenario(f"{name}: the group '{raw['name']}' has neither shifts nor windows")
    shifts = tuple((float(at), float(hours)) for at, hours in raw.get("shifts", ()))
    return Group(**{**raw, "shifts": shifts})


def _check(scenario: Scenario) -> None:
    if not scenario.roster:
        raise BadScenario(f"{scenario.name}: there are no doctors")
    for group in scenario.roster:
        for number in (group.count, *(group.windows or {}).values()):
            if number not in scenario.numbers:
                raise BadScenario(f"{scenario.name}: '{group.name}' names '{number}', unknown")
    if scenario.one("clock.open_hour") >= scenario.one("clock.close_hour"):
        raise BadScenario(f"{scenario.name}: closes before it opens")
    for key in ("demand.by_hour", "demand.departments", "demand.urgency", "demand.need"):
        if sum(_flat(scenario.numbers[key].value)) <= 0:
            raise BadScenario(f"{scenario.name}: '{key}' has no weight above zero")


def _flat(value: Value) -> list[float]:
    if isinstance(value, int | float):
        return [float(value)]
    return [float(v) for v in (value.values() if isinstance(value, Mapping) else value)]


def _scaled(value: Value, factor: float) -> Value:
    if isinstance(value, int | float):
        return value * factor
    if isinstance(value, Mapping):
        return {key: v * factor for key, v in value.items()}
    return tuple(v * factor for v in value)


def _tilted(value: Value, factor: float) -> Value:
    """All but the largest times `factor`; the largest takes what is left of the same sum."""
    if isinstance(value, int | float):
        raise TypeError("a single number has no shape to tilt")
    names = list(value) if isinstance(value, Mapping) else [str(i) for i in range(len(value))]
    old = dict(zip(names, _flat(value), strict=True))
    largest = max(old, key=lambda key: old[key])
    new = {key: v * factor for key, v in old.items() if key != largest}
    rest = sum(old.values()) - sum(new.values())
    # Where the others already outweigh the largest they are only pushed together so far.
    new[largest] = max(rest, old[largest] / 4)
    if isinstance(value, Mapping):
        return {key: new[key] for key in names}
    return tuple(new[key] for key in names)


def _spread(value: Value, factor: float) -> Value:
    """Further from their mean, or nearer to it; what is nothing stays nothing."""
    row = _flat(value)
    some = [v for v in row if v]
    middle = sum(some) / max(1, len(some))
    return tuple(max(0.0, middle + factor * (v - middle)) if v else 0.0 for v in row)


_WAYS: Final[Mapping[str, Callable[[Value, float], Value]]] = {
    "scale": _scaled,
    "tilt": _tilted,
    "spread": _spread,
}
