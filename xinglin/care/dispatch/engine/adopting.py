"""Taking in and letting go: requests, doctors, a whole truth; promises and the order of queues."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from math import inf

from xinglin.care.dispatch.engine.books import HELD, OFFERED, OPEN, WAITING, Desk, Entry, Seat
from xinglin.care.dispatch.engine.checks import wrong_with_doctor, wrong_with_request
from xinglin.care.dispatch.engine.choosing import TOP_GRADE
from xinglin.care.dispatch.engine.decisions import OrderChanged, Rejected
from xinglin.care.dispatch.engine.shapes import Doctor, Id, OpenVisit, Request, Snapshot
from xinglin.care.dispatch.engine.state import BACK, COMEBACK, OVERLOAD, SHIFT_END
from xinglin.care.dispatch.engine.telling import Telling
from xinglin.kernel.text import Text

_STRICT = Text(
    "多数队列已超过目标时间，改为严格按紧急程度排序。",
    "Most queues are beyond their targets; strictly by urgency from now on.",
)
_USUAL = Text(
    "队列已恢复，按累积优先级排序。", "The queues have recovered; priority accumulates again."
)


_LASTING = tuple(f.name for f in fields(Doctor) if f.name not in {"used", "realtime", "idle_since"})


class Adopting(Telling):
    def enter(self, request: Request) -> Entry:
        pool = self.pool_of(request)
        entry = Entry(request, pool, self._arrival_of(request), next(self._number))
        self._entries[request.id] = entry
        return entry

    def _arrival_of(self, request: Request) -> float:
        """Whoever is from the future has come just now."""
        return min(request.arrived, self._now) - request.head_start_s

    def turn_away(self, request: Request, reason: str) -> None:
        entry = Entry(request, self.nowhere, self._now, 0)
        self.shut(entry, reason)

    def take_out_as_it_was(self, entry: Entry) -> None:
        self.take_out(entry)
        entry.told_s = None

    def new_desk(self, doctor: Doctor) -> Desk:
        desk = Desk(doctor, next(self._number), self._now)
        self._desks[doctor.id] = desk
        self._sit_down(desk, doctor)
        return desk

    def redo_desk(self, desk: Desk, doctor: Doctor) -> None:
        """What is open stays as the books have it."""
        held = list(desk.held)
        if desk.on:
            self.stop_draining(desk)
            self.unseat_everywhere(desk)
        else:
            desk.number = next(self._number)
            desk.since = desk.seen = self._now
            desk.busy = 0.0
        desk.pass_time(self._now)
        desk.doctor = doctor
        desk.paused = False
        desk.declined = 0
        desk.away_until = 0.0
        desk.version += 1
        self._sit_down(desk, doctor)
        if not desk.present:
            self.unhold(desk)
        for entry in held:
            if entry.state == HELD and entry.pool not in desk.seats:
                self.take_out(entry)
                self.enqueue(entry)
                self._waked.append(entry)

    def _sit_down(self, desk: Desk, doctor: Doctor) -> None:
        desk.grade, desk.units = doctor.grade, doctor.units
        score = 5.0 if doctor.score is None else doctor.score
        desk.base = self.weights.cost_score * (5.0 - score)
        desk.on = True
        if doctor.away_until is not None and doctor.away_until > self._now:
            desk.away_until = doctor.away_until
            self.set_timer(doctor.away_until, BACK, desk)
        if doctor.shift_end is not None:
            self.set_timer(doctor.shift_end, SHIFT_END, desk)
        desk.present = desk.on and not desk.paused and desk.away_until <= self._now
        self.seat_everywhere(desk)

    def leave(self, desk: Desk) -> None:
        desk.on = False
        self.see(desk)
        self.unseat_everywhere(desk)
        if desk.visits == 0:
            self._desks.pop(desk.id, None)

    def send_away(self, desk: Desk, until: float) -> None:
        desk.away_until = until
        self.set_timer(until, BACK, desk)
        self.see(desk)

    def bar(self, entry: Entry, barred: Mapping[Id, float]) -> None:
        """It is in no queue."""
        if entry.barred is None:
            entry.barred = {}
        entry.barred.update(barred)
        for again_after in barred.values():
            if self._now < again_after < inf:
                self.set_timer(again_after, COMEBACK, entry)

    def turn_back(self, now: float) -> None:
        """The clock was ahead: nothing that was noted by it counts."""
        for entry in list(self._entries.values()):
            if entry.state in {WAITING, HELD}:
                self.take_out(entry)
                self.forget(entry)
        self._timers.clear()
        self._watching = False
        self._since_other = inf
        for pool in self._pools.values():
            pool.pace.at = now
            for queue in pool.made.values():
                queue.timer_at = inf
        for desk in self._desks.values():
            desk.since, desk.seen = min(desk.since, now), now
            desk.away_until = 0.0
            if desk.doctor.shift_end is not None:
                self.set_timer(desk.doctor.shift_end, SHIFT_END, desk)

    def spare_in(self, departments: frozenset[str] | None) -> None:
        """The switch is on there and nowhere else; it counts for those who wait already, too.

        None: as it was.
        """
        if departments is None or departments == self.spared:
            return
        changed, self.spared = self.spared ^ departments, departments
        for department in sorted(changed):
            for pool in self._of_department.get(department, ()):
                pool.spared = self.spares(department)
                self.set_gates(pool)
                for desk, seat in pool.seats.items():
                    if desk.grade == TOP_GRADE:
                        self._respare(seat)

    def _respare(self, seat: Seat) -> None:
        """Who waits for this expert alone waits for anybody now, or may have the expert again."""
        desk, pool = seat.desk, seat.pool
        for entry in [e for e in desk.held if e.pool is pool and self.known_seat(e) is not seat]:
            self.take_out(entry)
            self.enqueue(entry)
        if not pool.spared:
            wanting = self._wanted.get(desk.id, ())
            self._hopeful += [e for e in wanting if e.pool is pool and e.barred is None]

    def take_over(self, truth: Snapshot) -> None:
        """By the difference: what is as the books have it stays."""
        self.spare_in(truth.spared)
        self._drop_what_left(truth)
        self._adopt_doctors(truth)
        for visit in truth.open.values():
            self._adopt_open(visit)
        for request in truth.waiting.values():
            if (wrong := wrong_with_request(request)) is not None:
                self._out.append(Rejected(request.id, self._now, wrong))
            else:
                self._adopt_request(request, truth.barred.get(request.id))
        for desk in self._desks.values():
            if desk.held or desk.id in self._wanted:
                self._gained[desk] = None
        self._settle_everything()

    def take_over_part(self, changed: Snapshot, gone: Collection[Id], left: Collection[Id]) -> None:
        """What the tables know as given or gone the books forget, as by a whole truth."""
        self.spare_in(changed.spared)
        for request_id in (*gone, *changed.waiting):
            entry = self._entries.get(request_id)
            if entry is not None:
                self._drop(entry, waits=request_id in changed.waiting)
        for doctor_id in left:
            desk = self._desks.get(doctor_id)
            if desk is not None and desk.on:
                self.leave(desk)
        self._adopt_doctors(changed)
        for doctor_id in changed.doctors:
            if doctor_id in self._desks:
                self._gained[self._desks[doctor_id]] = None
        for request in changed.waiting.values():
            if (wrong := wrong_with_request(request)) is not None:
                self._out.append(Rejected(request.id, self._now, wrong))
                continue
            self._adopt_request(request, changed.barred.get(request.id))
            if self._entries[request.id].state == WAITING:
                self._waked.append(self._entries[request.id])

    def _drop(self, entry: Entry, *, waits: bool) -> None:
        if entry.state in {OFFERED, OPEN}:
            self.free(entry)
            self.forget(entry)
        elif not waits:
            self.take_out(entry)
            self.forget(entry)

    def _adopt_doctors(self, truth: Snapshot) -> None:
        for doctor in truth.doctors.values():
            wrong = wrong_with_doctor(doctor, self._now)
            if wrong is not None:
                self.refuse_doctor(doctor.id, wrong)
            else:
                self._adopt_doctor(doctor)

    def refuse_doctor(self, doctor_id: Id, wrong: Text) -> None:
        """Nor is he asked by what he said before."""
        self._out.append(Rejected(doctor_id, self._now, wrong))
        desk = self._desks.get(doctor_id)
        if desk is not None and desk.on:
            self.leave(desk)

    def _settle_everything(self) -> None:
        queues = [q for pool in self._pools.values() for q in pool.queues.values()]
        marked = [e for q in queues if q.marked for e in q.entries()]
        self.settle([q for q in queues if not q.marked], marked)

    def _drop_what_left(self, truth: Snapshot) -> None:
        for entry in list(self._entries.values()):
            visit = truth.open.get(entry.request.id)
            if entry.state in {OFFERED, OPEN} and (
                visit is None or entry.desk is not self._desks.get(visit.doctor)
            ):
                self.free(entry)
                self.forget(entry)
            elif entry.state in {WAITING, HELD} and entry.request.id not in truth.waiting:
                self.take_out(entry)
                self.forget(entry)
        for desk in list(self._desks.values()):
            if desk.id not in truth.doctors and desk.on:
                self.leave(desk)

    def _adopt_doctor(self, doctor: Doctor) -> None:
        desk = self._desks.get(doctor.id)
        if desk is None or not desk.on:
            desk = self.new_desk(doctor)
        elif not _is_same_but_for_load(desk.doctor, doctor):
            self.redo_desk(desk, doctor)
        elif (desk.used, desk.realtime, desk.idle_since) == _load_of(doctor) and desk.present:
            return
        desk.pass_time(self._now)
        desk.doctor = doctor
        desk.used, desk.realtime = doctor.used, doctor.realtime
        desk.idle_since = doctor.idle_since
        desk.version += 1
        desk.paused = False
        self.see(desk)
        if desk.present:
            self.improve(desk)

    def _adopt_open(self, visit: OpenVisit) -> None:
        """Its units are counted in `used` of its doctor already."""
        if (wrong := wrong_with_request(visit.request)) is not None:
            self._out.append(Rejected(visit.request.id, self._now, wrong))
            return
        entry = self._entries.get(visit.request.id) or self.enter(visit.request)
        desk = self._desks.get(visit.doctor)
        if entry.queue is not None or entry.state == HELD:
            self.take_out(entry)
        if desk is None:
            self.forget(entry)
            return
        if entry.desk is None:
            entry.desk = desk
            entry.cost = desk.doctor.costs.get(visit.request.channel, 1)
            entry.given_at = inf
            desk.visits += 1
            entry.pool.open += 1
        entry.state = OPEN if visit.accepted else OFFERED

    def _adopt_request(self, request: Request, barred: Mapping[Id, float] | None) -> None:
        entry = self._entries.get(request.id)
        if entry is None:
            entry = self.enter(request)
        elif entry.request == request and (entry.barred or {}) == (barred or {}):
            return
        else:
            self.take_out_as_it_was(entry)
            entry.request = request
            entry.pool = self.pool_of(request)
            entry.arrived = self._arrival_of(request)
        entry.barred = None
        if barred:
            self.bar(entry, barred)
        if not self.hold(entry):
            self.enqueue(entry)

    def watch(self) -> None:
        """Enter or leave strict order by the rule; looks on as long as somebody waits."""
        queues = [q for pool in self._pools.values() for q in pool.queues.values()]
        late = sum(
            self._now - q.head().arrived > self.weights.target_s[q.urgency - 1] for q in queues
        )
        share = late / len(queues) if queues else 0.0
        if self.strict:
            wanted = share > self.weights.strict_leave
        else:
            enough = self.waiting >= self.weights.strict_fewest
            wanted = enough and share >= self.weights.strict_enter
        if wanted == self.strict:
            self._since_other = inf
        else:
            self._since_other = min(self._since_other, self._now)
            if self._now - self._since_other >= self.weights.strict_for_s:
                self.strict = wanted
                self._since_other = inf
                text = _STRICT if wanted else _USUAL
                self._out.append(OrderChanged(wanted, share, self._now, text))
        self._watching = bool(self.waiting) or self.strict
        if self._watching:
            self.set_timer(self._now + self.weights.strict_check_s, OVERLOAD, None)


def _load_of(doctor: Doctor) -> tuple[int, int, float]:
    return (doctor.used, doctor.realtime, doctor.idle_since)


def _is_same_but_for_load(one: Doctor, other: Doctor) -> bool:
    """Asked of every doctor at every turn of the live dispatcher, so nothing is made for it."""
    return one is other or all(getattr(one, name) == getattr(other, name) for name in _LASTING)
