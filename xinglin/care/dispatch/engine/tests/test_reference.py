"""Random streams of events: the engine against one who looks at everybody, and what must always hold."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from xinglin.care.dispatch.engine.books import HELD, OFFERED, OPEN, WAITING
from xinglin.care.dispatch.engine.core import NEVER_AGAIN, Engine
from xinglin.care.dispatch.engine.decisions import Close, Decision, Offer, Overflow
from xinglin.care.dispatch.engine.shapes import Doctor, Request
from xinglin.care.dispatch.engine.tests.factories import bare, told
from xinglin.care.dispatch.engine.tests.reference import Reference

DEPARTMENTS = ("gp", "skin", "ent")
DOCTORS = range(5)
SWITCHES = ("spare", "close", "overflow")

departments = st.dictionaries(
    st.sampled_from(DEPARTMENTS), st.integers(1, 2), min_size=1, max_size=3
)
waits = st.one_of(st.integers(0, 20), st.integers(20, 700)).map(float)
doctors = st.none() | st.sampled_from(DOCTORS)


class Stream(RuleBasedStateMachine):
    """Events in any order; subclasses say what is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.number = 0
        self.at_work: dict[Any, str] = {}  # request -> offered or open
        self.queued: set[Any] = set()

    def tell(self, event: str, *args: Any, **kwargs: Any) -> list[Decision]:
        raise NotImplementedError

    def one(self, event: str, *args: Any, **kwargs: Any) -> None:
        for decision in self.tell(event, *args, **kwargs):
            if isinstance(decision, Offer):
                self.queued.discard(decision.request)
                self.at_work[decision.request] = "offered"
            elif isinstance(decision, Close):
                self.queued.discard(decision.request)
                self.at_work.pop(decision.request, None)

    @rule(wait=waits)
    def time_passes(self, wait: float) -> None:
        self.now += wait
        self.one("tick", self.now)

    @rule(
        department=st.sampled_from(DEPARTMENTS),
        urgency=st.integers(1, 4),
        need=st.integers(1, 3),
        channel=st.sampled_from(["text", "text", "video", "audio"]),
        ago=st.sampled_from([0.0, 0.0, 5.0, 400.0]),
        former=doctors,
        preferred=st.none() | doctors,
        kind=st.sampled_from(["", "", "", "returned", "left_message"]),
        wish=st.sampled_from([{}, {}, {}, {"language": "yue"}, {"price_limit_fen": 100}]),
        named=st.sampled_from([None, None, None, None, *DOCTORS]),
        times=st.integers(1, 3),
    )
    def requests_arrive(
        self, kind: str, wish: dict[str, Any], ago: float, times: int, **kw: Any
    ) -> None:
        flags = {kind: True} if kind else {}
        for _ in range(times):
            self.number += 1
            self.now += 0.25
            made = Request(id=self.number, arrived=self.now - ago, **kw, **flags, **wish)
            self.queued.add(made.id)
            self.one("request_arrived", made, self.now)

    @rule(
        n=st.sampled_from(DOCTORS),
        served=departments,
        grade=st.integers(1, 3),
        units=st.integers(1, 5),
        video_ok=st.booleans(),
        yue=st.booleans(),
        fee=st.sampled_from([0, 500]),
        shift=st.none() | st.integers(1, 900),
    )
    def a_doctor_comes(
        self, n: int, served: dict[str, int], yue: bool, fee: int, shift: int | None, **kw: Any
    ) -> None:
        self.one(
            "doctor_on",
            Doctor(
                id=n,
                departments=served,
                languages=frozenset({"zh", "yue"} if yue else {"zh"}),
                fee_fen=fee,
                shift_end=None if shift is None else self.now + shift,
                idle_since=self.now,
                **kw,
            ),
            self.now,
        )

    @rule(spared=st.sets(st.sampled_from(DEPARTMENTS)))
    def an_operator_spares_experts(self, spared: set[str]) -> None:
        self.one("departments_spared", spared, self.now)

    def begin(self, **switches: bool) -> None:
        raise NotImplementedError

    @initialize(
        switches=st.fixed_dictionaries({}, optional=dict.fromkeys(SWITCHES, st.booleans())),
        served=st.lists(departments, min_size=1, max_size=4),
        grade=st.integers(0, 2),
    )
    def some_are_there(
        self, switches: dict[str, bool], served: list[dict[str, int]], grade: int
    ) -> None:
        self.begin(**switches)
        for n, slugs in enumerate(served):
            made = Doctor(id=n, departments=slugs, grade=1 + (grade + n) % 3, units=1 + n)
            self.one("doctor_on", made, self.now)

    @rule(n=st.sampled_from(DOCTORS))
    def a_doctor_goes(self, n: int) -> None:
        self.one("doctor_off", n, self.now)

    @precondition(lambda self: self.queued)
    @rule(data=st.data())
    def a_patient_leaves(self, data: st.DataObject) -> None:
        request = data.draw(st.sampled_from(sorted(self.queued)))
        self.queued.discard(request)
        self.one("request_withdrawn", request, self.now)

    @precondition(lambda self: self.queued or self.at_work)
    @rule(
        data=st.data(),
        urgency=st.none() | st.integers(1, 4),
        department=st.none() | st.sampled_from(DEPARTMENTS),
    )
    def a_patient_is_triaged_again(self, data: st.DataObject, **changes: Any) -> None:
        request = data.draw(st.sampled_from(sorted(self.queued | self.at_work.keys())))
        self.one("retriaged", request, now=self.now, **changes)

    @precondition(lambda self: self.at_work)
    @rule(
        data=st.data(),
        answer=st.sampled_from(["accept", "accept", "end", "silence", "no", "never"]),
    )
    def a_doctor_answers(self, data: st.DataObject, answer: str) -> None:
        request = data.draw(st.sampled_from(sorted(self.at_work)))
        offered = self.at_work[request] == "offered"
        if answer == "accept" and offered:
            self.at_work[request] = "open"
            self.one("accepted", request, self.now)
        elif answer == "end":
            del self.at_work[request]
            self.one("slot_freed", request, self.now)
        elif offered or answer in {"no", "never"}:
            del self.at_work[request]
            self.queued.add(request)
            if answer == "silence":
                self.one("timed_out", request, self.now)
            else:
                again = NEVER_AGAIN if answer == "never" else self.now + 120.0
                self.one("refused", request, again_after=again, now=self.now)


class Compared(Stream):
    """Decision by decision; timers fire alone, so that nothing depends on who is looked at first."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = Engine(bare())
        self.reference = Reference(bare())

    def begin(self, *, spare: bool = False, **_switches: bool) -> None:
        self.engine = Engine(bare(), spare=spare)
        self.reference = Reference(bare(), spare=spare)

    def tell(self, event: str, *args: Any, **kwargs: Any) -> list[Decision]:
        made = self._catch_up()
        done = getattr(self.engine, event)(*args, **kwargs)
        assert _sorted(told(done)) == _sorted(getattr(self.reference, event)(*args, **kwargs))
        return made + done

    def _catch_up(self) -> list[Decision]:
        made = []
        while (due := self.engine.next_timer()) is not None and due < self.now:
            ticked = self.engine.tick(due)
            assert _sorted(told(ticked)) == _sorted(self.reference.tick(due))
            made += ticked
        return made


class Watched(Stream):
    """Everything that the engine can do, twice; what must hold after every event."""

    def __init__(self) -> None:
        super().__init__()
        self.engine, self.twin = Engine(), Engine()
        self.over_at: dict[Any, int] = {}

    def begin(self, **switches: bool) -> None:
        self.engine, self.twin = Engine(**switches), Engine(**switches)

    def tell(self, event: str, *args: Any, **kwargs: Any) -> list[Decision]:
        made = getattr(self.engine, event)(*args, **kwargs)
        assert made == getattr(self.twin, event)(*args, **kwargs), "the same events"
        for offer in made:
            if isinstance(offer, Offer):
                self._check_offer(offer)
                self._check_turn(offer)
        return made

    def teardown(self) -> None:
        """When nobody comes any more, and one doctor may have everything, everybody is served."""
        self.now += 1_000.0
        for n in DOCTORS:
            self.a_doctor_goes(n)
        served = set(self.queued)
        for n in (*DOCTORS, "all"):
            self.one("doctor_on", _who_may_have_everything(n, self.now), self.now)
        while self.at_work or self.engine.held:
            self.now += 1_000.0
            self.one("tick", self.now)
            for request in sorted(self.at_work):
                served.discard(request)
                del self.at_work[request]
                self.one("slot_freed", request, self.now)
        left = [self.engine._entries[r] for r in served & self.queued]
        assert all(e.request.named is not None for e in left), "or by name, and declined for good"
        assert all(NEVER_AGAIN in e.barred.values() for e in left)

    def _check_turn(self, offer: Offer) -> None:
        """Nobody is passed by one who came later and whom the same doctors may have."""
        given = self.engine._entries[offer.request]
        if offer.facts.how in {"former", "preferred"} or given.barred is not None:
            return
        for other in self.engine._entries.values():
            alike = (
                other.state == WAITING
                and other.barred is None
                and other.pool is given.pool
                and _class_of(other.request) == _class_of(given.request)
            )
            assert not alike or other.arrived >= given.arrived

    def _check_offer(self, offer: Offer) -> None:
        request, doctor = offer.facts.request, offer.facts.doctor
        assert request.named in {None, doctor.id}
        assert request.department in doctor.departments
        assert doctor.grade >= request.need or request.named is not None
        assert request.channel != "video" or doctor.video_ok
        after = offer.facts.used + doctor.costs[request.channel]
        if isinstance(offer, Overflow):
            assert request.urgency == 1
            assert after == doctor.units + 1
        else:
            assert after <= doctor.units
        assert offer.why.as_dict()

    @invariant()
    def the_books_agree(self) -> None:
        entries = self.engine._entries.values()
        assert {e.request.id for e in entries if e.state in {WAITING, HELD}} == self.queued
        assert {e.request.id for e in entries if e.state in {OFFERED, OPEN}} == set(self.at_work)
        assert self.engine.waiting == sum(e.state == WAITING for e in entries)
        assert self.engine.held == sum(e.state == HELD for e in entries)
        for desk in self.engine._desks.values():
            visits = [e for e in entries if e.desk is desk and e.state in {OFFERED, OPEN}]
            assert desk.used == sum(e.cost for e in visits)
            assert desk.realtime == sum(e.request.channel != "text" for e in visits)
            assert desk.realtime <= 1
            assert set(desk.held) == {e for e in entries if e.desk is desk and e.state == HELD}

    @invariant()
    def nobody_who_could_be_asked_is_idle(self) -> None:
        engine = self.engine
        for entry in engine._entries.values():
            if entry.state == WAITING:
                assert engine.choose(entry) is None
                for seat in entry.pool.seats.values():
                    self._check_apart(entry, seat)

    def _check_apart(self, entry: Any, seat: Any) -> None:
        """By looking, not by the heaps."""
        engine, desk, request = self.engine, seat.desk, entry.request
        need = request.need if request.named is None else 1
        barred = entry.barred or {}
        spared = any(
            other.present
            and need <= other.grade < desk.grade
            and barred.get(other.id) != NEVER_AGAIN
            for other in entry.pool.seats
        )
        gate = engine.weights.gate_s(need, request.urgency, desk.grade, spare=entry.pool.spared)
        fits = desk.used + desk.doctor.costs[request.channel] <= desk.units
        assert (
            not desk.present
            or desk.grade < need
            or not fits
            or (request.channel != "text" and desk.realtime)
            or (request.channel == "text" and desk.drains is not None)
            or (spared and entry.arrived + gate > engine._now)
            or barred.get(desk.id, 0.0) > engine._now
        )

    @invariant()
    def the_switch_is_that_of_the_department(self) -> None:
        engine = self.engine
        for pool in engine._pools.values():
            assert pool.spared == (engine.spare or pool.department in engine.spared)
            there = tuple(n > 0 for n in pool.present[1:])
            assert pool.gates is engine.gates_with(there, spared=pool.spared)

    @invariant()
    def nobody_drains_or_is_held_for_nothing(self) -> None:
        for pool in self.engine._pools.values():
            assert len(pool.drainers) <= pool.waiting
            assert pool.waiting == sum(len(q) for q in pool.queues.values())
            for desk in pool.drainers:
                assert desk.drains is pool
                assert desk.present
                assert any(
                    (e.barred or {}).get(desk.id) != NEVER_AGAIN
                    for q in pool.queues.values()
                    for e in q.entries()
                )
        for entry in self.engine._entries.values():
            if entry.state == HELD:
                assert self.engine._now < entry.until <= entry.arrived + 60
                assert entry.desk.present

    @invariant()
    def a_key_in_a_heap_is_never_above_the_true_one(self) -> None:
        for desk in self.engine._desks.values():
            for pool, seat in desk.seats.items():
                load = desk.load(pool.channel, self.engine.over)
                if load is not None:
                    assert seat.entry is not None
                    assert seat.entry[:2] <= (load, desk.idle_since)

    @invariant()
    def places_are_those_of_a_sorted_list(self) -> None:
        engine = self.engine
        for pool in engine._pools.values():
            waiting = [e for q in pool.queues.values() for e in q.entries()]
            waiting.sort(key=lambda e: engine.turn(e, e.queue))
            found = [engine.estimate(e.request.id, engine._now).place for e in waiting]
            assert found == list(range(1, len(waiting) + 1))


def _class_of(request: Request) -> tuple[Any, ...]:
    return (request.need, request.urgency, request.returned, request.left_message)


def _who_may_have_everything(n: Any, now: float) -> Doctor:
    wide = {"languages": frozenset({"yue"}), "units": 3, "grade": 3, "idle_since": now}
    return Doctor(id=n, departments=dict.fromkeys(DEPARTMENTS, 1), **wide)


def _sorted(lines: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """In which order several are decided that have nothing to do with each other says nothing."""
    return sorted(lines)


TestCompared = Compared.TestCase
TestCompared.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestWatched = Watched.TestCase
TestWatched.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
