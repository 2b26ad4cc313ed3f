"""How rows become what the engine is told: its requests and its doctors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from xinglin.care.consultation.types import WaitingRequest
from xinglin.care.dispatch.engine import Doctor, Request

ON_DUTY = """
    select practitioner_id, user_id, institution_id, departments::text, grade, capacity - slowed,
        reserved,
        greatest(on_since, given_at), away_until, ends_at,
        (select p.languages from people_practitioner p where p.id = practitioner_id)
    from dispatch_duty where on_since is not null
"""
# Undetermined, as BCP 47 has it. To the engine no language at all is any, and whoever said nothing is
# not promised to speak what a patient asks for.
_NOT_SAID = frozenset({"und"})


@dataclass(frozen=True, slots=True)
class DutyRow:
    practitioner_id: UUID
    user_id: UUID
    institution_id: UUID
    departments: Mapping[str, int]
    grade: int
    capacity: int
    reserved: int
    idle_since: datetime
    away_until: datetime | None
    ends_at: datetime | None
    languages: list[str]

    @property
    def queues(self) -> dict[str, int]:
        return {queue_of(self.institution_id, slug): n for slug, n in self.departments.items()}


@cache
def queue_of(institution_id: UUID, department: str) -> str:
    """What the engine calls a department: each institution's doctors see its own patients."""
    return f"{institution_id}/{department}"


def duty_of(row: tuple[Any, ...]) -> DutyRow:
    doctor, user, institution, departments, *rest = row
    return DutyRow(doctor, user, institution, json.loads(departments), *rest)


def request_of(waiting: WaitingRequest, *, raised: int = 1, need: int = 1) -> Request:
    """`raised`: as a doctor has said; `need`: as it can be had now. Prefers nobody yet."""
    return Request(
        id=waiting.consultation_id,
        department=queue_of(waiting.institution_id, waiting.department),
        named=waiting.named_id,
        former=waiting.former_id,
        handed=waiting.handed_at is not None,
        urgency=waiting.urgency,
        arrived=waiting.requested_at.timestamp(),
        returned=waiting.returned > 0 or waiting.put_first,
        left_message=waiting.left_message,
        language=waiting.language or None,
        site=waiting.site_id,
        need=need,
        raised=raised,
    )


def doctor_of(duty: DutyRow) -> Doctor:
    """Every visit begins in writing: one unit."""
    return Doctor(
        id=duty.practitioner_id,
        departments=duty.queues,
        grade=duty.grade,
        units=duty.capacity,
        used=duty.reserved,
        idle_since=duty.idle_since.timestamp(),
        video_ok=False,
        languages=frozenset(duty.languages) or _NOT_SAID,
        shift_end=None if duty.ends_at is None else duty.ends_at.timestamp(),
    )
