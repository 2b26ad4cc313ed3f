"""The PDF of a prescription, for those who may see the prescription; each reading is audited."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from xinglin.care.prescribing.models import (
    FirstReview,
    Prescription,
    PrescriptionDocument,
    PrescriptionReview,
    PrescriptionVersion,
)
from xinglin.care.prescribing.permissions import holder_can, prescriber_can, reviewer_can
from xinglin.care.prescribing.queries import proof
from xinglin.care.prescribing.queries.verifying import (
    doctors_words,
    first_of,
    first_words,
    pharmacists_words,
    signature_of,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.kernel.errors import Conflict, NotFound
from xinglin.kernel.text import Text

_DELAYED_AFTER: Final = 5  # tries: about a minute


class DocumentNotReadyError(Conflict):
    """It is effective; its PDF is not made yet."""

    code = "document_not_ready"
    text = Text(
        "处方已生效，签章文件（PDF）尚未生成，系统会继续尝试。取药不受影响，请稍后再试。",
        "The prescription is effective. Its signed PDF is not made yet and is being tried; the medicine"
        " does not wait for it. Please try again later.",
    )


def document_json(row: Prescription) -> dict[str, Any] | None:
    """`state`: making, delayed or ready; None: it never became effective, or none will be made."""
    if row.effective_at is None:
        return None
    found = PrescriptionDocument.objects.filter(pk=row.pk).first()
    if found is None or found.made_at is None:
        if not _is_to_come(row):
            return None
        is_late = found is not None and found.tries >= _DELAYED_AFTER
        state = "delayed" if is_late else "making"
        return {"state": state, "made_at": None, "bytes": 0, "sha256": ""}
    return {
        "state": "ready",
        "made_at": found.made_at,
        "bytes": found.bytes,
        "sha256": found.sha256,
    }


def document_file(viewer: Viewer, prescription_id: UUID) -> Path:
    """Where it lies; audited.

    Raises:
        NotFound: the viewer may not know of it, it never became effective, or none will be made.
        DocumentNotReadyError: it is being made.
    """
    row = Prescription.objects.filter(pk=prescription_id).first()
    if row is None or row.effective_at is None:
        raise NotFound
    if not (prescriber_can(viewer, row) or holder_can(viewer, row) or reviewer_can(viewer, row)):
        raise NotFound
    made = PrescriptionDocument.objects.filter(pk=row.pk, made_at__isnull=False).first()
    if made is None:
        raise DocumentNotReadyError if _is_to_come(row) else NotFound
    audit.record(
        viewer,
        "prescription.read_document",
        subject=row.patient_id,
        thing="prescription",
        thing_id=row.pk,
        purpose="own" if holder_can(viewer, row) else "care",
        detail={"sha256": made.sha256},
    )
    return path_of(row.pk, made.sha256)


def files_of(rows: Iterable[Prescription]) -> dict[UUID, tuple[Path, str]]:
    """Where each PDF lies that is made, and its SHA-256; for callers that have checked who asks."""
    made = PrescriptionDocument.objects.filter(
        pk__in=[row.pk for row in rows], made_at__isnull=False
    )
    return {each.pk: (path_of(each.pk, each.sha256), each.sha256) for each in made}


def _is_to_come(row: Prescription) -> bool:
    """Whether the worker will make what is not made yet."""
    return bool(settings.SEAL_GATEWAY != "null" and row.state != "voided")


def path_of(prescription_id: UUID, sha256: str) -> Path:
    folder: Path = settings.FILES_DIR / "prescriptions"
    return folder / f"{prescription_id}.{sha256}.pdf"


def proof_of(version: PrescriptionVersion, review: PrescriptionReview) -> bytes:
    """All statements with their signatures, as `./run verify` reads them.

    Each is whole, or it could not be checked: the doctor's holds the allergies that were known, the
    report of the safety check, and why the doctor went on over a warning. Whoever has the file has these.
    """
    said = pharmacists_words(
        version, checks=review.checks, by=review.reviewed_by, at=review.reviewed_at
    )
    first = first_of(version)
    return proof.written(
        doctor=(doctors_words(version), signature_of(version)),
        pharmacist=(said, signature_of(review)),
        first=(_first_words(version, first), signature_of(first)) if first else None,
    )


def _first_words(version: PrescriptionVersion, first: FirstReview) -> bytes:
    return first_words(version, checks=first.checks, by=first.reviewed_by, at=first.reviewed_at)
