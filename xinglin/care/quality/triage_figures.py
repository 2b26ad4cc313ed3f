"""How triage did, from what it said and how the visits ended; pure sums, and nothing learns from them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final
from uuid import UUID

ONLINE: Final = frozenset({"online_soon", "online_routine", "self_care"})
THRESHOLDS: Final = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9)
# Ours, of no source: half the departments' shares may move by this before somebody should look.
DRIFT_NOTABLE, LEAST_A_WEEK = 0.15, 50
_WORST: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An intake and the visit that a doctor ended, if any; `wrong`: who said that the department was.

    `department`: where the visit ended. `stopped`, `go`: as `consultation.queries.Ended`.
    """

    week: date
    outcome: str
    level: str
    suggested: str
    sure: bool
    confidence: float | None
    consultation_id: UUID | None = None
    department: str = ""
    stopped: str = ""
    go: str = ""
    wrong: tuple[str, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    n: int
    right: int

    @property
    def rate(self) -> float:
        return self.right / self.n if self.n else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Suggestions of at least this confidence: how many of all, and how many of them held."""

    threshold: float
    covered: Share
    accuracy: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`moved`: half the sum of the changes of all departments' shares since the week before, 0..1."""

    begins: date
    intakes: int
    unsure: int
    emergencies: int
    moved: float | None
    notable: bool
    most_moved: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """Let in as fit for online care, and sent to be seen in person by the doctor."""

    consultation_id: UUID
    level: str
    stopped: str
    go: str
    versions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    intakes: int
    visits: int
    stopped_at_the_door: int
    accuracy: Share
    overrides: dict[str, int]
    confusion: tuple[tuple[str, str, int], ...]
    coverage: tuple[Coverage, ...]
    weeks: tuple[Week, ...]
    missed: tuple[Missed, ...]


def report(rows: Iterable[Seen]) -> Report:
    told = list(rows)
    visits = [row for row in told if row.consultation_id is not None]
    return Report(
        intakes=len(told),
        visits=len(visits),
        stopped_at_the_door=sum(row.outcome == "emergency" for row in told),
        accuracy=_held(visits),
        overrides=dict(Counter(who for row in told for who in row.wrong)),
        confusion=confusion(visits),
        coverage=coverage(visits),
        weeks=weeks(told),
        missed=missed(visits),
    )


def confusion(visits: Iterable[Seen]) -> tuple[tuple[str, str, int], ...]:
    """(suggested, where the visit ended, how often), the most frequent first."""
    pairs = Counter(
        (row.suggested, row.department) for row in visits if row.suggested != row.department
    )
    order = sorted(pairs.items(), key=lambda each: (-each[1], each[0]))
    return tuple((one, other, n) for (one, other), n in order[:_WORST])


def coverage(visits: Sequence[Seen]) -> tuple[Coverage, ...]:
    """Nothing of visits whose confidence was not kept."""
    known = [(row.confidence, row) for row in visits if row.confidence is not None]
    return tuple(
        Coverage(
            threshold=threshold,
            covered=Share(n=len(known), right=len(above)),
            accuracy=_held(above),
        )
        for threshold in THRESHOLDS
        if (above := [row for confidence, row in known if confidence >= threshold]) or known
    )


def weeks(rows: Iterable[Seen]) -> tuple[Week, ...]:
    by_week: dict[date, list[Seen]] = {}
    for row in rows:
        by_week.setdefault(row.week, []).append(row)
    ordered = sorted(by_week.items())
    if not ordered:
        return ()
    first, its = ordered[0]
    return (
        _week(first, its, None),
        *(_week(begins, now, before) for (_, before), (begins, now) in pairwise(ordered)),
    )


def missed(visits: Iterable[Seen]) -> tuple[Missed, ...]:
    """An emergency, or what had to be seen now or today, of which triage had said `online`."""
    return tuple(
        Missed(
            consultation_id=row.consultation_id,
            level=row.level,
            stopped=row.stopped,
            go=row.go,
            versions=row.versions,
        )
        for row in visits
        if row.consultation_id is not None
        and row.level in ONLINE
        and (row.stopped == "emergency" or row.go in {"now", "today"})
    )


def _held(visits: Iterable[Seen]) -> Share:
    rows = list(visits)
    return Share(n=len(rows), right=sum(row.suggested == row.department for row in rows))


def _week(begins: date, now: Sequence[Seen], before: Sequence[Seen] | None) -> Week:
    moves = {} if before is None else _moves(_shares(before), _shares(now))
    moved = None if before is None else sum(map(abs, moves.values())) / 2
    enough = before is not None and min(len(now), len(before)) >= LEAST_A_WEEK
    return Week(
        begins=begins,
        intakes=len(now),
        unsure=sum(not row.sure for row in now),
        emergencies=sum(row.outcome == "emergency" for row in now),
        moved=moved,
        notable=enough and moved is not None and moved >= DRIFT_NOTABLE,
        most_moved=tuple(sorted(moves.items(), key=lambda each: -abs(each[1]))[:3]),
    )


def _shares(rows: Sequence[Seen]) -> dict[str, float]:
    return {slug: n / len(rows) for slug, n in Counter(row.suggested for row in rows).items()}


def _moves(before: dict[str, float], now: dict[str, float]) -> dict[str, float]:
    return {slug: now.get(slug, 0.0) - before.get(slug, 0.0) for slug in before | now}
