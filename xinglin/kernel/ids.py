"""Identifiers that sort by the time of their making."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

_VERSION = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION_AND_VARIANT = (_VERSION << 76) | (0x2 << 62)


def new() -> UUID:
    """A UUIDv7 (RFC 9562): 48 bits of milliseconds, 12 bits below the millisecond, 62 random."""
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    below = rest * 4096 // 1_000_000
    return UUID(
        int=(milliseconds << 80) | (below << 64) | _VERSION_AND_VARIANT | secrets.randbits(62)
    )


def first_at(at: datetime) -> UUID:
    """What no id made at `at` or later is below: for ranges of keys, not a name of anything."""
    return UUID(int=max((at - _EPOCH) // timedelta(milliseconds=1), 0) << 80)


def made_at(identifier: UUID) -> datetime:
    """The millisecond in which a UUIDv7 was made, UTC.

    Raises:
        ValueError: the identifier is not version 7.
    """
    if identifier.version != _VERSION:
        msg = f"not a UUIDv7: {identifier}"
        raise ValueError(msg)
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
