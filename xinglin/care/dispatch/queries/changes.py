"""What has changed since a moment, told by the transactions that changed it.

The moment is a snapshot of PostgreSQL: every change is told once, in whatever order they commit; only
those of a transaction that the reader is in himself, which no snapshot names, are told each time.
"""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from xinglin.foundation.database import services as database

_NOW = "select pg_current_snapshot()::text"
_SINCE = """
    select pg_current_snapshot()::text, c.what, c.key
    from (select 1) as always left join dispatch_change c
        on c.xid >= pg_snapshot_xmin(%(then)s::text::pg_snapshot)
        and (not pg_visible_in_snapshot(c.xid, %(then)s::text::pg_snapshot)
            or c.xid = pg_current_xact_id_if_assigned())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """`until`: the moment up to which these are all. `lines`: users; `duties`: doctors.

    `spared`: some department's switch "spare".
    """

    until: str
    visits: set[UUID]
    duties: set[UUID]
    lines: set[UUID]
    spared: bool


def moment() -> str:
    ((now,),) = database.fetch(_NOW)
    found: str = now
    return found


def changes_since(then: str) -> Changes:
    rows = database.fetch(_SINCE, {"then": then})
    keys: defaultdict[str, set[UUID]] = defaultdict(set)
    for _, what, key in rows:
        keys[what].add(key)
    return Changes(
        until=rows[0][0],
        visits=keys["visit"],
        duties=keys["duty"],
        lines=keys["line"],
        spared="spared" in keys,
    )
