"""What nobody has finished, or nothing stands on, goes: the row and its bytes."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from xinglin.foundation.media import rules
from xinglin.foundation.media.models import File, Upload
from xinglin.foundation.media.services import disk
from xinglin.foundation.media.types import Size
from xinglin.kernel import clock

BATCH = 100


def prune() -> int:
    """For the worker's loop; answers how many were taken."""
    at = clock.now()
    return _uploads(at) + _files(at) + _strays(at)


@transaction.atomic
def _uploads(at: datetime) -> int:
    """Untouched for a day; of a finished one only the row that told how it went."""
    old = Upload.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        touched_at__lt=at - rules.UNFINISHED_FOR
    )
    found = [row.pk for row in old.order_by("touched_at")[:BATCH]]
    Upload.objects.filter(pk__in=found).delete()
    transaction.on_commit(lambda: disk.forget(*map(rules.part_of, found)))
    return len(found)


@transaction.atomic
def _files(at: datetime) -> int:
    rows = list(
        File.objects.select_for_update(skip_locked=True).filter(
            claimed_at=None, uploaded_at__lt=at - rules.UNCLAIMED_FOR
        )[:BATCH]
    )
    sizes: tuple[Size, ...] = ("full", "thumb")
    paths = [rules.path_of(row.pk, row.ending, size) for row in rows for size in sizes]
    File.objects.filter(pk__in=[row.pk for row in rows], claimed_at=None).delete()
    transaction.on_commit(lambda: disk.forget(*paths))
    return len(rows)


def _strays(at: datetime) -> int:
    """Parts whose upload never committed."""
    folder = disk.place("uploads")
    if not folder.is_dir():
        return 0
    before = (at - rules.UNFINISHED_FOR).timestamp()
    old = [path for path in folder.glob("*.part") if _touched(path) < before]
    known = {pk.hex for pk in Upload.objects.values_list("pk", flat=True)} if old else set()
    strays = [path for path in old if path.stem not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _touched(path: Path) -> float:
    return path.stat().st_mtime if path.exists() else float("inf")
