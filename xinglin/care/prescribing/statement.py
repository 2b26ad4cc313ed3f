"""What doctor and pharmacist sign: the same bytes again in fifteen years. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

OF_SHEET: Final = (
    "institution_id", "consultation_id", "department", "sheet", "patient_facts", "told",
    "diagnoses", "items", "valid_days",
)  # fmt: skip
"""What a patient agrees to, of what the doctor signs: all but what the day of signing adds."""
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


def patients(
    *,
    consent_id: UUID,
    prescription_id: UUID,
    patient_id: UUID,
    revision: int,
    sheet_sha256: str,
    role: str,
    signed_by: UUID,
    signed_at: datetime,
) -> bytes:
    """Consent to a long supply: to this very sheet, by the patient or on the patient's behalf (`role`)."""
    return canonical(
        {
            "answer": "signed",
            "consent_id": str(consent_id),
            "patient_id": str(patient_id),
            "prescription_id": str(prescription_id),
            "revision": revision,
            "role": role,
            "sheet_sha256": sheet_sha256,
            "signed_at": moment(signed_at),
            "signed_by": str(signed_by),
        }
    )


def patients_of(
    content: Mapping[str, Any], *, prescription_id: UUID, made: Mapping[str, Any]
) -> bytes:
    """As `patients`, from what the doctor signed; `made`: its consent. The digest of the sheet is made
    anew, so that it is of this sheet or of none.
    """
    patient_id = UUID(content["patient"]["id"])
    return patients(
        consent_id=UUID(made["id"]),
        prescription_id=prescription_id,
        patient_id=patient_id,
        revision=made["revision"],
        sheet_sha256=sheet_sha256(
            content,
            prescription_id=prescription_id,
            patient_id=patient_id,
            revision=made["revision"],
        ),
        role=made["role"],
        signed_by=UUID(made["signed_by"]),
        signed_at=datetime.fromisoformat(made["signed_at"]),
    )


def sheet_sha256(
    content: Mapping[str, Any], *, prescription_id: UUID, patient_id: UUID, revision: int
) -> str:
    """Of one revision of a sheet. `content`: the draft's words, or what the doctor signed."""
    said = {name: content[name] for name in OF_SHEET} | {
        "patient_id": str(patient_id),
        "prescription_id": str(prescription_id),
        "revision": revision,
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def canonical(statement: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8, keys in order, no white space."""
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
