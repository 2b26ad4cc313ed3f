"""The record: its draft for the doctor, its versions, and the summary for the patient."""

import base64
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from xinglin.care.consultation import rules
from xinglin.care.consultation.models import RecordVersion
from xinglin.care.consultation.queries.faces import doctor_json
from xinglin.care.consultation.queries.screens import short
from xinglin.care.consultation.queries.sites import site_json
from xinglin.care.consultation.queries.visits import Visit, audit_read, visit, visit_of_doctor
from xinglin.care.people import queries as people
from xinglin.care.people.types import PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.foundation.signing import services as signing
from xinglin.foundation.signing.types import Signature
from xinglin.kernel.errors import NotFound

_FIELDS = [field.attname for field in RecordVersion._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it
_VERSIONS = f"""
    select {", ".join(_FIELDS)} from consultation_record_version
    where consultation_id = %s order by version desc
"""  # noqa: S608  # our own columns
_NEWEST = f"{_VERSIONS} limit 1"
_LAST = (
    "select coalesce(max(version), 0) from consultation_record_version where consultation_id = %s"
)
_DRAFT = """
    select fields, prefilled, templated, revision, saved_at from consultation_record_draft
    where consultation_id = %s
"""


def draft(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """What the doctor is writing, and the version that holds; the reading is audited.

    Raises:
        NotFound: the viewer is not the doctor of the visit.
    """
    seen = visit_of_doctor(viewer, consultation_id)
    audit_read(viewer, seen, "record.read")
    ((fields, prefilled, templated, revision, saved_at),) = database.fetch(
        _DRAFT, [consultation_id]
    )
    kept = json.loads(templated)
    marks = {name: kept[name] for name in rules.TEXT_FIELDS if name in kept}
    return {
        "draft": {
            "fields": json.loads(fields),
            "prefilled": json.loads(prefilled),
            "templated": [name for name, mark in marks.items() if mark["is_untouched"]],
            "blanks": {name: mark["blanks"] for name, mark in marks.items() if mark["blanks"]},
            "revision": revision,
            "saved_at": saved_at,
        },
        "version": holding_version(consultation_id) if seen.signed_version else None,
    }


def last_version(consultation_id: UUID) -> int:
    """The number of the version that holds; 0 while nothing is signed."""
    found: int = database.fetch(_LAST, [consultation_id])[0][0]
    return found


def holding_version(consultation_id: UUID) -> dict[str, Any] | None:
    """The newest signed one, for callers that have checked who asks."""
    return next(iter(_versions_json(_versions(_NEWEST, consultation_id))), None)


def versions(viewer: Viewer, consultation_id: UUID) -> list[dict[str, Any]]:
    """All signed versions, newest first; the reading is audited.

    Raises:
        NotFound: for everybody but holder, doctor and former signers.
    """
    row = visit(viewer, consultation_id)
    audit_read(viewer, row, "record.read_versions")
    return _versions_json(_versions(_VERSIONS, consultation_id))


def summary(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    """The version that holds, for the patient, its signature checked now; audited.

    Raises:
        NotFound: the visit is not the viewer's, or nothing is signed yet.
    """
    seen = visit(viewer, consultation_id)
    if seen.who(viewer) != "patient" or seen.signed_version is None:
        raise NotFound
    (signed,) = _versions(_NEWEST, consultation_id)
    audit_read(viewer, seen, "record.read_summary", version=signed.version)
    doctors = people.practitioners({*_doctors_in(signed), *seen.doctors})
    return {
        "visit": short(viewer, seen, doctors),
        "version": _version_json(signed, doctors),
        "versions": signed.version,
        "verified": _verified(seen, signed),
    }


def newest_signed(row: Visit) -> tuple[RecordVersion, Signature, bool] | None:
    """The version that holds, its signature, and whether this fits; for callers that have checked who
    asks. None while nothing is signed.
    """
    if row.signed_version is None:
        return None
    (signed,) = _versions(_NEWEST, row.id)
    return signed, _signature(signed), _verified(row, signed)


def _verified(row: Visit, signed: RecordVersion) -> bool:
    """Whether the signature fits every byte of the version as it is stored."""
    statement = rules.canonical(
        consultation_id=row.id,
        patient_id=row.patient_id,
        version=signed.version,
        fields=signed.fields,
        reason=signed.reason,
        signed_by=signed.signed_by,
        signed_at=signed.signed_at,
        asked_by=signed.asked_by,
        consulted=signed.consulted,
        site=signed.site,
    )
    return signing.verify(_signature(signed), statement)


def _versions(sql: str, consultation_id: UUID) -> list[RecordVersion]:
    rows = [dict(zip(_FIELDS, row, strict=True)) for row in database.fetch(sql, [consultation_id])]
    return [
        RecordVersion(
            **{
                **row,
                "fields": json.loads(row["fields"]),
                "asked_by": json.loads(row["asked_by"]) if row["asked_by"] else None,
                "consulted": json.loads(row["consulted"]) if row["consulted"] else None,
                "site": json.loads(row["site"]) if row["site"] else None,
            }
        )
        for row in rows
    ]


def _signature(signed: RecordVersion) -> Signature:
    return Signature(
        algorithm=signed.algorithm,
        key_id=signed.key_id,
        value=bytes(signed.signature),
        sha256=signed.sha256,
    )


def _versions_json(found: list[RecordVersion]) -> list[dict[str, Any]]:
    if not found:
        return []
    doctors = people.practitioners({who for each in found for who in _doctors_in(each)})
    return [_version_json(each, doctors) for each in found]


def _version_json(
    signed: RecordVersion, doctors: Mapping[UUID, PractitionerCard]
) -> dict[str, Any]:
    return {
        "version": signed.version,
        "fields": signed.fields,
        "asked_by": _asked_by(signed),
        "consulted": [_consulted(each, doctors) for each in signed.consulted or ()],
        "site": site_json(signed.site) if signed.site else None,
        "reason": signed.reason,
        "signed_at": signed.signed_at,
        "doctor": doctor_json(doctors[signed.practitioner_id]),
        "signature": {
            "algorithm": signed.algorithm,
            "key_id": signed.key_id,
            "sha256": signed.sha256,
            "value": base64.b64encode(bytes(signed.signature)).decode(),
        },
    }


def _doctors_in(signed: RecordVersion) -> set[UUID]:
    """Who signed, and who was asked."""
    asked = (UUID(each["practitioner_id"]) for each in signed.consulted or ())
    return {signed.practitioner_id, *asked}


def _consulted(told: Mapping[str, Any], doctors: Mapping[UUID, PractitionerCard]) -> dict[str, Any]:
    return {
        "doctor": doctor_json(doctors[UUID(told["practitioner_id"])]),
        "question": told["question"],
        "answer": told["answer"],
        "answered_at": told["answered_at"],
    }


def _asked_by(signed: RecordVersion) -> dict[str, Any] | None:
    """As it was signed, with the relation in words; None in records of before it was kept."""
    if signed.asked_by is None:
        return None
    return {
        "role": signed.asked_by["role"],
        "relation": people.askers()[signed.asked_by["relation"]],
    }
