"""A file of unknown make becomes rows of cells, or one word that says why not. Runs in the child.

A cell is told as `null`, as text, or as `[kind, text]`; a refusal as `{"refused": why, "at": …}`.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xinglin.foundation.sheets import rules

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OLE = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z0-9:]+)"')
_PIECE = 1024 * 1024
_OVERLAP = 200
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DELIMITERS = ",;\t"
_ENCRYPTED = 1
_STRAY_CONTROLS = 4
_ACTS = {"f": "formula", "e": "error"}


class Refused(Exception):
    def __init__(self, why: str, at: str = "") -> None:
        super().__init__(why)
        self.why, self.at = why, at


def read(path: str) -> dict[str, Any]:
    try:
        return _read(Path(path))
    except Refused as refused:
        return {"refused": refused.why, "at": refused.at}


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        begins = file.read(8)
    if begins.startswith(_ZIP):
        return _workbook(path)
    if begins.startswith(_OLE):
        raise Refused("locked" if _LOCKED_OLE in path.read_bytes() else "old_format")
    return _csv(path.read_bytes())


def _workbook(path: Path) -> dict[str, Any]:
    """openpyxl's parsers are those of defusedxml: no entity is expanded, no document type read."""
    import warnings

    from defusedxml.common import DefusedXmlException
    from openpyxl import load_workbook

    _look_at_parts(path)
    warnings.simplefilter("ignore")  # of styles and extensions that we do not read
    try:
        # By its content: of a path openpyxl would look at the ending.
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, keep_links=False)
        sheets = [s for s in book.worksheets if hasattr(s, "iter_rows")]
        for sheet in sheets:
            sheet.reset_dimensions()  # what the file says of its size need not be true
            rows = list(_rows(sheet))
            if rows:
                _refuse_merged(path, sheet)
                others = [s.title for s in sheets if s is not sheet]
                return {"format": "xlsx", "rows": rows, "others": others}
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("too_much") from error
    except Exception as error:  # whatever a broken file does to the parser
        # openpyxl wraps what defusedxml has refused in an error of its own.
        chain = (error, error.__cause__, error.__context__)
        hostile = any(isinstance(link, DefusedXmlException) for link in chain)
        raise Refused("hostile" if hostile else "not_a_sheet") from error
    raise Refused("empty")


def _look_at_parts(path: Path) -> None:
    """Before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("not_a_sheet") from error
    names = {info.filename.lower() for info in infos}
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise Refused("locked")
    if len(infos) > rules.MOST_PARTS or sum(i.file_size for i in infos) > rules.MOST_UNPACKED:
        raise Refused("too_much")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise Refused("macros")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise Refused("links")
    if "xl/workbook.xml" not in names:
        raise Refused("not_a_sheet")


def _refuse_merged(path: Path, sheet: Any) -> None:
    """The reader of rows does not tell which cells are merged."""
    # The only place that knows the part of a sheet in read-only mode.
    name = sheet._worksheet_path  # noqa: SLF001
    found: list[str] = []
    with zipfile.ZipFile(path) as parts, parts.open(name) as part:
        before = b""
        while piece := part.read(_PIECE):
            found += [at.decode() for at in _MERGED.findall(before + piece)]
            before = piece[-_OVERLAP:]
    if found:
        raise Refused("merged", "、".join(dict.fromkeys(found[:5])))


def _rows(sheet: Any) -> Iterator[list[Any]]:
    count = 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [_cell(cell, number) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            continue
        _check_size(count := count + 1, cells, number)
        yield [number, cells]


def _cell(cell: Any, number: int) -> Any:
    value = cell.value
    if value is None:
        return None
    kind = cell.data_type
    if kind in _ACTS:
        return [_ACTS[kind], _short(value)]
    if isinstance(value, bool):
        return ["yes_no", "1" if value else "0"]
    if isinstance(value, datetime | date):
        return ["date", f"{value:%Y-%m-%d}"]
    if isinstance(value, int | float):
        return ["number", _digits(value)]
    return _text(str(value), rules.cell_name(cell.column - 1, number))


def _digits(value: float) -> str:
    """10 and not 10.0; never 1e+20, which nobody has written."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _short(value: object) -> str:
    return str(getattr(value, "text", None) or value)[:100]


def _text(text: str, at: str) -> Any:
    """A lone surrogate or control would be refused by the database much later."""
    if len(text) > rules.MOST_CELL:
        raise Refused("long_cell", at)
    cleaned = _CONTROLS.sub("", text).encode("utf-8", "ignore").decode()
    if not cleaned.strip():
        return None
    if cleaned.startswith(rules.ACTS) and len(cleaned.strip()) > 1:
        return ["formula", cleaned[:100]]
    return rules.as_meant(cleaned)


def _csv(content: bytes) -> dict[str, Any]:
    text = _decoded(content)
    if "\0" in text or len(_CONTROLS.findall(text[:4_000])) > _STRAY_CONTROLS:
        raise Refused("not_a_sheet")
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise Refused("empty")
    delimiter = max(_DELIMITERS, key=first.count)
    csv.field_size_limit(rules.MOST_CELL * 4)
    try:
        rows = list(_csv_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise Refused("not_a_sheet") from error
    if not rows:
        raise Refused("empty")
    return {"format": "csv", "rows": rows, "others": []}


def _decoded(content: bytes) -> str:
    """As Excel saves it in China: UTF-8 with a mark, GB 18030, or UTF-16 with tabs."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    order = ["utf-16"] if wide else ["utf-8-sig", "gb18030"]
    for encoding in order:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("not_a_sheet")


def _csv_rows(lines: Iterable[list[str]]) -> Iterator[list[Any]]:
    count = 0
    for number, line in enumerate(lines, start=1):
        cells = [_text(text, rules.cell_name(i, number)) for i, text in enumerate(line)]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            _check_size(count := count + 1, cells, number)
            yield [number, cells]


def _check_size(count: int, cells: list[Any], number: int) -> None:
    if count > rules.MOST_ROWS + 1:
        raise Refused("too_many_rows")
    if len(cells) > rules.MOST_COLUMNS:
        raise Refused("too_many_columns", f"{number}")
