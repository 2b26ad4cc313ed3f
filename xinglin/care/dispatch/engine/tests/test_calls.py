"""One call at a time, and doctors who drain for one."""

import pytest

from xinglin.care.dispatch.engine import NEVER_AGAIN, Engine, Overflow
from xinglin.care.dispatch.engine.tests.factories import doctor, engine, pairs, request


@pytest.fixture
def house() -> Engine:
    return engine()


def test_one_call_at_a_time(house: Engine):
    house.doctor_on(doctor(1, units=9), 0.0)
    assert pairs(house.request_arrived(request(1, channel="video"), 1.0)) == [(1, 1)]
    assert house.request_arrived(request(2, channel="audio"), 2.0) == []
    assert pairs(house.request_arrived(request(3), 3.0)) == [(3, 1)]
    assert pairs(house.slot_freed(1, 4.0)) == [(2, 1)]


def test_a_doctor_drains_for_a_call_that_fits_nobody_and_stops_when_it_has_gone(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    for n in (1, 2):
        house.request_arrived(request(n), float(n))
    assert house.request_arrived(request(3, channel="video"), 3.0) == []
    assert house.request_arrived(request(4), 4.0) == [], "takes no new text"
    assert pairs(house.slot_freed(1, 5.0)) == [(3, 1)]
    assert pairs(house.slot_freed(2, 6.0)) == [(4, 1)]


def test_a_drain_ends_when_the_patient_leaves(house: Engine):
    house.doctor_on(doctor(1, units=4, used=2), 0.0)
    house.request_arrived(request(1, channel="video"), 1.0)
    assert house.request_arrived(request(2), 2.0) == []
    assert pairs(house.request_withdrawn(1, 3.0)) == [(2, 1)]


def test_the_most_urgent_call_takes_a_doctor_who_drains_already(house: Engine):
    house.doctor_on(doctor(1, units=4, used=2), 0.0)
    house.request_arrived(request(1, channel="video"), 1.0)
    (made,) = house.request_arrived(request(2, channel="video", urgency=1), 2.0)
    assert isinstance(made, Overflow)


def test_a_doctor_who_comes_back_half_busy_drains_for_a_call_that_waits(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    for n in (1, 2, 3):
        house.request_arrived(request(n), float(n))
    house.timed_out(3, 4.0)
    house.request_arrived(request(4, channel="video"), 5.0)
    house.request_withdrawn(3, 6.0)
    assert house.tick(124.0) == [], "back, and drains"
    assert house.request_arrived(request(5, arrived=125.0), 125.0) == []
    assert pairs(house.slot_freed(1, 126.0)) == [(4, 1)]


def test_a_call_drains_nobody_who_declined_it(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.request_arrived(request(1, channel="video"), 1.0)
    house.refused(1, again_after=NEVER_AGAIN, now=2.0)
    house.request_arrived(request(2), 3.0)
    house.request_arrived(request(3), 3.0)
    house.doctor_on(doctor(2, units=4, used=2), 4.0)
    assert len(house._desks[2].drains.drainers) == 1
    assert house._desks[1].drains is None


def test_nobody_drains_while_somebody_is_only_spared(house: Engine):
    house.doctor_on(doctor(1, units=4, used=2), 0.0)
    house.doctor_on(doctor(2, units=4, grade=3), 0.0)
    assert house.request_arrived(request(1, channel="video"), 1.0) == []
    assert house._desks[1].drains is None
    assert pairs(house.tick(31.0)) == [(1, 2)]


def test_a_busy_call_is_waited_for_when_it_is_likely_to_end(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2, units=3), 0.0)
    house.request_arrived(request(1, former=2, channel="video"), 1.0)
    assert house.request_arrived(request(2, former=2, channel="video"), 2.0) == []
    assert house.held == 1
    assert pairs(house.slot_freed(1, 9.0)) == [(2, 2)]


def test_nobody_drains_on_for_a_call_that_he_declined(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.request_arrived(request(1, channel="video", named=1), 1.0)
    house.refused(1, again_after=NEVER_AGAIN, now=2.0)
    for n in (2, 3):
        house.request_arrived(request(n), float(n))
    house.request_arrived(request(4, channel="video", named=1), 4.0)
    assert house.request_arrived(request(5), 5.0) == [], "drains for the fourth"
    assert pairs(house.request_withdrawn(4, 6.0)) == [(5, 1)]
