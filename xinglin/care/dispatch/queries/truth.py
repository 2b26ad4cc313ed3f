"""The state of the database as the engine takes it over."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import WaitingRequest
from xinglin.care.dispatch.engine import NEVER_AGAIN, Doctor, Request, Snapshot
from xinglin.care.dispatch.rules import ASK_AGAIN_AFTER
from xinglin.care.dispatch.types import FINAL_REFUSALS
from xinglin.foundation.live import queries as live

# The dispatcher asks these at every turn, and three hundred may wait: rows of the ORM, and lists of
# ids that the driver writes down one by one, cost more than all the rest of a turn.
_ON_DUTY = """
    select practitioner_id, user_id, institution_id, departments::text, grade, capacity, reserved,
        greatest(on_since, given_at), away_until is null or away_until <= %s
    from dispatch_duty where on_since is not null
"""
_OFFERS = """
    select consultation_id, practitioner_id, department, state, reason, closed_at
    from dispatch_offer
    where state = 'offered' or (
        consultation_id = any(%s::uuid[])
        and state in ('accepted', 'refused', 'lapsed', 'released')
    )
"""
_TOLD = """
    select consultation_id, department from dispatch_nobodytold
    where consultation_id = any(%s::uuid[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleOffer:
    """A live offer that its visit has left behind; a step is missing that an event should bring."""

    consultation_id: UUID
    practitioner_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """`untold`: visits for which nobody is on duty and whose patients do not know it yet."""

    snapshot: Snapshot
    stale: tuple[StaleOffer, ...]
    untold: tuple[WaitingRequest, ...]


@dataclass(frozen=True, slots=True)
class _Duty:
    practitioner_id: UUID
    user_id: UUID
    institution_id: UUID
    departments: Mapping[str, int]
    grade: int
    capacity: int
    reserved: int
    idle_since: datetime
    is_back: bool

    @property
    def queues(self) -> dict[str, int]:
        return {_queue_of(self.institution_id, slug): n for slug, n in self.departments.items()}


@dataclass(frozen=True, slots=True)
class _Offer:
    consultation_id: UUID
    practitioner_id: UUID
    department: str
    state: str
    reason: str
    closed_at: datetime | None


def truth(at: datetime) -> Truth:
    """Five statements at most, whatever the size, and two when nobody waits for an offer; each sees
    its own moment, so every write checks again.
    """
    requests = {w.consultation_id: w for w in visits.waiting_requests()}
    offers = [_Offer(*row) for row in _rows(_OFFERS, _listed(requests))]
    live_offers = [o for o in offers if o.state in {"offered", "accepted"}]
    taken = {o.consultation_id for o in live_offers}
    free = {i: w for i, w in requests.items() if i not in taken}
    duties = [_duty(row) for row in _rows(_ON_DUTY, at)] if free else []
    barred = _barred(requests, duties, offers)
    doctors = _doctors(duties, at)
    room = {queue for d in doctors.values() if d.has_room for queue in d.departments}
    return Truth(
        snapshot=Snapshot(
            waiting={
                i: _request(w)
                for i, w in free.items()
                if _queue_of(w.institution_id, w.department) in room
            },
            doctors=doctors,
            barred=barred,
        ),
        stale=tuple(_stale(live_offers, requests)),
        untold=_untold(free.values(), duties, barred),
    )


def _duty(row: tuple[Any, ...]) -> _Duty:
    doctor, user, institution, departments, *rest = row
    return _Duty(doctor, user, institution, json.loads(departments), *rest)


@cache
def _queue_of(institution_id: UUID, department: str) -> str:
    """What the engine calls a department: each institution's doctors see its own patients."""
    return f"{institution_id}/{department}"


def _request(waiting: WaitingRequest) -> Request:
    return Request(
        consultation_id=waiting.consultation_id,
        department=_queue_of(waiting.institution_id, waiting.department),
        urgency=waiting.urgency,
        requested_at=waiting.requested_at,
        returned=waiting.returned > 0,
        left_message=waiting.left_message,
    )


def _doctors(duties: list[_Duty], at: datetime) -> dict[UUID, Doctor]:
    """Those on duty who are reachable and not away."""
    present = live.present([d.user_id for d in duties], at) if duties else set()
    return {
        d.practitioner_id: Doctor(
            practitioner_id=d.practitioner_id,
            departments=d.queues,
            grade=d.grade,
            capacity=d.capacity,
            used=d.reserved,
            idle_since=d.idle_since,
        )
        for d in duties
        if d.is_back and d.user_id in present
    }


def _barred(
    requests: dict[UUID, WaitingRequest], duties: list[_Duty], offers: list[_Offer]
) -> dict[UUID, dict[UUID, datetime]]:
    """Who declined, let lapse or gave back a waiting visit, and who asks for it himself."""
    barred: defaultdict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    for offer in offers:
        if offer.closed_at is None:
            continue
        final = offer.reason in FINAL_REFUSALS
        again = NEVER_AGAIN if final else offer.closed_at + ASK_AGAIN_AFTER
        theirs = barred[offer.consultation_id]
        theirs[offer.practitioner_id] = max(theirs.get(offer.practitioner_id, again), again)
    by_user = {d.user_id: d.practitioner_id for d in duties}
    for consultation_id, waiting in requests.items():
        if waiting.holder_id in by_user:
            barred[consultation_id][by_user[waiting.holder_id]] = NEVER_AGAIN
    return dict(barred)


def _stale(offers: Iterable[_Offer], requests: dict[UUID, WaitingRequest]) -> Iterator[StaleOffer]:
    for offer in offers:
        waiting = requests.get(offer.consultation_id)
        wanted = waiting is not None and waiting.department == offer.department
        if offer.state == "accepted" or not wanted:
            yield StaleOffer(
                consultation_id=offer.consultation_id,
                practitioner_id=offer.practitioner_id,
                state=offer.state,
            )


def _untold(
    free: Iterable[WaitingRequest],
    duties: Iterable[_Duty],
    barred: Mapping[UUID, Mapping[UUID, datetime]],
) -> tuple[WaitingRequest, ...]:
    """Whom nobody on duty may ever take; a message left for the next shift waits without a word."""
    staff: defaultdict[str, set[UUID]] = defaultdict(set)
    for duty in duties:
        for queue in duty.queues:
            staff[queue].add(duty.practitioner_id)
    forsaken = [
        w
        for w in free
        if not w.left_message
        and all(
            barred.get(w.consultation_id, {}).get(doctor) == NEVER_AGAIN
            for doctor in staff[_queue_of(w.institution_id, w.department)]
        )
    ]
    if not forsaken:
        return ()
    told = set(_rows(_TOLD, _listed(w.consultation_id for w in forsaken)))
    return tuple(w for w in forsaken if (w.consultation_id, w.department) not in told)


def _listed(consultation_ids: Iterable[UUID]) -> str:
    return f"{{{','.join(map(str, consultation_ids))}}}"


def _rows(sql: str, value: datetime | str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
