"""Visits that wait to be handed over, for those of the house who act."""

from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch.models import HandOver
from xinglin.care.dispatch.types import HandOverLine
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.text import Text


def hand_overs(
    viewer: Viewer, *, after: UUID | None, limit: int
) -> tuple[list[HandOverLine], UUID | None]:
    """Of the viewer's institution, listed first first; no patient's name; three statements."""
    rows = HandOver.objects.filter(done_at__isnull=True).order_by("id")
    if viewer.institution_id is not None:
        rows = rows.filter(institution_id=viewer.institution_id)
    if after is not None:
        rows = rows.filter(id__gt=after)
    found = list(rows[: limit + 1])
    shown = found[:limit]
    doctors = people.practitioners({row.practitioner_id for row in shown} | _TWO)
    cards = visits.cards([row.consultation_id for row in shown] + list(_TWO))
    lines = [
        HandOverLine(
            id=row.pk,
            consultation_id=row.consultation_id,
            department=people.department(cards[row.consultation_id].department),
            doctor=doctors[row.practitioner_id].name,
            reason=row.reason,
            reason_text=REASONS[row.reason],
            urgency=cards[row.consultation_id].urgency,
            listed_at=row.listed_at,
            due_at=row.due_at,
        )
        for row in shown
    ]
    return lines, shown[-1].pk if len(found) > limit else None


# Nobody's: with them a list of one is planned as a list.
_TWO = frozenset({UUID(int=0), UUID(int=1)})

REASONS = {
    "licence_expired": Text("执业资格已到期", "The licence has ended"),
    "suspended": Text("已暂停接诊", "The doctor is suspended"),
}
