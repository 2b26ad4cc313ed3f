"""Who gets whom, case by case."""

from datetime import datetime

import pytest

from xinglin.care.dispatch.engine import NEVER_AGAIN, Assignment, Engine, Snapshot
from xinglin.care.dispatch.engine.tests.factories import (
    T0,
    doctor,
    doctor_id,
    request,
    seconds,
    visit_id,
)


def pairs(made: list[Assignment]) -> list[tuple[int, int]]:
    """(visit, doctor), by their numbers."""
    return [
        (a.consultation_id.int - visit_id(0).int, a.practitioner_id.int - doctor_id(0).int)
        for a in made
    ]


def at(n: float) -> datetime:
    return T0 + seconds(n)


@pytest.fixture
def engine() -> Engine:
    return Engine()


def test_a_request_goes_to_a_free_doctor_of_its_department(engine: Engine):
    engine.doctor_on(doctor(1, "skin"), now=T0)
    engine.doctor_on(doctor(2, "gp"), now=T0)
    assert pairs(engine.request_arrived(request(1, "gp"), now=at(1))) == [(1, 2)]


def test_a_request_waits_for_a_doctor_who_comes_later(engine: Engine):
    assert engine.request_arrived(request(1), now=at(1)) == []
    assert pairs(engine.doctor_on(doctor(1), now=at(2))) == [(1, 1)]


def test_a_full_doctor_is_not_asked(engine: Engine):
    engine.doctor_on(doctor(1, capacity=2, used=2), now=T0)
    assert engine.request_arrived(request(1), now=at(1)) == []


def test_the_longest_wait_is_served_first(engine: Engine):
    for n in (3, 1, 2):
        engine.request_arrived(request(n), now=at(9))
    assert pairs(engine.doctor_on(doctor(1, capacity=3), now=at(10))) == [(1, 1), (2, 1), (3, 1)]


def test_urgency_goes_before_the_time_of_waiting(engine: Engine):
    engine.request_arrived(request(1), now=at(1))
    engine.request_arrived(request(2, urgency=2), now=at(2))
    assert pairs(engine.doctor_on(doctor(1), now=at(3))) == [(2, 1)]


def test_a_visit_that_was_handed_over_goes_before_others_of_its_urgency(engine: Engine):
    engine.request_arrived(request(1), now=at(1))
    engine.request_arrived(request(2, returned=True), now=at(2))
    engine.request_arrived(request(3, urgency=2), now=at(3))
    assert pairs(engine.doctor_on(doctor(1, capacity=3), now=at(4))) == [(3, 1), (2, 1), (1, 1)]


def test_a_left_message_comes_after_those_who_wait_with_its_urgency(engine: Engine):
    engine.request_arrived(request(1, left_message=True), now=at(1))
    engine.request_arrived(request(2), now=at(2))
    engine.request_arrived(request(3, urgency=4), now=at(3))
    assert pairs(engine.doctor_on(doctor(1, capacity=3), now=at(4))) == [(2, 1), (1, 1), (3, 1)]


def test_the_doctor_with_the_least_load_is_asked(engine: Engine):
    engine.doctor_on(doctor(1, capacity=4, used=2), now=T0)
    engine.doctor_on(doctor(2, capacity=4, used=1), now=T0)
    assert pairs(engine.request_arrived(request(1), now=at(1))) == [(1, 2)]


def test_with_equal_load_the_longest_idle_is_asked_then_the_junior(engine: Engine):
    engine.doctor_on(doctor(1, idle_since=at(-10)), now=T0)
    engine.doctor_on(doctor(2, idle_since=at(-20), grade=3), now=T0)
    engine.doctor_on(doctor(3, idle_since=at(-20), grade=1), now=T0)
    made = [engine.request_arrived(request(n), now=at(n)) for n in (1, 2, 3)]
    assert [pairs(m)[0][1] for m in made] == [3, 2, 1]


def test_the_doctors_own_department_goes_before_one_also_served(engine: Engine):
    engine.doctor_on(doctor(1, "skin", "gp", capacity=4), now=T0)
    engine.doctor_on(doctor(2, "gp", capacity=4, used=1), now=T0)
    assert pairs(engine.request_arrived(request(1, "gp"), now=at(1))) == [(1, 2)]


def test_a_doctor_who_also_serves_helps_when_the_own_are_busy(engine: Engine):
    engine.doctor_on(doctor(1, "skin", "gp", capacity=4), now=T0)
    engine.doctor_on(doctor(2, "gp", capacity=4, used=3), now=T0)
    assert pairs(engine.request_arrived(request(1, "gp"), now=at(1))) == [(1, 1)]


def test_a_slot_that_is_freed_goes_to_the_oldest_wait_not_to_the_next_arrival(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.request_arrived(request(2), now=at(2))
    assert pairs(engine.slot_freed(visit_id(1), now=at(3))) == [(2, 1)]
    assert engine.request_arrived(request(3), now=at(4)) == []


def test_a_refused_visit_goes_to_the_next_doctor_and_the_refuser_gets_the_next_visit(
    engine: Engine,
):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.request_arrived(request(2), now=at(2))
    made = engine.refused(visit_id(1), again_after=NEVER_AGAIN, now=at(3))
    assert pairs(made) == [(2, 1)]
    assert pairs(engine.doctor_on(doctor(2), now=at(4))) == [(1, 2)]


def test_who_refused_for_good_is_never_asked_again(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    assert engine.refused(visit_id(1), again_after=NEVER_AGAIN, now=at(2)) == []
    assert engine.tick(at(10**6)) == []


def test_who_was_busy_is_asked_again_after_a_while_when_nobody_else_is_free(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    assert engine.refused(visit_id(1), again_after=at(120), now=at(2)) == []
    assert engine.tick(at(119)) == []
    assert pairs(engine.tick(at(120))) == [(1, 1)]


def test_a_doctor_who_did_not_decline_goes_before_one_who_did(engine: Engine):
    engine.doctor_on(doctor(1, capacity=9), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.refused(visit_id(1), again_after=at(20), now=at(2))
    made = engine.doctor_on(doctor(2, capacity=9, used=8), now=at(30))
    assert pairs(made) == [(1, 2)]


def test_two_who_declined_and_may_be_asked_again_are_asked_by_their_rank(engine: Engine):
    barred = {visit_id(1): {doctor_id(1): at(5), doctor_id(2): at(5)}}
    idle = [doctor(1, idle_since=at(-1)), doctor(2, idle_since=at(-2))]
    truth = Snapshot(
        waiting={visit_id(1): request(1)},
        doctors={d.practitioner_id: d for d in idle},
        barred=barred,
    )
    assert pairs(engine.adopt(truth, now=at(6))) == [(1, 2)]


def test_a_comeback_of_a_visit_that_left_is_nothing(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.refused(visit_id(1), again_after=at(5), now=at(2))
    engine.request_withdrawn(visit_id(1), now=at(3))
    assert engine.tick(at(6)) == []


def test_a_visit_that_left_frees_the_doctor_who_was_asked(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.request_arrived(request(2), now=at(2))
    assert pairs(engine.request_withdrawn(visit_id(1), now=at(3))) == [(2, 1)]
    assert engine.request_withdrawn(visit_id(7), now=at(4)) == []


def test_a_doctor_who_left_is_asked_for_nothing_and_a_word_about_him_is_nothing(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.doctor_off(doctor_id(1))
    assert engine.request_arrived(request(2), now=at(2)) == []
    assert engine.slot_freed(visit_id(1), now=at(3)) == []
    assert engine.refused(visit_id(9), again_after=at(9), now=at(4)) == []


def test_a_changed_department_moves_the_request(engine: Engine):
    engine.request_arrived(request(1, "gp"), now=at(1))
    engine.request_arrived(request(1, "skin"), now=at(2))
    assert engine.doctor_on(doctor(1, "gp"), now=at(3)) == []
    assert pairs(engine.doctor_on(doctor(2, "skin"), now=at(4))) == [(1, 2)]


def test_a_decision_says_why(engine: Engine):
    engine.request_arrived(request(1, returned=True), now=at(1))
    (made,) = engine.doctor_on(doctor(1, "skin", "gp", capacity=5, used=2, grade=2), now=at(61))
    assert made.why.terms == {
        "used": 2,
        "capacity": 5,
        "own_department": False,
        "grade": 2,
        "idle_s": 61,
        "waited_s": 60,
        "urgency": 3,
        "returned": True,
        "declined_by": 0,
    }
    assert "2/5" in made.why.text.zh
    assert made.why.text.en.endswith("so it comes first.")
    assert made.why.as_dict() == {**made.why.text.as_dict(), "terms": made.why.terms}


def test_a_decision_says_how_many_declined_before(engine: Engine):
    engine.doctor_on(doctor(1), now=T0)
    engine.request_arrived(request(1), now=at(1))
    engine.refused(visit_id(1), again_after=NEVER_AGAIN, now=at(2))
    (made,) = engine.doctor_on(doctor(2), now=at(3))
    assert made.why.terms["declined_by"] == 1
    assert made.why.text.en.endswith("Declined by 1 before you.")


def test_a_new_leader_decides_from_the_tables_what_the_old_one_would_have(engine: Engine):
    engine.request_arrived(request(1), now=at(1))
    engine.doctor_on(doctor(5, "eye"), now=at(1))
    truth = Snapshot(
        waiting={visit_id(n): request(n) for n in (2, 3)},
        doctors={doctor_id(1): doctor(1)},
        barred={visit_id(2): {doctor_id(1): NEVER_AGAIN}},
    )
    assert pairs(engine.adopt(truth, now=at(4))) == [(3, 1)]
    assert engine.request_arrived(request(9, "eye"), now=at(5)) == []


def test_taking_over_the_same_truth_twice_decides_nothing_new(engine: Engine):
    waiting = {visit_id(n): request(n) for n in (1, 2)}
    full = {doctor_id(1): doctor(1, used=1)}
    assert engine.adopt(Snapshot(waiting=waiting, doctors=full), now=at(4)) == []
    assert engine.adopt(Snapshot(waiting=waiting, doctors=full), now=at(5)) == []
    freed = {doctor_id(1): doctor(1)}
    assert pairs(engine.adopt(Snapshot(waiting=waiting, doctors=freed), now=at(6))) == [(1, 1)]


def test_a_decision_that_was_not_committed_is_made_again(engine: Engine):
    truth = Snapshot(waiting={visit_id(1): request(1)}, doctors={doctor_id(1): doctor(1)})
    assert pairs(engine.adopt(truth, now=at(4))) == [(1, 1)]
    assert pairs(engine.adopt(truth, now=at(5))) == [(1, 1)]


def test_heaps_do_not_grow_with_what_is_over(engine: Engine):
    engine.request_arrived(request(2, "skin", urgency=1), now=T0)
    for n in range(2_000):
        engine.doctor_on(doctor(1, capacity=10, idle_since=at(n)), now=at(n))
        engine.request_arrived(request(1, "skin", urgency=2 + n % 3), now=at(n))
    assert max(len(heap) for heap in engine._free.values()) < 200
    assert max(len(heap) for heap in engine._queues.values()) < 200
    made = engine.doctor_on(doctor(2, "skin", capacity=9), now=at(3_000))
    assert pairs(made) == [(2, 2), (1, 2)]
