"""Who is on duty: for the doctor, for patients who choose, for the board."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch import rules, windows
from xinglin.care.dispatch.engine import load
from xinglin.care.dispatch.models import MOST_AT_ONCE, Duty
from xinglin.care.dispatch.types import OFF_REASONS, DutyCard
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import local_date

_ON_DUTY = """
    select d.user_id, d.departments, p.languages
    from dispatch_duty d join people_practitioner p on p.id = d.practitioner_id
    where d.on_since is not null and d.paused_at is null and d.institution_id = %s
"""
_STAFF = """
    select practitioner_id, user_id, departments, greatest(0, capacity - slowed - reserved),
        away_until is not null and away_until > %(at)s
    from dispatch_duty
    where on_since is not null and (%(house)s::uuid is null or institution_id = %(house)s::uuid)
"""


@dataclass(frozen=True, slots=True)
class Staff:
    """A doctor on duty, with or without a line. `is_paused`: asked for nothing at present."""

    departments: frozenset[str]
    free: int
    is_paused: bool
    is_reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A doctor on duty whose line is alive."""

    departments: Mapping[str, int]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenNow:
    """How many doctors on duty may be asked in a language."""

    code: str
    name: Text
    doctors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentOnDuty:
    """`languages`: those that a patient may ask for, the one of the house is none of them."""

    slug: str
    name: Text
    doctors_on_duty: int
    waiting: int
    languages: tuple[SpokenNow, ...] = ()


def doctor_of(viewer: Viewer) -> PractitionerCard:
    """Raises NotFound: the account is no doctor's."""
    doctor = people.practitioner_by_user(viewer.user_id)
    if doctor is None:
        raise NotFound
    return doctor


def duty(viewer: Viewer, at: datetime) -> DutyCard:
    """The viewer's own.

    Raises:
        NotFound: the account is no doctor's.
    """
    doctor = doctor_of(viewer)
    usual = rules.usual_capacity(full_time=doctor.full_time)
    row = Duty.objects.filter(pk=doctor.id).first()
    return DutyCard(
        on_since=row.on_since if row else None,
        capacity=row.capacity if row else usual,
        reserved=row.reserved if row else 0,
        away_until=_away(row, at),
        off_reason=OFF_REASONS.get(row.off_reason) if row else None,
        usual_capacity=usual,
        most=MOST_AT_ONCE,
        named_a_day=doctor.named_a_day,
        most_named_a_day=people.MOST_NAMED_A_DAY,
        named_today=visits.named_on([doctor.id], local_date(at, doctor.place)).get(doctor.id, 0),
        back_at=row.back_at if row and row.back_at and row.back_at > at else None,
        paused_at=row.paused_at if row else None,
        missed=row.missed if row else 0,
        slowed=row.slowed if row else 0,
        slowed_text=_slowed() if row and row.slowed else None,
        full_time=doctor.full_time,
        windows=windows.of_rows(row.windows) if row else (),
        ends_at=row.ends_at if row else None,
    )


def _away(row: Duty | None, at: datetime) -> datetime | None:
    """Who is asked whether he is there is not away for a time."""
    if row is None or row.paused_at is not None or row.away_until is None:
        return None
    return row.away_until if row.away_until > at else None


def _slowed() -> Text:
    minutes = load().slow_answer_s / 60
    return rules.SLOWED.filled(n=f"{minutes:g}")


def _present(house: UUID, at: datetime) -> list[Present]:
    """Two statements."""
    rows = database.fetch(_ON_DUTY, [house])
    alive = live.present([user_id for user_id, *_ in rows], at)
    return [
        Present(departments=json.loads(departments), languages=languages)
        for user_id, departments, languages in rows
        if user_id in alive
    ]


def staff_on_duty(house: UUID | None, at: datetime) -> list[Staff]:
    """Of one institution, or of all; two statements."""
    rows = database.fetch(_STAFF, {"at": at, "house": house})
    alive = live.present([row[1] for row in rows], at)
    # Thousands of doctors serve the same few sets of departments.
    sets: dict[str, frozenset[str]] = {}
    return [
        Staff(
            sets.get(departments)
            or sets.setdefault(departments, frozenset(json.loads(departments))),
            free,
            is_paused,
            user_id in alive,
        )
        for _, user_id, departments, free, is_paused in rows
    ]


def departments_on_duty(viewer: Viewer, at: datetime) -> list[DepartmentOnDuty]:
    """Every open department, in the order of the house: doctors and patients of the viewer's own."""
    house = people.own_institution(viewer)
    present = _present(house.id, at)
    doctors = Counter(slug for d in present for slug in d.departments)
    speakers = Counter(
        (slug, c) for d in present if d.languages for slug in d.departments for c in d.languages
    )
    spoken = people.may_be_asked_for({code for _, code in speakers}, place=house.place)
    waiting = Counter(
        w.department
        for w in visits.waiting_requests()
        if w.institution_id == house.id and not w.left_message and w.named_id is None
    )
    return [
        DepartmentOnDuty(
            slug=d.slug,
            name=d.name,
            doctors_on_duty=doctors[d.slug],
            waiting=waiting[d.slug],
            languages=tuple(
                SpokenNow(code=each.code, name=each.name, doctors=n)
                for each in spoken
                if (n := speakers[d.slug, each.code])
            ),
        )
        for d in people.departments()
    ]
