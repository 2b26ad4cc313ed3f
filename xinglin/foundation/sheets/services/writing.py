"""Spreadsheets that we hand out: text only, and no text that a program takes for a formula."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict

from xinglin.foundation.sheets.rules import harmless
from xinglin.foundation.sheets.services.reading import run
from xinglin.foundation.sheets.types import Format, Page
from xinglin.kernel.errors import Unavailable

CONTENT_TYPES: dict[Format, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def write(pages: Sequence[Page], *, as_format: Format) -> bytes:
    """CSV: the first page alone, with the mark by which Excel knows UTF-8.

    Raises:
        Unavailable: the child that writes workbooks has failed.
    """
    safe = [
        Page(**{**asdict(page), "rows": [[harmless(text) for text in row] for row in page.rows]})
        for page in pages
    ]
    if as_format == "csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerows(safe[0].rows)
        return out.getvalue().encode("utf-8-sig")
    told = json.dumps([asdict(page) for page in safe], ensure_ascii=False)
    child = run("write", sent=told.encode())
    if child is None or child.returncode != 0:
        raise Unavailable
    return child.stdout
