"""Days replayed under another policy: the list, and the report of one. Figures alone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from xinglin.care.dispatch.queries.recorded_day import days_with_visits
from xinglin.care.dispatch.reckoning import Replay
from xinglin.care.dispatch.simulator import policies
from xinglin.care.dispatch.simulator.report import Report, report_of
from xinglin.care.dispatch.types import REPLAY_FAILURES
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

POLICIES: Final = policies.ABOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayLine:
    """`state`: asked, running, done or failed; `failure`: in words, with what to do."""

    id: UUID
    day: date
    against: str
    policy: str
    asked_by: UUID
    asked_at: datetime
    state: str
    progress_pct: int
    finished_at: datetime | None
    failure: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayChoices:
    """`days`: those on which somebody asked for a visit, the newest first."""

    days: list[date]
    policies: dict[str, Text]


def replays(viewer: Viewer, *, before: UUID | None, limit: int) -> list[ReplayLine]:
    """Newest first; `before` is the last one already shown. One statement; no document is read."""
    rows = _own(viewer).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    return [_line(row) for row in rows.defer("document")[:limit]]


def replay(viewer: Viewer, replay_id: UUID) -> tuple[ReplayLine, Report | None]:
    """The report is None until it is done.

    Raises:
        NotFound: none of the viewer's house.
    """
    row = _own(viewer).filter(pk=replay_id).first()
    if row is None:
        raise NotFound
    return _line(row), None if row.document is None else report_of(row.document)


def replay_choices(viewer: Viewer, at: datetime) -> ReplayChoices:
    return ReplayChoices(
        days=days_with_visits(people.own_house(viewer), at), policies=dict(POLICIES)
    )


def _own(viewer: Viewer) -> QuerySet[Replay]:
    return Replay.objects.filter(institution_id=people.own_house(viewer))


def _line(row: Replay) -> ReplayLine:
    running = row.state == "asked" and row.began_at is not None
    return ReplayLine(
        id=row.pk,
        day=row.day,
        against=row.against,
        policy=row.policy,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state="running" if running else row.state,
        progress_pct=row.progress_pct,
        finished_at=row.finished_at,
        failure=REPLAY_FAILURES.get(row.failure) if row.failure else None,
    )
