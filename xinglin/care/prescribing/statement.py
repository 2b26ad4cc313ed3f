"""What doctor and pharmacist sign: the same bytes again in fifteen years. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

APPROVED: Final = {"outcome": "approved"}
PASSED_ON: Final = {"outcome": "passed_on"}
"""By the first of two pharmacists: no approval, and not to be taken for one."""


def second_of_two(first_signature: bytes) -> Mapping[str, str]:
    """An approval of what the first has signed, as well."""
    return {**APPROVED, "first_signature_sha256": hashlib.sha256(first_signature).hexdigest()}


def doctors(
    *,
    prescription_id: UUID,
    version: int,
    content: Mapping[str, Any],
    report: Mapping[str, Any],
    overrides: Sequence[Mapping[str, Any]],
    practitioner_id: UUID,
    signed_by: UUID,
    signed_at: datetime,
) -> bytes:
    """The sheet, the safety report it was signed with, and why the doctor went on."""
    return canonical(
        {
            "content": content,
            "overrides": list(overrides),
            "practitioner_id": str(practitioner_id),
            "prescription_id": str(prescription_id),
            "report": report,
            "signed_at": moment(signed_at),
            "signed_by": str(signed_by),
            "version": version,
        }
    )


def pharmacists(
    *,
    prescription_id: UUID,
    version: int,
    doctors_sha256: str,
    doctors_signature: bytes,
    checks: Sequence[str],
    signed_by: UUID,
    signed_at: datetime,
    outcome: Mapping[str, str] = APPROVED,
) -> bytes:
    """An approval: of this very signature of the doctor, after these checks.

    Args:
        outcome: where two pharmacists sign, `PASSED_ON` or `second_of_two`.
    """
    return canonical(
        {
            "checks": list(checks),
            "doctors_sha256": doctors_sha256,
            "doctors_signature_sha256": hashlib.sha256(doctors_signature).hexdigest(),
            **outcome,
            "prescription_id": str(prescription_id),
            "signed_at": moment(signed_at),
            "signed_by": str(signed_by),
            "version": version,
        }
    )


def canonical(statement: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, keys in order, no white space."""
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
