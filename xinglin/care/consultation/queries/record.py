"""The record: its draft for the doctor, its versions, and the summary for the patient."""

import base64
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import Consultation, RecordDraft, RecordVersion
from xinglin.care.consultation.permissions import check_doctor, check_holder
from xinglin.care.consultation.queries.visits import audit_read, doctor_json, short, visit
from xinglin.care.people import queries as people
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.signing import services as signing
from xinglin.foundation.signing.types import Signature
from xinglin.kernel.errors import NotFound


def draft(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """What the doctor is writing, and the version that holds; the reading is audited.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
    """
    found = RecordDraft.objects.select_related("consultation").filter(pk=consultation_id).first()
    if found is None:
        raise NotFound
    check_doctor(viewer, found.consultation)
    audit_read(viewer, visit(viewer, consultation_id), "record.read")
    return {
        "draft": {
            "fields": found.fields,
            "prefilled": found.prefilled,
            "revision": found.revision,
            "saved_at": found.saved_at,
        },
        "version": holding_version(consultation_id),
    }


def holding_version(consultation_id: UUID) -> dict[str, Any] | None:
    """The newest signed one, for callers that have checked who asks."""
    signed = _newest(consultation_id)
    return _versions_json([signed])[0] if signed else None


def versions(viewer: Viewer, consultation_id: UUID) -> list[dict[str, Any]]:
    """All signed versions, newest first; the reading is audited.

    Raises:
        NotFound: for everybody but holder, doctor and former signers.
    """
    row = visit(viewer, consultation_id)
    audit_read(viewer, row, "record.read_versions")
    found = RecordVersion.objects.filter(consultation_id=consultation_id).order_by("-version")
    return _versions_json(list(found))


def summary(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """The version that holds, for the patient, its signature checked now; audited.

    Raises:
        NotFound: the visit is not the viewer's, or nothing is signed yet.
    """
    row = Consultation.objects.filter(pk=consultation_id).first()
    signed = _newest(consultation_id)
    if row is None or signed is None:
        raise NotFound
    check_holder(viewer, row)
    seen = visit(viewer, consultation_id)
    audit_read(viewer, seen, "record.read_summary", version=signed.version)
    return {
        "visit": short(viewer, seen),
        "version": _versions_json([signed])[0],
        "versions": signed.version,
        "verified": verified(row, signed),
    }


def verified(row: Consultation, signed: RecordVersion) -> bool:
    """Whether the signature fits every byte of the version as it is stored."""
    statement = rules.canonical(
        consultation_id=row.pk,
        patient_id=row.patient_id,
        version=signed.version,
        fields=signed.fields,
        reason=signed.reason,
        signed_by=signed.signed_by,
        signed_at=signed.signed_at,
    )
    return signing.verify(_signature(signed), statement)


def _newest(consultation_id: UUID) -> RecordVersion | None:
    found = RecordVersion.objects.filter(consultation_id=consultation_id)
    return found.order_by("-version").first()


def _signature(signed: RecordVersion) -> Signature:
    return Signature(
        algorithm=signed.algorithm,
        key_id=signed.key_id,
        value=bytes(signed.signature),
        sha256=signed.sha256,
    )


def _versions_json(found: list[RecordVersion]) -> list[dict[str, Any]]:
    doctors = people.practitioners({each.practitioner_id for each in found})
    return [
        {
            "version": each.version,
            "fields": each.fields,
            "reason": each.reason,
            "signed_at": each.signed_at,
            "doctor": doctor_json(doctors[each.practitioner_id]),
            "signature": {
                "algorithm": each.algorithm,
                "key_id": each.key_id,
                "sha256": each.sha256,
                "value": base64.b64encode(bytes(each.signature)).decode(),
            },
        }
        for each in found
    ]
