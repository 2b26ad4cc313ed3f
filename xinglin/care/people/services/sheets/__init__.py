"""Spreadsheets of master data: those of this room, and how all of them are taken and given."""

from xinglin.care.people.services.sheets.exporting import export_sheet, template
from xinglin.care.people.services.sheets.importing import (
    SHEET,
    apply_import,
    ask_import,
    take_up_next,
)
from xinglin.care.people.services.sheets.kinds import kind_of

__all__ = [
    "SHEET",
    "apply_import",
    "ask_import",
    "export_sheet",
    "kind_of",
    "take_up_next",
    "template",
]
