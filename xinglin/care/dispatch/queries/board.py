"""The operator's board: numbers, and no patient."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import BoardCount
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.queries.duty import Present, present_doctors
from xinglin.care.dispatch.types import Board, BoardLine, Figures
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.policy.places import layers
from xinglin.policy.rules import local_date


def board(viewer: Viewer, at: datetime) -> Board:
    """The whole and each open department. "Today" is the day of the viewer's institution."""
    since = _day_began(viewer, at)
    counts = {c.department: c for c in visits.board_counts(since)}
    replies = visits.first_replies(since)
    doctors = present_doctors(at)
    return Board(
        at=at,
        totals=_figures(
            list(counts.values()), [w for waits in replies.values() for w in waits], doctors, at
        ),
        departments=tuple(
            BoardLine(
                department=department,
                figures=_figures(
                    [counts[department.slug]] if department.slug in counts else [],
                    replies.get(department.slug, []),
                    [d for d in doctors if department.slug in d.departments],
                    at,
                ),
            )
            for department in people.departments()
        ),
    )


def _figures(
    counts: Sequence[BoardCount],
    replies: Sequence[timedelta],
    doctors: Sequence[Present],
    at: datetime,
) -> Figures:
    return Figures(
        waiting=sum(c.waiting for c in counts),
        left_messages=sum(c.left_messages for c in counts),
        oldest_wait_s=_oldest_wait_s(counts, at),
        on_duty=len(doctors),
        free_slots=sum(d.free for d in doctors),
        active=sum(c.active for c in counts),
        served_today=sum(c.served_today for c in counts),
        first_reply_p50_s=_seconds(rules.percentile(replies, 50)),
        first_reply_p90_s=_seconds(rules.percentile(replies, 90)),
    )


def _oldest_wait_s(counts: Iterable[BoardCount], at: datetime) -> int | None:
    since = [c.oldest_requested_at for c in counts if c.oldest_requested_at is not None]
    return rules.seconds_since(min(since), at) if since else None


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else round(wait.total_seconds())


def _day_began(viewer: Viewer, at: datetime) -> datetime:
    place = (
        people.institution(viewer.institution_id)
        if viewer.institution_id
        else people.default_institution()
    ).place
    return datetime.combine(local_date(at, place), time.min, tzinfo=layers(place)[-1].zone)
