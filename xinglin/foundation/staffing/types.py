"""What is told of those who work here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Told once. `path`: of the client, with the secret in the fragment."""

    account_id: UUID
    path: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetCard:
    """`alone_after`: from then on who asked may carry it out without a second person."""

    reason: str
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    alone_after: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """`has_password` is false until the link was used. `last_seen`: the last sign-in."""

    id: UUID
    username: str
    display_name: str
    roles: tuple[str, ...]
    is_active: bool
    synthetic: bool
    has_password: bool
    has_factor: bool
    last_seen: datetime | None
    invited_until: datetime | None
    reset: ResetCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """Whose link this is."""

    username: str
    display_name: str
    expires_at: datetime
