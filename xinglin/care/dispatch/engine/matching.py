"""The engine: events in, assignments out, O(log n) an event; nothing scans doctors or requests.

After every event no free doctor and waiting request that fit each other are left apart. The next
request of a department is that with the smallest turn; it goes to the doctor with the least
relative load there, then to the one longest idle. Heaps delete lazily: an entry counts as long as
it holds the very object that is current.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from uuid import UUID

from xinglin.care.dispatch.engine.reasons import reason_for
from xinglin.care.dispatch.engine.shapes import (
    NEVER_AGAIN,
    Assignment,
    Doctor,
    Rank,
    Request,
    Snapshot,
    Turn,
)

# The running number keeps two entries with equal keys from comparing what they hold.
_Queued = tuple[Turn, int, Request]
_Free = tuple[Rank, int, Doctor]

# A heap is swept of stale entries when it holds this many times what is current; O(1) amortised.
_SLACK = 4
_SMALL = 64


class Engine:
    """The waiting, the doctors and who declined what; a pure function of its events."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, Request] = {}
        self._doctors: dict[UUID, Doctor] = {}
        self._given: dict[UUID, tuple[Request, UUID]] = {}
        self._barred: dict[UUID, dict[UUID, datetime]] = {}
        self._queues: defaultdict[str, list[_Queued]] = defaultdict(list)
        self._free: defaultdict[str, list[_Free]] = defaultdict(list)
        self._comebacks: list[tuple[datetime, UUID]] = []
        self._number = count()

    def request_arrived(self, request: Request, *, now: datetime) -> list[Assignment]:
        """A new request, or a known one with another department or urgency."""
        self._queue(request)
        return self._settle({request.department}, now)

    def request_withdrawn(self, consultation_id: UUID, *, now: datetime) -> list[Assignment]:
        """The visit needs no doctor any more; a doctor who was asked for it is free again."""
        self._waiting.pop(consultation_id, None)
        self._barred.pop(consultation_id, None)
        given = self._given.pop(consultation_id, None)
        return [] if given is None else self._settle(self._free_slot(given[1]), now)

    def doctor_on(self, doctor: Doctor, *, now: datetime) -> list[Assignment]:
        """On duty and reachable, or changed in load, capacity or departments."""
        self._welcome(doctor)
        return self._settle(doctor.departments, now)

    def doctor_off(self, practitioner_id: UUID) -> None:
        """Asked for nothing any more; what he has is his until it is withdrawn or refused."""
        self._doctors.pop(practitioner_id, None)

    def slot_freed(self, consultation_id: UUID, *, now: datetime) -> list[Assignment]:
        """The visit has ended with the doctor who had it."""
        return self.request_withdrawn(consultation_id, now=now)

    def refused(
        self, consultation_id: UUID, *, again_after: datetime, now: datetime
    ) -> list[Assignment]:
        """The doctor declined or let lapse what he was given; it waits with its old turn.

        He is asked for it again only when `again_after` has passed and nobody else is free.
        """
        given = self._given.pop(consultation_id, None)
        if given is None:
            return []
        request, practitioner_id = given
        self._bar(consultation_id, {practitioner_id: again_after})
        freed = self._free_slot(practitioner_id)
        self._queue(request)
        return self._settle({request.department, *freed}, now)

    def tick(self, now: datetime) -> list[Assignment]:
        """Time has passed: doctors who declined may be asked again."""
        touched = set()
        while self._comebacks and self._comebacks[0][0] <= now:
            _, consultation_id = heappop(self._comebacks)
            if consultation_id in self._waiting:
                touched.add(self._waiting[consultation_id].department)
        return self._settle(touched, now)

    def adopt(self, truth: Snapshot, *, now: datetime) -> list[Assignment]:
        """Take over what the database says, by the difference, and match what can be matched."""
        self._given.clear()
        for gone in self._waiting.keys() - truth.waiting.keys():
            del self._waiting[gone]
        for left in self._doctors.keys() - truth.doctors.keys():
            del self._doctors[left]
        self._barred.clear()
        self._comebacks.clear()
        for consultation_id, barred in truth.barred.items():
            self._bar(consultation_id, barred)
        for doctor in truth.doctors.values():
            if self._doctors.get(doctor.practitioner_id) != doctor:
                self._welcome(doctor)
        for request in truth.waiting.values():
            if self._waiting.get(request.consultation_id) != request:
                self._queue(request)
        return self._settle({r.department for r in truth.waiting.values()}, now)

    def _queue(self, request: Request) -> None:
        own = replace(request)  # a new object: what is left of it in a heap is stale from now on
        self._waiting[own.consultation_id] = own
        queue = self._queues[own.department]
        heappush(queue, (own.turn, next(self._number), own))
        if len(queue) > _SMALL + _SLACK * len(self._waiting):
            queue[:] = [e for e in queue if self._waiting.get(e[2].consultation_id) is e[2]]
            heapify(queue)

    def _welcome(self, doctor: Doctor) -> None:
        own = replace(doctor)
        self._doctors[own.practitioner_id] = own
        if own.has_room:
            for department in own.departments:
                self._offer_slot(own, self._free[department], own.rank(department))

    def _offer_slot(self, doctor: Doctor, free: list[_Free], rank: Rank) -> None:
        heappush(free, (rank, next(self._number), doctor))
        if len(free) > _SMALL + _SLACK * len(self._doctors):
            free[:] = [e for e in free if self._doctors.get(e[2].practitioner_id) is e[2]]
            heapify(free)

    def _free_slot(self, practitioner_id: UUID) -> Iterable[str]:
        """The departments that may be served now."""
        doctor = self._doctors.get(practitioner_id)
        if doctor is None:
            return ()
        self._welcome(replace(doctor, used=doctor.used - 1))
        return doctor.departments

    def _bar(self, consultation_id: UUID, barred: Mapping[UUID, datetime]) -> None:
        self._barred.setdefault(consultation_id, {}).update(barred)
        for again_after in barred.values():
            if again_after != NEVER_AGAIN:
                heappush(self._comebacks, (again_after, consultation_id))

    def _settle(self, departments: Iterable[str], now: datetime) -> list[Assignment]:
        made: list[Assignment] = []
        stuck: list[_Queued] = []
        able = set(departments)
        while (entry := self._next_request(able)) is not None:
            request = entry[2]
            doctor = self._choose(request, now)
            if doctor is None:
                stuck.append(entry)
            else:
                made.append(self._give(request, doctor, now))
        for entry in stuck:
            heappush(self._queues[entry[2].department], entry)
        return made

    def _next_request(self, able: set[str]) -> _Queued | None:
        """Takes the smallest turn from the queues; drops departments that can do nothing now."""
        heads: list[_Queued] = []
        for department in sorted(able):
            head = self._head(department)
            if head is None or self._best_free(department) is None:
                able.discard(department)
            else:
                heads.append(head)
        if not heads:
            return None
        first = min(heads)
        return heappop(self._queues[first[2].department])

    def _head(self, department: str) -> _Queued | None:
        queue = self._queues[department]
        while queue and self._waiting.get(queue[0][2].consultation_id) is not queue[0][2]:
            heappop(queue)
        return queue[0] if queue else None

    def _best_free(self, department: str) -> _Free | None:
        free = self._free[department]
        while free and self._doctors.get(free[0][2].practitioner_id) is not free[0][2]:
            heappop(free)
        return free[0] if free else None

    def _choose(self, request: Request, now: datetime) -> Doctor | None:
        barred = self._barred.get(request.consultation_id, {})
        aside: list[_Free] = []
        chosen: Doctor | None = None
        second_choice: Doctor | None = None
        while chosen is None and (entry := self._best_free(request.department)) is not None:
            doctor = entry[2]
            again_after = barred.get(doctor.practitioner_id)
            if again_after is None:
                chosen = doctor
            else:
                aside.append(heappop(self._free[request.department]))
                if second_choice is None and again_after <= now:
                    second_choice = doctor
        for entry in aside:
            heappush(self._free[request.department], entry)
        return chosen or second_choice

    def _give(self, request: Request, doctor: Doctor, now: datetime) -> Assignment:
        del self._waiting[request.consultation_id]
        self._given[request.consultation_id] = (request, doctor.practitioner_id)
        self._welcome(replace(doctor, used=doctor.used + 1, idle_since=now))
        declined = len(self._barred.get(request.consultation_id, {}))
        return Assignment(
            consultation_id=request.consultation_id,
            practitioner_id=doctor.practitioner_id,
            why=reason_for(request, doctor, declined=declined, now=now),
        )
