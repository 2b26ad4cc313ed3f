"""Copies that wait to be made, and those that are over. The rows are the module's own.

A row has `state` (asked, ready, failed, gone), `retry_at`, `tries` and `expires_at`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

import structlog
from django.db import models, transaction

from xinglin.kernel import clock

log = structlog.get_logger(__name__)
# Whoever took one up makes it within this time, or another takes it up again.
_LEASE, _MOST_TRIES = timedelta(minutes=15), 4


class Job(Protocol):
    """What is looked at here of a row."""

    pk: Any
    tries: int


Row = TypeVar("Row", bound=models.Model)


def taken(model: type[Row], at: datetime) -> Row | None:
    """The one that waits longest, for this process alone for a quarter of an hour."""
    with transaction.atomic():
        row: Any = (
            model._default_manager.select_for_update(skip_locked=True)  # noqa: SLF001  # Django's public name for it
            .filter(state="asked", retry_at__lte=at)
            .order_by("retry_at")
            .first()
        )
        if row is not None:
            row.tries += 1
            row.retry_at = at + _LEASE
            row.save(update_fields=["tries", "retry_at"])
        found: Row | None = row
        return found


def failed(row: Any, error: Exception) -> None:
    """Tried again a few times, later each time."""
    log.error(
        "copy not made",
        kind=type(row).__name__,
        copy_id=str(row.pk),
        error=type(error).__name__,
        tries=row.tries,
    )
    waiting = type(row).objects.filter(pk=row.pk, state="asked")
    if row.tries >= _MOST_TRIES:
        waiting.update(state="failed", retry_at=None)
    else:
        waiting.update(retry_at=clock.now() + timedelta(seconds=10 * 2**row.tries))


def drop_expired(model: type[models.Model], path_of: Callable[[UUID], Path]) -> int:
    """Files of copies that are over; how many went."""
    with transaction.atomic():
        manager = model._default_manager  # noqa: SLF001  # the same
        rows = list(
            manager.select_for_update(skip_locked=True).filter(
                state="ready", expires_at__lte=clock.now()
            )[:100]
        )
        manager.filter(pk__in=[row.pk for row in rows]).update(state="gone")
        unlink(path_of(row.pk) for row in rows)
    return len(rows)


def unlink(paths: Any) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
