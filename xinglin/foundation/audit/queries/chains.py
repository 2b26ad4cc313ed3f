"""The chains themselves: their ends, their anchors, and the parts of them that prove a line."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.foundation.audit.models import AuditAnchor, AuditCheck
from xinglin.foundation.audit.rules import (
    GENESIS,
    anchor_statement,
    line_digest,
    link_hash,
    older_link_hash,
)
from xinglin.foundation.audit.types import (
    CHAINS,
    COLUMNS,
    Anchor,
    Sealed,
    Segment,
    Standing,
)
from xinglin.foundation.database import services as database

MOST_COUNTED = 10_000
OF_LINE = ", ".join(f"l.{c}::text" if c == "detail" else f"l.{c}" for c in COLUMNS)
_TIPS = """
    select chain, position, hash from generate_series(0, %s) c
    cross join lateral (
        select chain, position, hash from audit_link where chain = c order by position desc limit 1
    ) tip
"""
_WAITING = """
    select count(*), min(line_id::text)
    from (select line_id from audit_waiting order by line_id limit %s) w
"""
_OF_THINGS = f"""
    select k.position, k.previous, k.hash, {OF_LINE}
    from audit_line l left join audit_link k on k.line_id = l.id
    where l.thing_id = any(%s::uuid[]) order by l.id
"""  # noqa: S608  # column names of our own
_ANCHORED = """
    select (tip ->> 1)::bigint, tip ->> 2 from audit_anchor, jsonb_array_elements(tips) tip
    where number <= %s and (tip ->> 0)::integer = %s
"""
_LINKS = f"""
    select k.position, k.previous, k.hash, {OF_LINE}
    from audit_link k left join audit_line l on l.id = k.line_id
    where k.chain = %s and k.position between %s and %s order by k.position
"""  # noqa: S608  # the same


def line_of(row: Sequence[Any]) -> dict[str, Any]:
    """The values that are hashed."""
    line = dict(zip(COLUMNS, row, strict=True))
    if line["detail"] is not None:
        line["detail"] = json.loads(line["detail"])
    return line


def tips() -> list[tuple[int, int, bytes]]:
    """(chain, position, hash) of the end of each chain that has a link."""
    found = database.fetch(_TIPS, [CHAINS - 1])
    return [(chain, position, bytes(value)) for chain, position, value in found]


def standing() -> Standing:
    """How the chains stand now; nothing is walked."""
    ends = tuple((chain, position, value.hex()) for chain, position, value in tips())
    ((waiting, first),) = database.fetch(_WAITING, [MOST_COUNTED + 1])
    last = AuditAnchor.objects.order_by("-number").first()
    return Standing(
        tips=ends,
        waiting=waiting,
        waiting_since=_made_at(UUID(first)) if first else None,
        anchor=last.number if last else 0,
        anchored_at=last.at if last else None,
    )


def _made_at(line_id: UUID) -> datetime | None:
    found = database.fetch_one("select at from audit_line where id = %s", [line_id])
    return found[0] if found else None


def checks(limit: int = 10) -> list[AuditCheck]:
    """The last ones, newest first."""
    return list(AuditCheck.objects.order_by("-id")[:limit])


def anchors(numbers: Iterable[int]) -> list[Anchor]:
    """Those, in their order."""
    rows = AuditAnchor.objects.filter(number__in=list(numbers)).order_by("number")
    return [anchor_of(row) for row in rows]


def anchors_up_to(number: int) -> Iterator[Anchor]:
    """From the first on, a few at a time: there is one for each hour of the house."""
    rows = AuditAnchor.objects.filter(number__lte=number).order_by("number")
    return (anchor_of(row) for row in rows.iterator(chunk_size=500))


def last_anchor() -> int:
    """Its number; 0 before the first."""
    row = AuditAnchor.objects.order_by("-number").first()
    return row.number if row else 0


def anchored(chain: int, up_to: int) -> dict[int, str]:
    """Position -> hash (hex) that the house has signed, of one chain."""
    return dict(database.fetch(_ANCHORED, [up_to, chain]))


def anchor_of(row: AuditAnchor) -> Anchor:
    ends = tuple((chain, position, value) for chain, position, value in row.tips)
    return Anchor(
        number=row.number,
        at=row.at,
        tips=ends,
        statement=anchor_statement(row.number, row.at, ends, row.previous),
        algorithm=row.algorithm,
        key_id=row.key_id,
        signature=bytes(row.signature),
    )


def sealed_lines(thing_ids: Iterable[UUID]) -> list[Sealed]:
    """Every line that stands on one of these things, with its link; oldest first."""
    rows = database.fetch(_OF_THINGS, [list(thing_ids)])
    return [_sealed(row) for row in rows]


def _sealed(row: Sequence[Any]) -> Sealed:
    position, previous, value, *rest = row
    line = line_of(rest)
    return Sealed(
        line=line,
        chain=line["chain"],
        position=position,
        previous=bytes(previous or b""),
        hash=bytes(value or b""),
    )


def segments(lines: Iterable[Sealed]) -> list[Segment]:
    """The parts of the chains that lead from these lines to the next anchor after each.

    Without such an anchor to the end of the chain. What lies between two anchors without a line of
    these is left out: each part ends at a hash that the house has signed.
    """
    wanted: dict[int, list[int]] = defaultdict(list)
    linked = [each for each in lines if each.position is not None]
    for each in linked:
        wanted[each.chain].append(each.position or 0)
    ends = {chain: position for chain, position, _ in tips()}
    since = min((each.line["at"] for each in linked), default=None)
    known = _anchored(wanted, since)
    return [
        _segment(chain, first, last, anchor)
        for chain, positions in sorted(wanted.items())
        for first, last, anchor in _spans(sorted(positions), known[chain], ends[chain])
    ]


def _anchored(
    wanted: dict[int, list[int]], since: datetime | None
) -> dict[int, list[tuple[int, int]]]:
    """Chain -> (position, number) of its anchors in order, from then on until all are covered."""
    known: dict[int, list[tuple[int, int]]] = {chain: [] for chain in wanted}
    if since is None:
        return known
    open_chains = {chain: max(positions) for chain, positions in wanted.items()}
    rows = AuditAnchor.objects.filter(at__gte=since).order_by("number")
    for number, ends in rows.values_list("number", "tips").iterator():
        for chain, position, _ in ends:
            if chain in open_chains:
                known[chain].append((position, number))
                if position >= open_chains[chain]:
                    del open_chains[chain]
        if not open_chains:
            break
    return known


def _spans(
    positions: list[int], known: list[tuple[int, int]], end: int
) -> list[tuple[int, int, int | None]]:
    """(first, last, anchor): a span for each group of positions that one anchor covers."""
    spans: list[tuple[int, int, int | None]] = []
    for position in positions:
        if spans and position <= spans[-1][1]:
            continue
        last, anchor = next(((at, number) for at, number in known if at >= position), (end, None))
        spans.append((position, last, anchor))
    return spans


def _segment(chain: int, first: int, last: int, anchor: int | None) -> Segment:
    rows = database.fetch(_LINKS, [chain, first, last])
    links = [_link(chain, row) for row in rows]
    return Segment(
        chain=chain,
        first=first,
        previous=bytes(rows[0][1]).hex() if rows else GENESIS.hex(),
        links=tuple(links),
        tip=bytes(rows[-1][2]).hex() if rows else "",
        anchor=anchor,
    )


def _link(chain: int, row: Sequence[Any]) -> str:
    """A link that fits neither form is told by its digest: whoever checks it finds it broken."""
    position, previous, value, *rest = row
    line = line_of(rest)
    if line["id"] is None:
        return "=" + bytes(value).hex()
    place: dict[str, Any] = {"chain": chain, "position": position, "previous": bytes(previous)}
    digest = line_digest(line)
    if bytes(value) != link_hash(digest, **place) and bytes(value) == older_link_hash(
        line, **place
    ):
        return "=" + bytes(value).hex()
    return digest.hex()
