"""Counts and rates of answers, with their uncertainty."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from bench.triage.answering import Answered

_Z = 1.959964
_BINS = 10


@dataclass(frozen=True)
class Rate:
    """`low` and `high`: Wilson's interval at 95 %."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def low(self) -> float:
        return _wilson(self.hits, self.n)[0]

    @property
    def high(self) -> float:
        return _wilson(self.hits, self.n)[1]


@dataclass(frozen=True)
class Urgencies:
    """On three levels, except `five` (the very urgency)."""

    exact: Rate
    under: Rate
    over: Rate
    emergencies: Rate
    self_care: Rate
    five: Rate


@dataclass(frozen=True)
class Departments:
    top1: Rate
    top3: Rate
    may_stand: Rate
    unsure: Rate


@dataclass(frozen=True)
class Bin:
    low: float
    n: int
    confidence: float
    right: float


def share(items: Sequence[Answered], holds: Callable[[Answered], bool]) -> Rate:
    return Rate(sum(map(holds, items)), len(items))


def urgencies(items: Sequence[Answered]) -> Urgencies:
    grave = [a for a in items if a.case.urgency == "emergency"]
    light = [a for a in items if a.case.urgency == "self_care"]
    return Urgencies(
        exact=share(items, lambda a: a.off_by == 0),
        under=share(items, lambda a: a.off_by < 0),
        over=share(items, lambda a: a.off_by > 0),
        emergencies=share(grave, lambda a: a.off_by == 0),
        self_care=share(light, lambda a: a.off_by == 0),
        five=share(items, lambda a: a.urgency == a.case.urgency),
    )


def departments(items: Sequence[Answered]) -> Departments:
    return Departments(
        top1=share(items, lambda a: a.right),
        top3=share(items, lambda a: a.among_three),
        may_stand=share(items, lambda a: a.may_stand),
        unsure=share(items, lambda a: not a.sure),
    )


def calibration(items: Sequence[Answered]) -> list[Bin]:
    """Of the most likely department, ten bins of its confidence; empty ones are left out."""
    found = []
    for number in range(_BINS):
        here = [a for a in items if min(int(a.confidence * _BINS), _BINS - 1) == number]
        if here:
            mean = sum(a.confidence for a in here) / len(here)
            right = sum(a.first_right for a in here) / len(here)
            found.append(Bin(number / _BINS, len(here), mean, right))
    return found


def expected_error(bins: Sequence[Bin]) -> float:
    """How far confidence and accuracy lie apart, weighted by the number of cases."""
    n = sum(b.n for b in bins)
    return sum(b.n * abs(b.confidence - b.right) for b in bins) / n if n else 0.0


def coverage(items: Sequence[Answered], limits: Sequence[float]) -> list[tuple[float, Rate, Rate]]:
    """For each least confidence: the share that is answered, and how much of it is right."""
    found = []
    for limit in limits:
        kept = [a for a in items if a.confidence >= limit]
        found.append((limit, Rate(len(kept), len(items)), share(kept, lambda a: a.first_right)))
    return found


def confusions(items: Sequence[Answered], *, most: int) -> list[tuple[str, str, int, int]]:
    """Wanted, answered, how often, and of how many; the most frequent first."""
    of = Counter(a.case.department or "" for a in items)
    wrong = Counter((a.case.department or "", a.department) for a in items if not a.may_stand)
    ranked = sorted(wrong.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(wanted, said, n, of[wanted]) for (wanted, said), n in ranked[:most]]


def _wilson(hits: int, n: int) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    share_, square = hits / n, _Z * _Z / n
    middle = share_ + square / 2
    half = _Z * sqrt(share_ * (1 - share_) / n + square / (4 * n))
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))
