"""Writing lines, sealing them into chains, and checking the chains."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.rules import GENESIS, chain_of, link_hash
from xinglin.foundation.audit.types import CHAINS, Fault, Report
from xinglin.foundation.database import services as database
from xinglin.kernel import clock, ids

BATCH = 1_000
SEAL_LOCK = 0x5EA1  # any number of our own

COLUMNS = (
    "id",
    "chain",
    "at",
    "actor_id",
    "actor_roles",
    "action",
    "subject_id",
    "thing",
    "thing_id",
    "purpose",
    "address",
    "device",
    "detail",
)
_OF_LINE = ", ".join(f"l.{c}::text" if c == "detail" else f"l.{c}" for c in COLUMNS)

_RECORD = f"""
    with line as (
        insert into audit_line ({", ".join(COLUMNS)})
        values ({", ".join(["%s"] * len(COLUMNS))}) returning id
    )
    insert into audit_waiting (line_id) select id from line
"""  # noqa: S608  # column names of our own
# Lines that differ only in their thing and its patient.
_RECORD_EACH = f"""
    with line as (
        insert into audit_line ({", ".join(COLUMNS)})
        select e.id, %(chain)s::smallint, %(at)s::timestamptz, %(actor_id)s::uuid,
            %(actor_roles)s::text[], %(action)s, e.subject_id, %(thing)s, e.thing_id,
            %(purpose)s, %(address)s, %(device)s, %(detail)s::jsonb
        from unnest(%(ids)s::uuid[], %(subjects)s::uuid[], %(things)s::uuid[])
            as e (id, subject_id, thing_id)
        returning id
    )
    insert into audit_waiting (line_id) select id from line
"""  # noqa: S608  # the same
# Each line by its key: for a join the planner, not knowing how few are taken, may read them all.
_TAKE = f"""
    with taken as (
        delete from audit_waiting where line_id in (
            select line_id from audit_waiting order by line_id limit %s
        ) returning line_id
    )
    select {_OF_LINE} from taken cross join lateral (
        select * from audit_line where id = taken.line_id offset 0
    ) l order by l.id
"""  # noqa: S608  # the same
_TIPS = """
    select chain, position, hash from generate_series(0, %s) c
    cross join lateral (
        select chain, position, hash from audit_link where chain = c order by position desc limit 1
    ) tip
"""
_LINK = """
    insert into audit_link (chain, position, line_id, previous, hash, sealed_at)
    select * from unnest(
        %s::smallint[], %s::bigint[], %s::uuid[], %s::bytea[], %s::bytea[], %s::timestamptz[])
"""
_WALK = f"""
    select k.position, k.line_id, k.previous, k.hash, {_OF_LINE}
    from audit_link k left join audit_line l on l.id = k.line_id
    where k.chain = %s and k.position > %s order by k.position limit %s
"""  # noqa: S608  # the same
_UNLINKED = """
    select l.chain, l.id from audit_line l
    where not exists (select from audit_link k where k.line_id = l.id)
      and not exists (select from audit_waiting w where w.line_id = l.id)
"""


def record(
    viewer: Viewer,
    action: str,
    *,
    subject: UUID | None,
    thing: str,
    thing_id: UUID | None,
    purpose: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write one line in the caller's transaction: no act without its line, no line without its act.

    Args:
        action: a verb of a module, for example `record.read`.
        subject: the patient whose record it is.
        detail: ids, codes and numbers only; never a patient's words.
    """
    database.later(_RECORD, _values(viewer, action, subject, thing, thing_id, purpose, detail))


def record_each(
    viewer: Viewer, action: str, subjects: Mapping[UUID, UUID], *, thing: str, purpose: str
) -> None:
    """As `record`, a line for each thing of a list, in one statement.

    Args:
        subjects: thing's id -> the patient whose it is.
    """
    if not subjects:
        return
    alike = dict(
        zip(COLUMNS, _values(viewer, action, None, thing, None, purpose, None), strict=True)
    )
    database.later(
        _RECORD_EACH,
        alike
        | {
            "ids": [ids.new() for _ in subjects],
            "subjects": list(subjects.values()),
            "things": list(subjects),
        },
    )


def _values(  # noqa: PLR0917  # the columns of a line, in their order
    viewer: Viewer,
    action: str,
    subject: UUID | None,
    thing: str,
    thing_id: UUID | None,
    purpose: str,
    detail: dict[str, Any] | None,
) -> list[Any]:
    return [
        ids.new(),
        chain_of(viewer.user_id),
        clock.now(),
        viewer.user_id,
        sorted(viewer.roles),
        action,
        subject,
        thing,
        thing_id,
        purpose,
        viewer.address,
        viewer.device,
        Jsonb(detail or {}),
    ]


def _line(row: tuple[Any, ...]) -> dict[str, Any]:
    line = dict(zip(COLUMNS, row, strict=True))
    if line["detail"] is not None:
        line["detail"] = json.loads(line["detail"])
    return line


def seal_pending() -> int:
    """Link committed lines into their chains, at most 1,000; how many were linked.

    A line that commits late, with an older id than those already linked, is simply linked later.
    Locks: one sealer at a time, by a lock that ends with the transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TAKE, [BATCH])
        lines = [_line(row) for row in cursor.fetchall()]
        if not lines:
            return 0
        cursor.execute(_TIPS, [CHAINS - 1])
        tips = {chain: (position, bytes(value)) for chain, position, value in cursor.fetchall()}
        columns = zip(*_links(lines, tips), strict=True)
        cursor.execute(_LINK, [list(column) for column in columns])
    return len(lines)


def seal() -> int:
    """All that waits, for the worker: what commits meanwhile is of the next turn."""
    while seal_pending() >= BATCH:
        pass
    return 0


def _links(
    lines: list[dict[str, Any]], tips: dict[int, tuple[int, bytes]]
) -> list[tuple[Any, ...]]:
    """Rows of links that continue the chains; `tips` ends at their new ends."""
    at = clock.now()
    links: list[tuple[Any, ...]] = []
    for line in lines:
        chain = line["chain"]
        position, previous = tips.get(chain, (0, GENESIS))
        value = link_hash(line, chain=chain, position=position + 1, previous=previous)
        links.append((chain, position + 1, line["id"], previous, value, at))
        tips[chain] = (position + 1, value)
    return links


def verify() -> Report:
    """Walk every chain from its first link, and look for lines that no chain knows."""
    faults: list[Fault] = []
    tips: list[tuple[int, int, str]] = []
    sealed = 0
    for chain in range(CHAINS):
        walked, tip, found = _verify_chain(chain)
        sealed += walked
        faults += found
        if walked:
            tips.append((chain, *tip))
    with connection.cursor() as cursor:
        cursor.execute(_UNLINKED)
        faults += [Fault("inserted", chain, None, line_id) for chain, line_id in cursor.fetchall()]
        cursor.execute("select count(*) from audit_waiting")
        waiting: int = cursor.fetchone()[0]
    return Report(sealed=sealed, waiting=waiting, faults=tuple(faults), tips=tuple(tips))


def _walk(chain: int) -> Iterator[tuple[Any, ...]]:
    """Every link of a chain with its line, a batch at a time, so that memory stays level."""
    position = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_WALK, [chain, position, BATCH])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if not rows:
            return
        yield from rows
        position = rows[-1][0]


def _verify_chain(chain: int) -> tuple[int, tuple[int, str], list[Fault]]:
    """Links walked, the chain's end (position, hash), and what is wrong with it."""
    faults: list[Fault] = []
    expected, before = 1, GENESIS
    walked = 0
    for position, line_id, previous, value, *row in _walk(chain):
        faults += [Fault("removed", chain, gap, None) for gap in _gap(expected, position)]
        if position == expected and bytes(previous) != before:
            faults.append(Fault("reordered", chain, position, line_id))
        line = _line(tuple(row))
        if line["id"] is None:
            faults.append(Fault("removed", chain, position, line_id))
        elif bytes(value) != link_hash(
            line, chain=chain, position=position, previous=bytes(previous)
        ):
            faults.append(Fault("altered", chain, position, line_id))
        expected, before = position + 1, bytes(value)
        walked += 1
    return walked, (expected - 1, before.hex()), faults


def _gap(expected: int, found: int) -> range:
    """Positions that are missing; not more than a hundred are named one by one."""
    return range(expected, min(found, expected + 100))
