"""The lists that ship with the house, read once and checked: a bad entry stops the start."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from xinglin.care.triage.rules.department import Lexicon, Term
from xinglin.care.triage.rules.entries import BadEntryError
from xinglin.care.triage.rules.interview import Question
from xinglin.care.triage.rules.interviews import shelf
from xinglin.care.triage.rules.measures import holds
from xinglin.care.triage.rules.red_flags import Pattern, RedFlag
from xinglin.kernel.text import LOCALES, Text

_DATA = Path(__file__).parents[1] / "data"
STATUSES = ("confirmed", "memory")
_WEIGHTS = range(1, 5)


@cache
def red_flags() -> tuple[RedFlag, ...]:
    """In the order in which they are shown; advice holds `{emergency_number}`."""
    found = tuple(read_red_flag(entry) for entry in _read("red_flags.json")["flags"])
    _refuse_twins([flag.id for flag in found])
    known = {f"{q.link_id}={o.code}" for q in shelf.every_question() for o in q.options}
    for flag in found:
        for term in _terms(flag):
            if term.startswith("@") and term[1:] not in known:
                raise BadEntryError(f"{flag.id}: {term} is no answer of the interview")
    return found


def questions() -> tuple[Question, ...]:
    """All that may ever be asked before a visit."""
    return shelf.every_question()


@cache
def lexicon() -> Lexicon:
    """Slug of a department -> its words."""
    return {
        slug: read_terms(slug, words) for slug, words in _read("departments.json")["words"].items()
    }


def read_red_flag(entry: dict[str, Any]) -> RedFlag:
    """Raises BadEntryError."""
    flag = RedFlag(
        id=entry["id"],
        text=Text(**entry["text"]),
        advice=Text(**entry["advice"]),
        source=entry["source"],
        year=entry["year"],
        status=entry["status"],
        patterns={
            locale: tuple(_pattern(p) for p in entry["patterns"][locale]) for locale in LOCALES
        },
        until_months=entry.get("until_months"),
        sex=entry.get("sex"),
        past_counts=entry.get("past_counts", False),
    )
    if flag.status not in STATUSES:
        raise BadEntryError(f"{flag.id}: status {flag.status!r}")
    if not flag.source.strip() or not all(flag.patterns.values()):
        raise BadEntryError(f"{flag.id}: needs a source, and patterns in every language")
    for term in _terms(flag):
        if term.startswith("#"):
            holds(term[1:], "")
    return flag


def read_terms(slug: str, words: dict[str, dict[str, list[str]]]) -> tuple[Term, ...]:
    """`words`: language -> weight -> phrases. Raises BadEntryError."""
    found = tuple(
        Term(phrase, int(weight))
        for locale in LOCALES
        for weight, phrases in words[locale].items()
        for phrase in phrases
    )
    if any(term.weight not in _WEIGHTS or not term.phrase for term in found):
        raise BadEntryError(f"{slug}: a weight is between 1 and 4, and a phrase is not empty")
    _refuse_twins([term.phrase for term in found])
    return found


def _pattern(entry: dict[str, Any]) -> Pattern:
    groups = tuple(tuple(group) for group in entry["all"])
    if not groups or not all(groups) or not all(term for group in groups for term in group):
        raise BadEntryError("a pattern without phrases would fit everything or nothing")
    return Pattern(groups, near=entry.get("near", False))


def _terms(flag: RedFlag) -> list[str]:
    return [t for ps in flag.patterns.values() for p in ps for group in p.groups for t in group]


def _refuse_twins(names: list[str]) -> None:
    if twins := sorted({n for n in names if names.count(n) > 1}):
        raise BadEntryError(f"named twice: {', '.join(twins)}")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return found
