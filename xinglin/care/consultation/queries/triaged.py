"""How the visits ended that triage had let in, for those who count how it did."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from xinglin.foundation.database import services as database

_ENDED = """
    select c.intake_id, c.id, c.department, coalesce(f.reason, ''), coalesce(f.urgency, '')
    from consultation_consultation c
    left join consultation_referral f on f.consultation_id = c.id
    where c.intake_id = any(%s) and c.doctor_user_id is not null and c.ended_at is not null
"""
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A visit that a doctor had. `stopped`: why online care was stopped, else empty; `go`: how soon
    the patient was told to be seen in person (now, today, days), else empty.
    """

    intake_id: UUID
    consultation_id: UUID
    department: str
    stopped: str
    go: str


def ended_of_intakes(intake_ids: Iterable[UUID]) -> list[Ended]:
    """Those that are over and that a doctor has seen; the others say nothing about triage."""
    asked = list(intake_ids)
    return [
        Ended(
            intake_id=intake,
            consultation_id=visit,
            department=department,
            stopped=reason,
            go=urgency,
        )
        for start in range(0, len(asked), _AT_ONCE)
        for intake, visit, department, reason, urgency in database.fetch(
            _ENDED, [asked[start : start + _AT_ONCE]]
        )
    ]
