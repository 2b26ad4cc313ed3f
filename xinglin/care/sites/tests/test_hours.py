"""Open spans and the share of them in which a site was heard, on whatever clock."""

import random
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from xinglin.care.sites import hours
from xinglin.care.sites.hours import Span

CHINA = timezone(timedelta(hours=8))
LONDON = ZoneInfo("Europe/London")
MONDAY = date(2026, 11, 30)
NIGHT = {"mon": [["20:00", "02:00"]]}
DAY = {"mon": [["08:00", "12:00"], ["14:00", "20:00"]]}
ALWAYS = {day: [["00:00", "24:00"]] for day in hours.WEEK}
MINUTE = timedelta(minutes=1)


def china(day: int, hour: int, minute: int = 0) -> datetime:
    """Of November 2026, whose 30th is a Monday."""
    return datetime(2026, 11, 1, hour, minute, tzinfo=CHINA).astimezone(UTC) + timedelta(
        days=day - 1
    )


def test_the_spans_of_a_day_are_those_of_the_institutions_clock():
    assert hours.opening(DAY, MONDAY, CHINA) == (
        Span(datetime(2026, 11, 30, 0, tzinfo=UTC), datetime(2026, 11, 30, 4, tzinfo=UTC)),
        Span(datetime(2026, 11, 30, 6, tzinfo=UTC), datetime(2026, 11, 30, 12, tzinfo=UTC)),
    )


def test_a_day_without_hours_is_closed_and_has_no_uptime():
    tuesday = hours.opening(DAY, MONDAY + timedelta(days=1), CHINA)
    assert tuesday == ()
    assert hours.uptime(tuesday, (), until=china(31, 23)) is None
    assert hours.open_since(DAY, china(31, 10), CHINA) is None


def test_hours_that_cross_midnight_belong_to_both_days():
    assert hours.opening(NIGHT, MONDAY, CHINA) == (Span(china(30, 20), china(31, 0)),)
    after = hours.opening(NIGHT, MONDAY + timedelta(days=1), CHINA)
    assert after == (Span(china(31, 0), china(31, 2)),)
    assert hours.open_since(NIGHT, china(31, 1, 59), CHINA) == china(30, 20)
    assert hours.open_since(NIGHT, china(31, 2), CHINA) is None


def test_before_opening_there_is_no_uptime_and_from_then_on_it_counts_so_far():
    opened = hours.opening(DAY, MONDAY, CHINA)
    heard = [Span(china(30, 7), china(30, 9))]
    assert hours.uptime(opened, heard, until=china(30, 8)) is None
    assert hours.uptime(opened, heard, until=china(30, 9)) == 1
    assert hours.uptime(opened, heard, until=china(30, 10)) == 0.5
    assert hours.uptime(opened, heard, until=china(30, 13)) == 0.25  # nothing of the noon break


def test_two_devices_that_are_heard_at_once_count_once():
    opened = hours.opening(DAY, MONDAY, CHINA)
    heard = [Span(china(30, 8), china(30, 10)), Span(china(30, 9), china(30, 11))]
    assert hours.uptime(opened, heard, until=china(30, 12)) == 0.75


def test_what_is_heard_outside_the_hours_makes_nothing_better():
    opened = hours.opening(DAY, MONDAY, CHINA)
    heard = [Span(china(30, 12), china(30, 14)), Span(china(30, 20), china(30, 23))]
    assert hours.uptime(opened, heard, until=china(30, 23)) == 0


@pytest.mark.parametrize(("day", "length"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clock_changes_is_as_long_as_it_was(day, length):
    (whole,) = hours.opening(ALWAYS, day, LONDON)
    assert whole.length == timedelta(hours=length)
    half = Span(whole.begins, whole.begins + whole.length / 2)
    assert hours.uptime([whole], [half], until=whole.ends) == 0.5


def test_a_night_in_which_the_clock_is_put_back_is_an_hour_longer():
    night = {"sat": [["22:00", "06:00"]]}
    saturday = date(2026, 10, 24)
    evening = hours.opening(night, saturday, LONDON)
    morning = hours.opening(night, saturday + timedelta(days=1), LONDON)
    assert sum((s.length for s in (*evening, *morning)), timedelta()) == timedelta(hours=9)


def test_a_site_that_never_closes_is_open_since_before_yesterday():
    since = hours.open_since(ALWAYS, china(30, 10), CHINA)
    assert since == china(28, 0)


def test_after_a_break_it_is_open_since_the_end_of_the_break():
    assert hours.open_since(DAY, china(30, 14, 5), CHINA) == china(30, 14)


@pytest.mark.parametrize(
    "told",
    [
        {"mon": [["08:00", "20:00"]], "sun": []},
        {"mon": [["00:00", "24:00"]]},
        {"mon": [["20:00", "02:00"]], "tue": [["02:00", "20:00"]]},
        {},
    ],
)
def test_sound_hours(told):
    assert hours.are_sound(told)


@pytest.mark.parametrize(
    "told",
    [
        {"monday": [["08:00", "20:00"]]},
        {"mon": [["8:00", "20:00"]]},
        {"mon": [["08:00", "25:00"]]},
        {"mon": [["24:00", "08:00"]]},
        {"mon": [["08:00", "08:00"]]},
        {"mon": [["08:00"]]},
        {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]},
        {"mon": [["20:00", "02:00"]], "tue": [["01:00", "08:00"]]},
        {"sun": [["20:00", "02:00"]], "mon": [["01:00", "08:00"]]},
        {"mon": [[f"0{n}:00", f"0{n}:30"] for n in range(5)]},
    ],
)
def test_hours_that_nobody_can_keep_are_not_sound(told):
    assert not hours.are_sound(told)


def some_spans(rng: random.Random, most: int) -> list[Span]:
    """Within a day of 1,440 minutes."""
    pairs = [sorted((rng.randint(0, 1440), rng.randint(0, 1440))) for _ in range(most)]
    begins = china(30, 0)
    return [Span(begins + one * MINUTE, begins + other * MINUTE) for one, other in pairs]


@pytest.mark.parametrize("seed", range(12))
def test_uptime_equals_a_count_of_minutes(seed):
    rng = random.Random(seed)
    opened = hours.joined(some_spans(rng, rng.randint(0, 4)))
    heard, until = some_spans(rng, rng.randint(0, 6)), rng.randint(0, 1440)
    at = china(30, 0)
    open_minutes, up = 0, 0
    for n in range(until):
        now = at + n * MINUTE
        if any(s.begins <= now < s.ends for s in opened):
            open_minutes += 1
            up += any(s.begins <= now < s.ends for s in heard)
    told = hours.uptime(opened, heard, until=at + until * MINUTE)
    assert told == (pytest.approx(up / open_minutes) if open_minutes else None)
