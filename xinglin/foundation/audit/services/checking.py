"""Checking the chains: at once, or by the worker when somebody asks."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import IntegrityError, connection, transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditCheck
from xinglin.foundation.audit.queries.chains import (
    OF_LINE,
    anchored,
    anchors_up_to,
    last_anchor,
    line_of,
    tips,
)
from xinglin.foundation.audit.rules import GENESIS, line_digest, link_hash, older_link_hash
from xinglin.foundation.audit.services.anchoring import faults_of
from xinglin.foundation.audit.services.recording import record
from xinglin.foundation.audit.types import CHAINS, Fault, Report
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock

log = structlog.get_logger(__name__)
CHECK: Final = "audit_check"  # what wakes the worker's loop
BATCH = 1_000
_LEASE, _MOST_TRIES = timedelta(minutes=2), 4
_TOLD_EVERY_S = 1.0
_MOST_FAULTS_KEPT = 200
_WALK = f"""
    select k.position, k.line_id, k.previous, k.hash, {OF_LINE}
    from audit_link k left join audit_line l on l.id = k.line_id
    where k.chain = %s and k.position > %s order by k.position limit %s
"""  # noqa: S608  # column names of our own
_UNLINKED = """
    select l.chain, l.id from audit_line l
    where not exists (select from audit_link k where k.line_id = l.id)
      and not exists (select from audit_waiting w where w.line_id = l.id)
"""
Told = Callable[[int], None]


def verify(told: Told | None = None) -> Report:
    """Walk every chain from its first link, compare the anchors, look for lines no chain knows.

    Args:
        told: called with the number of links walked so far, after each batch.
    """
    # Read before the walk: an anchor made meanwhile may stand on a link that was not there yet.
    last = last_anchor()
    walk = _Walk(last, told or (lambda _: None))
    for chain in range(CHAINS):
        walk.check(chain)
    with connection.cursor() as cursor:
        cursor.execute(_UNLINKED)
        walk.faults += [
            Fault("inserted", chain, None, line_id) for chain, line_id in cursor.fetchall()
        ]
        cursor.execute("select count(*) from audit_waiting")
        waiting: int = cursor.fetchone()[0]
    return Report(
        sealed=walk.walked,
        waiting=waiting,
        faults=(*walk.faults, *faults_of(anchors_up_to(last))),
        tips=tuple(walk.tips),
        older=walk.older,
        anchors=last,
    )


class _Walk:
    """What was seen so far."""

    def __init__(self, last: int, told: Told) -> None:
        """`last`: the anchor up to which the chains are compared."""
        self.last, self.told = last, told
        self.walked = self.older = 0
        self.faults: list[Fault] = []
        self.tips: list[tuple[int, int, str]] = []

    def check(self, chain: int) -> None:
        """One chain to its end; a cut one ends before an anchor of it."""
        position, before = 0, GENESIS
        signed = anchored(chain, self.last)
        for found, line_id, previous, value, *row in self._links(chain):
            for gap in _gap(position + 1, found):
                self.faults.append(Fault("removed", chain, gap, None))
            if found == position + 1 and bytes(previous) != before:
                self.faults.append(Fault("reordered", chain, found, line_id))
            self._check_link(chain, found, line_id, bytes(previous), bytes(value), row)
            if signed.pop(found, bytes(value).hex()) != bytes(value).hex():
                self.faults.append(Fault("cut", chain, found, line_id))
            position, before = found, bytes(value)
            self.walked += 1
        self.faults += [Fault("cut", chain, at, None) for at in sorted(signed) if at > position]
        if position:
            self.tips.append((chain, position, before.hex()))

    def _check_link(  # a link, as it stands in its row
        self, chain: int, position: int, line_id: Any, previous: bytes, value: bytes, row: list[Any]
    ) -> None:
        line = line_of(row)
        if line["id"] is None:
            self.faults.append(Fault("removed", chain, position, line_id))
            return
        place: dict[str, Any] = {"chain": chain, "position": position, "previous": previous}
        if value == link_hash(line_digest(line), **place):
            return
        if value == older_link_hash(line, **place):
            self.older += 1
        else:
            self.faults.append(Fault("altered", chain, position, line_id))

    def _links(self, chain: int) -> Iterator[tuple[Any, ...]]:
        """Every link with its line, a batch at a time, so that memory stays level."""
        position = -1
        while True:
            with connection.cursor() as cursor:
                cursor.execute(_WALK, [chain, position, BATCH])
                rows: list[tuple[Any, ...]] = cursor.fetchall()
            if not rows:
                return
            yield from rows
            position = rows[-1][0]
            self.told(self.walked)


def _gap(expected: int, found: int) -> range:
    """Positions that are missing; not more than a hundred are named one by one."""
    return range(expected, min(found, expected + 100))


@outbox.in_one_transaction()
def ask_check(viewer: Viewer, at: datetime) -> AuditCheck:
    """The worker walks the chains; a second click finds the walk that is under way."""
    waiting = AuditCheck.objects.filter(state="asked").first()
    if waiting is not None:
        return waiting
    try:
        with transaction.atomic():
            made = AuditCheck.objects.create(
                asked_by=viewer.user_id,
                asked_at=at,
                retry_at=at,
                total=sum(position for _, position, _ in tips()),
            )
    except IntegrityError:
        return AuditCheck.objects.get(state="asked")
    record(
        viewer,
        "audit.verify",
        subject=None,
        thing="audit_check",
        thing_id=made.pk,
        purpose="supervision",
    )
    transaction.on_commit(lambda: outbox.poke("worker", CHECK))
    return made


def make_next_check() -> bool:
    """Do the one that waits; whether there was one."""
    row = _taken(clock.now())
    if row is None:
        return False
    try:
        report = verify(_Teller(row))
    except Exception as error:  # told to who asked, and tried again
        log.exception("audit check failed", check_id=str(row.pk), error=type(error).__name__)
        _failed(row)
        return True
    _done(row, report)
    return True


class _Teller:
    """Keeps how far the walk is, at most once a second, and holds the lease."""

    def __init__(self, row: AuditCheck) -> None:
        self.row, self.last = row, 0.0

    def __call__(self, walked: int) -> None:
        if time.monotonic() - self.last < _TOLD_EVERY_S:
            return
        self.last = time.monotonic()
        AuditCheck.objects.filter(pk=self.row.pk, state="asked").update(
            walked=walked, retry_at=clock.now() + _LEASE
        )


def _taken(at: datetime) -> AuditCheck | None:
    with transaction.atomic():
        row = (
            AuditCheck.objects.select_for_update(skip_locked=True)
            .filter(state="asked", retry_at__lte=at)
            .first()
        )
        if row is not None:
            row.tries += 1
            row.retry_at = at + _LEASE
            row.save(update_fields=["tries", "retry_at"])
        return row


def _done(row: AuditCheck, report: Report) -> None:
    AuditCheck.objects.filter(pk=row.pk, state="asked").update(
        state="done",
        retry_at=None,
        finished_at=clock.now(),
        walked=report.sealed,
        total=report.sealed,
        report={
            "sealed": report.sealed,
            "waiting": report.waiting,
            "older": report.older,
            "anchors": report.anchors,
            "faults": len(report.faults),
            "first_faults": [_told(fault) for fault in report.faults[:_MOST_FAULTS_KEPT]],
            "tips": [list(tip) for tip in report.tips],
        },
    )


def _told(fault: Fault) -> dict[str, Any]:
    return asdict(fault) | {"line_id": str(fault.line_id) if fault.line_id else None}


def _failed(row: AuditCheck) -> None:
    waiting = AuditCheck.objects.filter(pk=row.pk, state="asked")
    if row.tries >= _MOST_TRIES:
        waiting.update(state="failed", retry_at=None, finished_at=clock.now())
    else:
        waiting.update(retry_at=clock.now() + timedelta(seconds=5 * 2**row.tries))
