"""Visits that were asked of one doctor by name, and what a doctor's visits add up to."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from xinglin.care.consultation.types import DoctorCount
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.database import services as database
from xinglin.policy.places import layers
from xinglin.policy.rules import local_date

# A visit that was cancelled, or whose patient took any doctor, gives its place back.
_NAMED_ON = """
    select named_practitioner_id, count(*) from consultation_consultation
    where named_practitioner_id = any(%s) and named_on = %s and state <> 'cancelled'
    group by named_practitioner_id
"""
_DOCTOR = "select practitioner_id from consultation_consultation where id = %s"
_COUNT = """
    select count(*), count(distinct patient_id),
        count(*) filter (where r.score = 1), count(*) filter (where r.score = 2),
        count(*) filter (where r.score = 3), count(*) filter (where r.score = 4),
        count(*) filter (where r.score = 5)
    from consultation_consultation c left join consultation_rating r on r.consultation_id = c.id
    where c.practitioner_id = %s and c.state = 'ended'
"""


def named_on(practitioner_ids: Iterable[UUID], day: date) -> dict[UUID, int]:
    """Doctor -> places of the day that are taken; nothing for one of whom none is."""
    return dict(database.fetch(_NAMED_ON, [list(practitioner_ids), day]))


def named_opening_after(doctor: PractitionerCard, at: datetime) -> datetime:
    """When the doctor's next day begins: nobody can have a place of it yet."""
    tomorrow = local_date(at, doctor.place) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, tzinfo=layers(doctor.place)[-1].zone)


def doctor_of(consultation_id: UUID) -> UUID | None:
    """Whose visit it is, or was at its end."""
    row = database.fetch_one(_DOCTOR, [consultation_id])
    return row[0] if row else None


def doctor_count(practitioner_id: UUID) -> DoctorCount:
    """From the visits and ratings themselves: as many rows as the doctor had visits."""
    rows = database.fetch(_COUNT, [practitioner_id])
    ((visits, patients, *scores),) = rows
    one, two, three, four, five = scores
    return DoctorCount(visits=visits, patients=patients, scores=(one, two, three, four, five))
