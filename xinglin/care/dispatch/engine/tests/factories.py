"""Requests and doctors with the fewest words; a number is an identity."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from xinglin.care.dispatch.engine import Doctor, Request

T0 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
_VISIT, _DOCTOR = 0xA << 64, 0xD << 64


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def visit_id(n: int) -> UUID:
    return UUID(int=_VISIT + n)


def doctor_id(n: int) -> UUID:
    return UUID(int=_DOCTOR + n)


def request(n: int, department: str = "gp", **changes: Any) -> Request:
    values = {"urgency": 3, "requested_at": T0 + seconds(n), **changes}
    return Request(consultation_id=visit_id(n), department=department, **values)


def doctor(n: int, *departments: str, **changes: Any) -> Doctor:
    """The first department is the doctor's own."""
    slugs = departments or ("gp",)
    values = {"grade": 1, "capacity": 1, "used": 0, "idle_since": T0, **changes}
    return Doctor(
        practitioner_id=doctor_id(n),
        departments={slug: 1 if i == 0 else 2 for i, slug in enumerate(slugs)},
        **values,
    )
