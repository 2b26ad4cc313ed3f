"""The engine: events in, decisions out, O(log n) an event; nothing scans doctors or requests.

A pure function of its events: no clock, no chance, no order of hashes. After every event no doctor
and waiting request that may be brought together are left apart; what keeps them apart is a gate, a
hold or a drain, and each of them ends by a timer.
"""

from collections.abc import Collection
from dataclasses import replace
from heapq import heappop
from math import inf, isfinite
from typing import Any

from xinglin.care.dispatch.engine.adopting import Adopting
from xinglin.care.dispatch.engine.books import HELD, OFFERED, OPEN, WAITING, Desk, Entry, Queue
from xinglin.care.dispatch.engine.checks import wrong_with_doctor, wrong_with_request
from xinglin.care.dispatch.engine.decisions import Decision, Estimate, Pause, Rejected
from xinglin.care.dispatch.engine.shapes import NEVER_AGAIN, Doctor, Id, Request, Snapshot
from xinglin.care.dispatch.engine.state import (
    BACK,
    COMEBACK,
    GATE,
    RELEASE,
    SHIFT_END,
    WIDEN,
)
from xinglin.kernel.text import Text

_RESERVE = 1.1
_ARE_YOU_THERE = Text(
    "您已连续 {n} 次没有接诊。系统先不再派单；您还在吗？",
    "You did not take {n} offers in a row. You are asked for nothing until you say that you are there.",
)


class Engine(Adopting):
    """See `interface.Policy` for what the events mean."""

    def request_arrived(self, request: Request, now: float) -> list[Decision]:
        self._begin(now)
        known = self._entries.get(request.id)
        if known is not None:
            self._take_again(known, request)
        elif (wrong := wrong_with_request(request)) is not None:
            self._out.append(Rejected(request.id, self._now, wrong))
        else:
            self._welcome(request)
        return self._end()

    def _welcome(self, request: Request) -> None:
        most = self.weights.most_waiting * (_RESERVE if request.urgency == 1 else 1)
        if self.waiting + self.held >= most:
            self.turn_away(request, "full")
        elif self.close and request.department not in self._staff:
            self.turn_away(request, "nobody")
        else:
            entry = self.enter(request)
            self.place(entry, may_hold=True)
            self.promise(entry)

    def _take_again(self, entry: Entry, request: Request) -> None:
        """Told again, perhaps with another department or urgency.

        Of one with a doctor it counts when the doctor gives it back.
        """
        if entry.request == request:
            return
        if (wrong := wrong_with_request(request)) is not None:
            self._out.append(Rejected(request.id, self._now, wrong))
        elif entry.state not in {WAITING, HELD}:
            entry.request = replace(request, channel=entry.request.channel)
        else:
            self.take_out_as_it_was(entry)
            entry.request = request
            entry.pool = self.pool_of(request)
            self.place(entry, may_hold=False)

    def request_withdrawn(self, request_id: Id, now: float) -> list[Decision]:
        self._begin(now)
        entry = self._entries.get(request_id)
        if entry is not None:
            if entry.state in {WAITING, HELD}:
                self.take_out(entry)
                self.forget(entry)
            else:
                self._end_visit(entry)
        return self._end()

    def _end_visit(self, entry: Entry) -> None:
        desk = self.free(entry)
        self.forget(entry)
        if desk is not None:
            self.fill(desk)

    def retriaged(
        self,
        request_id: Id,
        *,
        now: float,
        urgency: int | None = None,
        department: str | None = None,
    ) -> list[Decision]:
        self._begin(now)
        entry = self._entries.get(request_id)
        if entry is not None:
            old = entry.request
            new = replace(
                old,
                urgency=old.urgency if urgency is None else urgency,
                department=old.department if department is None else department,
            )
            self._take_again(entry, new)
        return self._end()

    def doctor_on(self, doctor: Doctor, now: float) -> list[Decision]:
        self._begin(now)
        wrong = wrong_with_doctor(doctor, self._now)
        if wrong is not None:
            self.refuse_doctor(doctor.id, wrong)
            return self._end()
        desk = self._desks.get(doctor.id)
        if desk is None:
            desk = self.new_desk(doctor)
        else:
            self.redo_desk(desk, doctor)
        self.fill(desk)
        return self._end()

    def doctor_changed(self, doctor: Doctor, now: float) -> list[Decision]:
        desk = self._desks.get(doctor.id)
        if desk is None or not desk.on:
            return self.tick(now)
        return self.doctor_on(doctor, now)

    def doctor_off(self, doctor_id: Id, now: float) -> list[Decision]:
        self._begin(now)
        desk = self._desks.get(doctor_id)
        if desk is not None and desk.on:
            self.leave(desk)
        return self._end()

    def accepted(self, request_id: Id, now: float) -> list[Decision]:
        if self._now <= now < inf and not (self._timers and self._timers[0][0] <= now):
            self._now = now
            self._accept(request_id)
            return []
        self._begin(now)
        self._accept(request_id)
        return self._end()

    def _accept(self, request_id: Id) -> None:
        entry = self._entries.get(request_id)
        if entry is not None and entry.state == OFFERED:
            entry.state = OPEN
            entry.barred = None
            assert entry.desk is not None
            entry.desk.declined = 0

    def slot_freed(self, request_id: Id, now: float) -> list[Decision]:
        self._begin(now)
        entry = self._entries.get(request_id)
        if entry is not None and entry.state in {OFFERED, OPEN}:
            self._end_visit(entry)
        return self._end()

    def refused(self, request_id: Id, *, again_after: float, now: float) -> list[Decision]:
        self._begin(now)
        entry = self._entries.get(request_id)
        if entry is not None and entry.state in {OFFERED, OPEN}:
            self._decline(entry, again_after, silent=False)
        return self._end()

    def timed_out(self, request_id: Id, now: float) -> list[Decision]:
        self._begin(now)
        entry = self._entries.get(request_id)
        if entry is not None and entry.state == OFFERED:
            self._decline(entry, self._now + self.weights.away_s, silent=True)
        return self._end()

    def _decline(self, entry: Entry, again_after: float, *, silent: bool) -> None:
        """The next one is asked at once; the doctor gets the next that waits, unless he is away."""
        asked = entry.desk
        assert asked is not None
        was_open = entry.state == OPEN
        desk = self.free(entry)
        entry.pool = self.pool_of(entry.request)
        self.bar(entry, {asked.id: again_after})
        if not was_open:
            asked.declined += 1
        if desk is not None:
            if asked.declined >= self.weights.pause_after:
                self._pause(desk)
            elif silent:
                self.send_away(desk, self._now + self.weights.away_s)
            self._gained[desk] = None
        if again_after <= self._now:
            self.enqueue(entry)
            self._waked.append(entry)
        else:
            self.place(entry, may_hold=False)

    def _pause(self, desk: Desk) -> None:
        text = _ARE_YOU_THERE.filled(n=desk.declined)
        self._out.append(Pause(desk.id, desk.declined, self._now, text))
        desk.declined = 0
        desk.paused = True
        self.see(desk)

    def departments_spared(self, departments: Collection[str], now: float) -> list[Decision]:
        """The switch "spare" is on there, and nowhere else."""
        self._begin(now)
        self.spare_in(frozenset(departments))
        return self._end()

    def tick(self, now: float) -> list[Decision]:
        self._begin(now)
        return self._end()

    def next_timer(self) -> float | None:
        return self._timers[0][0] if self._timers else None

    def adopt(self, truth: Snapshot, now: float) -> list[Decision]:
        if not isfinite(now):
            raise ValueError(now)
        if now < self._now:
            self.turn_back(now)
        self._now = now
        self._out = []
        self.take_over(truth)
        self._ring()
        return self._end()

    def amend(
        self, changed: Snapshot, now: float, *, gone: Collection[Id], left: Collection[Id]
    ) -> list[Decision]:
        """As `adopt`, of a part: what is not named here is as it was.

        Args:
            gone: requests that wait no more, if they did. `left`: doctors who may not be asked any more.
        """
        if not self._now <= now < inf:
            raise ValueError(now)
        self._now = now
        self._out = []
        self.take_over_part(changed, gone, left)
        self.follow_up()  # by turn, before a gate that opens now lets one of them pass the others
        self._ring()
        return self._end()

    def estimate(self, request_id: Id, now: float) -> Estimate | None:
        if not isfinite(now):
            raise ValueError(now)
        entry = self._entries.get(request_id)
        if entry is None or entry.state not in {WAITING, HELD}:
            return None
        self._now = max(self._now, now)
        return self.tell(entry)

    def _begin(self, now: float) -> None:
        """A clock that goes back stands still until it has caught up."""
        if now > self._now:
            if now == inf:
                raise ValueError(now)
            self._now = now
        elif not isfinite(now):
            raise ValueError(now)
        self._out = []
        if self._timers and self._timers[0][0] <= self._now:
            self._ring()

    def _end(self) -> list[Decision]:
        if self._loose or self._gained or self._unsettled or self._waked:
            self.follow_up()
        return self._out

    def _ring(self) -> None:
        """Everything that is due; gates that open together are settled together, by turn."""
        queues: list[Queue] = []
        entries: list[Entry] = []
        timers = self._timers
        while timers and timers[0][0] <= self._now:
            _, _, kind, what = heappop(timers)
            if kind == GATE:
                what.timer_at = inf  # of an earlier one too: whatever is still to come is set again
                queues.append(what)
            elif kind in {WIDEN, COMEBACK}:
                entries.append(what)
            else:
                self._wake(kind, what, entries)
        if self._gained or self._unsettled or self._waked:
            # Whoever has come back is not given to those who are due before others who wait.
            self._waked += entries
            self._unsettled.update(dict.fromkeys(q.pool for q in queues if q))
        else:
            self.settle(queues, entries)
        self.follow_up()

    def _wake(self, kind: int, what: Any, entries: list[Entry]) -> None:
        if kind == RELEASE:
            if what.state == HELD and what.until <= self._now:
                self.take_out(what)
                self.enqueue(what)
                entries.append(what)
        elif kind == BACK:
            if self.see(what):
                self.improve(what)  # whoever is settled at this moment may have him too
                self._gained[what] = None
        elif kind == SHIFT_END:
            end = what.doctor.shift_end
            if what.on and end is not None and end <= self._now:
                self.leave(what)
        else:
            self.watch()


__all__ = ["NEVER_AGAIN", "Engine"]
