"""Which questions would change the outcome: what one more finding would make more urgent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xinglin.care.triage.rules.urgency.facts import Facts
from xinglin.care.triage.rules.urgency.ruleset import Discriminator, Rule, discriminators
from xinglin.care.triage.rules.urgency.terms import Term
from xinglin.care.triage.rules.urgency.types import URGENCIES, Urgency

MOST = 3
_ASKED_FOR: tuple[Urgency, ...] = ("emergency", "in_person_today")


def questions(
    facts: Facts, rules: Sequence[Rule], reached: Urgency, answers: Mapping[str, Any]
) -> tuple[str, ...]:
    """Ids, the ones that weigh most first; none when it is an emergency already."""
    if reached == "emergency":
        return ()
    open_ = [
        q
        for q in discriminators()
        if q.id not in answers and (not q.after or q.after & facts.present.keys())
    ]
    weights: dict[str, int] = {}
    for rule in rules:
        if rule.urgency in _ASKED_FOR and URGENCIES.index(rule.urgency) < URGENCIES.index(reached):
            for question in _that_complete(rule, facts, open_):
                weights[question.id] = weights.get(question.id, 0) + (
                    3 if rule.urgency == "emergency" else 1
                )
    return tuple(sorted(weights, key=lambda q: -weights[q])[:MOST])


def _that_complete(rule: Rule, facts: Facts, open_: list[Discriminator]) -> Iterator[Discriminator]:
    lacking = [group for group in rule.all if not facts.any_of(group)]
    if len(lacking) != 1 or len(rule.all) == 1 or facts.any_of(rule.none):
        return
    if not any(t.kind == "finding" and facts.holds(t) for group in rule.all for t in group):
        return
    unknown = set(_concepts(lacking[0], facts)) - facts.denied - set(facts.present)
    for question in open_:
        if question.about & unknown:
            yield question


def _concepts(group: tuple[Term, ...], facts: Facts) -> Iterator[str]:
    for term in group:
        if term.kind == "group":
            yield from _concepts(facts.groups[term.name], facts)
        elif term.kind == "finding" and not term.negated:
            yield term.name
