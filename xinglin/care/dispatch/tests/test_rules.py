"""Estimates, words and numbers of the queue."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.care.dispatch import rules
from xinglin.care.dispatch.rules import Accepted

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def accepts(*ago: float, took: float = 0.2) -> list[Accepted]:
    """Minutes ago, newest first."""
    return [Accepted(NOW - minutes(n) - minutes(took), NOW - minutes(n)) for n in ago]


def test_too_few_accepts_tell_nothing():
    assert rules.estimate(accepts(1, 2, 3, 4), place=1, free_slots=0, now=NOW) is None


def test_accepts_of_this_morning_tell_nothing_of_the_evening():
    old = accepts(*range(200, 210))
    assert rules.estimate(old, place=1, free_slots=0, now=NOW) is None


def test_with_a_free_slot_the_wait_is_what_doctors_take_to_answer():
    found = rules.estimate(accepts(1, 2, 3, 4, 5, took=0.5), place=2, free_slots=2, now=NOW)
    assert found == timedelta(seconds=30)


def test_without_a_free_slot_the_wait_is_the_time_between_accepts_for_each_place():
    found = rules.estimate(accepts(2, 4, 6, 8, 10), place=3, free_slots=2, now=NOW)
    assert found == minutes(6)


def test_only_the_newest_accepts_count():
    found = rules.estimate(accepts(*range(1, 60)), place=1, free_slots=0, now=NOW)
    assert found == minutes(1)


@pytest.mark.parametrize(
    ("ahead", "doctors", "estimated", "says"),
    [
        (0, 2, timedelta(seconds=20), [rules._FIRST, rules._DOCTORS, rules._SOON]),
        (3, 1, minutes(3.1), [rules._AHEAD, rules._DOCTORS, rules._MINUTES]),
        (1, 1, None, [rules._AHEAD, rules._DOCTORS, rules._UNKNOWN]),
        (0, 0, None, [rules._FIRST, rules._NO_DOCTOR]),
    ],
)
def test_a_patient_reads_what_is_known_and_what_is_not(ahead, doctors, estimated, says):
    told = rules.place_text(ahead=ahead, doctors=doctors, estimated=estimated)
    for expected in says:
        for words, said in ((expected.zh, told.zh), (expected.en, told.en)):
            assert all(part in said for part in words.split("{n}"))
    assert "4" in told.en or estimated is None or estimated < minutes(1)


def test_an_excerpt_is_one_short_line():
    assert rules.excerpt("头 痛\n两天") == "头 痛 两天"
    assert len(rules.excerpt("痛" * 500)) == rules.LONGEST_EXCERPT
    assert rules.excerpt("痛" * 500).endswith("…")


def test_a_part_time_doctor_has_fewer_visits_at_once():
    assert rules.usual_capacity(full_time=False) < rules.usual_capacity(full_time=True)


@pytest.mark.parametrize(("code", "grade"), [("231", 3), ("232", 2), ("233", 1), ("234", 1)])
def test_a_title_is_a_grade(code, grade):
    assert rules.grade_of(code) == grade


def test_two_clocks_that_disagree_give_no_negative_wait():
    assert rules.seconds_since(NOW + minutes(1), NOW) == 0


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=1)), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_shortest_wait_that_so_many_do_not_exceed(waits, percent):
    found = rules.percentile(waits, percent)
    assert found in waits
    within = sum(w <= found for w in waits)
    assert within * 100 >= percent * len(waits)
    assert sum(w < found for w in waits) * 100 < percent * len(waits)


def test_no_reply_has_no_percentile():
    assert rules.percentile([], 90) is None
