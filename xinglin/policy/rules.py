"""Asks the law: `decide` takes facts, a place and a date, and answers with a verdict."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from xinglin.policy import places
from xinglin.policy.facts import FACTS
from xinglin.policy.places import UnknownPlaceError
from xinglin.policy.terms import (
    REFUSE,
    STRICTNESS,
    Context,
    Decision,
    Finding,
    Jurisdiction,
    Kind,
    Knob,
    Rule,
    Verdict,
    as_decision,
)

__all__ = [
    "Decision",
    "Kind",
    "NoRuleError",
    "Rule",
    "UnknownDecisionError",
    "UnknownPlaceError",
    "Verdict",
    "day_begins",
    "decide",
    "judge",
    "knob",
    "knobs_in_force",
    "local_date",
]

# A rule, what it found, and the context in which it was asked.
_Found = tuple[Rule[Any], Finding, Context]


class UnknownDecisionError(LookupError):
    """The engine knows thirteen decisions, and not this one."""


class NoRuleError(LookupError):
    """No rule of the place binds this decision on this date; silence is not consent."""


def decide(decision: str, facts: object, *, place: str = "cn", on: date) -> Verdict:
    """What the law of `place` says to `facts`.

    Args:
        place: a jurisdiction (`cn`, `cn_bj`, `india`, `uk`) or a place inside one (`cn_gz`).
        on: the local date there (`local_date`), which decides what binds.
    Raises:
        UnknownDecisionError, UnknownPlaceError: the name is not known.
        NoRuleError: nothing binds there on that date.
        TypeError: facts of another decision, or a datetime where a date belongs.
    """
    name = as_decision(decision)
    if name is None:
        raise UnknownDecisionError(f"no decision is called {decision!r}")
    if isinstance(on, datetime):
        raise TypeError("`on` is a local date: local_date(at, place) makes one")
    here = places.layers(place)
    expected = FACTS.get(name)
    if expected is not None and not isinstance(facts, expected):
        raise TypeError(f"{name} is decided on {expected.__name__}, not {type(facts).__name__}")
    verdict = judge(name, facts, layers=here, neighbours=places.neighbours(place), on=on)
    return replace(verdict, place=place)


def judge(
    decision: Decision,
    facts: object,
    *,
    layers: Sequence[Jurisdiction],
    neighbours: Sequence[Jurisdiction] = (),
    on: date,
) -> Verdict:
    """As `decide`, for jurisdictions in hand: the nation first, then the province.

    Raises:
        NoRuleError: nothing binds on that date.
    """
    rules = [rule for layer in layers for rule in layer.rules.get(decision, ())]
    if not any(rule.cites.in_force(on) for rule in rules):
        raise NoRuleError(f"no rule of {layers[-1].code} for {decision} binds on {on}")
    here = _context(layers, facts, on)
    lifted = _lifted(rules, facts, here)
    found = [
        (rule, finding, here)
        for rule in rules
        if rule.id not in lifted and (finding := _ask(rule, facts, here)) is not None
    ]
    found += _exceptions_elsewhere(decision, facts, layers[0], neighbours, on)
    return _verdict(decision, here, found)


def knob(name: str, *, place: str = "cn", on: date, specialty: str | None = None) -> Any:
    """One value in force, for those who must act on it (a sweeper, a form).

    Raises:
        KeyError: no such knob there and then.
    """
    return knobs_in_force(places.layers(place), on=on, specialty=specialty)[name]


def emergency_number(place: str, at: datetime) -> str:
    """Whom to call there when life is in danger, by the law of that day."""
    return str(knob("emergency_number", place=place, on=local_date(at, place)))


def knobs_in_force(
    layers: Iterable[Jurisdiction], *, on: date, specialty: str | None = None
) -> dict[str, Any]:
    """Name -> value; a province's value holds when it is stricter or a dated exception."""
    in_force: dict[str, Knob] = {}
    for layer in layers:
        above = dict(in_force)
        for own in layer.knobs:
            if own.in_force(on) and (own.specialties is None or specialty in own.specialties):
                in_force[own.name] = _layered(above.get(own.name), own)
    return {name: found.value for name, found in in_force.items()}


def local_date(at: datetime, place: str = "cn") -> date:
    """The calendar date at the place when it is `at` (aware)."""
    if at.utcoffset() is None:
        raise ValueError("a moment is aware")
    return at.astimezone(places.layers(place)[-1].zone).date()


def day_begins(day: date, place: str = "cn") -> datetime:
    """The first moment of the date at the place."""
    return datetime.combine(day, time(), places.layers(place)[-1].zone)


def _layered(above: Knob | None, own: Knob) -> Knob:
    if above is None or above.stricter is None or own.is_dated_exception:
        return own
    return replace(own, value=above.stricter(above.value, own.value), stricter=above.stricter)


def _context(layers: Sequence[Jurisdiction], facts: object, on: date) -> Context:
    specialty = getattr(facts, "specialty", None)
    return Context(
        place=layers[-1].code,
        on=on,
        zone=layers[-1].zone,
        knobs=knobs_in_force(layers, on=on, specialty=specialty),
    )


def _ask(rule: Rule[Any], facts: object, context: Context) -> Finding | None:
    """An exception that does not reach the facts is named as well: the reader looks for it."""
    if not rule.when(facts):
        return None
    concerned = rule.specialties is None or getattr(facts, "specialty", None) in rule.specialties
    if not (concerned and rule.cites.in_force(context.on)):
        return REFUSE if rule.lifts else None
    return rule.check(facts, context)


def _lifted(rules: Iterable[Rule[Any]], facts: object, context: Context) -> frozenset[str]:
    answers = ((rule, _ask(rule, facts, context)) for rule in rules if rule.lifts)
    return frozenset[str]().union(
        *(rule.lifts for rule, finding in answers if finding and finding.kind == "allow")
    )


def _exceptions_elsewhere(
    decision: Decision,
    facts: object,
    nation: Jurisdiction,
    neighbours: Iterable[Jurisdiction],
    on: date,
) -> list[_Found]:
    """Exceptions in force in another province: they do not help here, and the reader is told so."""
    return [
        (rule, REFUSE, _context((nation, neighbour), facts, on))
        for neighbour in neighbours
        for rule in neighbour.rules.get(decision, ())
        if rule.lifts and rule.cites.in_force(on) and rule.when(facts)
    ]


def _verdict(decision: Decision, context: Context, found: Sequence[_Found]) -> Verdict:
    objections = [f for f in found if f[1].kind != "allow"]
    kinds: list[Kind] = [finding.kind for _, finding, _ in found]
    kind = max(kinds, key=STRICTNESS.index, default=STRICTNESS[0])
    return Verdict(
        decision=decision,
        place=context.place,
        on=context.on,
        kind=kind,
        rule_ids=tuple(dict.fromkeys(rule.id for rule, _, _ in objections or found)),
        refusals=tuple(rule.refusal(where.knobs) for rule, _, where in objections),
        notes=tuple(rule.refusal(where.knobs) for rule, finding, where in found if finding.noted),
        capabilities=frozenset[str]().union(
            *(finding.capabilities for _, finding, _ in found if finding.kind == kind)
        ),
        retain_until=max(
            (f[1].retain_until for f in found if f[1].retain_until is not None), default=None
        ),
    )
