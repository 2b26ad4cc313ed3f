"""Limits on acts that somebody might try again and again to guess or to find something out."""

from datetime import datetime, timedelta
from uuid import UUID

from xinglin.foundation.database import services as database
from xinglin.kernel.errors import TooMany

_COUNT = """
    insert into people_attempt as a (user_id, act, since, tries) values (%(user)s, %(act)s, %(at)s, 1)
    on conflict (user_id, act) do update set
        tries = case when a.since <= %(start)s then 1 else least(a.tries + 1, 32000) end,
        since = case when a.since <= %(start)s then excluded.since else a.since end
    returning tries, since
"""


def count_attempt(user_id: UUID, act: str, *, limit: int, within: timedelta, at: datetime) -> None:
    """Count one try, on a connection of its own: a failed act rolls back, its count must not.

    Raises:
        TooMany: `limit` was reached; says when to come back.
    """
    values = {"user": user_id, "act": act, "at": at, "start": at - within}
    ((tries, since),) = database.apart(_COUNT, values)
    if tries > limit:
        raise TooMany(max(1, round((since + within - at).total_seconds())))
