"""Sheets that are handed out: the template, and all that the house has, in the shape it is read in."""

from collections.abc import Sequence

from xinglin.care.people import queries
from xinglin.care.people.services.sheets.kinds import kind_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.sheets.services import write
from xinglin.foundation.sheets.services.columns import MARK, Column
from xinglin.foundation.sheets.services.plans import Kind, mark_of
from xinglin.foundation.sheets.types import Format, Page
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Locale, Text

_HELP = Text("填写说明", "How to fill it in")
_HEADS = (
    Text("列", "Column"),
    Text("必填", "Needed"),
    Text("内容", "What it holds"),
    Text("示例", "Example"),
)


def template(kind_name: str, *, as_format: Format, locale: Locale) -> bytes:
    """The headers alone, and in a workbook a second page that explains them. Raises NotFound."""
    kind = kind_of(kind_name)
    return write([_page(kind, [], locale), _help(kind, locale)], as_format=as_format)


@outbox.in_one_transaction()
def export_sheet(viewer: Viewer, kind_name: str, *, as_format: Format, locale: Locale) -> bytes:
    """All of the viewer's institution; the export is audited. Raises NotFound."""
    kind = kind_of(kind_name)
    if viewer.institution_id is None:
        raise NotFound
    known = kind.known(queries.institution(viewer.institution_id))
    rows = [
        [
            _shown(column, {**row.values, MARK: mark_of(row.values)}, locale)
            for column in kind.columns
        ]
        for row in known.values()
    ]
    record(
        viewer,
        "people.export_sheet",
        subject=None,
        thing=f"sheet_of_{kind_name}",
        thing_id=None,
        purpose="administration",
        detail={"rows": len(rows), "format": as_format},
    )
    return write([_page(kind, rows, locale), _help(kind, locale)], as_format=as_format)


def _shown(column: Column, values: dict[str, str], locale: Locale) -> str:
    return column.shows(values.get(column.key, ""), locale)


def _page(kind: Kind, rows: Sequence[Sequence[str]], locale: Locale) -> Page:
    return Page(
        name=kind.title.spoken(locale),
        rows=[[_header(column, locale) for column in kind.columns], *rows],
        widths=[column.width for column in kind.columns],
        choices={
            index: offered
            for index, column in enumerate(kind.columns)
            if (offered := column.offered(locale))
        },
    )


def _header(column: Column, locale: Locale) -> str:
    return column.name.spoken(locale) + ("*" if column.required else "")


def _help(kind: Kind, locale: Locale) -> Page:
    needed = Text("是", "yes").spoken(locale)
    rows = [
        [
            column.name.spoken(locale),
            needed if column.required else "",
            column.holds.spoken(locale),
            column.example.spoken(locale),
        ]
        for column in kind.columns
    ]
    return Page(
        name=_HELP.spoken(locale),
        rows=[[head.spoken(locale) for head in _HEADS], *rows],
        widths=(24, 8, 60, 40),
    )
