"""The queue: as the doctors of a department see it, and where one visit stands in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import Parties, WaitingRequest
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.engine import Turn, turn_of
from xinglin.care.dispatch.permissions import check_own_visit
from xinglin.care.dispatch.queries.duty import doctor_of, present_doctors
from xinglin.care.dispatch.types import Place, Waiting
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database

LONGEST_LIST = 50
_ACCEPTS = f"""
    select made_at, accepted_at from dispatch_offer
    where department = %s and accepted_at is not null
    order by accepted_at desc limit {rules.MOST_ACCEPTS}
"""  # noqa: S608  # a number of our own
_IS_ASKED = """
    select exists (select from dispatch_offer where consultation_id = %s and state = 'offered')
"""


def queue(viewer: Viewer, at: datetime) -> list[Waiting]:
    """Who waits in the doctor's departments, the next first, fifty at most.

    Whoever shows it audits it.

    Raises:
        NotFound: the account is no doctor's.
    """
    doctor = doctor_of(viewer)
    mine = sorted(
        (
            w
            for w in visits.waiting_requests()
            if w.department in doctor.departments and w.institution_id == doctor.institution_id
        ),
        key=_turn,
    )[:LONGEST_LIST]
    cards = visits.cards([w.consultation_id for w in mine]) if mine else {}
    return [
        Waiting(
            consultation_id=w.consultation_id,
            department=people.department(w.department),
            complaint=rules.excerpt(cards[w.consultation_id].complaint),
            urgency=w.urgency,
            waited_s=rules.seconds_since(w.requested_at, at),
            returned=w.returned,
            left_message=w.left_message,
        )
        for w in mine
        if w.consultation_id in cards
    ]


def place(viewer: Viewer, consultation_id: UUID, at: datetime) -> Place:
    """Where the viewer's own visit stands.

    Raises:
        NotFound: it is not the viewer's, or there is none.
    """
    parties = visits.parties(consultation_id)
    check_own_visit(viewer, parties.holder_id)
    waiting = visits.waiting_requests() if parties.state in rules.WAITING else []
    own = next((w for w in waiting if w.consultation_id == consultation_id), None)
    if own is None:
        return _elsewhere(parties)
    queue = [
        w
        for w in waiting
        if (w.department, w.institution_id) == (own.department, own.institution_id)
    ]
    return _waiting(own, sum(_turn(w) < _turn(own) for w in queue), at)


def _waiting(own: WaitingRequest, ahead: int, at: datetime) -> Place:
    doctors = [
        d
        for d in present_doctors(at)
        if own.department in d.departments and d.institution_id == own.institution_id
    ]
    estimated = rules.estimate(
        _accepts(own.department), place=ahead + 1, free_slots=sum(d.free for d in doctors), now=at
    )
    if not doctors:
        estimated = None
    ((asked,),) = _rows(_IS_ASKED, own.consultation_id)
    told = rules.place_text(ahead=ahead, doctors=len(doctors), estimated=estimated)
    return Place(
        state="left_message" if own.left_message else "waiting",
        place=ahead + 1,
        ahead=ahead,
        doctors_on_duty=len(doctors),
        estimate_s=None if estimated is None else int(estimated.total_seconds()),
        text=rules.ASKED if asked else told,
    )


def _elsewhere(parties: Parties) -> Place:
    said = {"active": rules.ANSWERED, "nobody": rules.CHOOSE}
    return Place(
        state=parties.state,
        place=None,
        ahead=None,
        doctors_on_duty=0,
        estimate_s=None,
        text=said.get(parties.state, rules.NOT_WAITING),
    )


def _accepts(department: str) -> list[rules.Accepted]:
    return [rules.Accepted(made_at, at) for made_at, at in _rows(_ACCEPTS, department)]


def _rows(sql: str, value: Any) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = database.fetch(sql, [value])
    return found


def _turn(waiting: WaitingRequest) -> Turn:
    return turn_of(
        urgency=waiting.urgency,
        left_message=waiting.left_message,
        returned=waiting.returned > 0,
        requested_at=waiting.requested_at,
        consultation_id=waiting.consultation_id,
    )
