"""How long a patient still waits: numbers and words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.care.dispatch import expecting
from xinglin.care.dispatch.expecting import Expected, Outcome, Queue, Taken, expected, factor

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def taken(*ago: float, took: float = 0.2, waited: float = 0.0, lasted: float | None = None):
    """Minutes ago, newest first."""
    found = []
    for n in ago:
        accepted = NOW - minutes(n)
        made = accepted - minutes(took)
        ended = None if lasted is None else accepted + minutes(lasted)
        found.append(Taken(made - minutes(waited), made, accepted, ended))
    return found


def seen(rows, *, place=1, outcomes=(), since=(), open_visits=0, share=1.0, free=0):
    queue = Queue(
        since=[NOW - minutes(n) for n in since], open_visits=open_visits, share=share, free=free
    )
    return expected(rows, outcomes, queue, place=place, now=NOW)


def test_too_few_visits_tell_nothing():
    assert seen(taken(1, 2, 3, 4), free=1) is None


def test_visits_of_this_morning_tell_nothing_of_the_evening():
    assert seen(taken(*range(200, 210)), free=1) is None


def test_with_a_free_slot_the_wait_is_what_doctors_take_to_answer():
    assert seen(taken(*range(1, 6), took=0.5), place=2, free=2).told_s == 30


def test_nobody_knows_how_long_a_queue_takes_in_which_nobody_waited():
    assert seen(taken(1, 2, 3, 4, 5)) is None


def test_without_room_it_is_the_pace_of_the_time_in_which_somebody_waited():
    # Two minutes of waiting before each, one after the other, with an idle half hour before.
    rows = taken(0, 2, 4, 6, 8, *range(40, 50), took=0.0, waited=0.0)
    rows = [
        Taken(r.made_at - minutes(2), r.made_at, r.accepted_at) if n < 5 else r
        for n, r in enumerate(rows)
    ]
    assert seen(rows, place=1).told_s == 120
    assert seen(rows, place=3).told_s == 360
    # Somebody who waits now makes it longer, by the time that is not covered yet.
    assert seen(rows, place=1, since=[0.0]).told_s == 120
    assert seen(taken(5, 7, 9, 11, 13, took=0, waited=2), since=[5.0]).told_s == 180


def test_until_enough_have_waited_it_is_what_ends_soon():
    # Four visits of ten minutes are open: one ends every two and a half minutes.
    rows = taken(20, 25, 30, 35, 40, took=0, lasted=10)
    assert seen(rows, open_visits=4).told_s == pytest.approx(150)
    assert seen(rows, open_visits=4, share=0.5).told_s == pytest.approx(300)
    assert seen(rows, open_visits=0) is None


def test_only_the_newest_visits_count():
    many = taken(*[n / 10 for n in range(1, 200)], took=0.5)
    assert seen(many, free=1).told_s == pytest.approx(30)


def test_eight_of_ten_lie_in_what_is_usual_when_turns_come_at_random():
    rows = taken(0, 2, 4, 6, 8, took=0, waited=2)
    one, many = seen(rows), seen(rows, place=20)
    # Of an exponential wait 10 % and 90 % are 0.105 and 2.303 of the mean.
    assert one.low_s / one.told_s == pytest.approx(0.105, abs=0.01)
    assert one.high_s / one.told_s == pytest.approx(2.303, abs=0.03)
    assert many.high_s / many.told_s < 1.4


def test_what_came_later_than_told_makes_the_next_word_longer():
    late = [Outcome(60, 120)] * 50
    found = seen(taken(*range(1, 6), took=1), free=1, outcomes=late)
    assert found.guess_s == 60
    assert 105 < found.told_s < 120
    assert factor([]) == 1
    assert factor([Outcome(60, 600)]) < 2
    assert factor([Outcome(1, 1e6)] * 50) == 5


@given(st.lists(st.tuples(st.floats(1, 1e5), st.floats(0, 1e6)), max_size=60))
def test_a_word_is_put_right_within_bounds(pairs):
    assert 1 / 5 <= factor([Outcome(*pair) for pair in pairs]) <= 5


@pytest.mark.parametrize(
    ("told", "low", "high", "words"),
    [
        (20, 2, 46, expecting._SOON),
        (90, 9, 207, expecting._UP_TO.filled(n=2, high=4)),
        (600, 300, 1000, expecting._BETWEEN.filled(n=10, low=5, high=17)),
        (3.0, 0.1, 59.9, expecting._SOON),
    ],
)
def test_a_patient_reads_whole_minutes_and_a_range(told, low, high, words):
    assert expecting.wait_text(Expected(told, told, low, high)) == words


def test_not_to_know_is_said():
    assert expecting.wait_text(None) == expecting._UNKNOWN
