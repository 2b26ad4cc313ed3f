"""Taking over a whole truth: as one who looks at everybody would, and by the difference."""

from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.care.dispatch.engine import (
    NEVER_AGAIN,
    Doctor,
    Engine,
    Offer,
    OpenVisit,
    Rejected,
    Request,
    Snapshot,
)
from xinglin.care.dispatch.engine.tests.factories import bare, doctor, pairs, request, told
from xinglin.care.dispatch.engine.tests.reference import Colleague, Patient, Reference

NOW = 30.0
DEPARTMENTS = ("gp", "skin", "ent")

served = st.lists(st.sampled_from(DEPARTMENTS), min_size=1, max_size=3, unique=True)


@dataclass
class World:
    """Nobody arrived, nor was asked, at the same moment as another."""

    requests: list[Request]
    doctors: list[Doctor]
    barred: dict[Any, dict[Any, float]] = field(default_factory=dict)

    def truth(self) -> Snapshot:
        return Snapshot(
            waiting={r.id: r for r in self.requests},
            doctors={d.id: d for d in self.doctors},
            barred=self.barred,
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    requests = [
        request(
            n,
            draw(st.sampled_from(DEPARTMENTS)),
            urgency=draw(st.integers(1, 4)),
            need=draw(st.integers(1, 3)),
            arrived=n - draw(st.sampled_from([0.0, 1_000.5])),
            returned=draw(st.booleans()),
            left_message=draw(st.booleans()),
            named=draw(st.sampled_from([None, None, 0, 1])),
            former=draw(st.sampled_from([None, None, 0, 1, 2])),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    doctors = []
    for n in range(draw(st.integers(0, 6))):
        units = draw(st.integers(1, 4))
        used = draw(st.integers(0, units))
        doctors.append(
            doctor(
                n,
                *draw(served),
                units=units,
                used=used,
                grade=draw(st.integers(1, 3)),
                idle_since=float(n + draw(st.sampled_from([0, 50]))),
            )
        )
    barred: dict[Any, dict[Any, float]] = {}
    for one in requests:
        for known in doctors:
            if draw(st.integers(0, 4)) == 0:
                barred.setdefault(one.id, {})[known.id] = draw(
                    st.sampled_from([0.0, 99.0, NEVER_AGAIN])
                )
    return World(requests, doctors, barred)


def by_hand(world: World) -> list[tuple[Any, ...]]:
    reference = Reference(bare())
    reference.now = NOW
    for d in world.doctors:
        reference.colleagues[d.id] = Colleague(
            d, reference._next(), NOW, used=d.used, idle_since=d.idle_since, seen=NOW
        )
    for r in world.requests:
        barred = world.barred.get(r.id, {})
        reference.patients[r.id] = Patient(r, r.arrived, reference._next(), barred=dict(barred))
    reference._settle()
    return [line for line in reference.made if line[0] != "Close"]


def adopting() -> Engine:
    return Engine(bare(), close=False)


@given(worlds())
@settings(max_examples=200, deadline=None)
def test_the_engine_takes_over_as_one_who_looks_at_everybody(world: World):
    assert sorted(told(adopting().adopt(world.truth(), NOW))) == sorted(by_hand(world))


@given(worlds(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_in_which_requests_are_read_does_not_matter(world: World, dice):
    """Doctors apart: of two who cost the same, and were asked at the same moment, the first is asked."""
    first = pairs(adopting().adopt(world.truth(), NOW))
    dice.shuffle(world.requests)
    assert pairs(adopting().adopt(world.truth(), NOW)) == first


@given(worlds(), worlds())
@settings(deadline=None)
def test_what_was_before_does_not_matter(before: World, after: World):
    """A leader who has led for long decides as a new one, but for the share of busy time."""
    unaware = replace(bare(), cost_fair=0.0)
    old = Engine(unaware, close=False)
    old.adopt(before.truth(), NOW - 1)
    made = old.adopt(after.truth(), NOW)
    fresh = Engine(unaware, close=False).adopt(after.truth(), NOW)
    assert sorted(pairs(made)) == sorted(pairs(fresh))


@given(worlds(), worlds())
@settings(deadline=None)
def test_what_changed_by_itself_is_as_good_as_everything(before: World, after: World):
    """Those of whom a decision was made are told of again: the tables have changed by it, or not."""
    unaware = replace(bare(), cost_fair=0.0)
    old = Engine(unaware, close=False)
    made = old.adopt(before.truth(), NOW - 1)
    touched = {d.request for d in made if isinstance(d, Offer)}
    asked = {d.doctor for d in made if isinstance(d, Offer)}
    then, now = before.truth(), after.truth()
    changed = Snapshot(
        waiting={
            i: r
            for i, r in now.waiting.items()
            if i in touched or then.waiting.get(i) != r or then.barred.get(i) != now.barred.get(i)
        },
        doctors={i: d for i, d in now.doctors.items() if i in asked or then.doctors.get(i) != d},
        barred=now.barred,
    )
    part = old.amend(
        changed,
        NOW,
        gone=then.waiting.keys() - now.waiting.keys(),
        left=then.doctors.keys() - now.doctors.keys(),
    )
    whole = Engine(unaware, close=False).adopt(now, NOW)
    assert sorted(pairs(part)) == sorted(pairs(whole))


@given(worlds())
@settings(deadline=None)
def test_a_decision_that_was_not_committed_is_made_again(world: World):
    house = adopting()
    made = pairs(house.adopt(world.truth(), NOW))
    assert pairs(house.adopt(world.truth(), NOW)) == made


def test_a_held_patient_is_kept_over_a_turn_and_given_by_it():
    house = Engine(close=False)
    doctors = {1: doctor(1, units=4), 2: doctor(2, units=1, used=1)}
    waiting = {1: request(1, arrived=0.0, former=2)}
    for now in (1.0, 2.0):
        assert house.adopt(Snapshot(waiting=waiting, doctors=doctors), now) == []
        assert house.held == 1
    doctors = {1: doctor(1, units=4), 2: doctor(2, units=1)}
    assert pairs(house.adopt(Snapshot(waiting=waiting, doctors=doctors), 3.0)) == [(1, 2)]


def test_who_was_held_may_have_been_given_by_another_leader():
    house = Engine(close=False)
    doctors = {1: doctor(1, units=4), 2: doctor(2, units=1, used=1)}
    house.adopt(Snapshot(waiting={1: request(1, arrived=0.0, former=2)}, doctors=doctors), 1.0)
    one = OpenVisit(request=request(1), doctor=1, accepted=True)
    assert house.adopt(Snapshot(doctors=doctors, open={1: one}), 2.0) == []
    assert house.held == 0
    other = OpenVisit(request=request(1), doctor=2, accepted=True)
    assert house.adopt(Snapshot(doctors=doctors, open={1: other}), 3.0) == []
    assert house._entries[1].desk.id == 2


def test_a_doctor_who_left_a_truth_is_gone_and_one_who_was_away_is_back():
    house = Engine(close=False)
    house.adopt(Snapshot(doctors={1: doctor(1, away_until=50.0)}), 1.0)
    assert house.request_arrived(request(1), 2.0) == []
    back = Snapshot(waiting={1: request(1)}, doctors={1: doctor(1)})
    assert pairs(house.adopt(back, 3.0)) == [(1, 1)]
    assert house.adopt(Snapshot(waiting={1: request(1)}), 4.0) == []


def test_a_clock_that_was_ahead_leaves_nothing_behind():
    house = Engine(close=False)
    truth = Snapshot(
        waiting={1: request(1, arrived=5.0), 2: request(2, "skin", arrived=5.0)},
        doctors={1: doctor(1, used=1, shift_end=1e9 + 50)},
    )
    house.adopt(truth, 1e9)
    assert house.adopt(truth, 10.0) == []
    assert house.next_timer() == 20.0
    free = {1: doctor(1, shift_end=1e9 + 50)}
    assert pairs(house.adopt(Snapshot(waiting=truth.waiting, doctors=free), 11.0)) == [(1, 1)]


def test_a_new_leader_decides_from_the_tables_what_the_old_one_would_have():
    house = Engine(close=False)
    house.request_arrived(request(1), 1.0)
    house.doctor_on(doctor(5, "eye"), 1.0)
    truth = Snapshot(
        waiting={n: request(n) for n in (2, 3)},
        doctors={1: doctor(1)},
        barred={2: {1: NEVER_AGAIN}},
    )
    assert pairs(house.adopt(truth, 4.0)) == [(3, 1)]
    assert house.request_arrived(request(9, "eye"), 5.0) == []


def test_taking_over_the_same_truth_twice_decides_nothing_new():
    house = Engine(close=False)
    waiting = {n: request(n) for n in (1, 2)}
    full = Snapshot(waiting=waiting, doctors={1: doctor(1, used=1)})
    assert house.adopt(full, 4.0) == []
    assert house.adopt(full, 5.0) == []
    free = Snapshot(waiting=waiting, doctors={1: doctor(1)})
    assert pairs(house.adopt(free, 6.0)) == [(1, 1)]
    assert pairs(house.adopt(free, 7.0)) == [(1, 1)], "it was not committed"


def test_what_is_open_is_taken_over_too():
    house = Engine(close=False)
    for accepted in (False, True):
        one = OpenVisit(request=request(1), doctor=1, accepted=accepted)
        truth = Snapshot(waiting={2: request(2)}, doctors={1: doctor(1, used=1)}, open={1: one})
        assert house.adopt(truth, 3.0) == []
    assert pairs(house.slot_freed(1, 4.0)) == [(2, 1)]
    lost = OpenVisit(request=request(3), doctor=99, accepted=True)
    assert house.adopt(Snapshot(open={3: lost}), 5.0) == []
    assert not house._entries


def taken_over(request_id: int, by: int, **changes: Any) -> dict[Any, OpenVisit]:
    one = OpenVisit(request=request(request_id, **changes), doctor=by, accepted=True)
    return {request_id: one}


def test_a_visit_that_went_to_another_doctor_counts_for_that_one_alone():
    house = Engine(close=False)
    first = {1: doctor(1, used=1), 2: doctor(2)}
    house.adopt(Snapshot(doctors=first, open=taken_over(1, by=1)), 1.0)
    then = {1: doctor(1), 2: doctor(2, used=1)}
    house.adopt(Snapshot(doctors=then, open=taken_over(1, by=2)), 2.0)
    assert pairs(house.request_arrived(request(3), 3.0)) == [(3, 1)]
    assert house.request_arrived(request(4), 4.0) == [], "both have all they may have"


def test_nothing_is_learnt_of_a_visit_whose_beginning_nobody_knows():
    house = Engine(close=False)
    house.adopt(Snapshot(doctors={1: doctor(1, used=1)}, open=taken_over(1, by=1)), 1e9)
    house.slot_freed(1, 1e9 + 60)
    assert house.durations == {}


def test_nothing_is_learnt_of_a_visit_that_began_by_a_clock_that_was_ahead():
    house = Engine(close=False)
    house.doctor_on(doctor(1), 1e9)
    house.request_arrived(request(1, arrived=1e9), 1e9)
    house.accepted(1, 1e9)
    truth = Snapshot(doctors={1: doctor(1, used=1)}, open=taken_over(1, by=1))
    house.adopt(truth, 10.0)
    house.slot_freed(1, 20.0)
    assert house.durations == {}


def test_what_is_open_and_makes_no_sense_is_refused_in_words():
    house = Engine(close=False)
    truth = Snapshot(doctors={1: doctor(1, used=1)}, open=taken_over(1, by=1, urgency=9))
    (told_so,) = house.adopt(truth, 1.0)
    assert isinstance(told_so, Rejected)
    assert house.refused(1, again_after=NEVER_AGAIN, now=2.0) == []
    assert house.request_arrived(request(2), 3.0) == [], "its place is taken all the same"


def test_a_gate_that_opens_with_a_change_lets_nobody_pass():
    house = Engine(close=False)
    low, message = doctor(1, used=1), request(1, arrived=0.0, left_message=True)
    before = Snapshot(waiting={1: message}, doctors={1: low, 3: doctor(3, grade=3, used=1)})
    house.adopt(before, 29.0)
    changed = Snapshot(
        waiting={2: request(2, need=3, arrived=20.0)}, doctors={3: doctor(3, grade=3)}
    )
    assert pairs(house.amend(changed, 30.0, gone=(), left=())) == [(2, 3)]
