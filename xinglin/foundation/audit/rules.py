"""How a line is sealed: pure, so that anybody can check a chain without this program."""

import hashlib
import json
from collections.abc import Mapping
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


def link_hash(line: Mapping[str, Any], *, chain: int, position: int, previous: bytes) -> bytes:
    """SHA-256 over `{"chain":..,"position":..,"previous":"<hex>"}`, a newline, and the line."""
    whole = {"chain": chain, "position": position, "previous": previous.hex()}
    head = json.dumps(whole, separators=(",", ":"), sort_keys=True).encode()
    return hashlib.sha256(head + b"\n" + canonical(line)).digest()
