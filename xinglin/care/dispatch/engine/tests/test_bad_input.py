"""What must not bring the engine down, nor fill the memory."""

import math
import sys

import pytest

from xinglin.care.dispatch.engine import Engine, Rejected, Snapshot
from xinglin.care.dispatch.engine.decisions import Close
from xinglin.care.dispatch.engine.tests.factories import (
    closed,
    doctor,
    engine,
    pairs,
    request,
    weights,
)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"departments": {}}, "no department"),
        ({"departments": {"": 1}}, "no department"),
        ({"departments": {"gp": 3}}, "own (1)"),
        ({"grade": 4}, "no such grade"),
        ({"mode": "sometimes"}, "no such grade or mode"),
        ({"mode": "expert"}, "lowest grade"),
        ({"units": 0}, "at least one unit"),
        ({"costs": {}}, "make no sense"),
        ({"costs": {"fax": 1}}, "make no sense"),
        ({"costs": {"video": 3}, "units": 2}, "too few"),
        ({"used": 1, "realtime": 2}, "contradicts"),
        ({"idle_since": math.nan}, "time"),
        ({"away_until": math.inf}, "time"),
        ({"shift_end": 5.0}, "over already"),
    ],
)
def test_a_doctor_who_contradicts_himself_is_refused_in_words(changes, why):
    house = engine()
    (told,) = house.doctor_on(
        doctor(1, **{"units": 4, **changes})
        if "departments" not in changes
        else _with(doctor(1, units=4), changes),
        10.0,
    )
    assert isinstance(told, Rejected)
    assert why in told.text.en
    assert not house._desks
    truth = Snapshot(doctors={2: doctor(2)}, waiting={1: request(1)})
    truth.doctors[1] = told_of(changes)
    assert pairs(house.adopt(truth, 11.0)) == [(1, 2)], "one such does not keep the others"


def _with(shape, changes):
    for name, value in changes.items():
        setattr(shape, name, value)
    return shape


def told_of(changes):
    return _with(doctor(1, units=4), changes)


def test_who_begins_to_contradict_himself_leaves():
    house = engine()
    house.adopt(Snapshot(doctors={1: doctor(1)}), 1.0)
    (told,) = house.adopt(Snapshot(doctors={1: doctor(1, grade=9)}), 2.0)
    assert isinstance(told, Rejected)
    assert house.request_arrived(request(1), 3.0) == []


@pytest.mark.parametrize(
    "changes",
    [{"urgency": 0}, {"need": 4}, {"channel": "fax"}, {"arrived": math.nan}, {"head_start_s": 1e9}],
)
def test_a_request_that_makes_no_sense_is_refused_in_words(changes):
    house = engine()
    for made in (
        house.request_arrived(request(1, **changes), 1.0),
        house.request_arrived(request(2, ""), 1.0),
        house.adopt(Snapshot(waiting={1: request(1, **changes)}), 2.0),
    ):
        (told,) = made
        assert isinstance(told, Rejected)
    house.request_arrived(request(3), 3.0)
    (told,) = house.retriaged(3, urgency=9, now=4.0)
    assert isinstance(told, Rejected)


def test_a_doctor_on_duty_who_begins_to_contradict_himself_is_asked_for_nothing_more():
    house = engine()
    house.doctor_on(doctor(1, units=2), 0.0)
    assert pairs(house.request_arrived(request(1), 1.0)) == [(1, 1)]
    (told,) = house.doctor_changed(doctor(1, units=2, grade=9), 2.0)
    assert isinstance(told, Rejected)
    assert house.request_arrived(request(2), 3.0) == []
    assert pairs(house.doctor_on(doctor(1, units=2), 4.0)) == [(2, 1)], "and kept what is open"
    assert house.request_arrived(request(3), 5.0) == []


@pytest.mark.parametrize("changes", [{"urgency": 0}, {"department": ""}], ids=["urgency", "place"])
def test_nothing_is_not_taken_for_unchanged(changes):
    house = engine()
    house.request_arrived(request(1), 1.0)
    (told,) = house.retriaged(1, now=2.0, **changes)
    assert isinstance(told, Rejected)
    assert pairs(house.doctor_on(doctor(1), 3.0)) == [(1, 1)], "it waits as before"


def test_words_about_what_nobody_knows_do_nothing():
    house = engine()
    assert house.slot_freed(1, 1.0) == []
    assert house.accepted(1, 1.0) == []
    assert house.timed_out(1, 1.0) == []
    assert house.refused(1, again_after=1.0, now=1.0) == []
    assert house.request_withdrawn(1, 1.0) == []
    assert house.doctor_off(1, 1.0) == []
    assert house.estimate(1, 1.0) is None
    house.request_arrived(request(1), 1.0)
    assert house.request_arrived(request(1), 2.0) == [], "told twice"
    assert house.slot_freed(1, 3.0) == [], "it waits"


def test_a_clock_that_goes_back_stands_still():
    house = engine()
    house.doctor_on(doctor(1, grade=1, used=1), 1_000.0)
    house.doctor_on(doctor(2, grade=3), 1_000.0)
    house.request_arrived(request(1, arrived=1_000.0), 1_000.0)
    assert house.tick(10.0) == []
    assert house.accepted(7, 10.0) == []
    assert house.request_arrived(request(2, arrived=5_000.0), 20.0) == [], (
        "from the future: from now"
    )
    assert pairs(house.tick(1_150.0)) == [(1, 2)]


def test_a_clock_that_jumps_ahead_fires_what_is_due_by_turn():
    house = engine()
    house.doctor_on(doctor(1, grade=1, used=1), 0.0)
    house.doctor_on(doctor(2, grade=3), 0.0)
    house.request_arrived(request(1, urgency=4, arrived=0.0), 0.0)
    house.request_arrived(request(2, urgency=3, arrived=1.0), 1.0)
    assert pairs(house.tick(1e9)) == [(2, 2)]


def test_taking_over_sets_a_clock_anew():
    house = engine()
    house.request_arrived(request(1, arrived=1e9), 1e9)
    assert house.adopt(Snapshot(waiting={1: request(1)}, doctors={1: doctor(1, used=1)}), 5.0) == []
    assert pairs(house.adopt(Snapshot(waiting={1: request(1)}, doctors={1: doctor(1)}), 6.0)) == [
        (1, 1)
    ]


@pytest.mark.parametrize("now", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_none_is_a_fault_of_the_caller(now):
    house = engine()
    with pytest.raises(ValueError, match=str(now)):
        house.tick(now)
    with pytest.raises(ValueError, match=str(now)):
        house.adopt(Snapshot(), now)
    house.request_arrived(request(1), 1.0)
    for told in (house.accepted, house.estimate):
        with pytest.raises(ValueError, match=str(now)):
            told(1, now)
    assert pairs(house.doctor_on(doctor(1, shift_end=9.0), 2.0)) == [(1, 1)], "the clock is whole"


def test_a_hundred_thousand_in_one_second_are_bounded_and_the_rest_is_told():
    house = Engine(weights(most_waiting=2_000, most_lanes=50))
    house.doctor_on(doctor(1, used=1), 0.0)
    told = 0
    for n in range(100_000):
        made = house.request_arrived(
            request(n, urgency=2 + n % 3, arrived=0.5, price_limit_fen=n % 1_000), 0.5
        )
        told += len(closed(made))
        assert all(isinstance(d, Close) and d.reason == "full" for d in made)
    assert told == 98_000
    assert house.waiting == 2_000
    assert len(house._entries) == 2_000
    assert len(house._timers) < 20_000
    assert pairs(house.request_arrived(request(-1, urgency=1, arrived=0.5), 0.6)) == [(-1, 1)]


def test_queues_with_wishes_of_their_own_go_when_nobody_uses_them():
    house = Engine(weights(most_lanes=20))
    house.doctor_on(doctor(1, units=4), 0.0)
    for n in range(500):
        house.request_arrived(request(n, price_limit_fen=n), 1.0)
        house.request_withdrawn(n, 1.0)
    assert len(house._pools) <= 41
    assert len(house._desks[1].seats) <= 41


def test_departments_that_nobody_has_leave_nothing_behind():
    house = Engine()
    for n in range(500):
        assert closed(house.request_arrived(request(n, f"made-up-{n}"), 1.0)) == [n]
    assert not house._pools
    assert not house._staff
    assert not house._entries


def test_heaps_do_not_grow_with_what_is_over():
    house = engine()
    house.doctor_on(doctor(1, "gp", "skin", units=5), 0.0)
    house.doctor_on(doctor(2, units=5, used=5), 0.0)
    for n in range(3_000):
        house.request_arrived(request(n, channel="video" if n % 5 == 0 else "text"), float(n))
        house.slot_freed(n, n + 0.5)
    heaps = [heap for pool in house._pools.values() for heap in pool.heaps]
    assert max(map(len, heaps)) < 100
    assert len(house._timers) < 50
    assert sys.getsizeof(house._timers) < 5_000
