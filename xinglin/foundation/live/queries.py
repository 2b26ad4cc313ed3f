"""What can be asked of the feed and of presence."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from xinglin.foundation.database import services as database
from xinglin.foundation.live.types import Entry

ALIVE = timedelta(seconds=45)

# The constants without an underscore are for asyncpg, in the live process.
TOP = "select coalesce(max(position), 0) from live_counter"
# How far back a client may resume, and the newest position.
BOUNDS = f"""
    select coalesce((select min(position) from live_entry), top.position + 1) as oldest,
        top.position as newest
    from ({TOP}) as top (position)
"""  # noqa: S608  # constants only
# After this position, at most so many events; one row each.
NEW_ENTRIES = """
    select position, array_agg(audience) as audience,
        min(kind) as kind, min(payload::text) as payload, min(at) as at
    from live_entry where position > $1 group by position order by position limit $2
"""
# After this position, for these audiences, at most so many events; one row each.
MISSED_ENTRIES = """
    select e.position, array_agg(distinct e.audience) as audience,
        min(e.kind) as kind, min(e.payload::text) as payload, min(e.at) as at
    from unnest($2::text[]) as mine(audience)
    cross join lateral (
        select * from live_entry l
        where l.audience = mine.audience and l.position > $1
        order by l.position limit $3
    ) e
    group by e.position order by e.position limit $3
"""
# For asyncpg: who of these has an open line at this moment.
PRESENT_NOW = """
    select distinct p.user_id from live_presence p join live_house h on h.id = p.house_id
    where p.user_id = any($1::uuid[]) and p.left_at is null
        and h.beat_at between now() - interval '10 seconds' and now() + interval '10 seconds'
"""
_PRESENT = """
    select distinct p.user_id from live_presence p join live_house h on h.id = p.house_id
    where p.user_id = any(%s) and coalesce(p.left_at, h.beat_at) between %s and %s
"""
_HOUSES = "select id, beat_at from live_house"
_LINES = "select user_id, house_id, left_at from live_presence where user_id = any(%s)"
_SINCE = """
    select e.position, e.event_id, e.kind, e.payload::text, array_agg(distinct e.audience), e.at
    from unnest(%s::text[]) as mine(audience)
    cross join lateral (
        select * from live_entry l
        where l.audience = mine.audience and l.position > %s
        order by l.position limit %s
    ) e
    group by e.position, e.event_id, e.kind, e.payload::text, e.at
    order by e.position limit %s
"""
_TAIL = """
    select position, event_id, kind, payload::text, array_agg(audience), at
    from live_entry where position > %s and position <= %s
    group by position, event_id, kind, payload::text, at order by position
"""


def _entries(sql: str, values: list[Any]) -> list[Entry]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return [
        Entry(
            position=position,
            event_id=event_id,
            kind=kind,
            payload=json.loads(payload),
            audience=tuple(sorted(audience)),
            at=at,
        )
        for position, event_id, kind, payload, audience, at in rows
    ]


def feed_since(audiences: Sequence[str], position: int, limit: int = 200) -> list[Entry]:
    """What these audiences have not seen, each event once, oldest first."""
    return _entries(_SINCE, [list(audiences), position, limit, limit])


def feed_tail(position: int, limit: int = 500) -> list[Entry]:
    """What went to anybody after `position`: the live process deals it out itself."""
    return _entries(_TAIL, [position, position + limit])


def last_position() -> int:
    with connection.cursor() as cursor:
        cursor.execute(TOP)
        found: int = cursor.fetchone()[0]
    return found


def reaches_back_to(position: int) -> bool:
    """Whether nothing after `position` has been pruned, so that a client may resume from it."""
    with connection.cursor() as cursor:
        cursor.execute(BOUNDS)
        oldest, newest = cursor.fetchone()
    return bool(oldest <= position + 1 and position <= newest)


def present(user_ids: Collection[UUID], at: datetime, within: timedelta = ALIVE) -> set[UUID]:
    """Those whose line was alive not longer ago than `within`.

    Bounded on both sides: after the clock was set back, a process that had died before is not
    alive for as long.
    """
    rows = database.fetch(_PRESENT, [list(user_ids), at - within, at + within])
    return {row[0] for row in rows}


def houses() -> dict[UUID, datetime]:
    """Live process -> when its lease was renewed."""
    return dict(database.fetch(_HOUSES))


def lines(user_ids: Collection[UUID]) -> list[tuple[UUID, UUID, datetime | None]]:
    """User, live process and when he left it: what `present` looks at."""
    found: list[tuple[UUID, UUID, datetime | None]] = database.fetch(_LINES, [list(user_ids)])
    return found


def is_alive(beat_or_left: datetime, at: datetime, within: timedelta = ALIVE) -> bool:
    """As `present` judges a line by the last moment known of it."""
    return at - within <= beat_or_left <= at + within
