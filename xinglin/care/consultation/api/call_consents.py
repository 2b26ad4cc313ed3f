"""What is kept of a call, with the patient's consent: recordings and stills."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import call_schemas as schemas
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock

router = Router()


@router.post(
    "/calls/{call_id}/recording",
    response=schemas.CallOut,
    operation_id="set_recording",
    summary="Ask for a recording, or stop it; it exists only with the consent of both",
)
@requires("consultation.record_call")
def set_recording(request: HttpRequest, call_id: UUID, form: schemas.RecordingIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.set_recording(viewer, call_id, on=form.on, at=clock.now())
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/consents",
    response=schemas.CallOut,
    operation_id="consent_to_keeping",
    summary="Whether this call may be recorded, or stills be taken; may be taken back",
)
@requires("consultation.consent_in_call")
def consent_to_keeping(
    request: HttpRequest, call_id: UUID, form: schemas.ConsentIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.consent_to_keeping(
        viewer, call_id, kind=form.kind, answer=form.answer, version=form.version, at=clock.now()
    )
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/stills/ask",
    response=schemas.CallOut,
    operation_id="ask_for_stills",
    summary="Ask the patient whether stills may be taken of the picture",
)
@requires("consultation.record_call")
def ask_for_stills(request: HttpRequest, call_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.ask_for_stills(viewer, call_id, at=clock.now())
    return queries.call(viewer, call_id)


@router.post(
    "/calls/{call_id}/stills",
    response={201: schemas.StillOut},
    operation_id="keep_still",
    summary="Put a still of the patient's picture into the conversation and the record",
)
@requires("consultation.record_call")
def keep_still(request: HttpRequest, call_id: UUID, form: schemas.StillIn) -> Status[Any]:
    kept = services.keep_still(viewer_of(request), call_id, file_id=form.file_id, at=clock.now())
    return Status(201, kept)
