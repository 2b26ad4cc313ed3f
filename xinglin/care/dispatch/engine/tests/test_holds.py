"""A return patient and the former doctor."""

import pytest

from xinglin.care.dispatch.engine import Engine, Snapshot
from xinglin.care.dispatch.engine.tests.factories import doctor, engine, pairs, request


@pytest.fixture
def house() -> Engine:
    return engine()


def test_the_former_doctor_is_asked_first(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2, units=4, used=3, grade=3), 0.0)
    made = house.request_arrived(request(1, former=2), 1.0)
    assert pairs(made) == [(1, 2)]
    assert made[0].facts.how == "former"


def test_with_the_switch_spare_a_minor_return_visit_does_not_go_back_to_an_expert():
    house = engine(spare=True)
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2, units=4, grade=3), 0.0)
    assert pairs(house.request_arrived(request(1, former=2), 1.0)) == [(1, 1)]
    assert pairs(house.request_arrived(request(2, former=2, need=2), 2.0)) == [(2, 2)]
    assert pairs(house.request_arrived(request(3, preferred=2), 3.0)) == [(3, 2)]


def test_the_switch_of_one_department_is_none_of_another(house: Engine):
    house.departments_spared({"gp"}, 0.0)
    house.doctor_on(doctor(1, "gp", "skin", units=9), 0.0)
    house.doctor_on(doctor(2, "gp", "skin", units=9, grade=3), 0.0)
    assert pairs(house.request_arrived(request(1, former=2), 1.0)) == [(1, 1)]
    assert pairs(house.request_arrived(request(2, "skin", former=2), 2.0)) == [(2, 2)]
    house.departments_spared({"skin"}, 3.0)
    assert pairs(house.request_arrived(request(3, former=2), 3.0)) == [(3, 2)]
    assert pairs(house.request_arrived(request(4, "skin", former=2), 4.0)) == [(4, 1)]


def test_the_switch_counts_for_those_who_wait_already(house: Engine):
    """Whoever is held for an expert waits for anybody; switched off, the expert may be had again."""
    house.doctor_on(doctor(1, grade=3), 0.0)
    house.doctor_on(doctor(2), 0.0)
    assert pairs(house.request_arrived(request(1, former=1), 1.0)) == [(1, 1)]
    assert pairs(house.request_arrived(request(2), 2.0)) == [(2, 2)]
    assert house.request_arrived(request(3, former=1), 3.0) == []
    assert house.held == 1
    assert pairs(house.departments_spared({"gp"}, 4.0)) == []
    assert (house.held, house.waiting) == (0, 1)
    house.request_arrived(request(4, former=1, arrived=4.0), 4.0)
    assert house.slot_freed(1, 5.0) == [], "spared, while a junior is there"
    assert pairs(house.departments_spared(set(), 6.0)) == [(3, 1)]


def test_switched_off_the_expert_is_had_past_a_stranger_who_has_waited_longer(house: Engine):
    house.departments_spared({"gp"}, 0.0)
    house.doctor_on(doctor(1, grade=3), 0.0)
    house.doctor_on(doctor(2, used=1), 0.0)
    assert house.request_arrived(request(1, arrived=1.0), 1.0) == []
    assert house.request_arrived(request(2, arrived=2.0, former=1), 2.0) == []
    assert pairs(house.departments_spared(set(), 3.0)) == [(2, 1)]


def test_gates_that_wait_already_open_by_the_switch_as_it_stands(house: Engine):
    """Of 600 s: a twentieth, and a quarter where experts are spared."""
    house.doctor_on(doctor(1, grade=3), 0.0)
    house.doctor_on(doctor(2, used=1), 0.0)
    assert house.request_arrived(request(1, arrived=0.0), 0.0) == []
    house.departments_spared({"gp"}, 10.0)
    assert house.tick(31.0) == []
    assert pairs(house.departments_spared(set(), 32.0)) == [(1, 1)]
    house.slot_freed(1, 100.0)
    house.departments_spared({"gp"}, 100.0)
    assert house.request_arrived(request(2, arrived=100.0), 100.0) == []
    assert pairs(house.tick(249.9)) == []
    assert pairs(house.tick(250.1)) == [(2, 1)]


def test_a_truth_that_says_nothing_of_the_switch_leaves_it(house: Engine):
    everybody = {1: doctor(1, units=9), 2: doctor(2, units=9, grade=3)}
    house.adopt(Snapshot(doctors=everybody, spared=frozenset({"gp"})), 0.0)
    house.adopt(Snapshot(doctors=everybody), 1.0)
    assert pairs(house.request_arrived(request(1, former=2), 2.0)) == [(1, 1)]
    house.amend(Snapshot(spared=frozenset()), 3.0, gone=(), left=())
    assert pairs(house.request_arrived(request(2, former=2), 4.0)) == [(2, 2)]


def test_a_return_patient_waits_a_short_while_for_a_busy_former_doctor(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2, units=4, used=4), 0.0)
    assert house.request_arrived(request(1, former=2, arrived=10.0), 10.0) == []
    assert house.estimate(1, 10.0).wait_s == 60.0
    assert pairs(house.tick(70.0)) == [(1, 1)], "bounded"


def test_a_held_patient_is_given_when_the_former_doctor_has_room(house: Engine):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2), 0.0)
    assert pairs(house.request_arrived(request(5, former=2), 5.0)) == [(5, 2)]
    assert house.request_arrived(request(6, former=2), 6.0) == []
    assert pairs(house.slot_freed(5, 20.0)) == [(6, 2)]


@pytest.mark.parametrize("leaves", ["doctor_off", "timed_out", "request_withdrawn"])
def test_a_hold_ends_with_its_reason(house: Engine, leaves: str):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2), 0.0)
    house.request_arrived(request(5, former=2), 5.0)
    house.request_arrived(request(6, former=2), 6.0)
    made = getattr(house, leaves)(
        {"doctor_off": 2, "timed_out": 5, "request_withdrawn": 6}[leaves], 7.0
    )
    expected = {"doctor_off": [(6, 1)], "timed_out": [(5, 1), (6, 1)], "request_withdrawn": []}
    assert pairs(made) == expected[leaves]
    assert house.held == 0


@pytest.mark.parametrize(
    "changes", [{"departments": {"skin": 1}}, {"away_until": 500.0}], ids=["moved", "away"]
)
def test_who_waits_for_a_doctor_who_changes_waits_no_longer_for_nothing(house: Engine, changes):
    house.doctor_on(doctor(1, units=4), 0.0)
    house.doctor_on(doctor(2), 0.0)
    house.request_arrived(request(5, former=2), 5.0)
    house.request_arrived(request(6, former=2), 6.0)
    assert house.held == 1
    changed = doctor(2)
    for name, value in changes.items():
        setattr(changed, name, value)
    assert pairs(house.doctor_changed(changed, 7.0)) == [(6, 1)]


def test_a_held_patient_gives_way_to_one_who_waits_longer(house: Engine):
    house.doctor_on(doctor(2), 0.0)
    house.request_arrived(request(1), 1.0)
    house.request_arrived(request(2, arrived=2.0, urgency=2), 2.0)
    house.request_arrived(request(3, arrived=170.0, former=2), 170.0)
    assert house.held == 1
    assert pairs(house.slot_freed(1, 171.0)) == [(2, 2)]


def test_a_patient_in_the_queue_gets_the_former_doctor_who_comes_before_any_gate(house: Engine):
    house.doctor_on(doctor(1, used=1), 0.0)
    for n in (1, 2):
        house.request_arrived(request(n, arrived=9.0, former=3 if n == 2 else None), 9.0)
    made = house.doctor_on(doctor(3, grade=3, units=4), 10.0)
    assert [(d.request, d.doctor, d.facts.how) for d in made] == [(2, 3, "former")]
    assert pairs(house.tick(39.0)) == [(1, 3)], "the other is spared him"


def test_a_patient_who_was_taken_over_gets_the_former_doctor_before_any_gate(house: Engine):
    waiting = {n: request(n, arrived=9.0, former=3 if n == 2 else None) for n in (1, 2)}
    doctors = {1: doctor(1, used=1), 3: doctor(3, grade=3, units=4)}
    assert pairs(house.adopt(Snapshot(waiting=waiting, doctors=doctors), 10.0)) == [(2, 3)]
