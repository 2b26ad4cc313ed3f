"""Words and numbers of the queue."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.care.dispatch import rules
from xinglin.kernel.text import Text

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WAIT = Text("约一刻。", "About a quarter of an hour.")


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.mark.parametrize(
    ("ahead", "doctors", "says"),
    [
        (0, 2, [rules._FIRST, rules._DOCTORS.filled(n=2), WAIT]),
        (3, 1, [rules._AHEAD.filled(n=3), rules._DOCTORS.filled(n=1), WAIT]),
        (0, 0, [rules._FIRST, rules._NO_DOCTOR]),
    ],
)
def test_a_patient_reads_what_is_known_and_what_is_not(ahead, doctors, says):
    told = rules.place_text(ahead=ahead, doctors=doctors, wait=WAIT)
    assert told.zh == "".join(each.zh for each in says)
    assert told.en == " ".join(each.en for each in says)


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
