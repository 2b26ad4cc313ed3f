"""What dispatch asks: few columns, no names, one statement each."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.types import (
    ConsultationCard,
    Parties,
    WaitingRequest,
)
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

# The former doctor is whoever saw the patient last in that department, and was not found wanting.
_ALL_WAITING = """
    select c.id, c.holder_id, c.institution_id, c.department, c.urgency, c.requested_at, c.returned,
        c.state = 'left_message', coalesce(c.handed_to_id, c.named_practitioner_id), c.put_first,
        case when c.handed_to_id is not null then c.state_since end, last.practitioner_id,
        c.language, c.site_id
    from consultation_consultation c
    left join lateral (
        select p.practitioner_id, r.score from consultation_consultation p
        left join consultation_rating r on r.consultation_id = p.id and r.rated_at <= c.requested_at
        where p.patient_id = c.patient_id and p.department = c.department
            and p.institution_id = c.institution_id and p.practitioner_id is not null
            and p.ended_at between c.requested_at - %s and c.requested_at
        order by p.ended_at desc limit 1
    ) last on coalesce(last.score, 5) > %s
    where c.state in ('waiting', 'left_message')
"""
_IN_TURN = "order by c.department, c.requested_at, c.id"
_WAITING = f"{_ALL_WAITING} {_IN_TURN}"
_WAITING_OF = f"{_ALL_WAITING} and c.id = any(%s) {_IN_TURN}"
_FORMER = (rules.FORMER_WITHIN, rules.LOW_SCORE)
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
        requested_at, returned, coalesce(handed_to_id, named_practitioner_id), language,
        channel, site_id
    from consultation_consultation
"""
# A list is planned anew at each call, which costs ten times the reading of one row.
_CARD = f"{_OF_CARD} where id = %s"
_CARDS = f"{_OF_CARD} where id = any(%s)"
_HELD_CARDS = f"{_CARDS} order by id for no key update skip locked"


def waiting_requests() -> list[WaitingRequest]:
    """Every visit that wants a doctor, by department, the longest wait first."""
    return _requests(_all(_WAITING, *_FORMER))


def waiting_of(consultation_ids: Iterable[UUID]) -> list[WaitingRequest]:
    """Those of these visits that want a doctor."""
    return _requests(_all(_WAITING_OF, *_FORMER, list(consultation_ids)))


def _requests(rows: Iterable[tuple[Any, ...]]) -> list[WaitingRequest]:
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
            named_id=row[8],
            put_first=row[9],
            handed_at=row[10],
            former_id=row[11],
            language=rules.asked_language(row[8], row[12]),
            site_id=row[13],
        )
        for row in rows
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
    return _cards(_all(_CARD, wanted[0]) if len(wanted) == 1 else _all(_CARDS, wanted))


def held_cards(consultation_ids: Iterable[UUID]) -> dict[UUID, ConsultationCard]:
    """As `cards`, without those that somebody is changing now; nobody else changes these until we commit.

    Locks: the visits, and waits for none.
    """
    return _cards(_all(_HELD_CARDS, list(consultation_ids)))


def _cards(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, ConsultationCard]:
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
            named_id=row[10],
            language=row[11],
            asked_language=rules.asked_language(row[10], row[11]),
            channel=row[12],
            site_id=row[13],
        )
        for row in rows
    }


def _all(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = database.fetch(sql, values)
    return found
