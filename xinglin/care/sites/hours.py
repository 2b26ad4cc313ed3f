"""When a site is open, and how much of that time it was heard; pure.

Hours are wall times of the institution's clock, by the day on which they begin:
`{"mon": [["08:00", "12:00"], ["20:00", "02:00"]]}`. What ends at or before its beginning ends on the
next day; "24:00" is the end of the day. Moments are aware and counted in UTC, so that a day on which
the clock is put forward or back is as long as it was.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

Hours = Mapping[str, Sequence[Sequence[str]]]

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_A_DAY: Final = 4
_FROM = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_TO = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_DAY = timedelta(days=1)
_NONE = timedelta()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `begins` until `ends`, which is not of it; both in UTC."""

    begins: datetime
    ends: datetime

    @property
    def length(self) -> timedelta:
        return self.ends - self.begins


def are_sound(hours: Hours) -> bool:
    """Days of the week, with wall times that are not the same at both ends and do not overlap."""
    for day, told in hours.items():
        if day not in WEEK or len(told) > MOST_A_DAY:
            return False
        if not all(_is_sound(each) for each in told):
            return False
    monday = date(2024, 1, 1)
    week = sorted(s for n in range(9) for s in _beginning_on(hours, monday + n * _DAY, UTC))
    return all(one.ends <= two.begins for one, two in pairwise(week))


def _is_sound(told: Sequence[str]) -> bool:
    return (
        len(told) == 2  # noqa: PLR2004  # from and to
        and bool(_FROM.fullmatch(told[0]) and _TO.fullmatch(told[1]))
        and told[0] != told[1]
    )


def opening(hours: Hours, day: date, zone: tzinfo) -> tuple[Span, ...]:
    """The open spans of that date, in order; of those that cross midnight, the part that is of it."""
    whole = Span(_moment(day, zone), _moment(day + _DAY, zone))
    begun = (*_beginning_on(hours, day - _DAY, zone), *_beginning_on(hours, day, zone))
    return joined(cut(begun, whole))


def open_since(hours: Hours, at: datetime, zone: tzinfo) -> datetime | None:
    """Since when it is open at `at` without a break; None: it is closed.

    Of a site that never closes: the beginning of the day before yesterday.
    """
    today = at.astimezone(zone).date()
    begun = (s for n in (2, 1, 0) for s in _beginning_on(hours, today - n * _DAY, zone))
    return next((s.begins for s in joined(begun) if s.begins <= at < s.ends), None)


def silent_since(hours: Hours, last: datetime, at: datetime, zone: tzinfo) -> datetime | None:
    """When it was last heard, or opened since; None: it is closed, and nobody listens."""
    since = open_since(hours, at, zone)
    return None if since is None else max(since, last)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order; spans that touch are one, and empty ones go."""
    found: list[Span] = []
    for span in sorted(s for s in spans if s.begins < s.ends):
        if found and span.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return tuple(found)


def cut(spans: Iterable[Span], whole: Span) -> tuple[Span, ...]:
    """What of each lies in `whole`."""
    parts = (Span(max(s.begins, whole.begins), min(s.ends, whole.ends)) for s in spans)
    return tuple(part for part in parts if part.begins < part.ends)


def uptime(opened: Iterable[Span], heard: Iterable[Span], *, until: datetime) -> float | None:
    """The share, 0 to 1, of the open time until then in which it was heard; None: not open so far."""
    so_far = [Span(s.begins, min(s.ends, until)) for s in opened if s.begins < until]
    whole = sum((s.length for s in so_far), _NONE)
    if not whole:
        return None
    known = joined(heard)
    up = sum((part.length for s in so_far for part in cut(known, s)), _NONE)
    return up / whole


def _beginning_on(hours: Hours, day: date, zone: tzinfo) -> tuple[Span, ...]:
    return tuple(
        Span(
            _moment(day, zone, begins),
            _moment(day if begins < ends else day + _DAY, zone, ends),
        )
        for begins, ends in hours.get(WEEK[day.weekday()], ())
    )


def _moment(day: date, zone: tzinfo, wall: str = "00:00") -> datetime:
    """Of a wall time that the clock leaves out, the moment that it would have been."""
    hour, minute = map(int, wall.split(":"))
    days, hour = divmod(hour, 24)
    return datetime.combine(day + days * _DAY, time(hour, minute), zone).astimezone(UTC)
