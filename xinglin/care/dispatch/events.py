"""What others may learn of duty and offers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class OfferMade(Event):
    """A doctor was asked to take a visit. Audience: the doctor."""

    offer_id: UUID
    consultation_id: UUID
    department: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferClosed(Event):
    """The offer became accepted, refused, lapsed, withdrawn or released. Audience: the doctor."""

    offer_id: UUID
    consultation_id: UUID
    state: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DutyChanged(Event):
    """A doctor went on or off duty, or is away. Audience: the doctor, his departments, the board."""

    practitioner_id: UUID
    departments: tuple[str, ...]
    is_on: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class PromiseBroken(Event):
    """A patient's promised time has passed. Audience: the patient.

    `compensation`: what is due now, once for each visit; empty: nothing more.
    """

    consultation_id: UUID
    promise_id: UUID
    promise: str
    compensation: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class SparingChanged(Event):
    """The switch "spare" of a department went on or off. Audience: the board."""

    department: str
    is_spared: bool


@dataclass(frozen=True, kw_only=True)
class AbnormalNoted(Event):
    """Something for the operators' monitor. Audience: the board."""

    abnormal_kind: str
    department: str
