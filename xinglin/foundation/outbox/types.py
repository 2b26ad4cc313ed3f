"""The shape of an event."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that became true. The class name is its kind, in the past tense.

    `audience`: who may see it, as `user:<uuid>`, `department:<slug>` or `board`.
    """

    audience: tuple[str, ...]

    @property
    def kind(self) -> str:
        return type(self).__name__

    def payload(self) -> dict[str, Any]:
        """JSON-able values of every field but the audience."""
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name != "audience"}
