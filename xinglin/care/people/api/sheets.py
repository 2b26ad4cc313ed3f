"""Spreadsheets of master data over HTTP. The file itself comes by `/uploads` as a `sheet`."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.care.people import queries
from xinglin.care.people.services import sheets
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.sheets.services import CONTENT_TYPES
from xinglin.foundation.sheets.types import Format
from xinglin.kernel import clock
from xinglin.kernel.text import Locale, Text
from xinglin.kernel.wire import In, Out

router = Router()
# Those of `settings.SHEET_KINDS`: a test compares.
SheetKind = Literal["departments", "doctors", "medicines"]
State = Literal["asked", "checked", "refused", "applying", "applied", "outdated", "failed"]


class ColumnOut(Out):
    key: str
    name: Text
    holds: Text
    example: Text
    required: bool


class ColumnsOut(Out):
    items: list[ColumnOut]
    next: UUID | None


class ImportIn(In):
    kind: SheetKind
    file_id: UUID


class ApplyIn(In):
    """`sha256`: of the file whose preview was seen."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ErrorOut(Out):
    """`cell`: as the spreadsheet names it, empty for a whole row; `column` likewise null."""

    row: int
    cell: str
    column: Text | None
    value: str
    text: Text
    instead: Text


class BothOut(Out):
    """A value in both languages; either may be empty."""

    zh: str
    en: str


class FieldOut(Out):
    column: Text
    before: BothOut
    after: BothOut


class LineOut(Out):
    row: int
    key: str
    name: Text
    is_new: bool
    fields: list[FieldOut]


class ImportOut(Out):
    """`state`: `checked` is a preview; `outdated`: something had changed, nothing was written."""

    id: UUID
    kind: SheetKind
    state: State
    file_name: str
    bytes: int
    sha256: str
    asked_at: datetime
    asked_by: str
    checked_at: datetime | None
    applied_at: datetime | None
    rows: int
    new: int
    changed: int
    same: int
    errors: int
    milliseconds: int


class ImportsOut(Out):
    items: list[ImportOut]
    next: UUID | None


class ImportFoundOut(ImportOut):
    """`error_lines` are the first 500 of `errors`; `lines` the first 200 of what is new or changed.

    `extra`: headers that nobody knows; `others`: sheets of the workbook that were not read.
    """

    refused: Text | None
    error_lines: list[ErrorOut]
    lines: list[LineOut]
    extra: list[str]
    others: list[str]


@router.get(
    "/sheets/imports",
    response=ImportsOut,
    operation_id="list_sheet_imports",
    summary="Imports of the institution, the newest first",
)
@requires("people.import_sheet")
def list_imports(
    request: HttpRequest,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    rows, names, following = queries.sheet_imports(viewer_of(request), before=before, limit=limit)
    return {"items": [_line(row, names) for row in rows], "next": following}


@router.post(
    "/sheets/imports",
    response={201: ImportOut},
    operation_id="ask_sheet_import",
    summary="Have a sheet looked at; nothing is written yet",
)
@requires("people.import_sheet")
def ask_import(request: HttpRequest, form: ImportIn) -> Status[Any]:
    viewer = viewer_of(request)
    row = sheets.ask_import(viewer, kind=form.kind, file_id=form.file_id, at=clock.now())
    return Status(201, _line(row, queries.names_of([row.asked_by])))


@router.get(
    "/sheets/imports/{import_id}",
    response=ImportFoundOut,
    operation_id="read_sheet_import",
    summary="How far it is, and what was found",
)
@requires("people.import_sheet")
def read_import(request: HttpRequest, import_id: UUID) -> dict[str, Any]:
    return _whole(queries.sheet_import(viewer_of(request), import_id))


@router.post(
    "/sheets/imports/{import_id}/apply",
    response={202: ImportFoundOut},
    operation_id="apply_sheet_import",
    summary="Write what the preview showed, all of it or nothing",
)
@requires("people.import_sheet")
def apply_import(request: HttpRequest, import_id: UUID, form: ApplyIn) -> Status[Any]:
    viewer = viewer_of(request)
    row = sheets.apply_import(viewer, import_id, sha256=form.sha256, at=clock.now())
    return Status(202, _whole(row))


@router.get(
    "/sheets/{kind}/columns",
    response=ColumnsOut,
    operation_id="list_sheet_columns",
    summary="The columns of a sheet, for people",
)
@requires("people.import_sheet")
def list_columns(request: HttpRequest, kind: SheetKind) -> dict[str, Any]:
    del request
    return {"items": list(sheets.kind_of(kind).columns), "next": None}


@router.get(
    "/sheets/{kind}/template",
    response={200: None},
    operation_id="download_sheet_template",
    summary="An empty sheet with its headers, and how to fill it in",
)
@requires("people.import_sheet")
def download_template(
    request: HttpRequest, kind: SheetKind, form: Format = "xlsx", locale: Locale = "zh"
) -> HttpResponse:
    del request
    content = sheets.template(kind, as_format=form, locale=locale)
    return _file(content, f"xinglin-{kind}-template", form)


@router.get(
    "/sheets/{kind}/export",
    response={200: None},
    operation_id="export_sheet",
    summary="All of the institution, in the shape that an import reads",
)
@requires("people.export_sheet")
def export_sheet(
    request: HttpRequest, kind: SheetKind, form: Format = "xlsx", locale: Locale = "zh"
) -> HttpResponse:
    content = sheets.export_sheet(viewer_of(request), kind, as_format=form, locale=locale)
    return _file(content, f"xinglin-{kind}-{clock.now():%Y%m%d}", form)


def _file(content: bytes, name: str, form: Format) -> HttpResponse:
    answer = HttpResponse(content, content_type=CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _line(row: Any, names: dict[UUID, str]) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ImportOut.model_fields if name not in _MADE}
    return told | {"id": row.pk, "asked_by": names.get(row.asked_by, "")}


_MADE = {"id", "asked_by"}


def _whole(row: Any) -> dict[str, Any]:
    found = row.found or {}
    refused = found.get("refused")
    return _line(row, queries.names_of([row.asked_by])) | {
        "refused": refused["text"] if refused else None,
        "error_lines": found.get("errors", []),
        "lines": found.get("lines", []),
        "extra": found.get("extra", []),
        "others": found.get("others", []),
    }
