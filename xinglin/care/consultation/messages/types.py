"""Shapes of a thread."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

KINDS = frozenset({"text", "picture", "card"})
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Message:
    """`sender`: patient, doctor or system. `seq` counts from 1 without a gap."""

    consultation_id: UUID
    seq: int
    client_id: UUID
    sender: str
    sender_id: UUID
    kind: str
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """What deadlines and authorization look at. `last_doctor_at` is of the present doctor."""

    last_seq: int
    holder_id: UUID
    doctor_user_id: UUID | None
    is_open: bool
    last_patient_at: datetime | None
    last_doctor_at: datetime | None
