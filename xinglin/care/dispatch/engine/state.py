"""Who sits where: pools, desks and seats, presence, timers."""

from collections import defaultdict
from heapq import heappush
from itertools import count
from math import inf
from typing import Any

from xinglin.care.dispatch.engine.accuracy import Accuracy, Candour
from xinglin.care.dispatch.engine.books import Desk, Entry, Gates, Pace, Pool, PoolKey, Seat
from xinglin.care.dispatch.engine.decisions import Decision
from xinglin.care.dispatch.engine.shapes import NEVER_AGAIN, Doctor, Id, Request
from xinglin.care.dispatch.engine.weights import Weights, load

_URGENCIES = range(1, 5)
_GRADES = (1, 2, 3)

# Kinds of timers; what they hold.
GATE, WIDEN, RELEASE, COMEBACK, BACK, SHIFT_END, OVERLOAD = range(7)
Timer = tuple[float, int, int, Any]


class State:
    """`spare`: minor return visits do not go back to experts, who are spared longer: everywhere,
    whatever departments are told. `close`: those whom nobody on duty may ever take are closed at
    once. `overflow`: the most urgent may exceed a cap by one.
    """

    def __init__(
        self,
        weights: Weights | None = None,
        *,
        spare: bool = False,
        overflow: bool = True,
        close: bool = True,
    ) -> None:
        self.weights = weights or load()
        self.spare = spare
        self.spared: frozenset[str] = frozenset()
        self.close = close
        self.over = self.weights.overflow_units if overflow else 0
        self.strict = False
        self.waiting = 0
        self.held = 0
        self._now = -inf
        self._number = count()
        self._entries: dict[Id, Entry] = {}
        self._desks: dict[Id, Desk] = {}
        # Those in a queue, by the doctors whom they know: these they may have before any gate.
        self._wanted: dict[Id, dict[Entry, None]] = {}
        self._staff: defaultdict[str, dict[Desk, int]] = defaultdict(dict)
        self._pools: dict[PoolKey, Pool] = {}
        self._of_department: defaultdict[str, list[Pool]] = defaultdict(list)
        self._purge_at = self.weights.most_lanes
        self._timers: list[Timer] = []
        self._out: list[Decision] = []
        self._watching = False
        # What an event leaves to be followed up: calls with too many drainers, doctors who may take
        # more, pools whose doctors changed, requests that wait no longer for one doctor.
        self._loose: dict[Pool, None] = {}
        self._gained: dict[Desk, None] = {}
        self._unsettled: dict[Pool, None] = {}
        self._waked: list[Entry] = []
        # Who may have an expert again, by name and before any gate.
        self._hopeful: list[Entry] = []
        self.accuracy = Accuracy()
        self.candour = Candour()
        self.durations: dict[str, float] = {}
        self.nowhere = Pool(("", "text", None, None, None, None), [], Pace(1.0, 0.0))
        self._since_other = inf
        self._gates: dict[tuple[bool, ...], Gates] = {}

    def spares(self, department: str) -> bool:
        return self.spare or department in self.spared

    def set_timer(self, at: float, kind: int, what: Any) -> None:
        heappush(self._timers, (at, next(self._number), kind, what))

    def pool_of(self, request: Request) -> Pool:
        r = request
        key = (r.department, r.channel, r.named, r.language, r.region, r.price_limit_fen)
        pool = self._pools.get(key)
        return self._new_pool(key) if pool is None else pool

    def _new_pool(self, key: PoolKey) -> Pool:
        if len(self._pools) >= self._purge_at:
            self._purge()
        spared = self.spares(key[0])
        gates = self.gates_with((False,) * 3, spared=spared)
        pool = Pool(key, gates, Pace(self.weights.estimate_s, self._now), spared=spared)
        self._pools[key] = pool
        self._of_department[pool.department].append(pool)
        for desk, fit in self._staff.get(pool.department, {}).items():
            if _fits(key, desk.doctor):
                self._seat(desk, pool, own=fit == 1)
        return pool

    def _purge(self) -> None:
        """Pools that nobody uses go; the next time only when as many again have come."""
        for key, pool in list(self._pools.items()):
            if pool.waiting == 0 and pool.open == 0 and not pool.drainers:
                for desk in pool.seats:
                    desk.seats.pop(pool, None)
                del self._pools[key]
                others = self._of_department[pool.department]
                others.remove(pool)
                if not others:
                    del self._of_department[pool.department]
                self._unsettled.pop(pool, None)
        self._purge_at = max(self.weights.most_lanes, 2 * len(self._pools))

    def gates_with(self, present: tuple[bool, ...], *, spared: bool) -> Gates:
        """Nobody waits for a grade of which nobody is there."""
        key = (spared, *present)
        gates = self._gates.get(key)
        if gates is None:
            gate_s = self.weights.gate_s
            gates = [[[]]]
            for need in _GRADES:
                rows: list[list[float]] = [[]]
                for urgency in _URGENCIES:
                    waits = [any(present[need - 1 : grade - 1]) for grade in _GRADES]
                    rows.append(
                        [inf]
                        + [
                            gate_s(need, urgency, grade, spare=spared) if wait else 0.0
                            for grade, wait in zip(_GRADES, waits, strict=True)
                        ]
                    )
                gates.append(rows)
            self._gates[key] = gates
        return gates

    def set_gates(self, pool: Pool) -> None:
        """Others may be asked now than before."""
        there = tuple(n > 0 for n in pool.present[1:])
        pool.gates = self.gates_with(there, spared=pool.spared)
        self._unsettled[pool] = None

    def gates_of(self, entry: Entry) -> Gates:
        """Who has declined it for good is as if not there: for their sake nobody else is spared."""
        pool = entry.pool
        if not entry.barred:
            return pool.gates
        there = pool.present[1:]
        for doctor_id, until in entry.barred.items():
            desk = self._desks.get(doctor_id)
            if until == NEVER_AGAIN and desk is not None and desk.present and desk in pool.seats:
                there[desk.grade - 1] -= 1
        return self.gates_with(tuple(n > 0 for n in there), spared=pool.spared)

    def seat_everywhere(self, desk: Desk) -> None:
        for department, fit in desk.doctor.departments.items():
            self._staff[department][desk] = fit
            for pool in self._of_department.get(department, ()):
                if _fits(pool.key, desk.doctor):
                    self._seat(desk, pool, own=fit == 1)

    def _seat(self, desk: Desk, pool: Pool, *, own: bool) -> None:
        seat = Seat(desk, pool, next(self._number), own=own)
        desk.seats[pool] = seat
        pool.seats[desk] = seat
        pool.on[desk.grade] += 1
        if desk.present:
            self._count(pool, desk.grade, 1)
            load = desk.load(pool.channel, self.over)
            if load is not None:
                pool.push(seat, (load, desk.idle_since, desk.number, seat.number, seat))

    def unseat_everywhere(self, desk: Desk) -> None:
        """Whoever waits there may be without any doctor from now on: see to it afterwards."""
        for department in desk.doctor.departments:
            staff = self._staff[department]
            staff.pop(desk, None)
            if not staff:
                del self._staff[department]
        for pool, seat in desk.seats.items():
            seat.entry = None
            del pool.seats[desk]
            pool.on[desk.grade] -= 1
            if desk.present:
                self._count(pool, desk.grade, -1)
            self._unsettled[pool] = None
        desk.seats = {}

    def _count(self, pool: Pool, grade: int, change: int) -> None:
        before = pool.present[grade] > 0
        pool.present[grade] += change
        if (pool.present[grade] > 0) != before:
            self.set_gates(pool)
        elif any(queue.marked for queue in pool.queues.values()):
            self._unsettled[pool] = None  # those who stay may have declined what waits there

    def see(self, desk: Desk) -> bool:
        """Bring `present` up to date; whether the doctor may be asked who could not be before."""
        present = desk.on and not desk.paused and desk.away_until <= self._now
        if present == desk.present:
            return False
        desk.present = present
        desk.version += 1
        for pool in desk.seats:
            self._count(pool, desk.grade, 1 if present else -1)
        if not present:
            self.stop_draining(desk)
            self.unhold(desk)
        return present

    def stop_draining(self, desk: Desk) -> None:
        if desk.drains is not None:
            desk.drains.drainers.pop(desk, None)
            desk.drains = None
            desk.version += 1
            self._gained[desk] = None

    def unhold(self, desk: Desk) -> None:
        raise NotImplementedError

    def improve(self, desk: Desk) -> None:
        """The doctor may cost less now: stand in every heap as cheap as that.

        A key in a heap is never above the true one: a lower one is pushed; what became dearer is put
        right when it comes to the top.
        """
        idle = desk.idle_since
        loads: dict[str, float | None] = {}
        for pool, seat in desk.seats.items():
            channel = pool.channel
            if channel in loads:
                load = loads[channel]
            else:
                load = loads[channel] = desk.load(channel, self.over)
            if load is not None:
                entry = seat.entry
                if entry is None or load < entry[0] or (load == entry[0] and idle < entry[1]):
                    pool.push(seat, (load, idle, desk.number, seat.number, seat))


def _fits(key: PoolKey, doctor: Doctor) -> bool:
    _, channel, named, language, region, limit = key
    cost = doctor.costs.get(channel)
    return not (
        cost is None
        or cost > doctor.units
        or (channel == "video" and not doctor.video_ok)
        or (named is not None and named != doctor.id)
        or (language is not None and doctor.languages and language not in doctor.languages)
        or (region is not None and doctor.regions and region not in doctor.regions)
        or (limit is not None and doctor.fee_fen > limit)
    )
