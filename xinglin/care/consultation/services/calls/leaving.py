"""Who is no longer of the visit is no longer in its call."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation.models import Call, Consultation
from xinglin.foundation.calls import services as rooms


def put_out(row: Consultation, persons: Iterable[UUID], *, at: datetime) -> None:
    """The visit is locked."""
    if row.in_call_since is None:
        return
    call = Call.objects.filter(consultation=row).exclude(state="ended").first()
    if call is None:
        return
    for person in persons:
        rooms.remove_person(call.pk, person, at=at)
