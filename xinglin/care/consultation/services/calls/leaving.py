"""Who is no longer of the visit is no longer in its call."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from xinglin.care.consultation.models import Call, Consultation
from xinglin.foundation.calls import queries as rooms_now
from xinglin.foundation.calls import services as rooms
from xinglin.foundation.database import services as database


def put_out(row: Consultation, persons: Iterable[UUID], *, at: datetime) -> None:
    """The visit is locked."""
    if row.in_call_since is None:
        return
    call = Call.objects.filter(consultation=row).exclude(state="ended").first()
    if call is None:
        return
    for person in persons:
        rooms.remove_person(call.pk, person, at=at)


# Left, taken back, or run out: of whose visit a call is open.
_GONE = """
    select c.id, g.id from consultation_call c
    join consultation_guest g on g.consultation_id = c.consultation_id
    join consultation_join_link l on l.id = g.link_id
    where c.due_at is not null and c.state = 'open'
        and (g.left_at is not null or l.revoked_at is not null or l.expires_at <= %s)
"""


def put_out_guests(*, at: datetime) -> int:
    """Guests whose time is over hear nothing more, whether or not their page has a line; how many."""
    gone = database.fetch(_GONE, [at])
    seats = rooms_now.seats_of({call_id for call_id, _ in gone})
    seated = {(call_id, each.person_id) for call_id, of in seats.items() for each in of}
    found = [each for each in gone if each in seated]
    for call_id, guest_id in found:
        rooms.remove_person(call_id, guest_id, at=at)
    return len(found)
