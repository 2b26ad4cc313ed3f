"""Who is on duty: for the doctor, for patients who choose, for the board."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation import queries as visits
from xinglin.care.dispatch import rules
from xinglin.care.dispatch.models import MOST_AT_ONCE, Duty
from xinglin.care.dispatch.types import OFF_REASONS, DepartmentOnDuty, DutyCard
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.kernel.errors import NotFound

_ON_DUTY = """
    select practitioner_id, user_id, institution_id, departments,
        case when away_until is null or away_until <= %s then capacity - reserved else 0 end
    from dispatch_duty where on_since is not null
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A doctor on duty whose line is alive. `free`: slots; none while away."""

    practitioner_id: UUID
    institution_id: UUID
    departments: Mapping[str, int]
    free: int


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
    away_until = row.away_until if row else None
    return DutyCard(
        on_since=row.on_since if row else None,
        capacity=row.capacity if row else usual,
        reserved=row.reserved if row else 0,
        away_until=away_until if away_until is not None and away_until > at else None,
        off_reason=OFF_REASONS.get(row.off_reason) if row else None,
        usual_capacity=usual,
        most=MOST_AT_ONCE,
    )


def present_doctors(at: datetime) -> list[Present]:
    """Two statements."""
    rows = database.fetch(_ON_DUTY, [at])
    alive = live.present([user_id for _, user_id, *_ in rows], at)
    return [
        Present(
            practitioner_id=practitioner_id,
            institution_id=institution_id,
            departments=json.loads(departments),
            free=free,
        )
        for practitioner_id, user_id, institution_id, departments, free in rows
        if user_id in alive
    ]


def departments_on_duty(at: datetime) -> list[DepartmentOnDuty]:
    """Every open department, in the order of the house."""
    doctors = Counter(slug for d in present_doctors(at) for slug in d.departments)
    waiting = Counter(w.department for w in visits.waiting_requests() if not w.left_message)
    return [
        DepartmentOnDuty(
            slug=d.slug,
            name=d.name,
            doctors_on_duty=doctors[d.slug],
            waiting=waiting[d.slug],
        )
        for d in people.departments()
    ]
