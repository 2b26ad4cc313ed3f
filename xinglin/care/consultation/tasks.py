"""The sweeper of visits: the clock's steps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import structlog
from django.db import connection

from xinglin.care.consultation.services.asking import lapse_questions as lapse_due_questions
from xinglin.care.consultation.services.calls.leaving import (
    put_out_guests as put_out_guests_of_calls,
)
from xinglin.care.consultation.services.calls.recording import (
    tell_losses as tell_lost_recordings,
)
from xinglin.care.consultation.services.calls.sweeping import meet_call_deadline
from xinglin.care.consultation.services.deadlines import meet_deadline
from xinglin.care.consultation.services.referring import (
    ask_who_was_referred as ask_referred,
)
from xinglin.care.consultation.services.telling import tell_unread, warn_of_endings
from xinglin.kernel import clock

log = structlog.get_logger(__name__)

_AT_ONCE = 200
_DUE = """
    select due_at, id from consultation_consultation
    where due_at <= %s and (due_at, id) > (%s, %s) order by due_at, id limit %s
"""
_CALLS_DUE = "select id from consultation_call where due_at <= %s order by due_at, id limit %s"


def sweep() -> int:
    """Take every step that is due; how many were taken. One that fails does not hold up others."""
    at = clock.now()
    return sum(_meet(each, at) for each in _due(at))


def sweep_calls() -> int:
    """Calls that nobody answers, whose line stays down, or whose visit is over."""
    at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_CALLS_DUE, [at, _AT_ONCE])
        due = [row[0] for row in cursor.fetchall()]
    return sum(_meet(each, at, meet_call_deadline) for each in due)


def put_out_guests() -> int:
    """Guests in a call whose link has run out meanwhile."""
    return put_out_guests_of_calls(at=clock.now())


def tell_losses() -> int:
    """Calls that should be recorded and are not."""
    return tell_lost_recordings(at=clock.now())


def lapse_questions() -> int:
    """Questions that no colleague answered within a day."""
    return lapse_due_questions(at=clock.now())


def ask_who_was_referred() -> int:
    """Whether they went where the doctor has sent them."""
    return ask_referred(at=clock.now())


def tell_patients() -> int:
    """Who does not look and should know: the doctor wrote, or the visit is about to end."""
    at = clock.now()
    return tell_unread(at=at) + warn_of_endings(at=at)


def _due(at: datetime) -> Iterator[UUID]:
    """The longest overdue first; page after page, so that those that fail do not fill the only one."""
    last: tuple[datetime, UUID] = (datetime.min.replace(tzinfo=UTC), UUID(int=0))
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_DUE, [at, *last, _AT_ONCE])
            page = cursor.fetchall()
        yield from (consultation_id for _, consultation_id in page)
        if len(page) < _AT_ONCE:
            return
        last = page[-1]


def _meet(due_id: UUID, at: datetime, meet: Callable[..., bool] = meet_deadline) -> bool:
    try:
        return meet(due_id, at=at)
    except Exception as error:  # noqa: BLE001  # whatever one raises, the others go on
        # No trace: the database's words may hold those of a patient.
        log.error(  # noqa: TRY400  # as said above
            "sweep failed", due_id=str(due_id), error=type(error).__name__
        )
        return False
