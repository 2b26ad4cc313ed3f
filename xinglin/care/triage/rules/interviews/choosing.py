"""Which interview suits a case, and which questions one person is asked."""

from collections.abc import Iterable, Sequence
from typing import Any

from xinglin.care.triage.rules import wording
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.interview import Question, asked_of
from xinglin.care.triage.rules.interviews import shelf
from xinglin.care.triage.rules.interviews.types import Interview

MOST_ASKED = 11
"""Screens that one person sees, the optional last one included; what opens behind an answer is not
counted."""
_SINCE_WHEN_HOW_BAD = 2

_LONGEST_READ = 2000


def choose(case: Case, findings: Iterable[Any] = ()) -> Interview:
    """By what is told first: a finding of the patient now, else the words; else the general one."""
    fitting = [e for e in shelf.special() if e.suits(sex=case.sex, age_years=case.age_years)]
    own = [f for f in findings if (f.whose, f.when, f.says) == ("patient", "now", "yes")]
    told = sorted(own, key=lambda finding: finding.span[0])
    by_finding = {concept: each for each in fitting for concept in each.focus}
    by_words = _by_words(case.text[:_LONGEST_READ], fitting)
    if by_words is not None:
        return by_words
    return next((by_finding[f.concept] for f in told if f.concept in by_finding), shelf.general())


def questions_for(
    interview: str, asks: Sequence[str], *, sex: str, age_years: int
) -> tuple[Question, ...]:
    """Those that may change the outcome; since when and how bad; the complaint's own, as many as the
    screens allow, the last ones left out first; and the rest of what everybody is asked.
    """
    known = shelf.discriminators()
    first = tuple(known[each] for each in asks if each in known)
    base = asked_of(shelf.general().questions, sex=sex, age_years=age_years)
    room = MOST_ASKED - len(first) - screens(base)
    found = shelf.named(interview)
    special = found.questions if found and found.name != shelf.GENERAL else ()
    own = asked_of(special, sex=sex, age_years=age_years)
    taken = {q.link_id for q in first} | {q.link_id for q in base}
    kept = _fitting([q for q in own if q.link_id not in taken], room)
    return (*first, *base[:_SINCE_WHEN_HOW_BAD], *kept, *base[_SINCE_WHEN_HOW_BAD:])


def screens(questions: Iterable[Question]) -> int:
    """A group is one; what depends on an answer, and what is optional at the end, is none."""
    alone = [q for q in questions if q.enabled_when is None]
    groups = {q.group for q in alone if q.group is not None}
    return len(groups) + sum(q.group is None for q in alone)


def _fitting(own: Sequence[Question], room: int) -> tuple[Question, ...]:
    kept: list[Question] = []
    for question in own:
        if screens([*kept, question]) > room:
            if question.enabled_when is None:
                break
            continue
        kept.append(question)
    return tuple(kept)


def _by_words(text: str, fitting: Sequence[Interview]) -> Interview | None:
    said = [
        (place, -len(word), each)
        for each in fitting
        for word, place in _first_said(text, each.words)
    ]
    return min(said, key=lambda found: found[:2])[2] if said else None


def _first_said(text: str, words: Iterable[str]) -> Iterable[tuple[str, tuple[int, int]]]:
    clauses = list(wording.clauses(wording.normalised(text)))
    for word in words:
        for number, clause in enumerate(clauses):
            if wording.is_said(word, clause) and not wording.is_past(clause):
                found = wording.phrase(word).search(clause.text)
                yield word, (number, found.start() if found else 0)
                break
