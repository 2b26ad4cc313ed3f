"""How long a patient still waits, in seconds and in words, and how true such words were; pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

from xinglin.kernel.text import Text

# Estimates speak of what happened in this time, and only when it happened often enough; ours.
RECENT = timedelta(hours=1)
FEWEST_TAKEN = 5
MOST_TAKEN = 60
_AT_ONCE_S = 2.0
_TRUST_S = 60.0
MOST_OUTCOMES = 50
"""So many of the last told waits of the house say by how much the next is put right; ours. Of a
department alone they would be too few to say anything (tried in the simulator)."""
_TRUST_OUTCOMES = 10
_MOST_FACTOR = 5.0
_USUAL_Z = 1.2816
"""Normal quantile of 90 %: eight of ten waits lie within what is called usual."""
COUNTED_S = 15.0
"""A share of a wait of next to nothing says nothing: as the simulator counts."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A visit of the department that a doctor took; `ended_at` is None while it is open."""

    requested_at: datetime
    made_at: datetime
    accepted_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How it stands now. `since`: when those who wait there asked; `open_visits`: of its doctors now.

    `share`: of all who wait in the house, those who wait here. `free`: how many its doctors may be
    asked for now.
    """

    since: Sequence[datetime]
    open_visits: int
    share: float
    free: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A told wait that came true; `guess_s` is what it was made of."""

    guess_s: float
    waited_s: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Seconds until a doctor accepts; eight of ten come between `low_s` and `high_s`.

    `guess_s`: before `told_s` was put right by how earlier ones came true.
    """

    guess_s: float
    told_s: float
    low_s: float
    high_s: float


def expected(
    taken: Sequence[Taken], outcomes: Sequence[Outcome], queue: Queue, *, place: int, now: datetime
) -> Expected | None:
    """None when what happened lately does not tell.

    With a free slot for everybody ahead it is what doctors take to accept an offer. Else the pace of
    the queue while somebody waited, for each place; until enough have waited, what ends soon.

    Args:
        taken: of the department, newest first; older than `RECENT` do not count.
        outcomes: of the house, newest first.
        place: 1 is next.
    """
    recent = [one for one in taken if now - one.accepted_at <= RECENT][:MOST_TAKEN]
    if len(recent) < FEWEST_TAKEN:
        return None
    answer = fmean(_seconds(one.made_at, one.accepted_at) for one in recent)
    if queue.free >= place:
        return _told(answer, outcomes, turns=1)
    rate = _rate(recent, queue, now)
    return None if rate is None else _told(place / rate + answer, outcomes, turns=place)


def _told(guess: float, outcomes: Sequence[Outcome], *, turns: int) -> Expected:
    guess = max(1.0, guess)
    told = guess * factor(outcomes)
    return Expected(
        guess_s=guess,
        told_s=told,
        low_s=told * _of_turns(turns, -_USUAL_Z),
        high_s=told * _of_turns(turns, _USUAL_Z),
    )


def _rate(recent: Sequence[Taken], queue: Queue, now: datetime) -> float | None:
    """Visits a second that leave the queue while somebody waits; None: nobody knows.

    What has been seen weighs as its time, and what the open visits promise as a minute.
    """
    waited = [one for one in recent if _seconds(one.requested_at, one.made_at) >= _AT_ONCE_S]
    spans = [(one.requested_at, one.made_at) for one in waited]
    busy = _covered([*spans, *((since, now) for since in queue.since)], now)
    lasting = [_seconds(one.accepted_at, one.ended_at) for one in recent if one.ended_at]
    ending = 0.0
    if len(lasting) >= FEWEST_TAKEN:
        ending = queue.share * queue.open_visits / max(1.0, fmean(lasting))
    if not ending:
        return len(waited) / busy if len(waited) >= FEWEST_TAKEN and busy else None
    return (len(waited) + ending * _TRUST_S) / (busy + _TRUST_S)


def _covered(spans: Sequence[tuple[datetime, datetime]], now: datetime) -> float:
    """Seconds of the last `RECENT` in which at least one of the spans runs."""
    total, reached = 0.0, now - RECENT
    for start, end in sorted(spans):
        total += _seconds(max(start, reached), end)
        reached = max(reached, end)
    return total


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def factor(outcomes: Sequence[Outcome]) -> float:
    """By how much guesses were too short of late; few outcomes move it little."""
    last = outcomes[:MOST_OUTCOMES]
    guessed = sum(o.guess_s for o in last)
    if not guessed:
        return 1.0
    trust = _TRUST_OUTCOMES * guessed / len(last)
    found = (sum(o.waited_s for o in last) + trust) / (guessed + trust)
    return min(_MOST_FACTOR, max(1 / _MOST_FACTOR, found))


def _of_turns(turns: int, z: float) -> float:
    """A quantile of the time of so many turns over its mean.

    The turns of a queue come nearly at random, so that their sum is a gamma variable; its quantile
    is Wilson and Hilferty's approximation (PNAS 17, 1931).
    """
    root = 1 - 1 / (9 * turns) + z / (3 * math.sqrt(turns))
    return max(0.0, root) ** 3


def wait_text(found: Expected | None) -> Text:
    """Whole minutes: nobody waits by the second."""
    if found is None:
        return _UNKNOWN
    about = max(1, round(found.told_s / 60))
    low, high = int(found.low_s // 60), max(1, math.ceil(found.high_s / 60))
    if high <= 1:
        return _SOON
    if low < 1:
        return _UP_TO.filled(n=about, high=high)
    return _BETWEEN.filled(n=about, low=low, high=high)


_UNKNOWN = Text(
    "近期接诊数据不足，暂时无法估计等待时间。",
    "There were too few visits lately to tell how long it will take.",
)
_SOON = Text("预计 1 分钟内有医生接诊。", "A doctor is expected within a minute.")
_UP_TO = Text(
    "预计约 {n} 分钟；一般不超过 {high} 分钟。",
    "About {n} min; usually no more than {high} min.",
)
_BETWEEN = Text(
    "预计约 {n} 分钟；一般在 {low} 到 {high} 分钟之间。",
    "About {n} min; usually between {low} and {high} min.",
)
