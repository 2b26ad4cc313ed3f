"""What a visit announces. No name, complaint or text of a patient is in an event."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from xinglin.foundation.outbox.types import Event


@dataclass(frozen=True, kw_only=True)
class ConsultationEvent(Event):
    consultation_id: UUID
    department: str


@dataclass(frozen=True, kw_only=True)
class ConsultationRequested(ConsultationEvent):
    requested_at: datetime


@dataclass(frozen=True, kw_only=True)
class ConsultationNobodyFound(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConsultationKeptWaiting(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class ConsultationMessageLeft(ConsultationEvent):
    pass


@dataclass(frozen=True, kw_only=True)
class DepartmentChanged(ConsultationEvent):
    """`department` is the new one."""

    former_department: str


@dataclass(frozen=True, kw_only=True)
class ConsultationAccepted(ConsultationEvent):
    practitioner_id: UUID


@dataclass(frozen=True, kw_only=True)
class ConsultationReturned(ConsultationEvent):
    """The visit waits again; `practitioner_id` is the doctor who had it."""

    practitioner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class ConsultationWithdrawn(ConsultationEvent):
    """Ended before a doctor had it; `reason` as in `rules.ENDINGS`."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ConsultationEnded(ConsultationEvent):
    """`reason` as in `rules.ENDINGS`."""

    practitioner_id: UUID
    reason: str


@dataclass(frozen=True, kw_only=True)
class RecordSigned(ConsultationEvent):
    version: int


@dataclass(frozen=True, kw_only=True)
class RecordAmended(ConsultationEvent):
    version: int


@dataclass(frozen=True, kw_only=True)
class ConsultationRated(ConsultationEvent):
    pass
