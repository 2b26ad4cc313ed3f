"""What refusals, silence and ended visits lead to."""

import pytest

from xinglin.care.dispatch.engine import NEVER_AGAIN, Engine, Pause
from xinglin.care.dispatch.engine.tests.factories import closed, doctor, engine, pairs, request


@pytest.fixture
def house() -> Engine:
    return engine()


def test_a_slot_that_is_freed_goes_to_the_oldest_wait_not_to_the_next_arrival(house: Engine):
    """Chatwoot 10583: the fourth waits at a capacity of three, and starves."""
    house.doctor_on(doctor(1, units=3), 0.0)
    for n in (1, 2, 3, 4):
        house.request_arrived(request(n), float(n))
    assert pairs(house.slot_freed(2, 5.0)) == [(4, 1)]
    assert house.request_arrived(request(5), 6.0) == []


def test_a_refused_visit_goes_to_the_next_and_the_refuser_gets_the_next(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(1), 1.0)
    house.request_arrived(request(2), 2.0)
    assert pairs(house.refused(1, again_after=NEVER_AGAIN, now=3.0)) == [(2, 1)]
    assert pairs(house.doctor_on(doctor(2), 4.0)) == [(1, 2)]


def test_who_was_busy_is_asked_again_after_a_while_when_nobody_else_is_free(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(1), 1.0)
    assert house.refused(1, again_after=120.0, now=2.0) == []
    assert house.tick(119.0) == []
    (made,) = house.tick(120.0)
    assert (made.doctor, made.facts.how) == (1, "again")


def test_who_did_not_decline_goes_before_one_who_did(house: Engine):
    house.doctor_on(doctor(1, units=9), 0.0)
    house.request_arrived(request(1), 1.0)
    house.refused(1, again_after=20.0, now=2.0)
    assert pairs(house.doctor_on(doctor(2, units=9, used=8), 19.0)) == [(1, 2)]
    house.doctor_on(doctor(3, "skin"), 19.0)
    house.request_arrived(request(2, "skin"), 20.0)
    assert pairs(house.refused(2, again_after=20.0, now=20.0)) == [(2, 3)], "at once, if it may be"


def test_silence_sends_the_doctor_away_and_three_in_a_row_ask_whether_he_is_there(house: Engine):
    house.doctor_on(doctor(1, units=9), 0.0)
    for n in (1, 2, 3):
        made = house.request_arrived(request(n, arrived=n * 1000.0), n * 1000.0)
        assert pairs(made) == [(n, 1)]
        made = house.timed_out(n, n * 1000.0 + 30)
        house.request_withdrawn(n, n * 1000.0 + 31)
    (pause,) = made
    assert isinstance(pause, Pause)
    assert "3" in pause.text.en
    assert house.request_arrived(request(9, arrived=9000.0), 9000.0) == []
    assert house.tick(99_000.0) == [], "until he says so"
    assert pairs(house.doctor_changed(doctor(1, units=9), 99_001.0)) == [(9, 1)]


def test_an_accepted_offer_ends_the_row(house: Engine):
    house.doctor_on(doctor(1, units=9), 0.0)
    for n in range(1, 7):
        house.request_arrived(request(n), float(n))
        if n % 3 == 0:
            house.accepted(n, n + 0.2)
        else:
            house.refused(n, again_after=NEVER_AGAIN, now=n + 0.2)
    assert pairs(house.request_arrived(request(7), 7.0)) == [(7, 1)]


def test_who_was_away_comes_back_by_the_clock(house: Engine):
    house.doctor_on(doctor(1, units=2), 0.0)
    house.request_arrived(request(1), 1.0)
    assert house.timed_out(1, 31.0) == []
    assert house.tick(150.0) == []
    assert pairs(house.tick(151.0)) == [(1, 1)]


def test_whom_everybody_refused_for_good_is_told_at_once():
    house = Engine()
    house.doctor_on(doctor(1), 0.0)
    house.doctor_on(doctor(2, used=1), 0.0)
    house.request_arrived(request(1), 1.0)
    assert closed(house.refused(1, again_after=NEVER_AGAIN, now=2.0)) == []
    assert closed(house.doctor_off(2, 3.0)) == [1]


def test_who_declined_for_good_spares_no_expert_any_longer(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.doctor_on(doctor(2, grade=3), 0.0)
    assert pairs(house.request_arrived(request(1), 1.0)) == [(1, 1)]
    assert pairs(house.refused(1, again_after=NEVER_AGAIN, now=2.0)) == [(1, 2)]


def test_an_expert_is_spared_while_somebody_else_may_come_back_to_it(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.doctor_on(doctor(2, grade=3), 0.0)
    house.request_arrived(request(1), 1.0)
    assert house.refused(1, again_after=120.0, now=2.0) == []


def test_an_expert_is_asked_when_only_those_are_left_who_declined_for_good(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.doctor_on(doctor(2, used=1), 0.0)
    house.doctor_on(doctor(3, grade=3), 0.0)
    house.request_arrived(request(1), 1.0)
    assert house.refused(1, again_after=NEVER_AGAIN, now=2.0) == []
    assert pairs(house.doctor_off(2, 3.0)) == [(1, 3)]


def test_what_is_changed_while_a_doctor_is_asked_counts_when_it_comes_back(house: Engine):
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(1), 1.0)
    assert house.request_arrived(request(1, "skin", arrived=1.0), 2.0) == []
    house.doctor_on(doctor(2, "skin"), 2.0)
    assert pairs(house.refused(1, again_after=NEVER_AGAIN, now=3.0)) == [(1, 2)]


def test_a_doctor_who_comes_back_as_a_bar_ends_goes_to_the_more_urgent():
    house = Engine(overflow=False)
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(1, urgency=2), 1.0)
    house.request_arrived(request(2, urgency=2), 1.0)
    house.retriaged(2, now=1.0, urgency=1)
    house.timed_out(1, 2.0)
    assert pairs(house.tick(2.0 + house.weights.away_s)) == [(2, 1)]


def test_a_visit_that_ends_as_it_begins_is_no_measure_of_others():
    house = Engine()
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(1, arrived=1.0), 1.0)
    house.accepted(1, 1.0)
    house.slot_freed(1, 1.0)
    house.request_arrived(request(2, arrived=2.0), 2.0)
    assert house.request_arrived(request(3, arrived=2.0, urgency=3, preferred=1), 2.0) == []
    assert house.estimate(3, 2.0).wait_s > 0
