"""Who gets whom, case by case."""

import pytest

from xinglin.care.dispatch.engine import Engine, Overflow
from xinglin.care.dispatch.engine.decisions import OrderChanged
from xinglin.care.dispatch.engine.tests.factories import (
    closed,
    doctor,
    engine,
    pairs,
    request,
    weights,
)


@pytest.fixture
def house() -> Engine:
    return engine()


def test_a_request_goes_to_a_free_doctor_of_its_department(house: Engine):
    house.doctor_on(doctor(1, "skin"), 0.0)
    house.doctor_on(doctor(2, "gp"), 0.0)
    assert pairs(house.request_arrived(request(1, "gp"), 1.0)) == [(1, 2)]


def test_a_request_waits_for_a_doctor_who_comes_later(house: Engine):
    assert house.request_arrived(request(1), 1.0) == []
    assert pairs(house.doctor_on(doctor(1), 2.0)) == [(1, 1)]


def test_the_longest_wait_is_served_first(house: Engine):
    for n in (3, 1, 2):
        house.request_arrived(request(n), 9.0)
    assert pairs(house.doctor_on(doctor(1, units=3), 10.0)) == [(1, 1), (2, 1), (3, 1)]


def test_the_more_urgent_overtakes_when_its_wait_weighs_more(house: Engine):
    house.request_arrived(request(1, arrived=0.0), 0.0)
    house.request_arrived(request(2, urgency=2, arrived=60.0), 60.0)
    house.request_arrived(request(3, urgency=4, arrived=0.0), 60.0)
    made = pairs(house.doctor_on(doctor(1, units=3), 120.0))
    assert made == [(2, 1), (1, 1), (3, 1)], "1.33 against 0.4 and 0.07"


def test_priority_saturates_at_the_target_so_that_the_urgent_are_never_passed_for_long(
    house: Engine,
):
    house.request_arrived(request(1, urgency=4, arrived=0.0), 0.0)
    house.request_arrived(request(2, urgency=3, arrived=0.0), 0.0)
    assert pairs(house.doctor_on(doctor(1), 100_000.0)) == [(2, 1)]


def test_no_visit_is_overtaken_by_a_later_one_of_equal_urgency_and_need(house: Engine):
    for n in range(50):
        house.request_arrived(request(n), float(n))
    made = [pairs(house.doctor_on(doctor(100 + n), 100.0 + n))[0][0] for n in range(50)]
    assert made == list(range(50))


def test_a_handed_over_visit_goes_before_others_of_its_urgency(house: Engine):
    house.request_arrived(request(1), 1.0)
    house.request_arrived(request(2, returned=True), 2.0)
    assert pairs(house.doctor_on(doctor(1, units=2), 4.0)) == [(2, 1), (1, 1)]


def test_a_left_message_comes_after_everybody_who_looks_at_the_screen(house: Engine):
    house.request_arrived(request(1, left_message=True, urgency=1, arrived=-90_000.0), 1.0)
    house.request_arrived(request(2, urgency=4), 2.0)
    assert pairs(house.doctor_on(doctor(1, units=2), 3.0)) == [(2, 1), (1, 1)]


def test_the_doctor_with_the_least_load_is_asked_then_the_longest_idle(house: Engine):
    house.doctor_on(doctor(1, units=4, used=2), 0.0)
    house.doctor_on(doctor(2, units=4, used=1, idle_since=-5.0), 0.0)
    house.doctor_on(doctor(3, units=4, used=1, idle_since=-9.0), 0.0)
    assert pairs(house.request_arrived(request(1), 1.0)) == [(1, 3)]


def test_the_cheapest_sufficient_grade_is_asked(house: Engine):
    house.doctor_on(doctor(1, grade=3, units=4), 0.0)
    house.doctor_on(doctor(2, grade=1, units=4, used=2), 0.0)
    house.doctor_on(doctor(3, grade=2, units=4), 0.0)
    assert pairs(house.request_arrived(request(1), 1.0)) == [(1, 2)]
    assert pairs(house.request_arrived(request(2, need=2), 2.0)) == [(2, 3)]


def test_no_doctor_is_asked_below_the_need(house: Engine):
    house.doctor_on(doctor(1, grade=2), 0.0)
    assert house.request_arrived(request(1, need=3), 1.0) == []


def test_an_expert_is_spared_a_minor_illness_until_its_gate_opens(house: Engine):
    house.doctor_on(doctor(1, grade=1, used=1), 0.0)
    house.doctor_on(doctor(2, grade=3), 0.0)
    assert house.request_arrived(request(1, arrived=10.0), 10.0) == []
    assert house.next_timer() <= 40.0
    assert house.tick(39.0) == []
    assert pairs(house.tick(40.0)) == [(1, 2)]


def test_an_expert_is_not_spared_when_nobody_below_is_there(house: Engine):
    house.doctor_on(doctor(1, grade=3), 0.0)
    assert pairs(house.request_arrived(request(1), 1.0)) == [(1, 1)]
    house.doctor_on(doctor(2, grade=3), 2.0)
    house.doctor_on(doctor(3, grade=1, used=1), 2.0)
    assert house.request_arrived(request(2), 3.0) == []
    assert pairs(house.doctor_off(3, 4.0)) == [(2, 2)], "the gate opens at once"


def test_the_most_urgent_knows_no_gate(house: Engine):
    house.doctor_on(doctor(1, grade=1, used=1), 0.0)
    house.doctor_on(doctor(2, grade=3), 0.0)
    assert pairs(house.request_arrived(request(1, urgency=1), 1.0)) == [(1, 2)]


def test_the_most_urgent_may_exceed_a_cap_by_one_and_nobody_else(house: Engine):
    house.doctor_on(doctor(1, units=2, used=2), 0.0)
    house.doctor_on(doctor(2, units=2, used=2, idle_since=1.0), 0.0)
    assert house.request_arrived(request(1, urgency=2), 1.0) == []
    (made,) = house.request_arrived(request(2, urgency=1), 2.0)
    assert isinstance(made, Overflow)
    assert made.doctor == 1
    assert "one more" in made.why.text.en
    assert pairs(house.request_arrived(request(3, urgency=1), 3.0)) == [(3, 2)]
    assert house.request_arrived(request(4, urgency=1), 4.0) == [], "by one, not by two"
    assert pairs(engine(overflow=False).request_arrived(request(2, urgency=1), 2.0)) == []


def test_who_is_named_alone_is_asked_and_whatever_the_need(house: Engine):
    house.doctor_on(doctor(3, units=4), 0.0)
    assert house.request_arrived(request(1, named=7, need=3), 2.0) == []
    (made,) = house.doctor_on(doctor(7), 3.0)
    assert made.why.text.en.startswith("The patient asked for you by name")
    assert made.why.terms["named"] is True


def test_a_wish_is_heard(house: Engine):
    house.doctor_on(doctor(1, units=4, languages=frozenset({"zh"}), fee_fen=100), 0.0)
    house.doctor_on(
        doctor(2, units=4, used=3, languages=frozenset({"zh", "yue"}), fee_fen=900), 0.0
    )
    assert pairs(house.request_arrived(request(1, language="yue"), 1.0)) == [(1, 2)]
    assert pairs(house.request_arrived(request(2, price_limit_fen=500), 2.0)) == [(2, 1)]
    house.doctor_on(
        doctor(3, units=4, used=3, regions=frozenset({"GZ"}), languages=frozenset({"yue"})), 3.0
    )
    assert pairs(house.request_arrived(request(3, language="yue", region="GZ"), 3.0)) == [(3, 3)]


def test_nobody_new_after_the_end_of_the_shift(house: Engine):
    house.doctor_on(doctor(1, units=9, shift_end=100.0), 0.0)
    assert pairs(house.request_arrived(request(1), 99.0)) == [(1, 1)]
    assert house.request_arrived(request(2, arrived=100.0), 100.0) == []
    assert house.accepted(1, 101.0) == []
    assert house.slot_freed(1, 102.0) == []


def test_whom_nobody_on_duty_may_take_is_told_at_once():
    house = Engine()
    assert closed(house.request_arrived(request(1), 1.0)) == [1]
    house.doctor_on(doctor(1, used=1), 2.0)
    assert closed(house.request_arrived(request(2, need=2), 2.0)) == [2]
    assert house.request_arrived(request(3), 3.0) == []
    house.doctor_on(doctor(2, used=1), 3.0)
    assert house.doctor_off(2, 4.0) == []
    assert closed(house.doctor_off(1, 5.0)) == [3]
    assert not house._entries


def test_a_request_that_is_triaged_again_keeps_its_arrival(house: Engine):
    house.request_arrived(request(1, urgency=4, arrived=0.0), 0.0)
    house.request_arrived(request(2, urgency=2, arrived=90.0), 90.0)
    house.retriaged(1, urgency=2, now=95.0)
    assert pairs(house.doctor_on(doctor(1), 100.0)) == [(1, 1)]
    assert house.retriaged(77, urgency=1, now=101.0) == []


def test_another_department_moves_the_request(house: Engine):
    house.request_arrived(request(1), 1.0)
    house.retriaged(1, department="skin", now=2.0)
    assert house.doctor_on(doctor(1, "gp"), 3.0) == []
    assert pairs(house.doctor_on(doctor(2, "skin"), 4.0)) == [(1, 2)]


def test_a_doctor_who_changed_keeps_what_is_open(house: Engine):
    house.doctor_on(doctor(1, units=2), 0.0)
    house.request_arrived(request(1), 1.0)
    house.request_arrived(request(2), 2.0)
    house.request_arrived(request(3), 3.0)
    assert pairs(house.doctor_changed(doctor(1, units=3), 4.0)) == [(3, 1)]
    assert house.doctor_changed(doctor(1, units=1), 5.0) == []
    house.request_arrived(request(4), 6.0)
    assert house.slot_freed(1, 7.0) == []
    assert house.slot_freed(2, 7.0) == []
    assert pairs(house.slot_freed(3, 7.0)) == [(4, 1)]
    assert house.doctor_changed(doctor(9), 8.0) == [], "nobody on duty"


def test_a_doctor_who_goes_keeps_what_is_open_until_it_ends(house: Engine):
    house.doctor_on(doctor(1, units=2), 0.0)
    house.request_arrived(request(1), 1.0)
    house.doctor_off(1, 2.0)
    house.request_arrived(request(2), 3.0)
    assert pairs(house.doctor_on(doctor(1, units=2), 4.0)) == [(2, 1)]
    assert house.request_arrived(request(3), 5.0) == [], "one of two is still open"
    house.doctor_off(1, 6.0)
    house.slot_freed(1, 7.0)
    house.slot_freed(2, 7.0)
    assert not house._desks


def test_the_order_is_strict_while_an_overload_lasts():
    house = engine(weights=weights(strict_for_s=60.0, strict_fewest=4))
    for n in range(8):
        house.request_arrived(request(n, urgency=1 + n % 4, arrived=0.0), 0.0)
    changes = []
    for now in range(0, 3_000, 10):
        changes += [d for d in house.tick(float(now)) if isinstance(d, OrderChanged)]
    assert [c.strict for c in changes] == [True]
    assert house.strict
    made = house.doctor_on(doctor(1, units=8), 3_000.0)
    assert [d.facts.request.urgency for d in made] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert made[0].facts.strict
    changes = []
    for now in range(3_000, 3_200, 10):
        changes += [d for d in house.tick(float(now)) if isinstance(d, OrderChanged)]
    assert [c.strict for c in changes] == [False]
    assert house.next_timer() is None, "nothing to watch"
