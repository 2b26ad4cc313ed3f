"""What the law keeps no longer goes: rows, key and bytes. Nothing else deletes a recording."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.recordings import queries
from xinglin.foundation.recordings.models import Chunk, Recording, Segment, View
from xinglin.foundation.recordings.services import disk
from xinglin.kernel import clock

_BATCH = 50
_SOON, _AT_MOST = timedelta(days=1), timedelta(days=30)
log = structlog.get_logger(__name__)


def drop_due() -> int:
    """For the worker's loop; how many went of the 50 that have waited longest. One that fails holds up
    nobody.
    """
    at = clock.now()
    due = Recording.objects.filter(keep_until__lte=at, due_at=None).order_by("keep_until")
    return sum(_tried(row, at) for row in due[:_BATCH])


def _tried(row: Recording, at: datetime) -> bool:
    try:
        return _drop(row, at)
    except Exception as error:  # noqa: BLE001  # whatever one raises, the others go on
        log.error(  # noqa: TRY400  # no trace: the database's words may hold those of a patient
            "recording not dropped", recording_id=str(row.pk), error=type(error).__name__
        )
        _ask_again(row, at + _SOON)
        return False


def _ask_again(row: Recording, when: datetime) -> None:
    Recording.objects.filter(pk=row.pk).update(keep_until=when)


@in_one_transaction()
def _drop(row: Recording, at: datetime) -> bool:
    """The line in the audit is what is left: who, when, by which rules, and of what hash."""
    now = Recording.objects.select_for_update(skip_locked=True).filter(pk=row.pk).first()
    if now is None:
        return False
    verdict = queries.retention(now, at=at)
    if verdict.kind != "allow":
        # Not much later than now: laws change, and what came last counts.
        _ask_again(now, min(max(verdict.retain_until or at, at + _SOON), at + _AT_MOST))
        return False
    record(
        Viewer.system("recordings"),
        "recordings.destroy",
        subject=now.subject_id,
        thing="recording",
        thing_id=now.pk,
        purpose="retention",
        detail=_certificate(now) | {"kept_until": _iso(verdict.retain_until)},
    )
    Chunk.objects.filter(segment__recording=now).delete()
    Segment.objects.filter(recording=now).delete()
    View.objects.filter(recording=now).delete()
    now.delete()
    # Whatever of the bytes a crash leaves now is sealed with a key that is gone.
    transaction.on_commit(lambda: disk.forget(row.pk))
    return True


def _certificate(row: Recording) -> dict[str, Any]:
    manifest = queries.manifest(row.pk)
    told = json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()
    return {
        "sha256": bytes(row.sha256).hex(),
        "manifest_sha256": hashlib.sha256(told).hexdigest(),
        "segments": len(manifest["segments"]),
        "chunks": sum(len(segment["chunks"]) for segment in manifest["segments"]),
        "ended_at": _iso(row.ended_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
