"""The worker's part: the clock's steps, none of which makes a prescription effective, and its PDF."""

from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import connection

from xinglin.care.prescribing.services import documents
from xinglin.care.prescribing.services.validity import meet_deadline
from xinglin.foundation.database import services as database
from xinglin.kernel import clock

log = structlog.get_logger(__name__)

_AT_ONCE = 200
_DUE = """
    select id, due_at from prescription where due_at <= %s and (due_at, id) > (%s, %s)
    order by due_at, id limit %s
"""
_BEFORE_ALL = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


def sweep() -> int:
    """Take every step that is due; how many were taken. One that fails does not hold up others.

    At most about `_AT_ONCE`: what fails, or is in other hands, is passed over and counts for nothing.
    """
    at = clock.now()
    taken, (due_at, last) = 0, _BEFORE_ALL
    while taken < _AT_ONCE:
        due = database.fetch(_DUE, [at, due_at, last, _AT_ONCE])
        taken += sum(_meet(found, at) for found, _ in due)
        if len(due) < _AT_ONCE:
            break
        last, due_at = due[-1]
    return taken


def make_documents() -> int:
    """PDFs of effective prescriptions that are due; how many were tried."""
    return documents.make_due()


def _meet(prescription_id: UUID, at: datetime) -> bool:
    try:
        return meet_deadline(prescription_id, at=at)
    except Exception as error:  # noqa: BLE001  # whatever one raises, the others go on
        # No trace: the database's words may hold those of a patient.
        log.error(  # noqa: TRY400  # as said above
            "sweep failed", prescription_id=str(prescription_id), error=type(error).__name__
        )
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        return False
