"""Whatever happens in whatever order: what must hold after every event."""

from dataclasses import dataclass, field
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from xinglin.care.dispatch.engine import (
    NEVER_AGAIN,
    Assignment,
    Doctor,
    Engine,
    Request,
    Snapshot,
)
from xinglin.care.dispatch.engine.tests.factories import (
    T0,
    doctor,
    doctor_id,
    request,
    seconds,
    visit_id,
)

DEPARTMENTS = ("eye", "gp", "skin")
departments = st.sampled_from(DEPARTMENTS)
served = st.lists(departments, min_size=1, max_size=3, unique=True)
numbers = st.integers(0, 7)


class Dispatch(RuleBasedStateMachine):
    """Keeps books of its own, and compares."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine()
        self.now = T0
        self.waiting: dict[int, Request] = {}
        self.given: dict[int, tuple[Request, int]] = {}
        self.on: dict[int, Doctor] = {}
        self.barred: dict[tuple[int, int], datetime] = {}

    def load(self, n: int) -> int:
        return sum(who == n for _, who in self.given.values())

    def book(self, made: list[Assignment]) -> None:
        for each in made:
            n = each.consultation_id.int - visit_id(0).int
            who = each.practitioner_id.int - doctor_id(0).int
            assert n in self.waiting, "given, though it does not wait"
            assert who in self.on, "given to a doctor who is not there"
            wanted = self.waiting.pop(n)
            assert wanted.department in self.on[who].departments
            assert self.barred.get((n, who), T0) <= self.now, "asked again too soon"
            self.given[n] = (wanted, who)

    def forget(self, n: int) -> None:
        for pair in [p for p in self.barred if p[0] == n]:
            del self.barred[pair]

    @rule(n=numbers, department=departments, urgency=st.integers(1, 4), left=st.booleans())
    def arrive(self, n: int, department: str, urgency: int, left: bool):
        if n in self.given:
            return
        self.waiting[n] = request(n, department, urgency=urgency, left_message=left)
        self.book(self.engine.request_arrived(self.waiting[n], now=self.now))

    @rule(n=numbers)
    def leave(self, n: int):
        self.waiting.pop(n, None)
        self.given.pop(n, None)
        self.forget(n)
        self.book(self.engine.request_withdrawn(visit_id(n), now=self.now))

    @rule(n=numbers, where=served, capacity=st.integers(1, 3), grade=st.integers(1, 3))
    def come(self, n: int, where: list[str], capacity: int, grade: int):
        used = self.load(n)
        self.on[n] = doctor(
            n, *where, capacity=max(capacity, used), grade=grade, used=used, idle_since=self.now
        )
        self.book(self.engine.doctor_on(self.on[n], now=self.now))

    @rule(n=numbers)
    def go(self, n: int):
        self.on.pop(n, None)
        self.engine.doctor_off(doctor_id(n))

    @precondition(lambda self: self.given)
    @rule(data=st.data(), wait=st.sampled_from([5, 60, None]))
    def refuse(self, data: st.DataObject, wait: int | None):
        n = data.draw(st.sampled_from(sorted(self.given)))
        wanted, who = self.given.pop(n)
        again = NEVER_AGAIN if wait is None else self.now + seconds(wait)
        self.barred[n, who] = again
        self.waiting[n] = wanted
        self.book(self.engine.refused(visit_id(n), again_after=again, now=self.now))

    @rule(wait=st.integers(1, 90))
    def pass_time(self, wait: int):
        self.now += seconds(wait)
        self.book(self.engine.tick(self.now))

    @rule()
    def take_over(self):
        """A new leader that knows nothing but the tables goes on without a new decision."""
        self.engine = Engine()
        self.book(self.engine.adopt(self.truth(), now=self.now))
        for n in self.given:
            self.engine._given[visit_id(n)] = (self.given[n][0], doctor_id(self.given[n][1]))

    def truth(self) -> Snapshot:
        barred: dict = {}
        for (n, who), again in self.barred.items():
            barred.setdefault(visit_id(n), {})[doctor_id(who)] = again
        return Snapshot(
            waiting={visit_id(n): r for n, r in self.waiting.items()},
            doctors={doctor_id(n): self.engine_doctor(n, known) for n, known in self.on.items()},
            barred=barred,
        )

    def engine_doctor(self, n: int, known: Doctor) -> Doctor:
        return Doctor(
            practitioner_id=known.practitioner_id,
            departments=known.departments,
            grade=known.grade,
            capacity=known.capacity,
            used=self.load(n),
            idle_since=known.idle_since,
        )

    @invariant()
    def nobody_has_more_than_he_can(self):
        assert all(self.load(n) <= known.capacity for n, known in self.on.items())

    @invariant()
    def no_free_doctor_and_fitting_request_are_left_apart(self):
        for n, wanted in self.waiting.items():
            for who, known in self.on.items():
                fits = wanted.department in known.departments and self.load(who) < known.capacity
                assert not fits or self.barred.get((n, who), T0) > self.now

    @invariant()
    def the_engine_keeps_the_same_books(self):
        assert {visit_id(n) for n in self.waiting} == self.engine._waiting.keys()
        assert {doctor_id(n) for n in self.on} == self.engine._doctors.keys()


TestDispatch = Dispatch.TestCase
TestDispatch.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


@dataclass
class World:
    requests: list[Request]
    doctors: list[Doctor]
    barred: dict = field(default_factory=dict)

    def truth(self) -> Snapshot:
        return Snapshot(
            waiting={r.consultation_id: r for r in self.requests},
            doctors={d.practitioner_id: d for d in self.doctors},
            barred=self.barred,
        )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    requests = [
        request(
            n,
            draw(departments),
            urgency=draw(st.integers(1, 4)),
            requested_at=T0 + seconds(draw(st.integers(0, 5))),
            returned=draw(st.booleans()),
            left_message=draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 12)))
    ]
    doctors = []
    for n in range(draw(st.integers(0, 6))):
        capacity = draw(st.integers(1, 4))
        doctors.append(
            doctor(
                n,
                *draw(served),
                capacity=capacity,
                used=draw(st.integers(0, capacity)),
                grade=draw(st.integers(1, 3)),
                idle_since=T0 + seconds(draw(st.integers(0, 3))),
            )
        )
    barred: dict = {}
    for wanted in requests:
        for known in doctors:
            if draw(st.integers(0, 4)) == 0:
                again = draw(st.sampled_from([T0, T0 + seconds(99), NEVER_AGAIN]))
                barred.setdefault(wanted.consultation_id, {})[known.practitioner_id] = again
    return World(requests, doctors, barred)


def by_hand(world: World, now: datetime) -> list[tuple]:
    """The same rule by looking at everybody: the oldest turn, then the best doctor."""
    used = {d.practitioner_id: d.used for d in world.doctors}
    idle = {d.practitioner_id: d.idle_since for d in world.doctors}
    made = []
    for wanted in sorted(world.requests, key=lambda r: r.turn):
        no = world.barred.get(wanted.consultation_id, {})
        able = [
            Doctor(
                practitioner_id=d.practitioner_id,
                departments=d.departments,
                grade=d.grade,
                capacity=d.capacity,
                used=used[d.practitioner_id],
                idle_since=idle[d.practitioner_id],
            )
            for d in world.doctors
            if wanted.department in d.departments
            and used[d.practitioner_id] < d.capacity
            and no.get(d.practitioner_id, T0) <= now
        ]
        if able:
            best = min(
                able, key=lambda d: (d.practitioner_id in no, d.rank(wanted.department))
            ).practitioner_id
            used[best] += 1
            idle[best] = now
            made.append((wanted.consultation_id, best))
    return made


@given(worlds())
@settings(max_examples=300, deadline=None)
def test_the_engine_decides_as_one_who_looks_at_everybody(world: World):
    now = T0 + seconds(30)
    made = Engine().adopt(world.truth(), now=now)
    assert [(a.consultation_id, a.practitioner_id) for a in made] == by_hand(world, now)


@given(worlds(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_in_which_the_tables_are_read_does_not_matter(world: World, dice):
    first = Engine().adopt(world.truth(), now=T0)
    dice.shuffle(world.requests)
    dice.shuffle(world.doctors)
    assert Engine().adopt(world.truth(), now=T0) == first


@given(worlds())
@settings(deadline=None)
def test_the_same_events_give_the_same_decisions(world: World):
    def told() -> list[list[Assignment]]:
        engine = Engine()
        made = [engine.doctor_on(d, now=T0) for d in world.doctors]
        made += [engine.request_arrived(r, now=T0 + seconds(1)) for r in world.requests]
        for r in world.requests:
            made.append(engine.refused(r.consultation_id, again_after=T0, now=T0 + seconds(2)))
        return [*made, engine.tick(T0 + seconds(3))]

    assert told() == told()
