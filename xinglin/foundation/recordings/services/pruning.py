"""What the law keeps no longer goes: rows, key and bytes. Nothing else deletes a recording."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import transaction

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.recordings import queries
from xinglin.foundation.recordings.models import Chunk, Recording, Segment, View
from xinglin.foundation.recordings.services import disk
from xinglin.kernel import clock
from xinglin.kernel.dates import add_years

_BATCH = 50
_AT_LEAST = 3


def drop_due() -> int:
    """For the worker's loop; how many went, at most 50."""
    at = clock.now()
    # Sooner the database itself refuses; later, what policy keeps longer is passed by.
    ended = Recording.objects.filter(ended_at__lt=add_years(at, -_AT_LEAST), due_at=None)
    dropped = 0
    for row in ended.order_by("ended_at").iterator(chunk_size=_BATCH):
        dropped += _drop(row, at)
        if dropped == _BATCH:
            break
    return dropped


@in_one_transaction()
def _drop(row: Recording, at: datetime) -> bool:
    """The line in the audit is what is left: who, when, by which rules, and of what hash."""
    now = Recording.objects.select_for_update(skip_locked=True).filter(pk=row.pk).first()
    if now is None:
        return False
    verdict = queries.retention(now, at=at)
    if verdict.kind != "allow":
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
