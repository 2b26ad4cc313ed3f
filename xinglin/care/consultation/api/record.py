"""The record of a visit: draft, signature, versions, summary; and the search for diagnoses."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import record_schemas as schemas
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock

router = Router()


@router.get(
    "/consultations/{consultation_id}/record",
    response=schemas.RecordOut,
    operation_id="read_record",
    summary="What the doctor is writing, and the version that holds",
)
@requires("consultation.read_assigned")
def read_record(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return queries.draft(viewer_of(request), consultation_id)


@router.put(
    "/consultations/{consultation_id}/record",
    response=schemas.SavedOut,
    operation_id="save_record",
    summary="Save the draft, over the revision that the doctor saw",
)
@requires("consultation.write_record")
def save_record(
    request: HttpRequest, consultation_id: UUID, form: schemas.SaveIn
) -> dict[str, Any]:
    at = clock.now()
    services.save_draft(
        viewer_of(request),
        consultation_id,
        fields=form.fields.model_dump(),
        revision=form.revision,
        at=at,
    )
    return {"revision": form.revision + 1, "saved_at": at}


@router.post(
    "/consultations/{consultation_id}/record/sign",
    response={201: schemas.VersionOut},
    operation_id="sign_record",
    summary="Sign the draft as the first version",
)
@requires("consultation.sign_record")
def sign_record(request: HttpRequest, consultation_id: UUID, form: schemas.SignIn) -> Status[Any]:
    services.sign(viewer_of(request), consultation_id, revision=form.revision, at=clock.now())
    return Status(201, queries.holding_version(consultation_id))


@router.post(
    "/consultations/{consultation_id}/record/amend",
    response={201: schemas.VersionOut},
    operation_id="amend_record",
    summary="Sign a new version, with the reason of the change",
)
@requires("consultation.sign_record")
def amend_record(request: HttpRequest, consultation_id: UUID, form: schemas.AmendIn) -> Status[Any]:
    services.amend(
        viewer_of(request),
        consultation_id,
        fields=form.fields.model_dump(),
        reason=form.reason,
        at=clock.now(),
    )
    return Status(201, queries.holding_version(consultation_id))


@router.get(
    "/consultations/{consultation_id}/record/versions",
    response=schemas.VersionsOut,
    operation_id="list_record_versions",
    summary="All signed versions, newest first",
)
@requires("consultation.read_visit")
def list_record_versions(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": queries.versions(viewer_of(request), consultation_id)}


@router.get(
    "/consultations/{consultation_id}/summary",
    response=schemas.SummaryOut,
    operation_id="read_summary",
    summary="The signed record, for the patient",
)
@requires("consultation.read_summary")
def read_summary(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return queries.summary(viewer_of(request), consultation_id)


@router.get(
    "/diagnoses",
    response=schemas.DiagnosesOut,
    operation_id="find_diagnoses",
    summary="ICD-10 by Chinese name, pinyin initials, code or English words",
)
@requires("consultation.search_diagnosis")
def find_diagnoses(
    request: HttpRequest, q: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, Any]:
    del request
    return {"items": queries.find_diagnoses(q)}
