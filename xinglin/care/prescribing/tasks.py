"""The sweeper of prescriptions: the clock's steps, none of which makes one effective."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection

from xinglin.care.prescribing.services.validity import meet_deadline
from xinglin.foundation.database import services as database
from xinglin.kernel import clock

log = structlog.get_logger(__name__)

_AT_ONCE = 200
_DUE = "select id from prescription where due_at <= %s order by due_at, id limit %s"


def sweep() -> int:
    """Take every step that is due; how many were taken. One that fails does not hold up others."""
    at = clock.now()
    due = [found for (found,) in database.fetch(_DUE, [at, _AT_ONCE])]
    return sum(_meet(each, at) for each in due)


def _meet(prescription_id: UUID, at: datetime) -> bool:
    try:
        return meet_deadline(prescription_id, at=at)
    except Exception as error:  # noqa: BLE001  # whatever one raises, the others go on
        # No trace: the database's words may hold those of a patient.
        log.error(  # noqa: TRY400  # as said above
            "sweep failed", prescription_id=str(prescription_id), error=type(error).__name__
        )
        connection.close_if_unusable_or_obsolete()
        return False
