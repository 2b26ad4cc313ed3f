"""The board's figures and lists as a spreadsheet."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.api.board import DoctorState, Figure, Slug
from xinglin.care.dispatch.api.remedies import Kind
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.sheets import services as sheets
from xinglin.foundation.sheets.types import Page
from xinglin.kernel import clock

router = Router()
_WIDTH, _NARROW = 22, 14


class ExportIn(Schema):
    """`figure` is of visits, `state` of doctors, `kind`, `reminded` and `unsettled` of events."""

    what: Literal["figures", "visits", "doctors", "abnormal"]
    format: Literal["csv", "xlsx"] = "xlsx"
    locale: Literal["zh", "en"] = "zh"
    figure: Figure = "asked_today"
    state: DoctorState = ""
    department: Slug = ""
    practitioner_id: UUID | None = None
    kind: Kind = ""
    reminded: bool | None = None
    unsettled: bool = False


@router.get(
    "/dispatch/board/export",
    response={200: None},
    operation_id="export_board",
    summary="A spreadsheet of the figures or of a list; at most 10,000 rows",
)
@requires("dispatch.export_board")
def export_board(request: HttpRequest, asked: Query[ExportIn]) -> HttpResponse:
    viewer, at = viewer_of(request), clock.now()
    found = queries.sheet_of(
        viewer,
        asked.what,
        asked=queries.Asked(
            figure=asked.figure if asked.what == "visits" else asked.state,
            department=asked.department,
            practitioner_id=asked.practitioner_id,
        ),
        sought=queries.Sought(
            kind=asked.kind,
            department=asked.department,
            practitioner_id=asked.practitioner_id,
            reminded=asked.reminded,
            unsettled=asked.unsettled,
        ),
        locale=asked.locale,
        at=at,
    )
    widths = [_WIDTH] + [_NARROW] * (len(found.rows[0]) - 1)
    page = Page(name=asked.what, rows=found.rows, widths=widths)
    content = sheets.write([page], as_format=asked.format)
    # Not before it is written: a failure takes the lines back, and for ten minutes none is made again.
    services.note_export(viewer, asked.what, len(found.rows) - 1)
    services.note_visits_listed(viewer, found.subjects, action="dispatch.export_visits")
    answer = HttpResponse(content, content_type=sheets.CONTENT_TYPES[asked.format])
    name = f"xinglin-{asked.what}-{at:%Y%m%d-%H%M}.{asked.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
