"""A line of the stable door, made a case: what is not understood is left out, and said."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xinglin.care.triage.rules.case import Case, Locale, Sex
from xinglin.care.triage.rules.vitals import cleaned

_OLDEST = 130
_SEXES: dict[str, Sex] = {
    **dict.fromkeys(("male", "m", "man", "boy", "男", "男性"), "male"),
    **dict.fromkeys(("female", "f", "woman", "girl", "女", "女性"), "female"),
}
_UNKNOWN_SEX = frozenset({"", "unknown", "other", "u", "未知", "不详"})
_YES = frozenset({"yes", "true", "pregnant", "y", "1", "是", "有", "已怀孕"})
_NO = frozenset({"no", "false", "n", "0", "否", "没有", "breastfeeding"})
# The letters of the scale ACVPU: everything but "alert" counts.
_CONSCIOUSNESS = {"a": 0.0, "alert": 0.0, **dict.fromkeys(("c", "v", "p", "u"), 1.0)}
_PRESSURE = frozenset({"blood_pressure", "bp", "血压"})


class Unreadable(ValueError):
    """The line is no record; the message says why."""


@dataclass(frozen=True, slots=True)
class Told:
    """`left_out`: names of fields that were there and could not be understood."""

    case: Case
    left_out: tuple[str, ...]


def told(record: Mapping[str, Any]) -> Told:
    """Raises Unreadable: there is something in `text`, and it is not words."""
    text = record.get("text")
    if not isinstance(text, str | None):
        raise Unreadable("text is not a string")
    left_out: list[str] = []

    def field(name: str, read: Any) -> Any:
        given = record.get(name)
        if given is None:
            return None
        value = read(given)
        if value is None and not (name == "sex" and _is_unknown_sex(given)):
            left_out.append(name)
        return value

    answers = field("answers", _mapping) or {}
    vitals = field("vitals", _mapping) or {}
    measured = _measured(vitals)
    left_out += [f"vitals.{name}" for name in vitals if _lost(name, vitals[name])]
    case = Case(
        text=text or "",
        age_years=field("age_years", _age),
        sex=field("sex", _sex),
        pregnant=_pregnant(answers),
        answers={str(name): answer for name, answer in answers.items()},
        vitals=measured,
        locale=field("locale", _locale),
    )
    return Told(case, tuple(left_out))


def _mapping(given: Any) -> Mapping[Any, Any] | None:
    return given if isinstance(given, Mapping) else None


def _number(given: Any) -> float | None:
    """Booleans count as 1 and 0; what is infinite or not a number counts as nothing."""
    if not isinstance(given, bool | int | float | str):
        return None
    try:
        value = float(given)
    except (ValueError, OverflowError):
        return None
    return value if math.isfinite(value) else None


def _age(given: Any) -> float | None:
    value = None if isinstance(given, bool) else _number(given)
    return value if value is not None and 0 <= value <= _OLDEST else None


def _sex(given: Any) -> Sex | None:
    return _SEXES.get(given.strip().lower()) if isinstance(given, str) else None


def _is_unknown_sex(given: Any) -> bool:
    return isinstance(given, str) and given.strip().lower() in _UNKNOWN_SEX


def _locale(given: Any) -> Locale | None:
    if not isinstance(given, str):
        return None
    start = given.strip().lower()[:2]
    return "zh" if start == "zh" else "en" if start == "en" else None


def _pregnant(answers: Mapping[Any, Any]) -> bool | None:
    given = answers.get("pregnant", answers.get("pregnancy"))
    if isinstance(given, bool):
        return given
    word = given.strip().lower() if isinstance(given, str) else ""
    return True if word in _YES else False if word in _NO else None


def _measured(vitals: Mapping[Any, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, given in vitals.items():
        key = str(name).strip().lower()
        if key in _PRESSURE:
            found.update(_pressure(given))
            continue
        value = _consciousness(given) if key == "consciousness" else _number(given)
        if value is not None:
            found[key] = value
    return found


def _lost(name: Any, given: Any) -> bool:
    return given is not None and not cleaned(_measured({name: given}))


def _consciousness(given: Any) -> float | None:
    if isinstance(given, str) and given.strip().lower() in _CONSCIOUSNESS:
        return _CONSCIOUSNESS[given.strip().lower()]
    return _number(given)


def _pressure(given: Any) -> dict[str, float]:
    """As it is written on paper: 120/80."""
    parts = given.split("/") if isinstance(given, str) else []
    values = [_number(part) for part in parts]
    if len(values) != len(("systolic", "diastolic")) or None in values:
        return {}
    return {
        name: value
        for name, value in zip(("systolic", "diastolic"), values, strict=True)
        if value is not None
    }
