"""Shapes that other modules get to see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

# The elements of `rules.RECORD_FIELDS`: texts, and `diagnoses` as a list of code and names.
RecordFields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRequest:
    """A visit that wants a doctor. `returned`: how often one gave it back."""

    consultation_id: UUID
    holder_id: UUID
    institution_id: UUID
    department: str
    urgency: int
    requested_at: datetime
    returned: int
    left_message: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationCard:
    """What an offer and a queue may show of a visit; the name of the patient is not in it."""

    consultation_id: UUID
    patient_id: UUID
    holder_id: UUID
    institution_id: UUID
    department: str
    state: str
    urgency: int
    complaint: str
    requested_at: datetime
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who takes part; `doctor_user_id` is the present doctor."""

    consultation_id: UUID
    holder_id: UUID
    doctor_user_id: UUID | None
    institution_id: UUID
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardCount:
    """One department now. `waiting` counts those who wait or choose; `served_today` the ended."""

    department: str
    waiting: int
    left_messages: int
    oldest_requested_at: datetime | None
    active: int
    served_today: int
