"""Which danger signs somebody tells of."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from xinglin.care.triage.rules import measures, wording
from xinglin.care.triage.rules.wording import Clause
from xinglin.kernel.text import Text

# Any of the phrases of each group; `@link_id=code` is an answer of the interview,
# `#temperature>=38` and `#pressure>=180/110` are measured values.
Group = tuple[str, ...]
_ANYWHERE = -1


@dataclass(frozen=True, slots=True)
class Pattern:
    """All groups are said. `near`: in one sentence, or in one beside it."""

    groups: tuple[Group, ...]
    near: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """One danger sign. `status`: confirmed (source read) or memory (source not at hand: unverified).

    `until_months`: only below this age, exclusive. `sex`: only for this sex.
    `past_counts`: what was long ago counts as well.
    """

    id: str
    text: Text
    advice: Text
    source: str
    year: int
    status: str
    patterns: dict[str, tuple[Pattern, ...]]
    until_months: int | None = None
    sex: str | None = None
    past_counts: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One thing said. `of_the_past`: asked about earlier times, so only what says `now` counts."""

    text: str
    of_the_past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All that is known when danger is looked for. `answers`: `link_id=code` of chosen answers."""

    passages: tuple[Passage, ...]
    answers: frozenset[str] = frozenset()
    age_months: int
    sex: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A clause, and what is true of it whichever flag it is held against."""

    clause: Clause
    is_past: bool
    is_about_an_adult: bool


class _Whole:
    """All clauses in one: most phrases stand nowhere, and here that costs one look."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pairs = wording.pairs(text)
        self._has_number = measures.has_number(text)

    def may_hold(self, term: str) -> bool:
        if term[0] == "#":
            return self._has_number
        return wording.cue(term) in self._pairs and wording.may_stand(term, self._text)

    def may_hold_any(self, group: Group) -> bool:
        cues = _cues(group)
        return cues is None or not cues.isdisjoint(self._pairs)


def found_in(statement: Statement, flags: Iterable[RedFlag]) -> tuple[RedFlag, ...]:
    """In the order of `flags`."""
    told = [
        _told(clause, of_the_past=passage.of_the_past)
        for number, passage in enumerate(statement.passages)
        for clause in _clauses(passage, number)
    ]
    whole = _Whole("\n".join(each.clause.text for each in told))
    return tuple(
        flag
        for flag in flags
        if _concerns(flag, statement) and _is_told(flag, told, whole, statement.answers)
    )


def _told(clause: Clause, *, of_the_past: bool) -> _Told:
    past = wording.is_past(clause) or (of_the_past and not wording.is_now(clause))
    return _Told(clause, past, wording.is_about_an_adult(clause))


def _clauses(passage: Passage, number: int) -> Iterable[Clause]:
    """Sentences of different passages are different sentences."""
    for clause in wording.clauses(wording.normalised(passage.text)):
        yield Clause(clause.text, number * 10_000 + clause.sentence)


def _concerns(flag: RedFlag, statement: Statement) -> bool:
    young_enough = flag.until_months is None or statement.age_months < flag.until_months
    return young_enough and flag.sex in {None, statement.sex}


def _is_told(flag: RedFlag, told: list[_Told], whole: _Whole, answers: frozenset[str]) -> bool:
    counted = [each.clause for each in told if _counts(flag, each)]
    return any(
        _fits(pattern, counted, whole, answers)
        for patterns in flag.patterns.values()
        for pattern in patterns
    )


def _counts(flag: RedFlag, told: _Told) -> bool:
    if flag.until_months is not None and told.is_about_an_adult:
        return False
    return flag.past_counts or not told.is_past


def _fits(pattern: Pattern, counted: list[Clause], whole: _Whole, answers: frozenset[str]) -> bool:
    """Where each group is said; an answer fits anywhere."""
    places: list[set[int]] = []
    for group in pattern.groups:
        found = _places(group, counted, whole, answers)
        if not found:
            return False
        places.append(found)
    if not pattern.near:
        return True
    said = [p for p in places if _ANYWHERE not in p]
    return not said or any(
        all(where & {anchor - 1, anchor, anchor + 1} for where in said) for anchor in said[0]
    )


def _places(
    group: Group, counted: list[Clause], whole: _Whole, answers: frozenset[str]
) -> set[int]:
    """Numbers of sentences, and `_ANYWHERE` for an answer."""
    found: set[int] = set()
    if not whole.may_hold_any(group):
        return found
    for term in group:
        if term[0] == "@":
            if term[1:] in answers:
                found.add(_ANYWHERE)
        elif whole.may_hold(term):
            found.update(c.sentence for c in counted if _is_said(term, c))
    return found


@cache
def _cues(group: Group) -> frozenset[str] | None:
    """None when an answer or a number can hold it as well."""
    if any(term[0] in "@#" for term in group):
        return None
    return frozenset(map(wording.cue, group))


def _is_said(term: str, clause: Clause) -> bool:
    if term.startswith("#"):
        return measures.holds(term[1:], clause.text)
    return wording.is_said(term, clause)
