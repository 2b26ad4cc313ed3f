"""The state of the database as the engine takes it over: read once, then by what has changed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import WaitingRequest
from xinglin.care.dispatch.engine import NEVER_AGAIN, Doctor, Id, Request, Snapshot
from xinglin.care.dispatch.queries.changes import changes_since, moment
from xinglin.care.dispatch.queries.forsaken import (
    NEVER,
    Forsaken,
    OfferRow,
    forsaken,
    is_before_the_hand,
    untold,
)
from xinglin.care.dispatch.queries.lines import Lines
from xinglin.care.dispatch.queries.linked import Linked
from xinglin.care.dispatch.queries.needs import Needs
from xinglin.care.dispatch.queries.shapes import ON_DUTY, DutyRow, doctor_of, duty_of
from xinglin.care.dispatch.queries.sparing import spared_queues
from xinglin.care.dispatch.rules import ASK_AGAIN_AFTER, UNTIL_ANSWERED
from xinglin.care.dispatch.types import FINAL_REFUSALS
from xinglin.foundation.database import services as database

_ON_DUTY_OF = f"{ON_DUTY} and practitioner_id = any(%s)"
_OFFER = """
    select consultation_id, practitioner_id, department, state, reason, closed_at from dispatch_offer
"""
_SAYS = "state in ('offered', 'accepted', 'refused', 'lapsed', 'released')"
_OFFERS = f"{_OFFER} where state = 'offered' or (consultation_id = any(%s) and {_SAYS})"
_OFFERS_OF = f"{_OFFER} where consultation_id = any(%s) and {_SAYS}"
_LIVE = frozenset({"offered", "accepted"})
_LOOK_AGAIN_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleOffer:
    """A live offer that its visit has left behind; a step is missing that an event should bring."""

    consultation_id: UUID
    practitioner_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the engine does not know yet; everything when `whole`.

    `gone`: visits that wait for no offer any more. `left`: doctors who may not be asked any more.
    """

    whole: bool
    snapshot: Snapshot
    gone: frozenset[UUID]
    left: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """`untold`: visits for which nobody is on duty and whose patients do not know it yet."""

    snapshot: Snapshot
    stale: tuple[StaleOffer, ...]
    untold: tuple[Forsaken, ...]


def truth(at: datetime) -> Truth:
    """All of it. A handful of statements, each of its own moment, so every write checks again."""
    memory = Memory()
    stale = memory.refresh(at)
    return Truth(snapshot=memory.news().snapshot, stale=stale, untold=memory.untold(at))


def everything(department: str) -> bool:
    del department
    return True


class Memory:
    """What one leader knows of its departments.

    What it knew at some moment is brought up to date by the log of changes, which the changing
    transactions write themselves, and by what passes with time: absences and lines.
    """

    def __init__(self, covers: Callable[[str], bool] = everything) -> None:
        self._covers = covers
        self._then: str | None = None
        self._at: datetime | None = None
        self._requests: dict[UUID, WaitingRequest] = {}
        self._offers: dict[UUID, list[OfferRow]] = {}
        self._duties: dict[UUID, DutyRow] = {}
        self._by_user: dict[UUID, UUID] = {}
        self._by_holder: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._away: set[UUID] = set()
        self._staff: defaultdict[str, set[UUID]] = defaultdict(set)
        self._needs = Needs()
        self._linked = Linked()
        self._looked: datetime | None = None
        # What the engine, and those who tell patients, have not been told of yet.
        self._whole = True
        self._seen: set[UUID] = set()
        self._moved: set[UUID] = set()
        self._unlooked: set[UUID] = set()
        self._doubted: tuple[set[UUID], set[UUID]] = (set(), set())
        self._respared = False
        self.lines = Lines()
        self.free: dict[UUID, Request] = {}
        self.barred: dict[UUID, dict[UUID, datetime]] = {}
        self.doctors: dict[UUID, Doctor] = {}
        self.spared: frozenset[str] = frozenset()

    @property
    def moment(self) -> str | None:
        """Of the database: up to it everything is known."""
        return self._then

    @property
    def is_doubting(self) -> bool:
        return any(self._doubted)

    def doubt(self, visit: UUID, doctor: UUID) -> None:
        """A decision about them did not hold: look at both again."""
        self._doubted[0].add(visit)
        self._doubted[1].add(doctor)

    def refresh(self, at: datetime) -> tuple[StaleOffer, ...]:
        """Take up what has changed; the offers that should be closed."""
        if self._at is not None and at < self._at:
            self._whole = True
        self._at = at
        found = self._read_all(at) if self._then is None else self._read_changes(at)
        return tuple(dict.fromkeys(found))

    def news(self) -> News:
        """What has changed since they were asked for the last time."""
        whole, seen, moved = self._whole, self._seen, self._moved
        self._whole, self._seen, self._moved = False, set(), set()
        respared, self._respared = self._respared, False
        changed = self._snapshot(
            {v: self.free[v] for v in seen if v in self.free},
            {d: self.doctors[d] for d in moved if d in self.doctors},
            self.spared if respared else None,
        )
        return News(
            whole=whole,
            snapshot=self.all() if whole else changed,
            gone=frozenset(v for v in seen if v not in self.free),
            left=frozenset(d for d in moved if d not in self.doctors),
        )

    def untold(self, at: datetime) -> tuple[Forsaken, ...]:
        """Of visits that changed; of all when doctors came or left, and once a second, since time tells."""
        looked = self._looked
        if looked is None or abs((at - looked).total_seconds()) >= _LOOK_AGAIN_S:
            self._looked = at
            self._unlooked = set(self.free)
        seen, self._unlooked = self._unlooked, set()
        return untold(
            forsaken(
                self._requests[v],
                self._staff,
                self._duties,
                self.barred.get(v, {}),
                self._offers.get(v, ()),
                at,
            )
            for v in seen
            if v in self.free
        )

    def all(self) -> Snapshot:
        """As it was at the last refreshing."""
        return self._snapshot(self.free, self.doctors, self.spared)

    def differs(self, other: "Memory") -> set[Id]:
        """Visits, doctors and spared queues of which the two do not think the same."""
        return {
            *_unlike(self.free, other.free),
            *_unlike(self.barred, other.barred),
            *_unlike(self.doctors, other.doctors),
            *(self.spared ^ other.spared),
        }

    def _read_all(self, at: datetime) -> list[StaleOffer]:
        self._then = moment()
        waiting = [w for w in visits.waiting_requests() if self._covers(w.department)]
        offers = _offers(_OFFERS, [w.consultation_id for w in waiting])
        self._take_visits(waiting, offers)
        self._take_duties([duty_of(row) for row in database.fetch(ON_DUTY)])
        self.spared = spared_queues(self._covers)
        self.lines.look(at)
        self.lines.take(self._by_user)
        for doctor in self._duties:
            self._judge(doctor, at)
        return [s for visit in [*self._requests, *self._offers] for s in self._weigh(visit)]

    def _read_changes(self, at: datetime) -> list[StaleOffer]:
        assert self._then is not None
        found = changes_since(self._then)
        self._then = found.until
        seen, doctors = found.visits | self._doubted[0], found.duties | self._doubted[1]
        users = found.lines | {
            self._duties[d].user_id for d in self._doubted[1] if d in self._duties
        }
        self._doubted = (set(), set())
        if doctors:
            came, left = self._read_duties(doctors)
            users |= came
            seen |= {v for u in came | left for v in self._by_holder.get(u, ())}
        if found.spared:
            self.spared, self._respared = spared_queues(self._covers), True
        users &= self._by_user.keys()
        if users:
            self.lines.take(users)
        passed = {self._by_user[u] for u in self.lines.look(at)}
        moved = doctors | {self._by_user[u] for u in users} | self._moved_by_time(passed, at)
        for doctor in moved:
            self._judge(doctor, at)
        if seen:
            self._read_visits(seen)
        seen |= self._asked_otherwise()
        self._moved |= moved
        self._seen |= seen
        self._unlooked |= seen
        return [s for visit in seen for s in self._weigh(visit)]

    def _moved_by_time(self, passed: set[UUID], at: datetime) -> set[UUID]:
        moved = {d for d in passed | self._away if self._may_be_asked(d, at) != (d in self.doctors)}
        self._away -= {d for d in self._away if not self._is_away(d, at)}
        return moved

    def _snapshot(
        self,
        free: dict[UUID, Request],
        doctors: dict[UUID, Doctor],
        spared: frozenset[str] | None,
    ) -> Snapshot:
        """In an order that every leader would have."""
        return Snapshot(
            waiting={v: free[v] for v in sorted(free, key=lambda v: (free[v].arrived, v))},
            doctors={d: doctors[d] for d in sorted(doctors)},
            barred={
                visit: {doctor: _seconds(again) for doctor, again in self.barred[visit].items()}
                for visit in free
                if visit in self.barred
            },
            spared=spared,
        )

    def _read_duties(self, doctors: set[UUID]) -> tuple[set[UUID], set[UUID]]:
        """The users who came on duty, whose lines are to be followed, and those who left."""
        before = self._reached_by(doctors)
        for doctor in doctors:
            self._drop_duty(doctor)
        self._take_duties([duty_of(r) for r in database.fetch(_ON_DUTY_OF, [list(doctors)])])
        after = self._reached_by(doctors)
        if before != after:
            self._looked = None
        came, left = after.keys() - before.keys(), before.keys() - after.keys()
        self.lines.drop(left)
        return came, left

    def _reached_by(self, doctors: set[UUID]) -> dict[UUID, set[str]]:
        """User -> queues, and languages."""
        return {
            duty.user_id: {*duty.queues, *duty.languages}
            for d in doctors
            if (duty := self._duties.get(d)) is not None
        }

    def _take_duties(self, duties: Iterable[DutyRow]) -> None:
        for duty in duties:
            if not any(map(self._covers, duty.departments)):
                continue
            doctor = duty.practitioner_id
            self._duties[doctor] = duty
            self._by_user[duty.user_id] = doctor
            if duty.away_until is not None:
                self._away.add(doctor)
            if duty.away_until == UNTIL_ANSWERED:
                continue  # nobody is waited for who may have gone
            self._needs.take(duty)
            for queue in duty.queues:
                self._staff[queue].add(doctor)

    def _drop_duty(self, doctor: UUID) -> None:
        duty = self._duties.pop(doctor, None)
        if duty is not None:
            del self._by_user[duty.user_id]
            self._away.discard(doctor)
            self._needs.drop(duty)
            for queue in duty.queues:
                self._staff[queue].discard(doctor)

    def _judge(self, doctor: UUID, at: datetime) -> None:
        if self._may_be_asked(doctor, at):
            self.doctors[doctor] = doctor_of(self._duties[doctor])
        else:
            self.doctors.pop(doctor, None)

    def _may_be_asked(self, doctor: UUID, at: datetime) -> bool:
        duty = self._duties.get(doctor)
        return (
            duty is not None
            and not self._is_away(doctor, at)
            and self.lines.is_present(duty.user_id, at)
        )

    def _is_away(self, doctor: UUID, at: datetime) -> bool:
        until = self._duties[doctor].away_until
        return until is not None and until > at

    def _read_visits(self, seen: set[UUID]) -> None:
        for visit in seen:
            self._offers.pop(visit, None)
            self._needs.raised.pop(visit, None)
            self._linked.of.pop(visit, None)
            request = self._requests.pop(visit, None)
            if request is not None:
                theirs = self._by_holder[request.holder_id]
                theirs.discard(visit)
                if not theirs:
                    del self._by_holder[request.holder_id]
        waiting = [w for w in visits.waiting_of(seen) if self._covers(w.department)]
        self._take_visits(waiting, _offers(_OFFERS_OF, list(seen)))

    def _take_visits(self, waiting: Sequence[WaitingRequest], offers: Iterable[OfferRow]) -> None:
        for w in waiting:
            self._requests[w.consultation_id] = w
            self._by_holder[w.holder_id].add(w.consultation_id)
        for offer in offers:
            wanted = offer.consultation_id in self._requests
            if wanted or (offer.state == "offered" and self._covers(offer.department)):
                self._offers.setdefault(offer.consultation_id, []).append(offer)
        self._needs.learn(waiting, self._offers)
        self._linked.learn(waiting)

    def _request(self, w: WaitingRequest) -> Request:
        assert self._at is not None
        barred = self.barred.get(w.consultation_id, {})
        request = self._needs.request_of(w, barred, self.doctors, self._at)
        return self._linked.preferring(request, barred, self.doctors, self.spared)

    def _asked_otherwise(self) -> set[UUID]:
        """Visits for which senior or linked doctors came or went meanwhile, or have room now."""
        known = [v for v in {**self._needs.raised, **self._linked.of} if v in self.free]
        return {v for v in known if self.free[v] != self._request(self._requests[v])}

    def _weigh(self, visit: UUID) -> list[StaleOffer]:
        """Whether it waits for an offer, and who may not have it; its offers that should be closed."""
        w, offers = self._requests.get(visit), self._offers.get(visit, [])
        live = [o for o in offers if o.state in _LIVE]
        self.free.pop(visit, None)
        self.barred.pop(visit, None)
        if w is not None and (barred := self._barred(w, offers)):
            self.barred[visit] = barred
        if w is not None and not live:
            self.free[visit] = self._request(w)
        return [
            StaleOffer(consultation_id=visit, practitioner_id=o.practitioner_id, state=o.state)
            for o in live
            if o.state == "accepted" or w is None or w.department != o.department
        ]

    def _barred(self, w: WaitingRequest, offers: Iterable[OfferRow]) -> dict[UUID, datetime]:
        """Who declined it, let it lapse or gave it back, and who asks for it himself."""
        barred: dict[UUID, datetime] = {}
        for offer in offers:
            if offer.closed_at is None or is_before_the_hand(w, offer):
                continue
            final = offer.reason in FINAL_REFUSALS
            again = NEVER if final else offer.closed_at + ASK_AGAIN_AFTER
            known = barred.get(offer.practitioner_id, again)
            barred[offer.practitioner_id] = max(known, again)
        if w.holder_id in self._by_user:
            barred[self._by_user[w.holder_id]] = NEVER
        return barred


def _offers(sql: str, consultation_ids: list[UUID]) -> list[OfferRow]:
    return [OfferRow(*row) for row in database.fetch(sql, [consultation_ids])]


def _seconds(again_after: datetime) -> float:
    return NEVER_AGAIN if again_after == NEVER else again_after.timestamp()


def _unlike(one: dict[UUID, Any], other: dict[UUID, Any]) -> set[UUID]:
    return {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}


__all__ = ["Forsaken", "Memory", "News", "StaleOffer", "Truth", "truth"]
