"""Leading one shard: its lease, its engine, and what it knows."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeGuard
from uuid import UUID

import structlog
from django.conf import settings

from xinglin.care.dispatch import services
from xinglin.care.dispatch.engine import (
    Decision,
    Engine,
    Id,
    Offer,
    OrderChanged,
    Rejected,
    Snapshot,
)
from xinglin.care.dispatch.queries.truth import Memory, News, StaleOffer
from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.services.change_log import KEPT_S
from xinglin.care.dispatch.services.lease import FencedError, Lease
from xinglin.care.dispatch.shards import Shard
from xinglin.care.dispatch.tasks.bell import Bell
from xinglin.care.dispatch.types import Assignment
from xinglin.kernel import clock

log = structlog.get_logger(__name__)

_RENEW_S = 1.0
_ROUNDS = 3
_CHECK_S = 60.0
_TOLD_TOGETHER = 200
_TOO_OLD_S = KEPT_S / 2


@dataclass(slots=True, eq=False)
class Post:
    """A shard that this process leads."""

    shard: Shard
    lease: Lease
    bell: Bell
    engine: Engine
    memory: Memory
    renewed_s: float = field(default_factory=time.monotonic)
    looked_s: float = field(default_factory=time.monotonic)
    checked_s: float = field(default_factory=time.monotonic)
    drifted: int = 0

    def work(self) -> int:
        """One turn.

        Raises:
            FencedError: somebody else leads.
        """
        now = time.monotonic()
        if now - self.renewed_s >= _RENEW_S:
            self._renew(now)
        if now - self.looked_s >= _TOO_OLD_S:
            self.memory = Memory(self.shard.covers)  # what it would be told is forgotten by now
        elif now - self.checked_s >= _CHECK_S:
            self.check()
        made = turn(self.engine, self.lease, self.memory)
        self.looked_s = now  # what it was told of is no younger than that
        return made

    def _renew(self, now: float) -> None:
        if not leases.renew(self.lease):
            raise FencedError(f"{self.lease.name}: epoch {self.lease.epoch} is over")
        self.renewed_s = now

    def idle_s(self, most: float) -> float:
        """How long it may wait for its bell: a gate may open before."""
        timer = self.engine.next_timer()
        if self.memory.is_doubting:
            return 0.0
        return most if timer is None else min(max(timer - clock.now().timestamp(), 0.0), most)

    def check(self) -> int:
        """Read everything and compare: how many visits and doctors were not as it was thought."""
        self.checked_s = time.monotonic()
        fresh = Memory(self.shard.covers)
        stale = fresh.refresh(clock.now())
        self._renew(time.monotonic())
        at = clock.now()
        stale += self.memory.refresh(at)
        fresh.news()
        stale += fresh.refresh(at)
        meanwhile = fresh.news()
        for offer in dict.fromkeys(stale):
            _close(offer)
        moving: set[Id] = {
            *meanwhile.gone,
            *meanwhile.left,
            *meanwhile.snapshot.waiting,
            *meanwhile.snapshot.doctors,
        }
        if meanwhile.snapshot.spared is not None:
            moving |= self.memory.spared ^ fresh.spared
        wrong = {one for one in self.memory.differs(fresh) if one not in moving}
        if wrong:
            self.drifted += len(wrong)
            log.error("memory drifted", shard=self.shard.name, rows=len(wrong))
            self.memory = Memory(self.shard.covers)
        return len(wrong)


def take_post(shard: Shard, holder: str) -> Post | None:
    """None: somebody else leads it."""
    lease = leases.acquire(holder, name=shard.name)
    if lease is None:
        return None
    log.info("leads", shard=shard.name, epoch=lease.epoch)
    bell = Bell(settings.SOCKETS_DIR / f"{shard.name}.poke")
    return Post(shard, lease, bell, new_engine(), Memory(shard.covers))


def turn(engine: Engine, lease: Lease, memory: Memory | None = None) -> int:
    """Bring the engine up to date and commit what it decides; how many offers were made.

    A decision that no longer held, or a slot that was still to be freed, gives another round: a
    visit that was handed over has its turn before others only once its old offer is closed.

    Args:
        memory: what the engine knows; without one it learns everything anew.
    Raises:
        FencedError: somebody else leads.
    """
    memory = memory or Memory()
    made = 0
    for _ in range(_ROUNDS):
        at = clock.now()
        stale = memory.refresh(at)
        if sum(map(_close, stale)):
            continue
        untold = memory.untold(at)
        decisions = _learn(engine, memory.news(), at)
        for decision in decisions:
            if isinstance(decision, OrderChanged):
                services.note_order(decision, lease=lease, at=at)
        decided = _assignments(decisions)
        kept = services.make_offers(decided, lease=lease, at=at)
        for each, offer in zip(decided, kept, strict=True):
            if offer is None:
                memory.doubt(each.consultation_id, each.practitioner_id)
        for visit in untold[:_TOLD_TOGETHER]:  # the others at the next look
            services.tell_nobody(visit, lease=lease, at=at)
        made += len(kept) - kept.count(None)
        if None not in kept:
            break
    return made


def _learn(engine: Engine, news: News, at: datetime) -> list[Decision]:
    if news.whole:
        return engine.adopt(news.snapshot, at.timestamp())
    return engine.amend(news.snapshot, at.timestamp(), gone=news.gone, left=news.left)


def new_engine() -> Engine:
    """Whom nobody may take is told by what the tables say."""
    return Engine(close=False)


def decide(engine: Engine, snapshot: Snapshot, at: datetime) -> list[Assignment]:
    """Of a whole truth."""
    return _assignments(engine.adopt(snapshot, at.timestamp()))


def _assignments(decisions: Iterable[Decision]) -> list[Assignment]:
    return [
        Assignment(
            consultation_id=_uuid(decision.request),
            practitioner_id=_uuid(decision.doctor),
            why=decision.why.as_dict(),
        )
        for decision in decisions
        if _is_offer(decision)
    ]


def _is_offer(decision: Decision) -> TypeGuard[Offer]:
    """What else is decided is for those who watch over the hospital."""
    if isinstance(decision, Rejected):
        log.warning("makes no sense", id=str(decision.id), why=decision.text.en)
    elif isinstance(decision, OrderChanged):
        log.warning("order of queues", strict=decision.strict, late=round(decision.late, 2))
    return isinstance(decision, Offer)


def _uuid(known: Id) -> UUID:
    assert isinstance(known, UUID)
    return known


def _close(offer: StaleOffer) -> bool:
    at = clock.now()
    if offer.state == "accepted":
        return services.release(
            offer.consultation_id,
            practitioner_id=offer.practitioner_id,
            reason="visit_left",
            at=at,
        )
    return services.withdraw(offer.consultation_id, who="dispatcher", reason="visit_left", at=at)
