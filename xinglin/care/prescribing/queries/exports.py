"""The prescriptions of an account, for a copy: what was signed, byte for byte, and what became of it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.prescribing.models import Prescription, PrescriptionStep, PrescriptionVersion
from xinglin.care.prescribing.queries import signed
from xinglin.care.prescribing.queries.prescriptions import STATES
from xinglin.care.prescribing.queries.verifying import (
    doctors_words,
    first_of,
    first_words,
    patients_words,
    pharmacists_words,
)
from xinglin.foundation.copies.types import Part, Section
from xinglin.kernel.text import Text

_DOCTOR, _STATE = Text("开方医生", "Doctor"), Text("状态", "State")
_MEDICINE = Text("药品", "Medicine")


def export_part(holder_id: UUID) -> Part:
    """Every prescription that was signed for the account's patients, newest first, in four statements.

    What each signature is of lies beside as the very bytes; the certificates stand with it.
    """
    rows = list(Prescription.objects.filter(holder_id=holder_id, version__gt=0).order_by("-pk"))
    found = PrescriptionVersion.objects.filter(prescription__in=rows).select_related(
        "review", "first_review"
    )
    versions: dict[UUID, list[PrescriptionVersion]] = {}
    for each in found.order_by("number"):
        versions.setdefault(each.prescription_id, []).append(each)
    steps: dict[UUID, list[PrescriptionStep]] = {}
    for step in PrescriptionStep.objects.filter(prescription__in=rows).order_by("pk"):
        steps.setdefault(step.prescription_id, []).append(step)
    doctors = people.practitioners({row.practitioner_id for row in rows})
    return Part(
        name="prescriptions",
        data=[_data(row, versions[row.pk], steps.get(row.pk, [])) for row in rows],
        sections=[
            _section(row, versions[row.pk], doctors[row.practitioner_id].name) for row in rows
        ],
        texts={
            name: said for row in rows for v in versions[row.pk] for name, said in _statements(v)
        },
    )


def _data(
    row: Prescription, versions: list[PrescriptionVersion], steps: list[PrescriptionStep]
) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "consultation_id": str(row.consultation_id),
        "patient_id": str(row.patient_id),
        "state": row.state,
        "effective_at": row.effective_at and row.effective_at.isoformat(),
        "expires_at": row.expires_at and row.expires_at.isoformat(),
        "versions": [_version(each) for each in versions],
        "steps": [{"step": each.step, "at": each.at.isoformat()} for each in steps],
    }


def _version(version: PrescriptionVersion) -> dict[str, Any]:
    review, first = signed.review_of(version), first_of(version)
    return {
        "number": version.number,
        "content": version.content,
        "signed_at": version.signed_at.isoformat(),
        "signature": signed.signature_json(version),
        "review": review
        and {
            "outcome": review.outcome,
            "reviewed_at": review.reviewed_at.isoformat(),
            "signature": signed.signature_json(review) if review.outcome == "approved" else None,
        },
        "first_review": first
        and {
            "reviewed_at": first.reviewed_at.isoformat(),
            "signature": signed.signature_json(first),
        },
        "signed_bytes": [name for name, _ in _statements(version)],
    }


def _statements(version: PrescriptionVersion) -> Iterator[tuple[str, bytes]]:
    """Path in the copy -> the bytes that were signed."""
    path = f"prescriptions/{version.prescription_id}-{version.number}"
    if version.content.get("consent"):
        yield f"{path}-patient.json", patients_words(version)
    yield f"{path}-doctor.json", doctors_words(version)
    first = first_of(version)
    if first is not None:
        said = first_words(version, checks=first.checks, by=first.reviewed_by, at=first.reviewed_at)
        yield f"{path}-first-pharmacist.json", said
    review = signed.review_of(version)
    if review is not None and review.outcome == "approved":
        said = pharmacists_words(
            version, checks=review.checks, by=review.reviewed_by, at=review.reviewed_at
        )
        yield f"{path}-pharmacist.json", said


def _section(row: Prescription, versions: list[PrescriptionVersion], doctor: Text) -> Section:
    last = versions[-1]
    day = last.content["written_on"]
    return Section(
        heading=Text(f"处方 {day}", f"Prescription of {day}"),
        lines=[
            (_DOCTOR, doctor),
            (_STATE, STATES[row.state]),
            *((_MEDICINE, Text(**each["name"])) for each in last.content["items"]),
        ],
        files=[name for each in versions for name, _ in _statements(each)],
    )
