"""Linking lines into their chains."""

from typing import Any

from django.db import transaction

from xinglin.foundation.audit.queries.chains import OF_LINE, line_of, tips
from xinglin.foundation.audit.rules import GENESIS, line_digest, link_hash
from xinglin.foundation.database import services as database
from xinglin.kernel import clock

BATCH = 1_000
SEAL_LOCK = 0x5EA1  # any number of our own

# Each line by its key: for a join the planner, not knowing how few are taken, may read them all.
_TAKE = f"""
    with taken as (
        delete from audit_waiting where line_id in (
            select line_id from audit_waiting order by line_id limit %s
        ) returning line_id
    )
    select {OF_LINE} from taken cross join lateral (
        select * from audit_line where id = taken.line_id offset 0
    ) l order by l.id
"""  # noqa: S608  # the same
_LINK = """
    insert into audit_link (chain, position, line_id, previous, hash, sealed_at)
    select * from unnest(
        %s::smallint[], %s::bigint[], %s::uuid[], %s::bytea[], %s::bytea[], %s::timestamptz[])
"""


def seal_pending() -> int:
    """Link committed lines into their chains, at most 1,000; how many were linked.

    A line that commits late, with an older id than those already linked, is simply linked later.
    Locks: one sealer at a time, by a lock that ends with the transaction.
    """
    with transaction.atomic():
        if database.fetch("select pg_try_advisory_xact_lock(%s)", [SEAL_LOCK]) != [(True,)]:
            return 0
        lines = [line_of(row) for row in database.fetch(_TAKE, [BATCH])]
        if not lines:
            return 0
        ends = {chain: (position, value) for chain, position, value in tips()}
        columns = zip(*_links(lines, ends), strict=True)
        database.change(_LINK, [list(column) for column in columns])
    return len(lines)


def seal() -> int:
    """All that waits, for the worker: what commits meanwhile is of the next turn."""
    while seal_pending() >= BATCH:
        pass
    return 0


def _links(
    lines: list[dict[str, Any]], ends: dict[int, tuple[int, bytes]]
) -> list[tuple[Any, ...]]:
    """Rows of links that continue the chains; `ends` is theirs afterwards."""
    at = clock.now()
    links: list[tuple[Any, ...]] = []
    for line in lines:
        chain = line["chain"]
        position, previous = ends.get(chain, (0, GENESIS))
        value = link_hash(line_digest(line), chain=chain, position=position + 1, previous=previous)
        links.append((chain, position + 1, line["id"], previous, value, at))
        ends[chain] = (position + 1, value)
    return links
