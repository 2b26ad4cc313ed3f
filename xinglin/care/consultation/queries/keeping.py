"""How long what a visit leaves behind is kept."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from xinglin.care.consultation.models import Consultation
from xinglin.care.people import queries as people
from xinglin.kernel.errors import NotFound
from xinglin.policy import facts
from xinglin.policy.rules import Verdict, decide, local_date


def may_delete(
    consultation_id: UUID, thing: Literal["record", "chat", "media"], *, at: datetime, asked: bool
) -> Verdict:
    """What policy `retain` says to deleting a part of the visit now.

    Args:
        asked: because the patient asks, not because time is up.
    """
    row = Consultation.objects.filter(pk=consultation_id).first()
    if row is None:
        raise NotFound
    place = people.institution(row.institution_id).place
    return decide(
        "retain",
        facts.Retain(thing=thing, made_at=row.ended_at or at, wants_delete=asked, now=at),
        place=place,
        on=local_date(at, place),
    )
