"""A day of a house out of its tables, for the simulator: figures alone leave this file."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.dispatch.simulator.scenario import load
from xinglin.care.dispatch.simulator.written import LivedDoctor, LivedVisit, as_lived, written
from xinglin.care.people import queries as people
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import day_begins, local_date

MOST_REQUESTS: Final = 150_000
DAYS_BACK: Final = 28
_CHANNELS: Final = frozenset({"text", "audio", "video"})
_VISITS = """
    select c.requested_at, c.department, c.urgency, c.channel,
        coalesce(c.named_practitioner_id, former.practitioner_id), c.practitioner_id,
        c.accepted_at, c.first_reply_at, c.ended_at
    from consultation_consultation c
    left join lateral (
        select p.practitioner_id from consultation_consultation p
        where p.patient_id = c.patient_id and p.requested_at < c.requested_at
            and p.practitioner_id is not null
        order by p.requested_at desc limit 1
    ) former on true
    where c.institution_id = %(house)s
        and c.requested_at >= %(begins)s and c.requested_at < %(ends)s
    order by c.requested_at, c.id
"""
_COUNT = """
    select count(*) from consultation_consultation
    where institution_id = %(house)s and requested_at >= %(begins)s and requested_at < %(ends)s
"""
_SPANS = """
    select practitioner_id, began, coalesce(ended, %(ends)s) from dispatch_duty_span
    where institution_id = %(house)s and began < %(ends)s and coalesce(ended, %(ends)s) > %(begins)s
"""
_DOCTORS = """
    select practitioner_id, departments::text, grade, capacity from dispatch_duty
    where practitioner_id = any(%(doctors)s)
"""
_HAD_VISITS = """
    select day::date from unnest(%(days)s::date[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
        as asked (day, begins, ends)
    where exists (
        select from consultation_consultation c
        where c.institution_id = %(house)s
            and c.requested_at >= asked.begins and c.requested_at < asked.ends
    )
    order by day desc
"""


def bounds(house: UUID, day: date) -> tuple[datetime, datetime]:
    """By the clock of the house."""
    place = people.institution(house).place
    return day_begins(day, place), day_begins(day + timedelta(days=1), place)


def requests_of(house: UUID, day: date) -> int:
    begins, ends = bounds(house, day)
    row = database.fetch_one(_COUNT, {"house": house, "begins": begins, "ends": ends})
    return 0 if row is None else int(row[0])


def days_with_visits(house: UUID, at: datetime) -> list[date]:
    """Of the last `DAYS_BACK`, today too, the newest first; one statement."""
    today = local_date(at, people.institution(house).place)
    days = [today - timedelta(days=back) for back in range(DAYS_BACK)]
    edges = [bounds(house, day) for day in days]
    asked = {
        "house": house,
        "days": days,
        "begins": [begins for begins, _ in edges],
        "ends": [ends for _, ends in edges],
    }
    return [row[0] for row in database.fetch(_HAD_VISITS, asked)]


def recorded_day(house: UUID, day: date) -> dict[str, Any]:
    """`day` as `simulator.recorded` reads it, and `lived`: what really happened.

    Whoever is still on duty stays until midnight.

    Raises:
        NotFound: nothing was asked for, or nobody was on duty.
    """
    begins, ends = bounds(house, day)
    asked = {"house": house, "begins": begins, "ends": ends}
    visits = [_visit(row, begins) for row in database.fetch(_VISITS, asked)]
    doctors = _doctors(visits, database.fetch(_SPANS, asked), begins)
    scenario = load("jd-2020")
    slowdown = scenario.one("work.slowdown")
    found = written(Text(f"{day}", f"{day}"), visits, doctors, slowdown=slowdown)
    if not found["requests"] or not found["doctors"]:
        raise NotFound
    return {"day": found, "lived": as_lived(visits, scenario.row("promise.first_answer_s"))}


def _visit(row: tuple[Any, ...], begins: datetime) -> LivedVisit:
    requested, department, urgency, channel, former, doctor, accepted, replied, ended = row

    def seconds(moment: datetime | None) -> float | None:
        return None if moment is None else (moment - begins).total_seconds()

    return LivedVisit(
        arrived=(requested - begins).total_seconds(),
        department=department,
        urgency=urgency,
        channel=channel if channel in _CHANNELS else "text",
        former=former,
        doctor=doctor,
        accepted=seconds(accepted),
        replied=seconds(replied),
        ended=seconds(ended),
    )


def _doctors(
    visits: Sequence[LivedVisit], spans: Sequence[tuple[Any, ...]], begins: datetime
) -> list[LivedDoctor]:
    """With departments, grade and capacity of today: what they were then is not written down."""
    by_doctor: dict[Any, list[tuple[float, float]]] = {
        visit.doctor: [] for visit in visits if visit.doctor is not None
    }
    for doctor, began, ended in spans:
        span = ((began - begins).total_seconds(), (ended - begins).total_seconds())
        by_doctor.setdefault(doctor, []).append(span)
    rows = database.fetch(_DOCTORS, {"doctors": sorted(by_doctor)})
    return sorted(
        (
            LivedDoctor(
                id=doctor,
                departments=json.loads(departments),
                grade=grade,
                units=capacity,
                spans=by_doctor[doctor],
            )
            for doctor, departments, grade, capacity in rows
        ),
        key=lambda one: str(one.id),
    )
