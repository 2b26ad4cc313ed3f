"""Publishing to the feed, and keeping the lease of presence."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from xinglin.foundation.live.types import News
from xinglin.kernel import clock

CHANNEL = "xinglin_live"
KEPT = timedelta(days=3)
PRUNED_AT_ONCE = 5_000

# For asyncpg, in the live process: whose line is open now.
TOUCH_PRESENCE = """
    insert into live_presence as p (user_id, seen_at)
    select distinct u, now() from unnest($1::uuid[]) u order by u
    on conflict (user_id) do update set seen_at = greatest(p.seen_at, excluded.seen_at)
"""
_TAKE_POSITIONS = """
    insert into live_counter as c (id, position) values (1, %s)
    on conflict (id) do update set position = c.position + excluded.position
    returning position
"""
_APPEND = """
    insert into live_entry (position, audience, event_id, kind, payload, at)
    select * from unnest(
        %s::bigint[], %s::text[], %s::uuid[], %s::text[], %s::jsonb[], %s::timestamptz[])
    on conflict do nothing
"""


def publish(news: Sequence[News]) -> None:
    """Append to the feed, in this order, within the relay's transaction.

    Locks: the counter, until commit. After commit the sockets are told once, in a statement of its
    own, since NOTIFY holds a database-wide lock while its transaction commits.
    """
    news = [n for n in news if n.audience]  # positions stay without gaps
    if not news:
        return
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_POSITIONS, [len(news)])
        last: int = cursor.fetchone()[0]
        first = last - len(news) + 1
        rows: list[tuple[Any, ...]] = [
            (position, audience, n.event_id, n.kind, Jsonb(n.payload), n.at)
            for position, n in enumerate(news, first)
            for audience in n.audience
        ]
        cursor.execute(_APPEND, [list(column) for column in zip(*rows, strict=True)])
    transaction.on_commit(lambda: _tell(last), robust=True)


def _tell(position: int) -> None:
    """The bus may lose this: who sees a gap reads the table."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [CHANNEL, f'{{"feed":{position}}}'])


def touch_presence(user_ids: Collection[UUID], at: datetime) -> None:
    """Renew the lease of everybody whose line is open; an older time never overwrites a newer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into live_presence as p (user_id, seen_at)"
            " select distinct u, %s::timestamptz from unnest(%s::uuid[]) u order by u"
            " on conflict (user_id) do update set seen_at = greatest(p.seen_at, excluded.seen_at)",
            [at, list(user_ids)],
        )


def prune() -> int:
    """Forget what no client may resume from any more; how many rows went."""
    with connection.cursor() as cursor:
        cursor.execute("select at from live_entry order by position limit 1")
        oldest = cursor.fetchone()
        if oldest is None or oldest[0] >= clock.now() - KEPT:
            return 0
        cursor.execute(
            "delete from live_entry where at < %s and position <= ("
            "  select max(position) from ("
            "    select position from live_entry order by position limit %s) front)",
            [clock.now() - KEPT, PRUNED_AT_ONCE],
        )
        gone: int = cursor.rowcount
    return gone
