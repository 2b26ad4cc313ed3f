"""The live dispatcher: one leader by a fenced lease, its memory rebuilt from the database."""

import os
import socket
import time
from threading import Event

import structlog
from django.conf import settings
from django.db import Error, connection

from xinglin.care.dispatch import services
from xinglin.care.dispatch.engine import Engine
from xinglin.care.dispatch.queries.truth import StaleOffer, truth
from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.services.lease import FencedError, Lease
from xinglin.care.dispatch.tasks.bell import Bell
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock, ids

log = structlog.get_logger(__name__)

_IDLE_S = 1.0
_STANDBY_S = 0.25
_RENEW_S = 1.0
_BEAT_S = 2.0
_ROUNDS = 3
# Under load every step of every visit pokes; one turn takes up all that happened meanwhile. A rest
# of three times its length keeps leader and database at a quarter of a core, however often they
# poke; the shortest makes one turn of an offer and of what its doctor and patient do at once.
_REST = 3
_SHORTEST_REST_S, _LONGEST_REST_S = 0.04, 0.15


def run(stop: Event) -> None:
    """Lead or stand by until `stop`; a lease that we hold is given back at the end."""
    holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{ids.new().hex[-8:]}"
    stands_by = False
    while not stop.is_set():
        try:
            lease = leases.acquire(holder)
            if lease is None:
                if not stands_by:
                    log.info("stands by", holder=holder)
                stands_by = True
                stop.wait(_STANDBY_S)
            else:
                stands_by = False
                _lead(lease, stop)
        except FencedError:
            log.warning("leads no more", holder=holder)
        except Error as error:
            log.warning("database failed", error=type(error).__name__)
            connection.close()
            stop.wait(_STANDBY_S)


def _lead(lease: Lease, stop: Event) -> None:
    """Until `stop` or until somebody else leads."""
    log.info("leads", epoch=lease.epoch)
    engine = Engine()
    renewed = beaten = float("-inf")
    with Bell(settings.SOCKETS_DIR / "dispatcher.poke") as bell:
        while not stop.is_set():
            now = time.monotonic()
            if now - renewed >= _RENEW_S:
                if not leases.renew(lease):
                    return
                renewed = now
            if now - beaten >= _BEAT_S:
                outbox.beat("dispatcher")
                beaten = now
            turn(engine, lease)
            rest = _REST * (time.monotonic() - now)
            stop.wait(min(max(rest, _SHORTEST_REST_S), _LONGEST_REST_S))
            bell.wait(_IDLE_S)
    leases.release(lease)


def turn(engine: Engine, lease: Lease) -> int:
    """Bring the engine up to date and commit what it decides; how many offers were made.

    A decision that no longer held, or a slot that was still to be freed, gives another round: a
    visit that was handed over has its turn before others only once its old offer is closed.

    Raises:
        FencedError: somebody else leads.
    """
    made = 0
    for _ in range(_ROUNDS):
        at = clock.now()
        found = truth(at)
        if sum(map(_close, found.stale)):
            continue
        decided = engine.adopt(found.snapshot, now=at)
        kept = [services.make_offer(each, lease=lease, at=at) for each in decided]
        for visit in found.untold:
            services.tell_nobody(
                visit.consultation_id, department=visit.department, lease=lease, at=at
            )
        made += len(kept) - kept.count(None)
        if None not in kept:
            break
    return made


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
