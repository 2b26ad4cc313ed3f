"""Whether a recording is still what was received, and what was made of it."""

import hashlib
import threading
import time
from typing import Any
from uuid import UUID

import structlog
from cryptography.exceptions import InvalidTag
from django.db.models import F, Q

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.recordings import queries, rules
from xinglin.foundation.recordings.models import Recording
from xinglin.foundation.recordings.rules.verifying import faults_of
from xinglin.foundation.recordings.services import disk
from xinglin.foundation.recordings.types import Fault, Verdict
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound

# Of the ten minutes from one turn to the next; who is begun is finished.
CHECKING_S = 60.0
log = structlog.get_logger(__name__)


def verify(recording_id: UUID) -> Verdict:
    """Reads every byte of it. Raises NotFound."""
    row = Recording.objects.filter(pk=recording_id).first()
    if row is None:
        raise NotFound
    key, manifest = disk.key_of(row), queries.manifest(recording_id)
    faults = faults_of(manifest, lambda segment, seq: disk.chunk(key, row.pk, segment, seq))
    if row.bytes and not _made_holds(row):
        faults.append(Fault(kind="made_altered", segment=None, seq=None))
    chunks = sum(len(segment["chunks"]) for segment in manifest["segments"])
    return Verdict(chunks=chunks, faults=tuple(faults))


def check_due(*, stop: threading.Event | None = None, within_s: float = CHECKING_S) -> int:
    """For the worker's loop: those not looked at for the longest first, until the time is over.

    Those that could not be made into a file as well: their chunks are kept like all others.
    """
    began, told, checked = time.monotonic(), stop or threading.Event(), 0
    while not told.is_set() and time.monotonic() - began <= within_s:
        old = Q(checked_at=None) | Q(checked_at__lt=clock.now() - rules.CHECKED_EVERY)
        rows = Recording.objects.filter(old, ended_at__isnull=False, due_at=None)
        row = rows.order_by(F("checked_at").asc(nulls_first=True)).first()
        if row is None:
            break
        note_verdict(row, verify(row.pk))
        checked += 1
    return checked


@in_one_transaction()
def note_verdict(row: Recording, verdict: Verdict) -> None:
    faults = len(verdict.faults)
    Recording.objects.filter(pk=row.pk).update(checked_at=clock.now(), faults=faults)
    if verdict.holds:
        return
    log.error("recording does not hold", recording_id=str(row.pk), faults=faults)
    told: list[dict[str, Any]] = [
        {"kind": f.kind, "segment": str(f.segment or ""), "seq": f.seq} for f in verdict.faults[:20]
    ]
    record(
        Viewer.system("recordings"),
        "recordings.check",
        subject=row.subject_id,
        thing="recording",
        thing_id=row.pk,
        purpose="keeping",
        detail={"faults": faults, "first": told},
    )


def _made_holds(row: Recording) -> bool:
    digest = hashlib.sha256()
    try:
        for piece in disk.made(row):
            digest.update(piece)
    except (InvalidTag, FileNotFoundError):
        return False
    return digest.digest() == bytes(row.sha256)
