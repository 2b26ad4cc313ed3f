"""Publishing to the feed, and the leases of presence."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from xinglin.foundation.database import services as database
from xinglin.foundation.live.types import News
from xinglin.kernel import clock

CHANNEL = "xinglin_live"
KEPT = timedelta(days=3)
LONG_GONE_S = 600
PRUNED_AT_ONCE = 5_000

# For asyncpg, in the live process: its lease, whether it had none, and how many others have one.
BEAT_HOUSE = """
    with beat as (
        insert into live_house (id, beat_at) values ($1, now())
        on conflict (id) do update set beat_at = excluded.beat_at
        returning xmax = 0 as anew
    )
    select anew, (
        select count(*) from live_house where id <> $1
            and beat_at between now() - interval '10 seconds' and now() + interval '10 seconds'
    ) as others from beat
"""
ARRIVE = """
    insert into live_presence (user_id, house_id) select u, $2 from unnest($1::uuid[]) u
    on conflict (user_id, house_id) do update set left_at = null
"""
DEPART = (
    "update live_presence set left_at = now() where user_id = any($1::uuid[]) and house_id = $2"
)
LEAVE_HOUSE = "update live_presence set left_at = now() where house_id = $1 and left_at is null"
# `nth` counts back from the last: 0 is the newest.
_APPEND = """
    with top as (
        insert into live_counter as c (id, position) values (1, %s)
        on conflict (id) do update set position = c.position + excluded.position
        returning position
    ), entries as (
        insert into live_entry (position, audience, event_id, kind, payload, at)
        select top.position - n.nth, n.audience, n.event_id, n.kind, n.payload, n.at
        from top cross join jsonb_to_recordset(%s) as n (
            nth integer, audience text, event_id uuid, kind text, payload jsonb, at timestamptz)
        on conflict do nothing
    )
    select position, set_config('idle_in_transaction_session_timeout', '30000', true) from top
"""


def publish(news: Sequence[News]) -> None:
    """Append to the feed, in this order, within the relay's transaction.

    Locks: the counter, until commit; whoever is frozen while it has it loses it after half a minute,
    by the end of its session, since everybody else waits. After commit the sockets are told once, in a statement of its
    own, since NOTIFY holds a database-wide lock while its transaction commits.
    """
    news = [n for n in news if n.audience]  # positions stay without gaps
    if not news:
        return
    entries: list[dict[str, Any]] = [
        {
            "nth": nth,
            "audience": audience,
            "event_id": str(n.event_id),
            "kind": n.kind,
            "payload": n.payload,
            "at": n.at.isoformat(),
        }
        for nth, n in enumerate(reversed(news))
        for audience in n.audience
    ]
    ((last, _),) = database.fetch(_APPEND, [len(news), Jsonb(entries)])
    transaction.on_commit(lambda: _tell(last), robust=True)


def _tell(position: int) -> None:
    """The bus may lose this: who sees a gap reads the table."""
    database.fetch("select pg_notify(%s, %s)", [CHANNEL, f'{{"feed":{position}}}'])


def touch_presence(user_ids: Collection[UUID], at: datetime) -> None:
    """Presence of people without a live process, each as if he had one of his own (the demo, tests).

    An older time never overwrites a newer.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into live_house as h (id, beat_at)"
            " select distinct u, %s::timestamptz from unnest(%s::uuid[]) u order by u"
            " on conflict (id) do update set beat_at = greatest(h.beat_at, excluded.beat_at)",
            [at, list(user_ids)],
        )
        cursor.execute(
            "insert into live_presence (user_id, house_id)"
            " select distinct u, u from unnest(%s::uuid[]) u order by u on conflict do nothing",
            [list(user_ids)],
        )


def prune_presence() -> int:
    """Forget processes whose lease is long over, and who has long left; how many rows went."""
    long_gone = [LONG_GONE_S, LONG_GONE_S]
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from live_house where beat_at not between"
            " now() - make_interval(secs => %s) and now() + make_interval(secs => %s)",
            long_gone,
        )
        cursor.execute(
            "delete from live_presence p where left_at not between"
            " now() - make_interval(secs => %s) and now() + make_interval(secs => %s)"
            " or not exists (select from live_house h where h.id = p.house_id)",
            long_gone,
        )
        gone: int = cursor.rowcount
    return gone


def prune() -> int:
    """Forget what no client may resume from any more; how many rows of the feed went."""
    prune_presence()
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
