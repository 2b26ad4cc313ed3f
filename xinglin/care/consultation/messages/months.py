"""The months of messages: made ahead, sealed when they are over, and what lies in none of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from xinglin.kernel import clock

AHEAD: Final = 3
# After its last day. No visit is open that long, and one that is keeps its month open.
SEALED_AFTER: Final = timedelta(days=7)
_log = structlog.get_logger(__name__)


def tend() -> int:
    """For the worker's loop: nothing more to do at once."""
    make_ahead()
    for month in seal_what_is_over(clock.now() - SEALED_AFTER):
        _log.info("month of messages sealed", month=month)
    if strays := without_month():
        _log.error("messages of no month", count=strays)
    return 0


def make_ahead(months: int = AHEAD) -> int:
    """This month and the next ones, and those of messages without one; answers how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("select ensure_message_partitions(%s)", [months])
        made: int = cursor.fetchone()[0]
    return made


def seal_what_is_over(over_since: datetime) -> list[str]:
    """Freeze and close months that ended by then and in which no visit is open; answers which.

    A sealed month takes cards of the house and nothing else, and needs no care any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("select message_months_to_seal(%s)", [over_since])
        months = [month for (month,) in cursor.fetchall()]
    for month in months:
        _seal(month)
    return months


def _seal(month: str) -> None:
    """Frozen first: what fails on the way is done again, as the month is not sealed yet."""
    with _own_line() as line, line.cursor() as cursor:
        name = line.ops.quote_name(month)
        cursor.execute(f"reindex table concurrently {name}")
        cursor.execute(f"vacuum (freeze, analyze) {name}")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '5s'")
        cursor.execute("select seal_message_month(%s)", [month])


@contextmanager
def _own_line() -> Iterator[BaseDatabaseWrapper]:
    """A connection that is in no transaction, as `vacuum` wants it, whatever the caller's is in."""
    line = connection.copy()
    try:
        yield line
    finally:
        line.close()


def without_month() -> int:
    """Messages that no month holds: none, unless the worker stood still for months."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from consultation_message_default")
        found: int = cursor.fetchone()[0]
    return found
