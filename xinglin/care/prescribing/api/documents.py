"""The signed PDF of a prescription over HTTP, and by whose certificates it is to be checked."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Router

from xinglin.care.prescribing.queries.documents import document_file
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.signing.services.authorities import roots_as_pem

router = Router()


@router.get(
    "/prescriptions/{prescription_id}/document.pdf",
    response={200: None},
    operation_id="download_prescription",
    summary="The signed PDF, for its patient, its doctor and the pharmacist who reviewed it",
)
@requires("prescribing.read_document")
def download_prescription(
    request: HttpRequest, prescription_id: UUID
) -> HttpResponse | FileResponse:
    path = document_file(viewer_of(request), prescription_id)
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"xinglin-prescription-{prescription_id}.pdf",
        content_type="application/pdf",
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.get(
    "/authorities.pem",
    response={200: None},
    operation_id="download_authorities",
    summary="Certificates of the authorities by which prescriptions are signed, sealed and stamped",
)
@requires("prescribing.read_document")
def download_authorities(request: HttpRequest) -> HttpResponse:
    del request
    answer = HttpResponse(roots_as_pem(), content_type="application/x-pem-file")
    answer["Content-Disposition"] = 'attachment; filename="xinglin-authorities.pem"'
    return answer
