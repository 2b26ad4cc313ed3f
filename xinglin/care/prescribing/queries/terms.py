"""Between what a doctor chooses while writing, in the order in which it is offered. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from xinglin.care.prescribing import rules, sheet
from xinglin.kernel.text import Text


def terms() -> dict[str, Any]:
    return {
        "sheets": chosen(sheet.SHEETS, sheet.SHEETS),
        "units": chosen(rules.UNITS, rules.UNITS),
        "frequencies": chosen(rules.frequencies(), sheet.often()),
        "uncounted": sorted(sheet.UNCOUNTED),
        "longer_for": chosen(sheet.LONGER_FOR, sheet.LONGER_FOR),
        "void_reasons": chosen(sheet.VOID_REASONS, sheet.VOID_REASONS),
        "most_items": dict(sheet.MOST_ITEMS),
        "most_valid_days": sheet.MOST_VALID_DAYS,
    }


def chosen(names: Mapping[str, Text], codes: Iterable[str]) -> list[dict[str, Any]]:
    """A code of an earlier release stands for itself."""
    return [{"code": code, "text": names.get(code, Text(code, code))} for code in codes]
