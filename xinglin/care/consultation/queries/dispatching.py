"""What dispatch and the board ask: few columns, no names, one statement each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.consultation.types import (
    BoardCount,
    ConsultationCard,
    Parties,
    WaitingRequest,
)
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

_WAITING = """
    select id, holder_id, institution_id, department, urgency, requested_at, returned,
        state = 'left_message'
    from consultation_consultation
    where state in ('waiting', 'left_message')
    order by department, requested_at, id
"""
_OPEN_OF = """
    select id from consultation_consultation
    where practitioner_id = %s and state = 'active' order by id
"""
_PARTIES = """
    select id, holder_id, doctor_user_id, institution_id, state
    from consultation_consultation where id = %s
"""
_OF_CARD = """
    select id, patient_id, holder_id, institution_id, department, state, urgency, complaint,
        requested_at, returned
    from consultation_consultation
"""
# A list is planned anew at each call, which costs ten times the reading of one row.
_CARD = f"{_OF_CARD} where id = %s"
_CARDS = f"{_OF_CARD} where id = any(%s)"
_FIRST_REPLIES = """
    select department, first_reply_at - requested_at
    from consultation_consultation where first_reply_at >= %s
"""
_BOARD = """
    select department,
        count(*) filter (where state in ('waiting', 'nobody')) as waiting,
        count(*) filter (where state = 'left_message') as left_messages,
        min(requested_at) filter (where state in ('waiting', 'nobody')) as oldest,
        count(*) filter (where state = 'active') as active,
        count(*) filter (where state = 'ended') as served
    from (
        select department, state, requested_at from consultation_consultation
        where state in ('waiting', 'nobody', 'left_message')
        union all
        select department, state, requested_at from consultation_consultation
        where state = 'active'
        union all
        select department, state, requested_at from consultation_consultation
        where ended_at >= %s and state = 'ended'
    ) now_and_today
    group by department order by department
"""


def waiting_requests() -> list[WaitingRequest]:
    """Every visit that wants a doctor, by department, the longest wait first."""
    return [
        WaitingRequest(
            consultation_id=row[0],
            holder_id=row[1],
            institution_id=row[2],
            department=row[3],
            urgency=row[4],
            requested_at=row[5],
            returned=row[6],
            left_message=row[7],
        )
        for row in _all(_WAITING)
    ]


def open_visits_of(practitioner_id: UUID) -> list[UUID]:
    """The active visits of a doctor, oldest first."""
    return [row[0] for row in _all(_OPEN_OF, practitioner_id)]


def parties(consultation_id: UUID) -> Parties:
    """Raises NotFound when there is no such visit."""
    for row in _all(_PARTIES, consultation_id):
        return Parties(
            consultation_id=row[0],
            holder_id=row[1],
            doctor_user_id=row[2],
            institution_id=row[3],
            state=row[4],
        )
    raise NotFound


def cards(consultation_ids: Iterable[UUID]) -> dict[UUID, ConsultationCard]:
    """For offers and queues; the caller decides who may see them. Unknown ids are left out."""
    wanted = list(consultation_ids)
    rows = _all(_CARD, wanted[0]) if len(wanted) == 1 else _all(_CARDS, wanted)
    return {
        row[0]: ConsultationCard(
            consultation_id=row[0],
            patient_id=row[1],
            holder_id=row[2],
            institution_id=row[3],
            department=row[4],
            state=row[5],
            urgency=row[6],
            complaint=row[7],
            requested_at=row[8],
            returned=row[9],
        )
        for row in rows
    }


def first_replies(since: datetime) -> dict[str, list[timedelta]]:
    """Department -> how long each patient waited, from the request to the first word of a doctor.

    Of visits whose first reply came at `since` or later, in no order.
    """
    waits: dict[str, list[timedelta]] = {}
    for department, waited in _all(_FIRST_REPLIES, since):
        waits.setdefault(department, []).append(waited)
    return waits


def board_counts(since: datetime) -> list[BoardCount]:
    """One row for each department that has something to show.

    Args:
        since: the beginning of the day; visits that ended from then on count as served.
    """
    return [
        BoardCount(
            department=row[0],
            waiting=row[1],
            left_messages=row[2],
            oldest_requested_at=row[3],
            active=row[4],
            served_today=row[5],
        )
        for row in _all(_BOARD, since)
    ]


def _all(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = database.fetch(sql, values)
    return found
