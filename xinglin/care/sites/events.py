"""What sites announce. No name and no word of a patient is in an event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class WalkInRegistered(Event):
    """Somebody has come to a site. Audience: the site, the boards."""

    walk_in_id: UUID
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class WalkInMoved(Event):
    """Audience: the site, the boards, and the patient, who may hold the screen."""

    walk_in_id: UUID
    site_id: UUID
    state: str
    consultation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class WalkInWishesChanged(Event):
    """Whether the assistant stays, or may read along. Audience: the site, and the patient."""

    walk_in_id: UUID
    site_id: UUID
    consultation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ReadingTaken(Event):
    """Something was measured, or what was measured is no longer held for true. Audience: the site."""

    walk_in_id: UUID
    site_id: UUID
    reading_id: UUID
    withdrawn: bool
    consultation_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PicturesAdded(Event):
    """The assistant has photographed something more during the visit. Audience: nobody."""

    walk_in_id: UUID
    consultation_id: UUID
    picture_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class ReadingArrived(Event):
    """An instrument has sent something that is of no patient yet. Audience: the site."""

    site_id: UUID
    reading_id: UUID


@dataclass(frozen=True, kw_only=True)
class ScreenReturned(Event):
    """The patient has finished, or gave the screen back. Audience: the site."""

    walk_in_id: UUID
    site_id: UUID


@dataclass(frozen=True, kw_only=True)
class SiteSilent(Event):
    """Nothing was heard of a site for too long in its hours. Audience: the boards."""

    silence_id: UUID
    site_id: UUID
    institution_id: UUID
    since: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class SiteHeard(Event):
    """A silent site is there again. Audience: the boards."""

    silence_id: UUID
    site_id: UUID
    institution_id: UUID
    heard_at: datetime


@dataclass(frozen=True, kw_only=True)
class SiteRetired(Event):
    """A silent site has no device any more, or was closed for good. Audience: the boards."""

    silence_id: UUID
    site_id: UUID
    institution_id: UUID
