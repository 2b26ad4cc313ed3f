"""Earlier visits of the patient, beside an open visit."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Query, Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api import schemas
from xinglin.care.consultation.api.attachments import TranscriptsOut
from xinglin.care.consultation.api.history_schemas import DiagnosisNameOut
from xinglin.care.consultation.api.record_schemas import VersionOut
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()
_ONE = "/consultations/{consultation_id}/earlier/{earlier_id}"


class _EarlierHeadOut(Out):
    """`asked_by`: what the one who asked was to the patient; the name stays with that visit."""

    id: UUID
    department: schemas.DepartmentOut
    kind_text: Text
    complaint: str
    ending_text: Text
    doctor: schemas.DoctorOut | None
    asked_by: schemas.SignedAskedByOut
    requested_at: datetime
    ended_at: datetime


class EarlierLineOut(_EarlierHeadOut):
    """`files`: how many stand in the conversation."""

    signed_version: int | None
    diagnoses: list[DiagnosisNameOut]
    files: int


class EarlierOut(Out):
    items: list[EarlierLineOut]
    next: UUID | None


class EarlierFileOut(Out):
    """Read at `/consultations/{id}/earlier/{id}/{pictures|voices|documents}/{file_id}`."""

    seq: int
    kind: Literal["picture", "voice", "document"]
    file_id: UUID
    name: str
    width: int | None
    height: int | None
    milliseconds: int | None
    pages: int | None
    bytes: int | None
    sender: str
    at: datetime


class EarlierVisitOut(_EarlierHeadOut):
    """`allergies`: as told then; `version`: the record that holds, null when none was signed."""

    allergies: str | None
    summary: list[schemas.AnswerOut]
    stopped: schemas.StoppedOut | None
    version: VersionOut | None
    files: list[EarlierFileOut]
    last_seq: int


@router.get(
    "/consultations/{consultation_id}/earlier",
    response=EarlierOut,
    operation_id="list_earlier_visits",
    summary="Ended visits of this patient, newest first, while the viewer has the visit open",
)
@requires("consultation.read_earlier")
def list_earlier_visits(
    request: HttpRequest,
    consultation_id: UUID,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    return queries.earlier_visits(viewer_of(request), consultation_id, after=after, limit=limit)


@router.get(
    _ONE,
    response=EarlierVisitOut,
    operation_id="read_earlier_visit",
    summary="One of them: what was told, its record and files",
)
@requires("consultation.read_earlier")
def read_earlier_visit(
    request: HttpRequest, consultation_id: UUID, earlier_id: UUID
) -> dict[str, Any]:
    return queries.earlier_visit(viewer_of(request), consultation_id, earlier_id)


@router.get(
    f"{_ONE}/messages",
    response=schemas.ThreadOut,
    operation_id="read_earlier_messages",
    summary="The last messages of an earlier visit, or the last ones before one; in order",
)
@requires("consultation.read_earlier")
def read_earlier_messages(
    request: HttpRequest,
    consultation_id: UUID,
    earlier_id: UUID,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> dict[str, Any]:
    return queries.earlier_messages(
        viewer_of(request), consultation_id, earlier_id, before=before, limit=limit
    )


@router.get(
    f"{_ONE}/pictures/{{picture_id}}",
    response={302: None},
    operation_id="see_earlier_picture",
    summary="A picture of an earlier visit, by a link that is good for a minute",
)
@requires("consultation.read_earlier")
def see_earlier_picture(
    request: HttpRequest,
    consultation_id: UUID,
    earlier_id: UUID,
    picture_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    viewer = viewer_of(request)
    found = queries.earlier_file(viewer, consultation_id, earlier_id, "picture", picture_id)
    return _to(link(found, size))


@router.get(
    f"{_ONE}/voices/{{voice_id}}",
    response={302: None},
    operation_id="hear_earlier_voice",
    summary="A voice note of an earlier visit, by a link that is good for a minute",
)
@requires("consultation.read_earlier")
def hear_earlier_voice(
    request: HttpRequest, consultation_id: UUID, earlier_id: UUID, voice_id: UUID
) -> HttpResponse:
    viewer = viewer_of(request)
    return _to(link(queries.earlier_file(viewer, consultation_id, earlier_id, "voice", voice_id)))


@router.get(
    f"{_ONE}/documents/{{document_id}}",
    response={302: None},
    operation_id="open_earlier_document",
    summary="A PDF of an earlier visit, by a link that is good for a minute",
)
@requires("consultation.read_earlier")
def open_earlier_document(
    request: HttpRequest, consultation_id: UUID, earlier_id: UUID, document_id: UUID
) -> HttpResponse:
    viewer = viewer_of(request)
    found = queries.earlier_file(viewer, consultation_id, earlier_id, "document", document_id)
    return _to(link(found))


@router.get(
    f"{_ONE}/transcripts",
    response=TranscriptsOut,
    operation_id="read_earlier_transcripts",
    summary="What software has written down of an earlier visit's voice notes",
)
@requires("consultation.read_earlier")
def read_earlier_transcripts(
    request: HttpRequest, consultation_id: UUID, earlier_id: UUID
) -> dict[str, Any]:
    return {"items": queries.earlier_transcripts(viewer_of(request), consultation_id, earlier_id)}


def _to(where: str) -> HttpResponse:
    answer = HttpResponseRedirect(where)
    answer["Cache-Control"] = "no-store"
    return answer
