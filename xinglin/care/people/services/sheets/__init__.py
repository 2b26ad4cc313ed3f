"""Spreadsheets of master data: one folder, one file a kind. Sites come with issue 10 as `sites.py`."""

from xinglin.care.people.services.sheets.exporting import export_sheet, template
from xinglin.care.people.services.sheets.importing import (
    SHEET,
    apply_import,
    ask_import,
    take_up_next,
)
from xinglin.care.people.services.sheets.kinds import KINDS, kind_of

__all__ = [
    "KINDS",
    "SHEET",
    "apply_import",
    "ask_import",
    "export_sheet",
    "kind_of",
    "take_up_next",
    "template",
]
