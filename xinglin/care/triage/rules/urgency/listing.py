"""Every rule with its source, for whoever answers for them."""

from dataclasses import dataclass

from xinglin.care.triage.rules.findings import lexicon
from xinglin.care.triage.rules.urgency import unread
from xinglin.care.triage.rules.urgency.minor import READS_MINOR
from xinglin.care.triage.rules.urgency.reader import READS_GRAVE
from xinglin.care.triage.rules.urgency.ruleset import Rule, ruleset
from xinglin.care.triage.rules.urgency.terms import Term
from xinglin.care.triage.rules.urgency.types import Reason, Status, Urgency
from xinglin.kernel.text import Text

_NAMED = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """`terms`: what it looks for, shortened."""

    id: str
    urgency: Urgency
    text: Text
    source: str
    year: int | None
    status: Status
    terms: Text | None


_READINGS: tuple[tuple[Reason, Urgency], ...] = (
    (READS_GRAVE, "emergency"),
    (READS_MINOR, "self_care"),
)


def listed() -> tuple[Listed, ...]:
    rules = (
        Listed(r.id, r.urgency, r.text, r.source, r.year, r.status, _terms(r))
        for r in ruleset().rules
    )
    unreadable = (
        Listed(name, urgency, text, unread.SOURCE, None, "ours", None)
        for name, urgency, text in unread.listed()
    )
    readers = (
        Listed(r.rule, urgency, r.text, r.source, r.year, r.status, None)
        for r, urgency in _READINGS
    )
    return (*rules, *readers, *unreadable)


def _terms(rule: Rule) -> Text | None:
    """The findings of each group, joined: one of these, and one of these."""
    groups = [named for group in rule.all if (named := [t for t in group if t.kind == "finding"])]
    if not groups:
        return None
    return Text(
        "；且 ".join("或".join(_name(t).zh for t in g[:_NAMED]) for g in groups),
        "; and ".join(" or ".join(_name(t).en for t in g[:_NAMED]) for g in groups),
    )


def _name(term: Term) -> Text:
    return lexicon().name_of(term.name)
