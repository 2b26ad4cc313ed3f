"""Voice notes and documents of a visit."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Router

from xinglin.care.consultation import queries
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel.wire import Out

router = Router()


class TranscriptOut(Out):
    """`by`: the software that wrote it; the recording is what counts."""

    voice_id: UUID
    state: Literal["pending", "done", "none"]
    text: str
    by: str


class TranscriptsOut(Out):
    items: list[TranscriptOut]


def _to(file_id: UUID) -> HttpResponse:
    answer = HttpResponseRedirect(link(file_id))
    answer["Cache-Control"] = "no-store"
    return answer


@router.get(
    "/consultations/{consultation_id}/voices/{voice_id}",
    response={302: None},
    operation_id="hear_voice",
    summary="A voice note of the visit, by a link that is good for a minute",
)
@requires("consultation.read_visit")
def hear_voice(request: HttpRequest, consultation_id: UUID, voice_id: UUID) -> HttpResponse:
    return _to(queries.attachment_of(viewer_of(request), consultation_id, "voice", voice_id))


@router.get(
    "/consultations/{consultation_id}/documents/{document_id}",
    response={302: None},
    operation_id="open_document",
    summary="A PDF of the visit, by a link that is good for a minute",
)
@requires("consultation.read_visit")
def open_document(request: HttpRequest, consultation_id: UUID, document_id: UUID) -> HttpResponse:
    return _to(queries.attachment_of(viewer_of(request), consultation_id, "document", document_id))


@router.get(
    "/consultations/{consultation_id}/transcripts",
    response=TranscriptsOut,
    operation_id="read_transcripts",
    summary="What software has written down of the visit's voice notes",
)
@requires("consultation.read_visit")
def read_transcripts(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": queries.transcripts_of(viewer_of(request), consultation_id)}
