"""Routing by skill and queue, as contact-centre software does it: what the engine is compared with.

A waiting request is in the heap of its class (department, need, urgency, live or not); a doctor with
room in a heap for each department and kind. Heaps delete lazily. A live visit that fits nobody lets
one doctor drain: he takes no new text until it fits.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from typing import Any, ClassVar, Final

from xinglin.care.dispatch.engine.decisions import Decision, Estimate, Offer
from xinglin.care.dispatch.engine.shapes import Doctor, Facts, How, Id, Request, Snapshot

_OWN: Final = 1
_OFFER_S: Final = 30.0
_AWAY_S: Final = 120.0

Class = tuple[int, int, bool]
Key = tuple[float, ...]


class Seat:
    """A doctor on duty."""

    __slots__ = ("asked", "away", "doctor", "drains", "live", "used", "version")

    def __init__(self, doctor: Doctor) -> None:
        self.doctor = doctor
        self.used, self.live = doctor.used, doctor.realtime
        self.asked = doctor.idle_since
        self.away = False
        self.drains: Request | None = None
        self.version = 0

    def fits(self, request: Request) -> bool:
        doctor = self.doctor
        if self.used + doctor.costs[request.channel] > doctor.units:
            return False
        return request.channel == "text" or (doctor.video_ok and not self.live)


class SkillRouting:
    """What is common; who comes first, who may be asked and when is said by those below."""

    name: ClassVar[str]

    def __init__(self) -> None:
        self._waiting: dict[Id, Request] = {}
        self._given: dict[Id, tuple[Request, Seat]] = {}
        self._seats: dict[Id, Seat] = {}
        self._barred: defaultdict[Id, set[Id]] = defaultdict(set)
        self._queues: defaultdict[str, dict[Class, list[tuple[float, int, Request]]]]
        self._queues = defaultdict(dict)
        self._free: defaultdict[tuple[str, int, bool], list[tuple[float, int, int, Seat]]]
        self._free = defaultdict(list)
        self._staff: defaultdict[str, dict[Id, Seat]] = defaultdict(dict)
        self._drainers: dict[Id, Seat] = {}
        self._timers: list[tuple[float, int, Any]] = []
        self._number = count().__next__
        self._made: list[Decision] = []

    # What differs.

    def _key(self, request: Request) -> Key:
        """Smaller is served first."""
        raise NotImplementedError

    def _grades(self, request: Request, now: float) -> list[list[int]]:
        """Grades that may be asked now: of the first list somebody, else of the next."""
        raise NotImplementedError

    def _may_ask(self, grade: int, request: Request, now: float) -> bool:
        return grade >= request.need

    def _widens_at(self, request: Request) -> float | None:
        """When more grades may be asked."""
        return None

    def _first_asked(self, request: Request) -> Id | None:
        """Who is asked before all others if he has room."""
        return None

    # Events.

    def request_arrived(self, request: Request, now: float) -> list[Decision]:
        self._waiting[request.id] = request
        if not self._place(request, now):
            self._queue(request)
            widens = self._widens_at(request)
            if widens is not None:
                heappush(self._timers, (widens, self._number(), request))
        return self._said()

    def request_withdrawn(self, request_id: Id, now: float) -> list[Decision]:
        self._waiting.pop(request_id, None)
        self._barred.pop(request_id, None)
        self._release(request_id, now)
        self._clear(request_id, now)
        return self._said()

    def retriaged(
        self,
        request_id: Id,
        *,
        now: float,
        urgency: int | None = None,
        department: str | None = None,
    ) -> list[Decision]:
        old = self._waiting.pop(request_id, None)
        if old is None:
            return []
        self._release(request_id, now)
        told = replace(old, urgency=urgency or old.urgency, department=department or old.department)
        return self._said() + self.request_arrived(told, now)

    def doctor_on(self, doctor: Doctor, now: float) -> list[Decision]:
        seat = Seat(doctor)
        self._seats[doctor.id] = seat
        for slug in doctor.departments:
            self._staff[slug][doctor.id] = seat
        self._serve(seat, now)
        return self._said()

    def doctor_changed(self, doctor: Doctor, now: float) -> list[Decision]:
        seat = self._seats.get(doctor.id)
        if seat is None:
            return self.doctor_on(doctor, now)
        seat.doctor = doctor
        self._serve(seat, now)
        return self._said()

    def doctor_off(self, doctor_id: Id, now: float) -> list[Decision]:
        seat = self._seats.pop(doctor_id, None)
        if seat is not None:
            seat.version += 1
            for slug in seat.doctor.departments:
                del self._staff[slug][doctor_id]
            self._drop_drain(seat)
        return self._said()

    def accepted(self, request_id: Id, now: float) -> list[Decision]:
        return []

    def slot_freed(self, request_id: Id, now: float) -> list[Decision]:
        return self.request_withdrawn(request_id, now)

    def refused(self, request_id: Id, *, again_after: float, now: float) -> list[Decision]:
        return self._declined(request_id, now, away=False)

    def timed_out(self, request_id: Id, now: float) -> list[Decision]:
        return self._declined(request_id, now, away=True)

    def tick(self, now: float) -> list[Decision]:
        while self._timers and self._timers[0][0] <= now:
            what = heappop(self._timers)[2]
            if isinstance(what, Seat):
                what.away = False
                self._serve(what, now)
            elif self._waiting.get(what.id) is what:
                self._place(what, now)
        return self._said()

    def next_timer(self) -> float | None:
        return self._timers[0][0] if self._timers else None

    def adopt(self, truth: Snapshot, now: float) -> list[Decision]:
        raise NotImplementedError("a baseline never takes over a hospital")

    def estimate(self, request_id: Id, now: float) -> Estimate | None:
        return None

    # The request's side.

    def _place(self, request: Request, now: float) -> bool:
        first = self._seats.get(self._first_asked(request))
        if first is not None and self._may(first, request) and first.fits(request):
            self._give(request, first, now, "former")
            return True
        for grades in self._grades(request, now):
            seat = self._longest_idle(request, grades)
            if seat is not None:
                self._give(request, seat, now, "cheapest")
                return True
        if request.channel != "text" and request.id not in self._drainers:
            self._drain_one(request, now)
        return False

    def _longest_idle(self, request: Request, grades: list[int]) -> Seat | None:
        live = request.channel != "text"
        best: tuple[float, int, int, Seat] | None = None
        skipped = []
        for grade in grades:
            heap = self._free[request.department, grade, live]
            while heap:
                head = heap[0]
                seat = head[3]
                if head[2] != seat.version or not seat.fits(request):
                    heappop(heap)
                elif seat.doctor.id in self._barred.get(request.id, ()):
                    skipped.append((heap, heappop(heap)))
                else:
                    if best is None or head < best:
                        best = head
                    break
        for heap, entry in skipped:
            heappush(heap, entry)
        return None if best is None else best[3]

    def _may(self, seat: Seat, request: Request) -> bool:
        doctor = seat.doctor
        return (
            not seat.away
            and doctor.grade >= request.need
            and request.department in doctor.departments
            and doctor.id not in self._barred.get(request.id, ())
            and (seat.drains is None or seat.drains is request)
        )

    def _drain_one(self, request: Request, now: float) -> None:
        able: list[tuple[int, float, int]] = []
        seats = list(self._staff[request.department].values())
        for place, seat in enumerate(seats):
            can = seat.doctor.video_ok and not seat.live and seat.drains is None
            asked = self._may_ask(seat.doctor.grade, request, now)
            if can and asked and self._may(seat, request):
                able.append((seat.used, seat.asked, place))
        if able:
            self._drain(seats[min(able)[2]], request)

    # The doctor's side.

    def _serve(self, seat: Seat, now: float) -> None:
        """All that the doctor can take of what waits, then his place among the free."""
        if self._seats.get(seat.doctor.id) is not seat or seat.away:
            return
        while (found := self._best_for(seat, now)) is not None:
            if not seat.fits(found):
                self._drain(seat, found)
                return
            self._give(found, seat, now, "cheapest")
        self._show(seat)

    def _best_for(self, seat: Seat, now: float) -> Request | None:
        """A live one that does not fit yet is answered too: he is to drain for it."""
        if seat.used >= seat.doctor.units:
            return None
        if seat.drains is not None:
            return seat.drains if seat.fits(seat.drains) else None
        best: tuple[Key, int, Request] | None = None
        for number, request in self._heads(seat):
            if not self._may_ask(seat.doctor.grade, request, now):
                continue
            key = (self._key(request), number, request)
            if best is None or key[:2] < best[:2]:
                best = key
        return None if best is None else best[2]

    def _heads(self, seat: Seat) -> Iterator[tuple[int, Request]]:
        doctor = seat.doctor
        for slug in doctor.departments:
            queues = self._queues[slug]
            for kind in list(queues):
                need, _, live = kind
                if need > doctor.grade or (live and (not doctor.video_ok or seat.live)):
                    continue
                head = self._head(queues, kind, doctor.id)
                if head is None:
                    continue
                if live and not seat.fits(head[2]) and head[2].id in self._drainers:
                    continue
                yield head[1], head[2]

    def _head(
        self, queues: dict[Class, list[tuple[float, int, Request]]], kind: Class, doctor_id: Id
    ) -> tuple[float, int, Request] | None:
        heap = queues[kind]
        skipped = []
        found = None
        while heap:
            head = heap[0]
            if self._waiting.get(head[2].id) is not head[2]:
                heappop(heap)
            elif doctor_id in self._barred.get(head[2].id, ()):
                skipped.append(heappop(heap))
            else:
                found = head
                break
        for entry in skipped:
            heappush(heap, entry)
        if not heap:
            del queues[kind]
        return found

    # Books.

    def _queue(self, request: Request) -> None:
        kind = (request.need, request.urgency, request.channel != "text")
        heap = self._queues[request.department].setdefault(kind, [])
        heappush(heap, (request.arrived, self._number(), request))

    def _show(self, seat: Seat) -> None:
        seat.version += 1
        doctor = seat.doctor
        if seat.away or seat.used >= doctor.units:
            return
        room = doctor.units - seat.used
        live = doctor.video_ok and not seat.live and room >= doctor.costs["video"]
        for slug in doctor.departments:
            entry = (seat.asked, self._number(), seat.version, seat)
            if seat.drains is None:
                heappush(self._free[slug, doctor.grade, False], entry)
            if live:
                heappush(self._free[slug, doctor.grade, True], entry)

    def _give(self, request: Request, seat: Seat, now: float, how: How) -> None:
        doctor = seat.doctor
        del self._waiting[request.id]
        facts = Facts(
            request,
            doctor,
            now,
            how,
            seat.used,
            0.0,
            doctor.departments[request.department] == _OWN,
            seat.asked,
            len(self._barred.get(request.id, ())),
            self.name,
            strict=False,
        )
        seat.used += doctor.costs[request.channel]
        seat.live += request.channel != "text"
        seat.asked = now
        self._given[request.id] = (request, seat)
        self._made.append(Offer(request.id, doctor.id, now, now + _OFFER_S, facts))
        self._release(request.id, now)
        self._show(seat)

    def _clear(self, request_id: Id, now: float) -> None:
        given = self._given.pop(request_id, None)
        if given is not None:
            self._take_back(*given, now)

    def _take_back(self, request: Request, seat: Seat, now: float) -> None:
        seat.used -= seat.doctor.costs[request.channel]
        seat.live -= request.channel != "text"
        self._serve(seat, now)

    def _declined(self, request_id: Id, now: float, *, away: bool) -> list[Decision]:
        given = self._given.pop(request_id, None)
        if given is None:
            return []
        request, seat = given
        self._barred[request_id].add(seat.doctor.id)
        if away:
            seat.away = True
            seat.version += 1
            heappush(self._timers, (now + _AWAY_S, self._number(), seat))
        self._waiting[request_id] = request
        if not self._place(request, now):
            self._queue(request)
        self._take_back(request, seat, now)
        return self._said()

    def _drain(self, seat: Seat, request: Request) -> None:
        seat.drains = request
        self._drainers[request.id] = seat
        self._show(seat)

    def _drop_drain(self, seat: Seat) -> None:
        if seat.drains is not None:
            self._drainers.pop(seat.drains.id, None)
            seat.drains = None

    def _release(self, request_id: Id, now: float) -> None:
        """The doctor who drained for it takes texts again."""
        seat = self._drainers.pop(request_id, None)
        if seat is not None:
            seat.drains = None
            self._serve(seat, now)

    def _said(self) -> list[Decision]:
        made, self._made = self._made, []
        return made
