"""One step of a walk-in: the row, its trace, and what is announced."""

from datetime import datetime
from uuid import UUID

from xinglin.care.sites import events
from xinglin.care.sites.lifecycle import ENDED, WALK_IN
from xinglin.care.sites.models import WalkIn, WalkInStep
from xinglin.foundation.outbox import services as outbox


def take(row: WalkIn, step: str, *, who: str, by: UUID, at: datetime, ending: str = "") -> None:
    """Raises IllegalStep, Forbidden. Emits: WalkInMoved. The caller holds the row's lock."""
    former, row.state = row.state, WALK_IN.take(row.state, step, who)
    if row.state in ENDED:
        row.ended_at, row.ending = at, ending or row.state
    row.save()
    trace(row, step, former=former, by=by, at=at)
    announce(row)


def announce(row: WalkIn) -> None:
    """Emits: WalkInMoved, also when something else of it has changed."""
    outbox.emit(
        events.WalkInMoved(
            audience=(*audience(row), f"user:{row.holder_id}"),
            walk_in_id=row.pk,
            site_id=row.site_id,
            state=row.state,
            consultation_id=row.consultation_id,
        )
    )


def trace(row: WalkIn, step: str, *, former: str, by: UUID, at: datetime) -> None:
    WalkInStep.objects.create(walk_in=row, step=step, former=former, state=row.state, by=by, at=at)


def audience(row: WalkIn) -> tuple[str, ...]:
    return (f"site:{row.site_id}", "board")
