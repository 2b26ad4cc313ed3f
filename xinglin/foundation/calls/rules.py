"""What follows from what is known of a room, without asking anybody."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from xinglin.foundation.calls.types import RoomClock

# A relay's credentials begin no new way after this; one that stands goes on.
GOOD_FOR = timedelta(hours=1)
_MS = timedelta(milliseconds=1)

Span = tuple[datetime, datetime | None]


def relay_credential(username: str, secret: str) -> str:
    """As a TURN server with a shared secret reckons it (draft-uberti-behave-turn-rest-00).

    Args:
        username: `<unix time of its end>:<any name>`.
    """
    made = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(made.digest()).decode()


def clock_of(
    spans: Sequence[Span], *, up_until: datetime | None, closed_at: datetime | None, at: datetime
) -> RoomClock:
    """The clock at `at`.

    Args:
        spans: in the order of their beginnings.
        up_until: until when the last reports say that the line is up (see `calls_up_until`).
    """
    told = [_seen(span, up_until, at) for span in spans]
    # Whoever asks began to ask a moment ago: what began since is not negative time.
    ms = sum(max((ended or at) - began, timedelta(0)) // _MS for began, ended in told)
    running_since = told[-1][0] if told and told[-1][1] is None else None
    end = closed_at or at
    nexts = [began for began, _ in told[1:]] + ([] if running_since or not told else [end])
    gaps = [
        (ended, begun)
        for (_, ended), begun in zip(told, nexts, strict=False)
        if ended is not None and begun > ended
    ]
    return RoomClock(ms=ms, running_since=running_since, spans=tuple(told), gaps=tuple(gaps))


def _seen(span: Span, up_until: datetime | None, at: datetime) -> Span:
    """A span whose reports have ceased has ended, although nobody has written it down yet."""
    began, ended = span
    if ended is not None or (up_until is not None and up_until > at):
        return span
    return began, max(began, min(at, up_until or at))


def middle(counts: Mapping[int, int]) -> int | None:
    """The lower median of values, each of which was counted so often."""
    half = (sum(counts.values()) + 1) // 2
    for value in sorted(counts):
        half -= counts[value]
        if half <= 0:
            return value
    return None
