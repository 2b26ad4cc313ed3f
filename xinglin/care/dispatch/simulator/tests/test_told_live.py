"""What the waiting page tells, tried out in the hospital of numbers."""

from collections import defaultdict, deque
from datetime import UTC, datetime, timedelta

import pytest

from xinglin.care.dispatch import expecting
from xinglin.care.dispatch.engine.core import Engine
from xinglin.care.dispatch.engine.decisions import Offer
from xinglin.care.dispatch.simulator.hospital import Hospital
from xinglin.care.dispatch.simulator.scenario import load
from xinglin.care.dispatch.simulator.world import World

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


class Watched(Engine):
    """Keeps what the tables would, and tells whoever begins to wait what the page would."""

    def __init__(self) -> None:
        super().__init__()
        self.request, self.offered, self.told, self.under_way = {}, {}, {}, {}
        self.taken = defaultdict(lambda: deque(maxlen=expecting.MOST_TAKEN))
        self.outcomes = deque(maxlen=expecting.MOST_OUTCOMES)
        self.in_line = defaultdict(dict)
        self.pairs = []

    def request_arrived(self, request, now):
        self.request[request.id] = request
        self.in_line[request.department][request.id] = now
        return self._note(super().request_arrived(request, now))

    def doctor_on(self, doctor, now):
        return self._note(super().doctor_on(doctor, now))

    def doctor_changed(self, doctor, now):
        return self._note(super().doctor_changed(doctor, now))

    def doctor_off(self, doctor_id, now):
        return self._note(super().doctor_off(doctor_id, now))

    def refused(self, request_id, **more):
        return self._note(super().refused(request_id, **more))

    def timed_out(self, request_id, now):
        return self._note(super().timed_out(request_id, now))

    def tick(self, now):
        return self._note(super().tick(now))

    def _note(self, decisions):
        for decision in decisions:
            if isinstance(decision, Offer):
                self.offered[decision.request] = decision.at
                self._leaves(decision.request)
        return decisions

    def _leaves(self, request_id):
        self.in_line[self.request[request_id].department].pop(request_id, None)

    def request_withdrawn(self, request_id, now):
        self._leaves(request_id)
        self.told.pop(request_id, None)
        return self._note(super().request_withdrawn(request_id, now))

    def slot_freed(self, request_id, now):
        if request_id in self.under_way:
            self.under_way.pop(request_id)[3] = at(now)
        return self._note(super().slot_freed(request_id, now))

    def accepted(self, request_id, now):
        request = self.request[request_id]
        row = [at(request.arrived), at(self.offered[request_id]), at(now), None]
        self.under_way[request_id] = row
        self.taken[request.department].appendleft(row)
        if request_id in self.told:
            said, found = self.told.pop(request_id)
            self.outcomes.appendleft(expecting.Outcome(found.guess_s, now - said))
            self.pairs.append((request.department, found, now - said))
        return self._note(super().accepted(request_id, now))

    def estimate(self, request_id, now):
        known = super().estimate(request_id, now)
        if known is not None and request_id not in self.told:
            found = self._expected(request_id, known.place, now)
            if found is not None:
                self.told[request_id] = now, found
        return known

    def _expected(self, request_id, place, now):
        department = self.request[request_id].department
        here = self.in_line[department]
        seats = self._entries[request_id].pool.seats
        queue = expecting.Queue(
            since=[at(arrived) for arrived in here.values()],
            open_visits=sum(desk.visits for desk in seats if desk.present),
            share=len(here) / max(1, sum(map(len, self.in_line.values()))),
            free=0,
        )
        taken = [expecting.Taken(*row) for row in self.taken[department]]
        return expecting.expected(taken, list(self.outcomes), queue, place=place, now=at(now))


@pytest.fixture(scope="module")
def pairs():
    found = []
    scenario = load("fifteen-1350")
    for seed in range(1, 13):
        engine = Watched()
        Hospital(World(scenario, seed=seed, days=1), engine).finish()
        found += engine.pairs
    return found


def test_what_is_told_is_right_on_average_at_steady_load(pairs):
    """Measured: 15 %; the engine, which knows its own memory, is off by 16 %."""
    assert len(pairs) > 500
    departments = defaultdict(list)
    for department, found, waited in pairs:
        departments[department].append((found.told_s, waited))
    off = sum(
        len(some) * abs(sum(t for t, _ in some) - sum(w for _, w in some)) / sum(w for _, w in some)
        for some in departments.values()
    )
    assert off / len(pairs) < 0.30


def test_eight_of_ten_wait_as_long_as_is_called_usual(pairs):
    within = sum(found.low_s <= waited <= found.high_s for _, found, waited in pairs)
    assert 0.72 < within / len(pairs) < 0.88
