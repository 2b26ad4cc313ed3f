"""All that is known of a case, in the shape in which rules ask for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from xinglin.care.triage.rules.findings import Finding, lexicon
from xinglin.care.triage.rules.urgency.terms import Term

_LASTING = ("condition",)
_SEVERITIES, _ONSETS = frozenset({"severe", "mild"}), frozenset({"sudden", "gradual"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`present`: concept -> its findings now, wider concepts included; `ever`: the past as well."""

    findings: tuple[Finding, ...]
    present: Mapping[str, tuple[Finding, ...]]
    ever: Mapping[str, tuple[Finding, ...]]
    denied: frozenset[str]
    numbers: Mapping[str, float]
    age_years: float | None
    sex: str | None
    pregnant: bool | None
    duration_h: float | None
    groups: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)

    def holds(self, term: Term) -> bool:
        return self._is(term) is not term.negated

    def any_of(self, terms: Iterable[Term]) -> bool:
        return any(self.holds(term) for term in terms)

    def _is(self, term: Term) -> bool:
        match term.kind:
            case "finding":
                return self._is_found(term)
            case "group":
                return self.any_of(self.groups[term.name])
            case "sex":
                return self.sex is None or self.sex == term.name
            case "pregnant":
                return bool(self.pregnant)
            case _:
                return _within(self._number(term), term)

    def _number(self, term: Term) -> float | None:
        known = {"age": self.age_years, "duration": self.duration_h}
        return known[term.kind] if term.kind in known else self.numbers.get(term.name)

    def _is_found(self, term: Term) -> bool:
        if "denied" in term.qualities:
            return term.name in self.denied
        found = (self.ever if "ever" in term.qualities else self.present).get(term.name, ())
        return any(self._suits(each, term) for each in found)

    def _suits(self, found: Finding, term: Term) -> bool:
        if term.qualities and not _has(found, term.qualities):
            return False
        if term.below is None and term.least is None:
            return True
        lasted = found.duration_h if found.duration_h is not None else self.duration_h
        return _within(lasted, term)


def _has(found: Finding, wanted: frozenset[str]) -> bool:
    if "not_mild" in wanted and found.severity == "mild":
        return False
    severities, onsets = wanted & _SEVERITIES, wanted & _ONSETS
    return (not severities or found.severity in severities) and (
        not onsets or found.onset in onsets
    )


def arranged(
    findings: Iterable[Finding],
) -> tuple[dict[str, tuple[Finding, ...]], dict[str, tuple[Finding, ...]], frozenset[str]]:
    """present, ever, denied."""
    words = lexicon()
    present: dict[str, tuple[Finding, ...]] = {}
    ever: dict[str, tuple[Finding, ...]] = {}
    denied: set[str] = set()
    for each in findings:
        concept = words.concepts.get(each.concept)
        if concept is None or each.whose == "other":
            continue
        if each.says == "no":
            denied.add(each.concept)
            continue
        now = each.when == "now" or concept.kind in _LASTING
        for wider in words.ancestors[each.concept]:
            ever[wider] = (*ever.get(wider, ()), each)
            if now:
                present[wider] = (*present.get(wider, ()), each)
    return present, ever, frozenset(denied - set(present))


def _within(value: float | None, term: Term) -> bool:
    """What is not known is not within."""
    if value is None:
        return False
    return (term.below is None or value < term.below) and (
        term.least is None or value >= term.least
    )
