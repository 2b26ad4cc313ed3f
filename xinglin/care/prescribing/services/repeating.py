"""Tickets of a prescription that may be fetched again: the next one is made when the last was taken."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing import events
from xinglin.care.prescribing.models import Prescription, PrescriptionRepeat, PrescriptionTicket
from xinglin.care.prescribing.queries.repeats import allowed
from xinglin.care.prescribing.services.judgements import TOKEN, TOKEN_BYTES
from xinglin.care.prescribing.services.lawful import Times
from xinglin.foundation.accounts.services import index_text, seal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.policy import rules as law

_FIND = """
    select prescription_id, 0, null::date, taken_at from prescription_ticket where token_index = %s
    union all
    select prescription_id, number, opens_on, taken_at from prescription_repeat where token_index = %s
"""
# Compare and set: of two who ask at once, one finds it taken.
_TAKE: Final = {
    table: f"""
    update {table} t set taken_by = %s, pharmacy_id = %s, taken_at = %s
    where token_index = %s and taken_at is null and exists (
        select from prescription p where p.id = t.prescription_id and p.state = 'effective'
    )
"""  # noqa: S608  # our own tables
    for table in ("prescription_ticket", "prescription_repeat")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A ticket by its secret. `number`: 0 is the first. `opens_on`: of a repeat, a local date."""

    prescription_id: UUID
    index: bytes
    number: int
    opens_on: date | None
    is_taken: bool


def find(index: bytes) -> Found | None:
    """Read again once the prescription is held: somebody may have taken it meanwhile."""
    row = database.fetch_one(_FIND, [index, index])
    if row is None:
        return None
    return Found(
        prescription_id=row[0],
        index=index,
        number=row[1],
        opens_on=row[2],
        is_taken=row[3] is not None,
    )


def times(found: Found, content: Mapping[str, Any]) -> Times:
    """As policy asks. A ticket that waits says by its number how often the ones before were taken."""
    return Times(
        allowed=1 + allowed(content), taken=found.number + found.is_taken, not_before=found.opens_on
    )


def current(row: Prescription) -> PrescriptionTicket | PrescriptionRepeat:
    """The ticket that nobody has taken yet, of one that is effective."""
    waiting = PrescriptionRepeat.objects.filter(prescription=row, taken_at__isnull=True).first()
    return waiting or PrescriptionTicket.objects.get(pk=row.pk)


def take(viewer: Viewer, row: Prescription, found: Found, at: datetime) -> bool:
    """Whether it was there to be taken."""
    table = "prescription_repeat" if found.number else "prescription_ticket"
    values: list[Any] = [viewer.user_id, row.institution_id, at, found.index]
    return bool(database.change(_TAKE[table], values))


def open_next(
    viewer: Viewer, row: Prescription, found: Found, content: Mapping[str, Any], at: datetime
) -> bool:
    """Make the next ticket, for after the interval; False: there is none left.

    The prescription stays effective, so that voiding it voids all that remain.
    Emits: PrescriptionDispensed.
    """
    if found.number >= allowed(content):
        return False
    place = people.institution(row.institution_id).place
    token = secrets.token_urlsafe(TOKEN_BYTES)
    PrescriptionRepeat.objects.create(
        prescription=row,
        number=found.number + 1,
        opens_on=law.local_date(at, place)
        + timedelta(days=int(content["told"]["repeat_after_days"])),
        token_sealed=seal_text(token, TOKEN),
        token_index=index_text(token, TOKEN),
        made_at=at,
    )
    audit.record(
        viewer,
        "prescription.take",
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="care",
        detail={"number": found.number, "left": allowed(content) - found.number},
    )
    outbox.emit(
        events.PrescriptionDispensed(
            audience=(f"user:{row.prescriber_id}", f"user:{row.holder_id}"),
            prescription_id=row.pk,
            consultation_id=row.consultation_id,
            state=row.state,
        )
    )
    return True
