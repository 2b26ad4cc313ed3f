"""Dispute packages over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.care.quality import queries, services
from xinglin.care.quality.types import Why
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class PackageIn(In):
    consultation_id: UUID
    reason: Annotated[str, Field(max_length=16)]
    reference: Annotated[str, Field(max_length=200)] = ""


class PackageOut(Out):
    """`state`: asked, ready, failed or gone. `lines`: of the audit. `left_out`: files not there."""

    id: UUID
    consultation_id: UUID
    asked_by: str
    asked_at: datetime
    reason: Text
    reference: str
    state: str
    ready_at: datetime | None
    expires_at: datetime | None
    bytes: int
    files: int
    left_out: int
    lines: int
    sha256: str


class PackagesOut(Out):
    items: list[PackageOut]
    next: UUID | None


@router.get(
    "/packages",
    response=PackagesOut,
    operation_id="list_packages",
    summary="Packages: an auditor's institution's, an operator's own",
)
@requires("quality.read_package")
def list_packages(
    request: HttpRequest,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    rows = queries.packages(viewer_of(request), before=before, limit=limit)
    names = display_names({row.asked_by for row in rows})
    return {
        "items": [queries.package_told(row, names) for row in rows],
        "next": rows[-1].pk if len(rows) == limit else None,
    }


@router.post(
    "/packages",
    response={201: PackageOut},
    operation_id="ask_package",
    summary="Ask for everything of one visit in one ZIP, with a reason",
)
@requires("quality.ask_package")
def ask_package(request: HttpRequest, form: PackageIn) -> Status[Any]:
    viewer = viewer_of(request)
    why = Why(reason=form.reason, reference=form.reference)
    made = services.ask_package(viewer, form.consultation_id, why, clock.now())
    return Status(201, queries.package_told(made, display_names({made.asked_by})))


@router.get(
    "/packages/{package_id}/file",
    response={200: None},
    operation_id="download_package",
    summary="The ZIP, for who asked and for the auditors of the institution",
)
@requires("quality.read_package")
def download_package(request: HttpRequest, package_id: UUID) -> HttpResponse | FileResponse:
    row, path = queries.package_file(viewer_of(request), package_id)
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"xinglin-package-{row.consultation_id}.zip",
        content_type="application/zip",
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
