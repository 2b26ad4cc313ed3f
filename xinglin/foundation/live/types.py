"""The shape of one entry of the feed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An event that may go out, and to whom (`user:<uuid>`, `department:<slug>`, `board`)."""

    event_id: UUID
    kind: str
    payload: dict[str, Any]
    audience: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A published event. `position` rises with the order of commits; 0 is before the first."""

    position: int
    event_id: UUID
    kind: str
    payload: dict[str, Any]
    audience: tuple[str, ...]
    at: datetime
