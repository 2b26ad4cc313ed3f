"""Quiet hours follow the person's clock, over midnight and over summer time."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from xinglin.foundation.notices.rules.quiet import before_any_choice, held_until
from xinglin.foundation.notices.types import Urgency

CALM = Urgency.CALM
OURS = before_any_choice("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-28T21:59:59+08:00", None),
        ("2026-11-28T22:00:00+08:00", "2026-11-29T08:00:00+08:00"),
        ("2026-11-29T00:00:00+08:00", "2026-11-29T08:00:00+08:00"),
        ("2026-11-29T07:59:59+08:00", "2026-11-29T08:00:00+08:00"),
        ("2026-11-29T08:00:00+08:00", None),
        ("2026-11-29T12:00:00+08:00", None),
    ],
)
def test_ours_are_from_ten_in_the_evening_to_eight(now, until):
    assert held_until(CALM, OURS, at(now)) == (at(until) if until else None)


def test_they_are_those_of_the_persons_zone():
    away = replace(OURS, zone="America/New_York")
    assert held_until(CALM, away, at("2026-11-28T22:30:00+08:00")) is None  # 9:30 there
    assert held_until(CALM, away, at("2026-11-28T23:00:00-05:00")) == at(
        "2026-11-29T08:00:00-05:00"
    )


def test_hours_within_a_day_are_those_of_a_nap():
    nap = replace(OURS, quiet_from=time(13), quiet_to=time(14, 30))
    assert held_until(CALM, nap, at("2026-11-28T13:10:00+08:00")) == at("2026-11-28T14:30:00+08:00")
    assert held_until(CALM, nap, at("2026-11-28T14:30:00+08:00")) is None


@pytest.mark.parametrize(
    ("urgency", "passes", "held"),
    [
        (Urgency.ALWAYS, False, False),
        (Urgency.AWAITED, True, False),
        (Urgency.AWAITED, False, True),
        (Urgency.CALM, True, True),
    ],
)
def test_what_is_awaited_passes_when_the_person_so_chooses(urgency, passes, held):
    chosen = replace(OURS, awaited_passes=passes)
    assert (held_until(urgency, chosen, at("2026-11-28T23:00:00+08:00")) is not None) == held


def test_who_wants_no_quiet_has_none():
    assert held_until(CALM, replace(OURS, quiet=False), at("2026-11-28T23:00:00+08:00")) is None


def test_the_night_that_summer_time_begins_ends_at_eight_all_the_same():
    berlin = replace(OURS, zone="Europe/Berlin")
    found = held_until(CALM, berlin, at("2026-03-28T23:00:00+01:00"))
    assert found == at("2026-03-29T08:00:00+02:00")


@given(
    seconds=some.integers(1_577_836_800, 2_051_222_400),
    start=some.times(),
    end=some.times(),
    zone=some.sampled_from(
        ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]
    ),
)
def test_nothing_is_held_longer_than_a_day_or_into_the_past(seconds, start, end, zone):
    if start == end:
        return
    chosen = replace(OURS, quiet_from=start, quiet_to=end, zone=zone)
    moment = datetime.fromtimestamp(seconds, UTC)
    until = held_until(CALM, chosen, moment)
    assert until is None or moment < until <= moment + timedelta(hours=25)
