"""A referral: its letter, whether the patient went, and that the doctor has read it."""

from typing import Any, Literal
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Router

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.api import schemas
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.letters.services import as_pdf
from xinglin.kernel import clock

router = Router()
Lang = Literal["zh", "en"]


@router.get(
    "/consultations/{consultation_id}/referral/letter.pdf",
    response={200: None},
    operation_id="print_letter",
    summary="The letter of the referral as a PDF",
)
@requires("consultation.read_letter")
def print_letter(request: HttpRequest, consultation_id: UUID, lang: Lang = "zh") -> HttpResponse:
    told = queries.referral_letter(viewer_of(request), consultation_id, form="pdf")
    return _file(as_pdf(queries.on_paper(told, lang)), "application/pdf", consultation_id, "pdf")


@router.get(
    "/consultations/{consultation_id}/referral/letter.json",
    response={200: None},
    operation_id="read_letter_document",
    summary="The letter of the referral as a FHIR R4 document",
)
@requires("consultation.read_letter")
def read_letter_document(
    request: HttpRequest, consultation_id: UUID, lang: Lang = "zh"
) -> HttpResponse:
    told = queries.referral_letter(viewer_of(request), consultation_id, form="fhir")
    document = msgspec.json.encode(queries.as_document(told, lang))
    return _file(document, "application/fhir+json", consultation_id, "json")


def _file(content: bytes, kind: str, consultation_id: UUID, ending: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    name = f"xinglin-referral-{str(consultation_id)[-8:]}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post(
    "/consultations/{consultation_id}/referral/answer",
    response=schemas.VisitOut,
    operation_id="answer_referral",
    summary="Tell the doctor whether one went, once one was asked",
)
@requires("consultation.answer_own_referral")
def answer_referral(
    request: HttpRequest, consultation_id: UUID, form: schemas.WentIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.answer_referral(
        viewer, consultation_id, went=form.went, words=form.words, at=clock.now()
    )
    return queries.get(viewer, consultation_id)


@router.post(
    "/consultations/{consultation_id}/referral/noted",
    response=schemas.VisitOut,
    operation_id="note_referral_answer",
    summary="The doctor has read whether the patient went",
)
@requires("consultation.note_referral_answer")
def note_referral_answer(
    request: HttpRequest, consultation_id: UUID, form: schemas.NotedIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.note_answer(viewer, consultation_id, seen=form.at)
    return queries.get(viewer, consultation_id)
