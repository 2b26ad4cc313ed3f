"""How a line is sealed: pure, so that anybody can check a chain without this program."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from xinglin.foundation.audit.types import CHAINS

GENESIS = b"\0" * 32


def chain_of(actor_id: UUID) -> int:
    """The lowest bits of an id are random, so actors spread over the chains."""
    return actor_id.int % CHAINS


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def canonical(line: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces; times in UTC with microseconds."""
    return json.dumps(
        {key: _plain(value) for key, value in line.items()},
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    ).encode()


def line_digest(line: Mapping[str, Any]) -> bytes:
    """SHA-256 over the line. It goes into the link in place of the line, so that a chain can be
    shown to somebody who may not read the lines in between.
    """
    return hashlib.sha256(canonical(line)).digest()


def link_hash(digest: bytes, *, chain: int, position: int, previous: bytes) -> bytes:
    """SHA-256 over `{"chain":..,"position":..,"previous":"<hex>"}`, a newline, and the digest in hex."""
    return hashlib.sha256(_head(chain, position, previous) + digest.hex().encode()).digest()


def older_link_hash(
    line: Mapping[str, Any], *, chain: int, position: int, previous: bytes
) -> bytes:
    """The same over the whole line: of what was sealed before ADR 0034."""
    return hashlib.sha256(_head(chain, position, previous) + canonical(line)).digest()


def _head(chain: int, position: int, previous: bytes) -> bytes:
    whole = {"chain": chain, "position": position, "previous": previous.hex()}
    return json.dumps(whole, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def anchor_statement(
    number: int, at: datetime, tips: Iterable[tuple[int, int, str]], previous: str
) -> bytes:
    """What the house signs of the ends of its chains; `previous`: SHA-256 of the anchor before."""
    told = {
        "number": number,
        "at": _plain(at),
        "tips": [list(tip) for tip in sorted(tips)],
        "previous": previous,
    }
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def first_id_at(at: datetime) -> UUID:
    """No UUIDv7 made at that millisecond or later is smaller: a span of time is one of ids."""
    return UUID(int=max(int(at.timestamp() * 1000), 0) << 80)
