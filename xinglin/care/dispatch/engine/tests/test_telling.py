"""Place and expected wait, and how they came true."""

import pytest

from xinglin.care.dispatch.engine import Engine
from xinglin.care.dispatch.engine.accuracy import Accuracy, Candour, Error
from xinglin.care.dispatch.engine.tests.factories import doctor, engine, pairs, request, weights

KIND = ("text", 3, False, 0)


def busy_house(*, doctors: int = 1, lasts: float = 100.0, visits: int = 12) -> Engine:
    """Visits one after another, each as long as the others; afterwards everybody is busy again."""
    house = engine()
    for n in range(doctors):
        house.doctor_on(doctor(n, idle_since=float(n)), 0.0)
    now = 0.0
    for n in range(visits):
        house.request_arrived(request(n, arrived=now), now)
        house.accepted(n, now)
        now += lasts
        house.slot_freed(n, now)
    for n in range(doctors):
        house.request_arrived(request(1_000 + n, arrived=now), now)
        house.accepted(1_000 + n, now)
    return house


def test_nothing_is_told_where_nothing_is_known():
    house = engine()
    house.request_arrived(request(1), 1.0)
    told = house.estimate(1, 2.0)
    assert (told.place, told.wait_s, told.doctors) == (1, None, 0)


def test_the_wait_is_told_by_how_long_visits_last_and_by_the_place():
    house = busy_house()
    for n in (1, 2, 3):
        house.request_arrived(request(n, arrived=1_200.0), 1_200.0)
    told = [house.estimate(n, 1_200.0) for n in (1, 2, 3)]
    assert [t.place for t in told] == [1, 2, 3]
    assert told[0].wait_s == pytest.approx(100.0, rel=0.5)
    assert told[0].wait_s < told[1].wait_s < told[2].wait_s


def test_of_many_doctors_only_the_visits_of_the_queue_are_looked_at():
    house = busy_house(doctors=70, visits=3)
    house.request_arrived(request(1, arrived=400.0), 400.0)
    assert house.estimate(1, 400.0).wait_s < 10.0


def test_the_pace_of_a_queue_is_that_of_its_busy_minutes():
    house = engine()
    house.doctor_on(doctor(1), 0.0)
    for n in range(40):
        house.request_arrived(request(n, urgency=1 + n % 4, arrived=float(n)), float(n))
    now = 100.0
    for _ in range(30):
        given = [e.request.id for e in house._entries.values() if e.desk is not None]
        house.slot_freed(given[0], now)
        now += 10.0
    last = max(e.request.id for e in house._entries.values() if e.desk is None)
    told = house.estimate(last, now)
    assert 5.0 * told.place < told.wait_s < 40.0 * told.place


def test_a_gate_and_a_hold_bound_the_wait():
    house = engine()
    house.doctor_on(doctor(1, grade=1, used=1), 0.0)
    house.doctor_on(doctor(2, grade=3), 0.0)
    house.request_arrived(request(1, arrived=10.0), 10.0)
    assert house.estimate(1, 15.0).wait_s == pytest.approx(25.0)
    house.request_arrived(request(2, arrived=16.0, former=1), 16.0)
    assert house.held == 1
    assert house.estimate(2, 20.0).wait_s == pytest.approx(56.0)
    house.doctor_off(2, 21.0)
    assert house.estimate(2, 21.0).wait_s == pytest.approx(55.0), "nobody free besides"


def test_of_many_who_wait_a_part_is_asked_about():
    house = engine(weights=weights(hold_most=0))
    house.doctor_on(doctor(1), 0.0)
    house.request_arrived(request(0), 0.0)
    house.accepted(0, 0.0)
    house.slot_freed(0, 60.0)
    for n in range(1, 200):
        house.request_arrived(request(n, arrived=60.0), 60.0)
    told = sum(entry.told_s is not None for entry in house._entries.values())
    assert 32 <= told <= 32 + 200 / 16 + 1


def test_errors_are_summed_by_department():
    accuracy = Accuracy()
    accuracy.note("gp", 10.0, 20.0)
    accuracy.note("gp", 30.0, 20.0)
    accuracy.note("ent", 0.5, 0.0)
    gp, ent = accuracy.by_department["gp"], accuracy.by_department["ent"]
    assert (gp.mape, gp.weighted, gp.bias) == (0.5, 0.5, 0.0)
    assert (ent.mape, ent.weighted, ent.bias) == (0.5, 0.0, 0.0)
    assert Error().mape == 0.0


def test_what_came_true_twice_as_late_is_told_twice_as_long():
    candour = Candour()
    assert candour.factor(KIND) == 1.0
    for _ in range(300):
        candour.note(KIND, 100.0 * candour.factor(KIND), 200.0)
    assert candour.factor(KIND) == pytest.approx(2.0, rel=0.05)
    for _ in range(3_000):
        candour.note(KIND, 0.001, 1_000.0)
    assert candour.factor(KIND) == 5.0, "not without bounds"


def test_a_long_queue_forgets_what_was_served():
    house = engine()
    house.doctor_on(doctor(1), 0.0)
    for n in range(1_000):
        house.request_arrived(request(n), float(n))
    for n in range(900):
        assert pairs(house.slot_freed(n, 2_000.0 + n)) == [(n + 1, 1)]
    (pool,) = house._pools.values()
    (queue,) = pool.queues.values()
    assert len(queue) == 99
    assert len(queue.items) < 300
