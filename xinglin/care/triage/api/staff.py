"""Triage for those who look after it: its rules with their sources, and who knew better."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.care.triage import queries, services
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.sheets import services as sheets
from xinglin.foundation.sheets.types import Page
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()

Slug = Annotated[str, Field(max_length=32)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
_WIDTHS = (17, 10, 18, 14, 18, 18, 60, 14, 14, 38)


class RuleOut(Out):
    """`kind`: urgency, discriminator or interview. `status`: confirmed, memory or ours.

    `checked_on`: the day on which a clinician approved it; null: nobody has.
    """

    id: str
    kind: str
    text: Text
    leads_to: str | None
    source: str
    year: int | None
    status: str
    checked_on: str | None
    terms: Text | None
    parts: list[Text]


class StopRateOut(Out):
    days: int
    intakes: int
    stopped: int


class RuleSetOut(Out):
    """`measured` and `card`: figures on test sets and what the model was trained on, as shipped."""

    versions: dict[str, str]
    rules: list[RuleOut]
    stop_rate: StopRateOut
    measured: dict[str, Any]
    card: dict[str, Any]


class DepartmentOut(Out):
    slug: str
    name: Text


class OverrideOut(Out):
    """`words`: the complaint without whom it is about. `confidence`: 0..1, null when not kept."""

    id: UUID
    at: datetime
    who: str
    suggested: DepartmentOut
    former: DepartmentOut
    chosen: DepartmentOut
    sure: bool
    confidence: float | None
    versions: dict[str, Any]
    words: str


class OverridesOut(Out):
    items: list[OverrideOut]
    next: UUID | None


class SoughtIn(Schema):
    """`since` and `until`: days at the hospital, both included."""

    who: Literal["", "patient", "doctor", "operator"] = ""
    suggested: Slug = ""
    chosen: Slug = ""
    since: Day | None = None
    until: Day | None = None


class ListIn(SoughtIn):
    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class ExportIn(SoughtIn):
    format: Literal["csv", "xlsx"] = "xlsx"
    locale: Literal["zh", "en"] = "zh"


@router.get(
    "/triage/rules",
    response=RuleSetOut,
    operation_id="read_triage_rules",
    summary="Rules, questions, interviews and the model, each with source, year and status",
)
@requires("triage.read_rules")
def read_rules(request: HttpRequest) -> Any:
    return queries.rule_set(viewer_of(request).institution_id, clock.now())


@router.get(
    "/triage/overrides",
    response=OverridesOut,
    operation_id="list_overrides",
    summary="Who chose another department than triage had suggested, the newest first",
)
@requires("triage.read_overrides")
def list_overrides(request: HttpRequest, asked: Query[ListIn]) -> dict[str, Any]:
    viewer = viewer_of(request)
    lines, following = queries.overrides(
        viewer, _sought(asked), before=asked.before, limit=asked.limit
    )
    services.note_overrides_read(viewer, lines)
    return {"items": lines, "next": following}


@router.get(
    "/triage/overrides/export",
    response={200: None},
    operation_id="export_overrides",
    summary="The same as a spreadsheet; at most 10,000 rows",
)
@requires("triage.read_overrides")
def export_overrides(request: HttpRequest, asked: Query[ExportIn]) -> HttpResponse:
    viewer, at = viewer_of(request), clock.now()
    rows, lines = queries.override_sheet(viewer, _sought(asked), asked.locale)
    page = Page(name="overrides", rows=rows, widths=_WIDTHS)
    content = sheets.write([page], as_format=asked.format)
    services.note_overrides_read(viewer, lines)
    answer = HttpResponse(content, content_type=sheets.CONTENT_TYPES[asked.format])
    name = f"xinglin-overrides-{at:%Y%m%d-%H%M}.{asked.format}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _sought(asked: SoughtIn) -> queries.SoughtOverrides:
    return queries.SoughtOverrides(
        who=asked.who,
        suggested=asked.suggested,
        chosen=asked.chosen,
        since=asked.since,
        until=asked.until,
    )
