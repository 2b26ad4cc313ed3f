"""The lists that ship with the house, read once and checked: a bad entry stops the start."""

import json
from functools import cache
from pathlib import Path
from typing import Any, get_args

from xinglin.care.triage.rules.department import Lexicon, Term
from xinglin.care.triage.rules.interview import AskedOf, Kind, Option, Question
from xinglin.care.triage.rules.measures import holds
from xinglin.care.triage.rules.red_flags import Pattern, RedFlag
from xinglin.kernel.text import LOCALES, Text

_DATA = Path(__file__).parents[1] / "data"
STATUSES = ("confirmed", "memory")
_WEIGHTS = range(1, 5)


class BadEntryError(ValueError):
    """An entry of a shipped list contradicts itself or the others."""


@cache
def red_flags() -> tuple[RedFlag, ...]:
    """In the order in which they are shown; advice holds `{emergency_number}`."""
    found = tuple(read_red_flag(entry) for entry in _read("red_flags.json")["flags"])
    _refuse_twins([flag.id for flag in found])
    known = {f"{q.link_id}={o.code}" for q in questions() for o in q.options}
    for flag in found:
        for term in _terms(flag):
            if term.startswith("@") and term[1:] not in known:
                raise BadEntryError(f"{flag.id}: {term} is no answer of the interview")
    return found


@cache
def questions() -> tuple[Question, ...]:
    """In the order in which they are asked; a question stands behind the one it depends on."""
    found = tuple(read_question(entry) for entry in _read("questionnaire.json")["items"])
    _refuse_twins([q.link_id for q in found])
    before: dict[str, Question] = {}
    for question in found:
        _check_dependence(question, before)
        before[question.link_id] = question
    return found


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


def read_question(entry: dict[str, Any]) -> Question:
    """Raises BadEntryError."""
    depends, who = entry.get("enabled_when"), entry.get("asked_of")
    question = Question(
        link_id=entry["link_id"],
        type=entry["type"],
        text=Text(**entry["text"]),
        label=Text(**entry["label"]),
        required=entry["required"],
        options=tuple(_option(o) for o in entry["options"]),
        enabled_when=(depends["question"], depends["answer"]) if depends else None,
        asked_of=AskedOf(**who) if who else None,
        of_the_past=entry.get("of_the_past", False),
    )
    if question.type not in get_args(Kind):
        raise BadEntryError(f"{question.link_id}: type {question.type!r}")
    if bool(question.options) != (question.type in {"choice", "multi"}):
        raise BadEntryError(f"{question.link_id}: options belong to a choice, and only there")
    return question


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


def _option(entry: dict[str, Any]) -> Option:
    text = Text(**entry["text"])
    said = entry.get("said")
    return Option(code=entry["code"], text=text, said=Text(**said) if said else text)


def _terms(flag: RedFlag) -> list[str]:
    return [t for ps in flag.patterns.values() for p in ps for group in p.groups for t in group]


def _check_dependence(question: Question, before: dict[str, Question]) -> None:
    if question.enabled_when is None:
        return
    on, answer = question.enabled_when
    if on not in before or answer not in {o.code for o in before[on].options}:
        raise BadEntryError(
            f"{question.link_id}: depends on {on}={answer}, which is not asked before"
        )


def _refuse_twins(names: list[str]) -> None:
    if twins := sorted({n for n in names if names.count(n) > 1}):
        raise BadEntryError(f"named twice: {', '.join(twins)}")


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return found
