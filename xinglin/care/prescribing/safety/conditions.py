"""On what a level depends: route, dose, diagnosis, age, or a judgement that no machine makes.

A clause reads `a.route=iv|im`, `a.daily<=375` (mg), `a.single>=500`, `b.weekly<=20`, `dx=I50`,
`age>=65`, `kidney=moderate|severe`, `liver=...`, or `judged` for what only a clinician can say.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from xinglin.care.prescribing.safety.types import Diagnosis, Patient

_SHAPE = re.compile(
    r"(?:(?P<side>[ab])\.)?(?P<what>[a-z]+)(?:(?P<sign>!=|>=|<=|=|<|>)(?P<value>.+))?"
)
_DAYS_A_WEEK = 7
_AMOUNTS = frozenset({"single", "daily", "weekly", "age"})


@dataclass(frozen=True, slots=True)
class Side:
    """One substance of one medicine, as far as it was told. Doses in mg."""

    substance: str
    route: str = ""
    single: Decimal | None = None
    daily: Decimal | None = None
    patient: Patient = field(default_factory=Patient)
    diagnoses: tuple[Diagnosis, ...] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    a: Side
    b: Side


@dataclass(frozen=True, slots=True)
class Clause:
    side: str
    what: str
    sign: str
    values: tuple[str, ...]


def parsed(words: str) -> tuple[Clause, ...]:
    """Raises: ValueError for what is no clause."""
    return tuple(_clause(each.strip()) for each in words.split("&") if each.strip())


def judged(clauses: tuple[Clause, ...], told: Told) -> tuple[bool | None, list[str]]:
    """None: it hangs on what was not told, which is listed."""
    missing: list[str] = []
    for clause in clauses:
        side = told.b if clause.side == "b" else told.a
        held = _holds(clause, side)
        if held is False:
            return False, []
        if held is None:
            missing.append(clause.what)
    return (None, missing) if missing else (True, [])


def _clause(words: str) -> Clause:
    found = _SHAPE.fullmatch(words)
    if found is None:
        raise ValueError(f"no condition: {words}")
    what, sign, value = found["what"], found["sign"] or "", found["value"] or ""
    if not _is_sensible(what, sign, value):
        raise ValueError(f"no condition: {words}")
    return Clause(found["side"] or "", what, sign, tuple(value.split("|")))


def _is_sensible(what: str, sign: str, value: str) -> bool:
    if what == "judged":
        return not sign
    if what in _AMOUNTS:
        return sign in {">=", "<=", ">", "<"} and value.isdigit()
    is_known = what in {"route", "dx", "kidney", "liver"}
    return is_known and bool(value) and sign in ({"=", "!="} if what == "route" else {"="})


def _holds(clause: Clause, side: Side) -> bool | None:
    if clause.what in _AMOUNTS:
        return _compared(_amount(clause.what, side), clause)
    if clause.what == "route":
        return (side.route in clause.values) == (clause.sign == "=") if side.route else None
    if clause.what == "dx":
        return _diagnosed(clause, side)
    degree = {"kidney": side.patient.kidney, "liver": side.patient.liver}.get(clause.what)
    return None if degree is None else degree in clause.values


def _diagnosed(clause: Clause, side: Side) -> bool | None:
    if side.diagnoses is None:
        return None
    codes = [diagnosis.code for diagnosis in side.diagnoses if diagnosis.code]
    return any(code.startswith(clause.values) for code in codes)


def _amount(what: str, side: Side) -> Decimal | None:
    if what == "age":
        return side.patient.age_years
    if what == "single":
        return side.single
    if side.daily is None:
        return None
    return side.daily * _DAYS_A_WEEK if what == "weekly" else side.daily


def _compared(value: Decimal | None, clause: Clause) -> bool | None:
    if value is None:
        return None
    limit = Decimal(clause.values[0])
    if clause.sign == ">=":
        return value >= limit
    if clause.sign == "<=":
        return value <= limit
    return value > limit if clause.sign == ">" else value < limit
