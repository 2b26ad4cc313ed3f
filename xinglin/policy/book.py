"""Writes `docs/generated/rules.md`: every rule and knob, with its source and its doubt."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from xinglin.policy import places
from xinglin.policy.rules import knobs_in_force
from xinglin.policy.terms import DECISIONS, Citation, Decision, Jurisdiction, Knob, Rule, Source

QUESTIONS: dict[Decision, str] = {
    "register_patient": "May this person be registered, and with which proof?",
    "open_kind": "Which kind of visit may be opened?",
    "accept_consultation": "May this doctor take this visit now?",
    "prescribe": "May this be prescribed and signed?",
    "review": "May the prescription take effect?",
    "dispense": "May it be sold, handed out, sent?",
    "refer": "Must online care stop, and where does the patient go?",
    "retain": "How long is it kept, and may it be deleted now?",
    "disclose": "Who may see, receive or copy it?",
    "report": "What must be sent to whom, by when?",
    "staff_eligibility": "Who may work here, and as what?",
    "remote_consultation": "May doctors of two institutions consult?",
    "price": "Which fees and incomes are allowed?",
}

_HEAD = """\
# Rules and knobs

Generated from `xinglin/policy` by `./run docs`; do not edit.

**This is not legal advice.** *confirmed*: the text, or an authoritative report of it, has been
read. *secondary*: seen only as quoted by others. *memory*: from memory. *ours*: a default of this
house and no law. All but *confirmed* are shown as **unverified**; and as long as no person has
checked number and date against the official text, no rule here may be called "in force".
`(no.?)` and `?` mark numbers and dates from memory. A bare year binds from its first day.
"""


def render() -> str:
    """The whole page, the same for the same code."""
    loaded = places.load()
    nations = [j for j in loaded.values() if j.parent is None]
    ordered = [k for n in nations for k in (n, *(j for j in loaded.values() if j.parent == n.code))]
    parts = [_HEAD, *(line for j in ordered for line in _jurisdiction(j))]
    return "\n".join(parts).rstrip() + "\n"


def _jurisdiction(jurisdiction: Jurisdiction) -> Iterator[str]:
    yield f"## {jurisdiction.name.zh} {jurisdiction.name.en} (`{jurisdiction.code}`)\n"
    if jurisdiction.parent:
        yield f"Layered over `{jurisdiction.parent}`: the stricter wins, save a dated exception.\n"
    if jurisdiction.places:
        own = places.load()
        codes = ", ".join(f"`{code}`" for code in jurisdiction.places if code not in own)
        yield f"Places without a folder of their own are decided by these rules: {codes}.\n"
    for decision in DECISIONS:
        if rules := jurisdiction.rules.get(decision):
            yield from _decision(decision, rules, places.layers(jurisdiction.code))
    if jurisdiction.knobs:
        yield "### Knobs\n"
        yield from _knobs(jurisdiction.knobs)
    yield from _sources(jurisdiction)


def _decision(
    decision: Decision, rules: Iterable[Rule[Any]], layers: tuple[Jurisdiction, ...]
) -> Iterator[str]:
    yield f"### `{decision}`: {QUESTIONS[decision]}\n"
    told: Citation | None = None
    for rule in sorted(rules, key=lambda rule: rule.id):
        if rule.cites != told:
            told = rule.cites
            yield _cited(told)
        day = told.since or date.max
        yield from _rule(rule, knobs_in_force(layers, on=day))


def _cited(cites: Citation) -> str:
    doubt = "confirmed" if cites.status == "confirmed" else f"**unverified** ({cites.status})"
    note = f"; in full: {cites.note}" if cites.note else ""
    return f"#### {cites.id}\n\nSource: {cites.source}. Status: {doubt}{note}. {_dates(cites)}.\n"


def _rule(rule: Rule[Any], knobs: Mapping[str, Any]) -> Iterator[str]:
    told = rule.refusal(knobs)
    yield f"- {told.text.zh}\n  {told.text.en}"
    yield f"    - 怎么办 / instead: {told.instead.zh}\n      {told.instead.en}"
    if rule.lifts:
        yield f"    - 例外 / exception: lifts {', '.join(sorted(rule.lifts))} where it reaches"
    if rule.specialties is not None:
        yield f"    - 专科 / specialties: {', '.join(sorted(rule.specialties))}"
    yield ""


def _knobs(knobs: Iterable[Knob]) -> Iterator[str]:
    yield "| knob | value | unit | rule | from whom | dates |\n|---|---|---|---|---|---|"
    for one in knobs:
        whose = "ours" if one.ours else "the rule"
        cells = (f"`{one.name}`", _value(one.value), one.unit, one.rule, whose, _dates(one))
        yield f"| {' | '.join(cells)} |"
    yield ""


def _sources(jurisdiction: Jurisdiction) -> Iterator[str]:
    rules = (rule for found in jurisdiction.rules.values() for rule in found)
    cited: dict[Source, None] = {basis: None for rule in rules for basis in rule.cites.basis}
    yield "### Sources\n"
    for source in sorted(cited, key=lambda source: source.short):
        yield f"- {source.short}: {source.title}; {source.dated}"
    yield ""


def _dates(dated: Citation | Knob) -> str:
    if dated.since is None and dated.until is None:
        return "No dates"
    until = f" until {dated.until}" if dated.until else ""
    return f"Since {_day(dated.since)}{until}" if dated.since else f"Until {dated.until}"


def _day(day: date) -> str:
    """Only the year where no more is known."""
    return str(day.year) if (day.month, day.day) == (1, 1) else str(day)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_value(one)}" for key, one in value.items())
    if isinstance(value, frozenset):
        return "; ".join(map(_value, sorted(value))) or "none"
    if isinstance(value, tuple):
        return " ".join(map(_value, value))
    return str(value)
