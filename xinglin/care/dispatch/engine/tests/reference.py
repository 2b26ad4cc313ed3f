"""The same policy by looking at everybody and everything: no heap, no class, no timer.

Without holds and drains, which need a memory of their own; the tests set both to nothing.
"""

from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from xinglin.care.dispatch.engine.shapes import NEVER_AGAIN, Doctor, Request
from xinglin.care.dispatch.engine.weights import Weights


@dataclass(eq=False)
class Patient:
    request: Request
    arrived: float
    n: int
    state: str = "waiting"
    doctor: Any = None
    barred: dict = field(default_factory=dict)


@dataclass(eq=False)
class Colleague:
    doctor: Doctor
    n: int
    since: float
    used: int = 0
    realtime: int = 0
    idle_since: float = 0.0
    fair: float = 0.0
    busy: float = 0.0
    seen: float = 0.0
    on: bool = True
    paused: bool = False
    away_until: float = 0.0
    declined: int = 0


class Reference:
    def __init__(self, weights: Weights, *, spare: bool = False) -> None:
        assert weights.hold_most == 0
        assert weights.drain_share == 0
        self.w = weights
        self.spare = spare
        self.spared: frozenset[str] = frozenset()
        self.now = -inf
        self.n = 0
        self.patients: dict[Any, Patient] = {}
        self.colleagues: dict[Any, Colleague] = {}
        self.made: list[tuple] = []

    def request_arrived(self, request: Request, now: float) -> list[tuple]:
        self._begin(now)
        arrived = min(request.arrived, self.now) - request.head_start_s
        self.patients[request.id] = Patient(request, arrived, self._next())
        return self._end()

    def request_withdrawn(self, request_id: Any, now: float) -> list[tuple]:
        self._begin(now)
        patient = self.patients.pop(request_id, None)
        if patient is not None and patient.state != "waiting":
            self._free(patient)
        return self._end()

    slot_freed = request_withdrawn

    def retriaged(
        self, request_id: Any, *, now: float, urgency: int | None, department: str | None
    ) -> list[tuple]:
        self._begin(now)
        patient = self.patients.get(request_id)
        if patient is not None:
            old = patient.request
            patient.request = replace(
                old, urgency=urgency or old.urgency, department=department or old.department
            )
        return self._end()

    def doctor_on(self, doctor: Doctor, now: float) -> list[tuple]:
        self._begin(now)
        found = self.colleagues.get(doctor.id)
        if found is None:
            found = Colleague(doctor, self._next(), self.now, seen=self.now)
            found.idle_since = doctor.idle_since
            self.colleagues[doctor.id] = found
        else:
            if not found.on:
                found.n, found.since, found.seen = self._next(), self.now, self.now
                found.busy = 0.0
            self._pass(found)
            found.doctor, found.on, found.paused = doctor, True, False
            found.away_until, found.declined = 0.0, 0
        return self._end()

    def doctor_off(self, doctor_id: Any, now: float) -> list[tuple]:
        self._begin(now)
        found = self.colleagues.get(doctor_id)
        if found is not None:
            found.on = False
            self._drop(found)
        return self._end()

    def accepted(self, request_id: Any, now: float) -> list[tuple]:
        self._begin(now)
        patient = self.patients.get(request_id)
        if patient is not None and patient.state == "offered":
            patient.state = "open"
            patient.barred = {}
            patient.doctor.declined = 0
        return self._end()

    def refused(self, request_id: Any, *, again_after: float, now: float) -> list[tuple]:
        self._begin(now)
        self._decline(request_id, again_after, silent=False)
        return self._end()

    def timed_out(self, request_id: Any, now: float) -> list[tuple]:
        self._begin(now)
        self._decline(request_id, self.now + self.w.away_s, silent=True)
        return self._end()

    def departments_spared(self, departments: Any, now: float) -> list[tuple]:
        self._begin(now)
        self.spared = frozenset(departments)
        return self._end()

    def tick(self, now: float) -> list[tuple]:
        self._begin(now)
        return self._end()

    def _decline(self, request_id: Any, again_after: float, *, silent: bool) -> None:
        patient = self.patients.get(request_id)
        if patient is None or patient.state == "waiting":
            return
        asked = patient.doctor
        if patient.state == "offered":
            asked.declined += 1
        elif silent:
            return
        self._free(patient)
        patient.state, patient.doctor = "waiting", None
        patient.barred[asked.doctor.id] = again_after
        if asked.on and asked.declined >= self.w.pause_after:
            self.made.append(("Pause", asked.doctor.id))
            asked.paused, asked.declined = True, 0
        elif asked.on and silent:
            asked.away_until = self.now + self.w.away_s

    def _begin(self, now: float) -> None:
        self.now = max(self.now, now)
        self.made = []
        self._settle()

    def _end(self) -> list[tuple]:
        self._settle()
        return self.made

    def _settle(self) -> None:
        for found in self.colleagues.values():
            end = found.doctor.shift_end
            if end is not None and end <= self.now:
                found.on = False
        for found in list(self.colleagues.values()):
            self._drop(found)
        for patient in sorted(self._waiting(), key=self._turn):
            best = min(
                (c for c in self.colleagues.values() if self._may_ask(c, patient)),
                key=lambda c: self._rank(c, patient),
                default=None,
            )
            if best is not None:
                self._give(patient, best)
            elif self._is_hopeless(patient):
                del self.patients[patient.request.id]
                self.made.append(("Close", patient.request.id))

    def _drop(self, found: Colleague) -> None:
        if not found.on and not any(p.doctor is found for p in self.patients.values()):
            self.colleagues.pop(found.doctor.id, None)

    def _waiting(self) -> list[Patient]:
        return [p for p in self.patients.values() if p.state == "waiting"]

    def _turn(self, p: Patient) -> tuple:
        r, w = p.request, self.w
        band = 2 if r.left_message else 0 if r.returned else 1
        slope, target = w.slope[r.urgency - 1], w.target_s[r.urgency - 1]
        age = self.now - p.arrived
        if band == 2:
            share = min(1.0, age / (target * w.left_message_factor))
            return (1.0 - slope / w.slope[0] * share, band, p.arrived, p.n)
        return (-slope if band == 0 else -slope * min(1.0, age / target), band, p.arrived, p.n)

    def _fits(self, c: Colleague, p: Patient) -> bool:
        d, r = c.doctor, p.request
        return (
            c.on
            and r.department in d.departments
            and (d.grade >= r.need or r.named is not None)
            and (r.channel != "video" or d.video_ok)
            and r.channel in d.costs
            and d.costs[r.channel] <= d.units
            and r.named in {None, d.id}
            and (r.language is None or not d.languages or r.language in d.languages)
            and (r.price_limit_fen is None or d.fee_fen <= r.price_limit_fen)
        )

    def _is_there(self, c: Colleague) -> bool:
        return c.on and not c.paused and c.away_until <= self.now

    def _may_ask(self, c: Colleague, p: Patient) -> bool:
        r = p.request
        if not self._fits(c, p) or not self._is_there(c) or not self._has_room(c, p):
            return False
        if p.barred.get(c.doctor.id, -inf) > self.now:
            return False
        return self._is_known(c, p) or p.arrived + self._gate(c, p) <= self.now or r.named

    def _has_room(self, c: Colleague, p: Patient) -> bool:
        after = c.used + c.doctor.costs[p.request.channel]
        most = c.doctor.units + (self.w.overflow_units if p.request.urgency == 1 else 0)
        return after <= most and not (p.request.channel != "text" and c.realtime)

    def _gate(self, c: Colleague, p: Patient) -> float:
        need, grade = p.request.need, c.doctor.grade
        lower = any(
            self._is_there(o)
            and self._fits(o, p)
            and need <= o.doctor.grade < grade
            and p.barred.get(o.doctor.id) != NEVER_AGAIN
            for o in self.colleagues.values()
        )
        spare = self._spares(p.request)
        return self.w.gate_s(need, p.request.urgency, grade, spare=spare) if lower else 0.0

    def _spares(self, r: Request) -> bool:
        return self.spare or r.department in self.spared

    def _is_known(self, c: Colleague, p: Patient) -> bool:
        """With room, and never declined it."""
        r = p.request
        if c.doctor.id in p.barred or c.used + c.doctor.costs[r.channel] > c.doctor.units:
            return False
        if c.doctor.id == r.preferred:
            return True
        first = self.colleagues.get(r.preferred)
        if c.doctor.id != r.former or (first is not None and self._fits(first, p)):
            return False
        return not (self._spares(r) and r.need == 1 and c.doctor.grade == 3)

    def _rank(self, c: Colleague, p: Patient) -> tuple:
        d, r, w = c.doctor, p.request, self.w
        need = r.need if r.named is None else 1
        over = c.used + d.costs[r.channel] > d.units
        cost = c.used / d.units + c.fair
        if over:
            cost += 1_000.0
        extra = w.cost_grade * (d.grade - need)
        extra += 0.0 if d.departments[r.department] == 1 else w.cost_secondary
        return (not self._is_known(c, p), d.id in p.barred, cost + extra, c.idle_since, c.n)

    def _is_hopeless(self, p: Patient) -> bool:
        return not any(
            self._fits(c, p) and p.barred.get(c.doctor.id) != NEVER_AGAIN
            for c in self.colleagues.values()
        )

    def _give(self, p: Patient, c: Colleague) -> None:
        self._pass(c)
        cost = c.doctor.costs[p.request.channel]
        kind = "Overflow" if c.used + cost > c.doctor.units else "Offer"
        c.used += cost
        c.realtime += p.request.channel != "text"
        c.idle_since = self.now
        p.state, p.doctor = "offered", c
        self.made.append((kind, p.request.id, c.doctor.id))

    def _free(self, p: Patient) -> None:
        c = p.doctor
        self._pass(c)
        c.used -= c.doctor.costs[p.request.channel]
        c.realtime -= p.request.channel != "text"
        c.fair = self.w.cost_fair * c.busy / max(self.now - c.since, self.w.fair_after_s)
        p.doctor = None

    def _pass(self, c: Colleague) -> None:
        c.busy += c.used / c.doctor.units * (self.now - c.seen)
        c.seen = self.now

    def _next(self) -> int:
        self.n += 1
        return self.n
