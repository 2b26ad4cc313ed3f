"""What a site may print for a walk-in: for its assistant, and for the patient at the screen."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from xinglin.care.prescribing.queries import site_papers
from xinglin.care.prescribing.services import printing
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()
PRINT = "prescribing.print_at_site"


class SummaryPaperOut(Out):
    """`version`: of the record that holds, 0 for none. `why_not`: why it cannot be printed now."""

    state: Literal["none", "signed"]
    version: int
    printable: bool
    why_not: Text | None


class PrescriptionPaperOut(Out):
    id: UUID
    state: str
    state_text: Text
    printable: bool
    why_not: Text | None


class PrintOut(Out):
    """`name`: of the assistant; empty when the patient has printed it."""

    what: Literal["summary", "prescription"]
    id: UUID
    at: datetime
    by: Literal["assistant", "patient"]
    name: str


class PapersOut(Out):
    """`prints`: the newest first."""

    summary: SummaryPaperOut
    prescriptions: list[PrescriptionPaperOut]
    prints: list[PrintOut]


@router.get(
    "/site/walk-ins/{walk_in_id}/papers",
    response=PapersOut,
    operation_id="list_papers",
    summary="What can be printed of a walk-in, and why something cannot yet",
)
@requires(PRINT)
def list_papers(request: HttpRequest, walk_in_id: UUID) -> dict[str, Any]:
    return site_papers.papers(viewer_of(request), walk_in_id, at=clock.now())


@router.get(
    "/site/walk-ins/{walk_in_id}/papers/summary.pdf",
    response={200: None},
    operation_id="print_summary",
    summary="The signed record as a PDF, in the patient's language unless another is asked for",
)
@requires(PRINT)
def print_summary(
    request: HttpRequest, walk_in_id: UUID, lang: Literal["zh", "en"] | None = None
) -> HttpResponseBase:
    made = printing.print_summary(viewer_of(request), walk_in_id, lang=lang, at=clock.now())
    return _shown(HttpResponse(made, content_type="application/pdf"), "summary", walk_in_id)


@router.get(
    "/site/walk-ins/{walk_in_id}/papers/prescriptions/{prescription_id}.pdf",
    response={200: None},
    operation_id="print_prescription",
    summary="The sealed PDF of a prescription that doctor and pharmacist have signed",
)
@requires(PRINT)
def print_prescription(
    request: HttpRequest, walk_in_id: UUID, prescription_id: UUID
) -> HttpResponseBase:
    path = printing.print_prescription(
        viewer_of(request), walk_in_id, prescription_id, at=clock.now()
    )
    found = FileResponse(path.open("rb"), content_type="application/pdf")
    return _shown(found, "prescription", prescription_id)


def _shown(answer: HttpResponseBase, what: str, of: UUID) -> HttpResponseBase:
    """To be printed from the page, and kept nowhere."""
    answer["Content-Disposition"] = f'inline; filename="xinglin-{what}-{str(of)[-8:]}.pdf"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
