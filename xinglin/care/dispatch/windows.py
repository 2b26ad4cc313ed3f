"""The hours of the week in which a part-time doctor works; pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise

MOST = 21
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_DAY_MIN = 24 * 60
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Window:
    """`day`: Monday is 0. `start`, `end`: "HH:MM" of the hospital's clock; the day ends at 24:00."""

    day: int
    start: str
    end: str

    @property
    def is_sound(self) -> bool:
        return (
            0 <= self.day < _WEEK_DAYS
            and bool(_TIME.fullmatch(self.start) and _TIME.fullmatch(self.end))
            and self.start < self.end
        )


def of_rows(rows: Iterable[Sequence[int | str]]) -> tuple[Window, ...]:
    return tuple(Window(int(day), str(start), str(end)) for day, start, end in rows)


def overlap(windows: Iterable[Window]) -> bool:
    ordered = sorted(windows, key=lambda w: (w.day, w.start))
    return any(one.day == two.day and two.start < one.end for one, two in pairwise(ordered))


def end_of(rows: Iterable[Sequence[int | str]], at: datetime, zone: tzinfo) -> datetime | None:
    """When the hours end in which `at` lies; those that touch are one. None: it lies in none.

    Hours that fill the whole week have no end that comes: a week from now, then they are looked at anew.
    """
    known = of_rows(rows)
    local = at.astimezone(zone)
    end = local
    for _ in range(_WEEK_DAYS * MOST):
        further = next((e for w in known if (e := _end(w, end)) is not None), None)
        if further is None or further > local + timedelta(days=_WEEK_DAYS):
            break
        end = further
    return None if end == local else end.astimezone(at.tzinfo)


def _end(window: Window, at: datetime) -> datetime | None:
    minute = at.hour * 60 + at.minute
    if at.weekday() != window.day or not _minute(window.start) <= minute < _minute(window.end):
        return None
    days, rest = divmod(_minute(window.end), _DAY_MIN)
    day = at.date() + timedelta(days=days)
    return datetime.combine(day, time(rest // 60, rest % 60), tzinfo=at.tzinfo)


def _minute(told: str) -> int:
    hour, minute = told.split(":")
    return int(hour) * 60 + int(minute)
