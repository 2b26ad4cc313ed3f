"""The discrete-event hospital: patients come, doctors answer, and a policy decides who gets whom."""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final, cast

from xinglin.care.dispatch.engine.decisions import Close, Decision, Offer, Pause
from xinglin.care.dispatch.engine.interface import Policy
from xinglin.care.dispatch.engine.shapes import Doctor, Mode
from xinglin.care.dispatch.simulator.cases import TEXT, accepting, first_message
from xinglin.care.dispatch.simulator.desk import NEVER, Desk
from xinglin.care.dispatch.simulator.recording import Recording
from xinglin.care.dispatch.simulator.roster import DAY_S, Session
from xinglin.care.dispatch.simulator.visit import CLOSED, DONE, LEFT, OFFERED, OPEN, WAITING, Visit
from xinglin.care.dispatch.simulator.world import Day, World

_OWN: Final = 1
Handler = Callable[[Any, float], None]


class Hospital:
    """One run. `until` goes on from where it stopped; `finish` ends what is open."""

    def __init__(self, world: World, policy: Policy) -> None:
        self.world = world
        self.recording = Recording(world)
        self._policy = policy
        self._heap: list[tuple[float, int, Handler, Any]] = []
        # Apart, for they come within seconds and the others within hours: half of what happens.
        self._answers: list[tuple[float, int, Handler, Any]] = []
        self._number = count().__next__
        self._day: Day | None = None
        self._place = 0
        self._arrives = NEVER
        self._visits: dict[int, Visit] = {}
        self._drawn_days = 0
        number = world.scenario.one
        self._costs = {
            channel: round(number("capacity.text" if channel == TEXT else "capacity.live"))
            for channel in ("text", "audio", "video")
        }
        self.desks: Sequence[Desk] = [
            Desk(person, slowdown=number("work.slowdown"), costs=self._costs)
            for person in world.staff
        ]
        self._offer_s, self._pause_s = number("doctors.offer_s"), number("doctors.pause_s")
        self._away_s = number("doctors.away_s")
        self._refuse, self._refuse_s = number("doctors.refuse"), number("doctors.refuse_s")
        self._secondary = 1.0 + number("work.secondary")
        self._former = 1.0 - number("work.former")
        self._accepting, self._first = accepting(world.scenario), first_message(world.scenario)
        self._push(world.begins, self._midnight, 0)

    def until(self, end: float) -> None:
        """Everything that happens before `end`."""
        later, answers, next_timer = self._heap, self._answers, self._policy.next_timer
        while True:
            heap = answers if answers and (not later or answers[0] < later[0]) else later
            at = heap[0][0] if heap else NEVER
            arrives = self._arrives
            due = next_timer()
            if due is not None and due < at and due < arrives:
                if due >= end:
                    return
                self._decided(self._policy.tick(due), due)
                if self._is_empty:
                    return
            elif arrives < at:
                if arrives >= end:
                    return
                self._arrive(arrives)
            elif at >= end:
                return
            else:
                _, _, handler, what = heappop(heap)
                handler(what, at)
                if self._is_empty:
                    return

    def finish(self) -> Recording:
        """To the last open visit."""
        self.until(NEVER)
        end = self.world.measured[1]
        for desk in self.desks:
            self._off_duty(desk, end)
            self.recording.doctor(desk)
        return self.recording

    @property
    def _is_empty(self) -> bool:
        return not self._visits and self._drawn_days >= self.world.days and self._arrives == NEVER

    def _look_ahead(self) -> None:
        day, place = self._day, self._place
        more = day is not None and place < len(day.cases)
        self._arrives = day.cases[place].arrived if day is not None and more else NEVER

    def _push(self, at: float, handler: Handler, what: object) -> None:
        heappush(self._heap, (at, self._number(), handler, what))

    def _midnight(self, day: int, now: float) -> None:
        self._day, self._place = self.world.day(day), 0
        self._look_ahead()
        self._drawn_days = day + 1
        for session in self._day.sessions:
            if session.end > now:
                self._push(max(now, session.start), self._begin_session, session)
        if self._drawn_days < self.world.days:
            self._push((day + 1) * DAY_S, self._midnight, day + 1)

    # Doctors.

    def _begin_session(self, session: Session, now: float) -> None:
        desk = self.desks[session.number]
        is_new = desk.on_since == NEVER
        desk.shift_end = max(desk.shift_end, session.end)
        desk.doctor = self._doctor(desk, now)
        self._push(session.end, self._end_session, desk)
        if is_new:
            desk.on_since = now
            self._decided(self._policy.doctor_on(desk.doctor, now), now)
        else:
            self._decided(self._policy.doctor_changed(desk.doctor, now), now)

    def _end_session(self, desk: Desk, now: float) -> None:
        if desk.on_since == NEVER or desk.shift_end > now:
            return
        self._off_duty(desk, now)
        self._decided(self._policy.doctor_off(desk.person.number, now), now)

    def _off_duty(self, desk: Desk, now: float) -> None:
        if desk.on_since < now:
            desk.duty_s += now - desk.on_since
        desk.on_since = NEVER

    def _back(self, number: int, now: float) -> None:
        """The doctor on pause says that he is there."""
        desk = self.desks[number]
        if desk.on_since != NEVER and desk.doctor is not None:
            self._decided(self._policy.doctor_changed(desk.doctor, now), now)

    def _doctor(self, desk: Desk, now: float) -> Doctor:
        person = desk.person
        return Doctor(
            id=person.number,
            departments=person.departments,
            grade=person.grade,
            units=person.units,
            costs=self._costs,
            video_ok=person.video_ok,
            shift_end=desk.shift_end,
            mode=cast("Mode", person.mode),
            idle_since=now,
        )

    # Patients.

    def _arrive(self, now: float) -> None:
        day, place = self._day, self._place
        assert day is not None
        self._place = place + 1
        self._look_ahead()
        case, request = day.cases[place], day.requests[place]
        visit = Visit(case, request, is_counted=self.world.is_counted(now))
        self._visits[case.number] = visit
        self.recording.requests += 1
        self._decided(self._policy.request_arrived(request, now), now)
        if visit.state == WAITING:
            self._watch(visit)
            estimate = self._policy.estimate(case.number, now)
            if estimate is not None:
                visit.expected = estimate.wait_s

    def _watch(self, visit: Visit) -> None:
        if not visit.is_watched:
            visit.is_watched = True
            self._push(visit.case.leaves_at, self._leave, visit)

    def _leave(self, visit: Visit, now: float) -> None:
        if visit.state > OFFERED:
            return
        visit.state = LEFT
        del self._visits[visit.case.number]
        self.recording.lost(visit)
        self._decided(self._policy.request_withdrawn(visit.case.number, now), now)

    # Decisions, and how the doctors answer.

    def _decided(self, decisions: Sequence[Decision], now: float) -> None:
        for decision in decisions:
            if isinstance(decision, Offer):
                self._offered(decision, now)
            elif isinstance(decision, Close):
                visit = self._visits.pop(cast("int", decision.request))
                visit.state = CLOSED
                self.recording.closed(visit)
            elif isinstance(decision, Pause):
                self._push(now + self._pause_s, self._back, decision.doctor)

    def _offered(self, offer: Offer, now: float) -> None:
        self.recording.offered(offer)
        request: Any = offer.request
        doctor: Any = offer.doctor
        visit, desk = self._visits[request], self.desks[doctor]
        case = visit.case
        if visit.expected is not None and not visit.attempt:
            self.recording.estimated(visit, now)
        chance, accept_s, first_s = case.chance, case.accept_s, case.first_s
        if visit.attempt:
            drawn = self.world.streams.of("again", case.number, visit.attempt)
            chance = drawn.random()
            accept_s = self._accepting.at(drawn.gauss(0.0, 1.0))
            first_s = self._first.at(drawn.gauss(0.0, 1.0))
        visit.attempt += 1
        visit.state = OFFERED
        asked = (visit, visit.attempt, desk, first_s)
        lapse = desk.person.lapse
        if chance < lapse:
            # He has left the screen; until he is back nothing that is offered is seen.
            desk.away_until = max(desk.away_until, now + self._offer_s + self._away_s)
        if now < desk.away_until or accept_s >= self._offer_s:
            answers, handler = now + self._offer_s, self._lapse
        elif chance < lapse + self._refuse:
            answers, handler = now + self._refuse_s, self._refused
        else:
            answers, handler = now + accept_s, self._accept
        heappush(self._answers, (answers, self._number(), handler, asked))
        if case.leaves_at < answers:
            self._watch(visit)

    def _lapse(self, asked: tuple[Visit, int, Desk, float], now: float) -> None:
        visit, attempt = asked[0], asked[1]
        if visit.state == OFFERED and visit.attempt == attempt:
            visit.state = WAITING
            self._watch(visit)
            self._decided(self._policy.timed_out(visit.case.number, now), now)

    def _refused(self, asked: tuple[Visit, int, Desk, float], now: float) -> None:
        visit, attempt = asked[0], asked[1]
        if visit.state == OFFERED and visit.attempt == attempt:
            visit.state = WAITING
            self._watch(visit)
            again = self._policy.refused(visit.case.number, again_after=NEVER, now=now)
            self._decided(again, now)

    def _accept(self, asked: tuple[Visit, int, Desk, float], now: float) -> None:
        visit, attempt, desk, first_s = asked
        if visit.state != OFFERED or visit.attempt != attempt:
            return
        visit.state = OPEN
        visit.started = now
        case, person = visit.case, desk.person
        work_s = case.work_s * person.pace
        if person.departments[case.department] != _OWN:
            work_s *= self._secondary
        if case.former == person.number:
            work_s *= self._former
        self.recording.answered(visit, person, now + first_s - case.arrived)
        self._decided(self._policy.accepted(case.number, now), now)
        self._schedule(desk, desk.begin(visit, work_s, now))

    def _schedule(self, desk: Desk, ends_at: float) -> None:
        # A later end finds out for itself when the earlier one comes.
        if ends_at < desk.scheduled:
            desk.scheduled = ends_at
            heappush(self._heap, (ends_at, self._number(), self._end, desk))

    def _end(self, desk: Desk, now: float) -> None:
        if now != desk.scheduled:
            return
        desk.scheduled = NEVER
        if desk.ends_at <= now:
            for visit in desk.ended(now):
                visit.state = DONE
                case = visit.case
                del self._visits[case.number]
                spent = (now - visit.started) * self._costs[case.channel]
                desk.unit_s += spent
                desk.consultations += 1
                self.recording.ended(visit, desk.person, spent)
                self._decided(self._policy.slot_freed(case.number, now), now)
        if desk.ends_at != NEVER:
            self._schedule(desk, desk.ends_at)
