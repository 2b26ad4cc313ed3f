"""The queue: as the doctors of a department see it, and where one visit stands in it."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import Parties, WaitingRequest
from xinglin.care.dispatch import expecting, rules
from xinglin.care.dispatch.engine import Place as Turn
from xinglin.care.dispatch.engine import load, place_of, strict_place_of
from xinglin.care.dispatch.permissions import check_own_visit
from xinglin.care.dispatch.queries.duty import doctor_of
from xinglin.care.dispatch.queries.ordering import Order, order_now
from xinglin.care.dispatch.queries.reasons import patients_line
from xinglin.care.dispatch.queries.shapes import request_of
from xinglin.care.dispatch.types import Place, TellingNow, Waiting
from xinglin.care.people import queries as people
from xinglin.care.sites import queries as sites
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.kernel.text import Text

LONGEST_LIST = 50
KEPT = timedelta(seconds=1)
_Line = tuple[str, UUID, UUID | None, str]
# A visit that came back has waited for something else too.
_TAKEN = f"""
    select c.requested_at, o.made_at, o.accepted_at, c.ended_at from dispatch_offer o
    join consultation_consultation c on c.id = o.consultation_id
    where o.department = %(department)s and o.accepted_at is not null
        and o.accepted_at > %(since)s and c.institution_id = %(house)s and c.returned = 0
    order by o.accepted_at desc limit {expecting.MOST_TAKEN}
"""  # noqa: S608  # a number of our own
_OUTCOMES = f"""
    select guess_s, accepted_at - told_at from dispatch_told_wait
    where institution_id = %(house)s and accepted_at is not null
    order by accepted_at desc limit {expecting.MOST_OUTCOMES}
"""  # noqa: S608  # the same
_THERE = """
    select practitioner_id, user_id, reserved,
        case when away_until is null or away_until <= %(at)s
            then greatest(0, capacity - slowed - reserved) else 0 end, grade
    from dispatch_duty
    where on_since is not null and paused_at is null and institution_id = %(house)s
        and departments ? %(department)s
        and (%(language)s = '' or exists (
            select from people_practitioner p
            where p.id = practitioner_id and %(language)s = any(p.languages)
        ))
"""
_ACCEPTED = """
    select why from dispatch_offer where consultation_id = %(visit)s and state = 'accepted'
"""
# `need`: as a doctor has raised it; null when nobody has, and always one row.
_STANDING = """
    select o.state, o.why, r.need, r.since
    from (
        select max(need) as need, max(at) as since from dispatch_raised_need
        where consultation_id = %(visit)s
    ) r
    left join dispatch_offer o
        on o.consultation_id = %(visit)s and o.state in ('offered', 'accepted')
"""
_TOLD = "select exists (select from dispatch_told_wait where consultation_id = %(visit)s)"


def queue(viewer: Viewer, at: datetime) -> list[Waiting]:
    """Who waits in the doctor's departments, the next first, fifty at most.

    Whoever shows it audits it.

    Raises:
        NotFound: the account is no doctor's.
    """
    doctor, order = doctor_of(viewer), order_now()
    mine = sorted(
        (
            w
            for w in visits.waiting_requests()
            if w.department in doctor.departments
            and w.institution_id == doctor.institution_id
            and w.named_id in {None, doctor.id}
            and w.language in {"", *doctor.languages}
        ),
        key=lambda w: _turn(w, at, order),
    )[:LONGEST_LIST]
    cards = visits.cards([w.consultation_id for w in mine]) if mine else {}
    there = sites.site_refs({w.site_id for w in mine if w.site_id})
    return [
        Waiting(
            consultation_id=w.consultation_id,
            department=people.department(w.department),
            complaint=rules.excerpt(cards[w.consultation_id].complaint),
            urgency=w.urgency,
            waited_s=rules.seconds_since(w.requested_at, at),
            returned=w.returned,
            left_message=w.left_message,
            language=people.language(cards[w.consultation_id].language),
            channel=cards[w.consultation_id].channel,
            site=there[w.site_id].name if w.site_id else None,
        )
        for w in mine
        if w.consultation_id in cards
    ]


def place(viewer: Viewer, consultation_id: UUID, at: datetime) -> Place:
    """Where the viewer's own visit stands.

    Raises:
        NotFound: it is not the viewer's, or there is none.
    """
    return _place(viewer, consultation_id, at, lambda: _lines(at))


def place_now(viewer: Viewer, consultation_id: UUID, at: datetime) -> Place:
    """As `place`, among those who waited not longer ago than `KEPT`.

    Thousands look every few seconds, and each would read all the others.
    """
    return _place(viewer, consultation_id, at, lambda: _lines_now(consultation_id, at))


class Lines:
    """All who wait, by the queue in which they do, and the order of the queues."""

    def __init__(self, at: datetime, waiting: Sequence[WaitingRequest], order: Order) -> None:
        self.at = at
        self.order = order
        self.visits = {w.consultation_id: w for w in waiting}
        self.houses = Counter(w.institution_id for w in waiting)
        self.queues: defaultdict[_Line, list[WaitingRequest]] = defaultdict(list)
        for each in waiting:
            self.queues[_line_of(each)].append(each)


def _lines(at: datetime) -> Lines:
    return Lines(at, visits.waiting_requests(), order_now())


def _line_of(waiting: WaitingRequest) -> _Line:
    """As the engine keeps its pools: those who may be given the same doctors."""
    return waiting.department, waiting.institution_id, waiting.named_id, waiting.language


def _lines_now(consultation_id: UUID, at: datetime) -> Lines:
    global _kept  # noqa: PLW0603  # one for the process, as the boards are
    with _lock:
        if _kept is None or abs(at - _kept.at) >= KEPT or consultation_id not in _kept.visits:
            _kept = _lines(at)
        return _kept


_lock = threading.Lock()
_kept: Lines | None = None


def _place(
    viewer: Viewer, consultation_id: UUID, at: datetime, lines_now: Callable[[], Lines]
) -> Place:
    parties = visits.parties(consultation_id)
    check_own_visit(viewer, parties.holder_id)
    if parties.state not in rules.WAITING:
        return _elsewhere(parties, consultation_id)
    lines = lines_now()
    own = lines.visits.get(consultation_id)
    if own is None:
        return _elsewhere(parties, consultation_id)
    queue = lines.queues[_line_of(own)]
    turn = _turn(own, at, lines.order)
    ahead = sum(_turn(w, at, lines.order) < turn for w in queue)
    return _waiting(own, ahead, queue, len(queue) / lines.houses[own.institution_id], at)


def _waiting(
    own: WaitingRequest, ahead: int, queue: Sequence[WaitingRequest], share: float, at: datetime
) -> Place:
    """`share`: of all who wait in the house, those in the queue."""
    there = [row for row in _there(own, at) if own.named_id in {None, row[0]}]
    state, why, raised = _standing(own, at)
    seniors = sum(grade >= raised for *_, grade in there) if raised else 0
    found = None
    # What a department takes in says nothing of its few who speak a language, or are senior enough.
    is_plain = own.named_id is None and not own.language and not seniors
    if there and is_plain and not own.left_message:
        now = expecting.Queue(
            since=[w.requested_at for w in queue if not w.left_message],
            open_visits=sum(reserved for _, reserved, *_ in there),
            share=share,
            free=sum(free for _, _, free, _ in there),
        )
        found = _expected(own, ahead, now, at)
    text = _text(own, ahead, len(there), found)
    if raised and there and not own.left_message:
        text = rules.with_seniors(text, seniors)
    asked = state == "offered"
    return Place(
        state="left_message" if own.left_message else "waiting",
        place=ahead + 1,
        ahead=ahead,
        doctors_on_duty=len(there),
        estimate_s=None if found is None else round(found.told_s),
        low_s=None if found is None else round(found.low_s),
        high_s=None if found is None else round(found.high_s),
        text=_asked(own) if asked else text,
        why=_why(why),
        telling=None if found is None or asked else _telling(own, found, at),
    )


def _standing(own: WaitingRequest, at: datetime) -> tuple[str | None, str | None, int | None]:
    """Of its live offer the state and why; the need that a doctor raised, as long as it holds."""
    row = database.fetch_one(_STANDING, {"visit": own.consultation_id})
    assert row is not None
    state, why, raised, since = row
    holds = own.named_id is None and raised is not None and at - since < rules.SENIOR_WITHIN
    return state, why, raised if holds else None


def _there(own: WaitingRequest, at: datetime) -> list[tuple[UUID, int, int, int]]:
    """Doctors of the department whose line is alive: visits open, room for more, grade."""
    rows = database.fetch(_THERE, {**_scope(own), "language": own.language, "at": at})
    alive = live.present([user_id for _, user_id, *_ in rows], at)
    return [(doctor, *rest) for doctor, user_id, *rest in rows if user_id in alive]


def _expected(
    own: WaitingRequest, ahead: int, now: expecting.Queue, at: datetime
) -> expecting.Expected | None:
    taken = database.fetch(_TAKEN, {**_scope(own), "since": at - expecting.RECENT})
    outcomes = database.fetch(_OUTCOMES, _scope(own))
    return expecting.expected(
        [expecting.Taken(*row) for row in taken],
        [expecting.Outcome(guess_s, waited.total_seconds()) for guess_s, waited in outcomes],
        now,
        place=ahead + 1,
        now=at,
    )


def _scope(own: WaitingRequest) -> Mapping[str, Any]:
    return {"house": own.institution_id, "department": own.department}


def _telling(own: WaitingRequest, found: expecting.Expected, at: datetime) -> TellingNow | None:
    """None: the patient has been told before."""
    told = database.fetch_one(_TOLD, {"visit": own.consultation_id})
    if told is not None and told[0]:
        return None
    return TellingNow(
        consultation_id=own.consultation_id,
        institution_id=own.institution_id,
        department=own.department,
        at=at,
        wait=found,
    )


def _text(own: WaitingRequest, ahead: int, doctors: int, found: expecting.Expected | None) -> Text:
    if own.handed_at is not None:
        return rules.HANDED
    if own.named_id is not None:
        return rules.named_place_text(ahead=ahead, doctors=doctors)
    if own.left_message:
        return rules.LEFT
    if own.language:
        return rules.place_text_in(_name_of(own.language), ahead=ahead, doctors=doctors)
    return rules.place_text(ahead=ahead, doctors=doctors, wait=expecting.wait_text(found))


def _name_of(language: str) -> Text:
    found = people.language(language)
    assert found is not None
    return found.name


def _asked(own: WaitingRequest) -> Text:
    if own.handed_at is not None:
        return rules.HANDED
    return rules.ASKED if own.named_id is None else rules.ASKED_BY_NAME


def _elsewhere(parties: Parties, consultation_id: UUID) -> Place:
    said = {"active": rules.ANSWERED, "nobody": rules.CHOOSE}
    offer = None
    if parties.state == "active":
        offer = database.fetch_one(_ACCEPTED, {"visit": consultation_id})
    return Place(
        state=parties.state,
        place=None,
        ahead=None,
        doctors_on_duty=0,
        estimate_s=None,
        low_s=None,
        high_s=None,
        text=said.get(parties.state, rules.NOT_WAITING),
        why=None if offer is None else _why(offer[0]),
    )


def _why(why: str | None) -> Text | None:
    return None if why is None else patients_line(json.loads(why))


def _turn(waiting: WaitingRequest, at: datetime, order: Order) -> tuple[Turn, UUID]:
    """As the engine has it: by the order that its leader works by."""
    request, now = request_of(waiting), at.timestamp()
    if order.strict_since(waiting.department) is not None:
        return strict_place_of(request, now), waiting.consultation_id
    return place_of(request, now, load()), waiting.consultation_id
