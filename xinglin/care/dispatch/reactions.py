"""What dispatch does when a visit changes; at least once, so twice is as good as once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.dispatch import services


def release_slot(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationEnded, ConsultationReturned: the doctor has room again."""
    del event_id
    services.release(
        UUID(payload["consultation_id"]),
        practitioner_id=UUID(payload["practitioner_id"]),
        reason=payload["reason"],
        at=at,
    )


def withdraw_offer(event_id: UUID, payload: dict[str, Any], at: datetime) -> None:
    """ConsultationWithdrawn, DepartmentChanged: nobody needs to answer any more."""
    del event_id
    services.withdraw(
        UUID(payload["consultation_id"]),
        who="patient",
        reason=payload.get("reason", "department_changed"),
        at=at,
    )
