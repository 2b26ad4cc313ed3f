"""Time is injected: rules take it as an argument, the edges read it here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Aware, UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock of this context, for tests and replays."""
    if at.tzinfo is None:
        msg = "the clock is aware and UTC"
        raise ValueError(msg)
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


@contextmanager
def later(delta: timedelta) -> Iterator[None]:
    """The clock of this context, moved by `delta` and stopped."""
    with frozen(now() + delta):
        yield
