"""What stands behind the board's numbers: visits without a word of a patient, and doctors."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.consultation.types import HouseVisit
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.queries.board import DUE_SOON, day_began, house_of
from xinglin.care.people import queries as people
from xinglin.care.people.types import DepartmentCard, LanguageCard
from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import SiteRef
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.kernel.text import Text

# What the clock will do -> who has to act before.
DUE_WHO: Final = {
    "no_reply": "doctor",
    "patient_absent": "patient",
    "time_over": "doctor",
}
_WAITS_FOR: Final = {"waiting": "operator", "nobody": "patient", "left_message": "operator"}
_OUT = """
    select o.consultation_id from dispatch_offer o
    join consultation_consultation c on c.id = o.consultation_id
    where o.state = 'offered' and (%(house)s::uuid is null or c.institution_id = %(house)s::uuid)
"""
_ASKED_NOW = """
    select consultation_id, practitioner_id from dispatch_offer
    where consultation_id = any(%s) and state = 'offered'
"""
_REMINDED = """
    select consultation_id, max(at) from dispatch_remedy
    where consultation_id = any(%s) and act = 'remind' group by consultation_id
"""
_USERS_ON = """
    select user_id from dispatch_duty
    where on_since is not null and (%s::uuid is null or institution_id = %s::uuid)
"""
# Refusals and lapsed offers first; so the order is one of numbers, and of ids among equals.
_DOCTORS = """
    with today as (
        select practitioner_id, count(*) as made, count(accepted_at) as accepted,
            count(*) filter (where state = 'refused') as refused,
            count(*) filter (where state = 'lapsed') as lapsed
        from dispatch_offer where made_at >= %(since)s group by practitioner_id
    ), told as (
        select d.practitioner_id, d.user_id, d.departments, d.on_since, d.capacity, d.reserved,
            case when d.away_until > %(at)s then d.away_until end as away_until,
            coalesce(t.made, 0) as made, coalesce(t.accepted, 0) as accepted,
            coalesce(t.refused, 0) as refused, coalesce(t.lapsed, 0) as lapsed,
            coalesce(t.refused + t.lapsed, 0) as missed,
            d.paused_at, d.slowed
        from dispatch_duty d left join today t on t.practitioner_id = d.practitioner_id
        where (%(house)s::uuid is null or d.institution_id = %(house)s::uuid)
            and (%(department)s = '' or d.departments ? %(department)s)
            and (d.on_since is not null or (%(state)s = '' and t.made > 0))
            and (%(state)s not in ('free', 'paused', 'on_duty') or d.user_id = any(%(alive)s))
            and (%(state)s <> 'unreachable' or not d.user_id = any(%(alive)s))
            and (%(state)s <> 'paused' or d.away_until > %(at)s)
            and (%(state)s <> 'free' or (d.capacity - d.slowed > d.reserved
                and (d.away_until is null or d.away_until <= %(at)s)))
    )
    select practitioner_id, user_id, departments, on_since, capacity, reserved, away_until,
        made, accepted, refused, lapsed, missed, paused_at, slowed
    from told
    where %(missed)s::int is null or missed < %(missed)s::int
        or (missed = %(missed)s::int and practitioner_id > %(after)s::uuid)
    order by missed desc, practitioner_id limit %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of the board is looked into. `after`: the `next` of the page before."""

    figure: str = ""
    department: str = ""
    practitioner_id: UUID | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorRef:
    id: UUID
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """`patient`: the masked name. `due_who`: who has to act until `due_at`, else `due_text` happens.

    `asked`: the doctor who is asked for it at this moment. `step_id`: of the newest step, which a
    remedy has to name. `language`: that the patient asks for. `site`: from which the visit is held.
    """

    id: UUID
    patient: str
    department: DepartmentCard
    state: str
    requested_at: datetime
    accepted_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    ending_text: Text | None
    waited_s: int | None
    doctor: DoctorRef | None
    asked: DoctorRef | None
    due_at: datetime | None
    due_who: str
    due_text: Text | None
    extended: bool
    put_first: bool
    returned: int
    reminded_at: datetime | None
    record_signed: bool
    step_id: int
    language: LanguageCard | None
    site: SiteRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorLine:
    """`state`: free, busy, paused, unreachable or off. Offers are those made today.

    `paused_at`: asked since then whether he is there. `slowed`: of the capacity, places fewer for now.
    """

    id: UUID
    name: Text
    title: Text
    departments: tuple[DepartmentCard, ...]
    state: str
    on_since: datetime | None
    away_until: datetime | None
    capacity: int
    reserved: int
    paused_at: datetime | None
    slowed: int
    offers_made: int
    offers_accepted: int
    offers_refused: int
    offers_lapsed: int


@dataclass(frozen=True, slots=True)
class VisitPage:
    """`subjects`: visit -> patient, for the audit."""

    items: tuple[VisitLine, ...]
    next: UUID | None
    subjects: Mapping[UUID, UUID]


@dataclass(frozen=True, slots=True)
class DoctorPage:
    items: tuple[DoctorLine, ...]
    next: str | None


def board_visits(viewer: Viewer, asked: Asked, at: datetime) -> VisitPage:
    """The visits that a figure counts, the oldest first. Whoever shows them audits it."""
    house = house_of(viewer)
    times = {"since": day_began(viewer, at), "until": at, "soon": at + DUE_SOON}
    ids: Collection[UUID] | None = None
    if asked.figure == "offers_out":
        ids = [row[0] for row in database.fetch(_OUT, {"house": house})]
    rows = visits.house_visits(
        house,
        asked.figure,
        department=asked.department,
        practitioner_id=asked.practitioner_id,
        times=times,
        ids=ids,
        after=_uuid(asked.after),
        limit=asked.limit,
    )
    shown = rows[: asked.limit]
    return VisitPage(
        items=tuple(visit_lines(shown, at)),
        next=shown[-1].id if len(rows) > asked.limit else None,
        subjects={row.id: row.patient_id for row in shown},
    )


def visit_lines(rows: list[HouseVisit], at: datetime) -> list[VisitLine]:
    """Four statements, however many; one more where somebody sits at a site."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    names = people.masked_names({row.patient_id for row in rows})
    asked: dict[UUID, UUID] = dict(database.fetch(_ASKED_NOW, [ids]))
    reminded: dict[UUID, datetime] = dict(database.fetch(_REMINDED, [ids]))
    known = {*asked.values(), *(row.practitioner_id for row in rows if row.practitioner_id)}
    doctors = {i: DoctorRef(id=i, name=c.name) for i, c in people.practitioners(known).items()}
    there = sites.site_refs({row.site_id for row in rows if row.site_id})
    return [
        _visit_line(row, names, doctors, there, asked.get(row.id), reminded.get(row.id), at)
        for row in rows
    ]


def _visit_line(  # noqa: PLR0917  # a row, and what was read beside it
    row: HouseVisit,
    names: Mapping[UUID, str],
    doctors: Mapping[UUID, DoctorRef],
    there: Mapping[UUID, SiteRef],
    asked: UUID | None,
    reminded_at: datetime | None,
    at: datetime,
) -> VisitLine:
    waits = row.state in _WAITS_FOR
    return VisitLine(
        id=row.id,
        patient=names.get(row.patient_id, "*"),
        department=people.department(row.department),
        state=row.state,
        requested_at=row.requested_at,
        accepted_at=row.accepted_at,
        first_reply_at=row.first_reply_at,
        ended_at=row.ended_at,
        ending_text=visits.reason_text(row.ending) if row.ending else None,
        waited_s=rules.seconds_since(row.requested_at, at) if waits else None,
        doctor=doctors.get(row.practitioner_id) if row.practitioner_id else None,
        asked=doctors.get(asked) if asked else None,
        due_at=row.due_at,
        due_who=_WAITS_FOR.get(row.state) or DUE_WHO.get(row.due_step, ""),
        due_text=visits.step_text(row.due_step) if row.due_at else None,
        extended=row.extended_until is not None,
        put_first=row.put_first,
        returned=row.returned,
        reminded_at=reminded_at,
        record_signed=row.signed_version is not None,
        step_id=row.step_id,
        language=people.language(row.language),
        site=there[row.site_id] if row.site_id else None,
    )


def board_doctors(viewer: Viewer, asked: Asked, at: datetime) -> DoctorPage:
    """On duty, or asked today; those who refused most first. Three statements.

    Args:
        asked: `figure`: on_duty, free, paused, unreachable; empty: all of them.
    """
    house = house_of(viewer)
    on = [row[0] for row in database.fetch(_USERS_ON, [house, house])]
    alive = live.present(on, at)
    missed, after = _place(asked.after)
    values: dict[str, Any] = {
        "at": at,
        "since": day_began(viewer, at),
        "house": house,
        "department": asked.department,
        "state": asked.figure,
        "alive": list(alive),
        "missed": missed,
        "after": after,
        "limit": asked.limit + 1,
    }
    rows = database.fetch(_DOCTORS, values)
    shown = rows[: asked.limit]
    last = shown[-1] if len(rows) > asked.limit else None
    known = people.practitioners([row[0] for row in shown]) if shown else {}
    return DoctorPage(
        items=tuple(
            DoctorLine(
                id=row[0],
                name=known[row[0]].name,
                title=known[row[0]].title,
                departments=tuple(people.department(slug) for slug in json.loads(row[2])),
                state=_state(row, alive),
                on_since=row[3],
                away_until=None if row[12] else row[6],
                paused_at=row[12],
                slowed=row[13],
                capacity=row[4],
                reserved=row[5],
                offers_made=row[7],
                offers_accepted=row[8],
                offers_refused=row[9],
                offers_lapsed=row[10],
            )
            for row in shown
            if row[0] in known
        ),
        next=f"{last[11]}.{last[0]}" if last else None,
    )


def _state(row: tuple[Any, ...], alive: Collection[UUID]) -> str:
    _, user_id, _, on_since, capacity, reserved, away_until, *_, slowed = row
    if on_since is None:
        return "off"
    if user_id not in alive:
        return "unreachable"
    if away_until is not None:
        return "paused"
    return "free" if capacity - slowed > reserved else "busy"


def _place(after: str) -> tuple[int | None, UUID | None]:
    """A place that nobody gave out is none: the list then begins anew."""
    missed, _, last = after.partition(".")
    found = _uuid(last)
    if found is None or not missed.isascii() or not missed.isdecimal() or len(missed) > 9:  # noqa: PLR2004  # digits of an integer
        return None, None
    return int(missed), found


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words) if words else None
    except ValueError:
        return None
