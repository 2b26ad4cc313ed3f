"""A spreadsheet is opened by a child process: its parser is large, and the file may be hostile."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import structlog
from django.conf import settings

from xinglin.foundation.sheets import rules
from xinglin.foundation.sheets.types import Cell, Format, Kind, Row, Sheet
from xinglin.kernel.text import Text

log = structlog.get_logger(__name__)
_WITHIN_S = 60
WORDS = {
    "empty": Text(
        "表格里没有内容，请填写后再上传。", "The sheet is empty; please fill it in first."
    ),
    "not_a_sheet": Text(
        "无法读取：这不是有效的XLSX或CSV表格（可能是改了后缀的其他文件）。请用表格软件另存为XLSX。",
        "This is no XLSX or CSV file that can be read (perhaps another file under a new name). Please"
        " save it as .xlsx in your spreadsheet program.",
    ),
    "old_format": Text(
        "这是旧版XLS格式。请在表格软件中“另存为”XLSX后再上传。",
        "This is the old .xls format. Please use “Save as” and choose .xlsx.",
    ),
    "locked": Text(
        "文件设有打开密码，无法读取。请去掉密码后再上传。",
        "The file asks for a password. Please remove the password and upload it again.",
    ),
    "macros": Text(
        "文件带有宏，为安全起见不接收。请另存为不含宏的XLSX。",
        "The file holds macros and is not taken. Please save it as .xlsx without macros.",
    ),
    "links": Text(
        "文件引用了其他工作簿（外部链接）。请复制后“选择性粘贴为数值”，断开链接再上传。",
        "The file refers to other workbooks (external links). Please paste the cells as values, break"
        " the links, and upload it again.",
    ),
    "merged": Text(
        "有合并的单元格：{at}。请取消合并，每格只填一项。",
        "Some cells are merged: {at}. Please unmerge them, one value in each cell.",
    ),
    "long_cell": Text(
        "单元格 {at} 的文字过长（最多{most}个字）。",
        "The text in cell {at} is too long (at most {most} characters).",
    ),
    "too_many_rows": Text(
        "行数过多，一次最多{most}行。请拆分成几个文件。",
        "There are too many rows; at most {most} at a time. Please split the file.",
    ),
    "too_many_columns": Text(
        "第{at}行的列数过多，最多{most}列。请用模板重新整理。",
        "Row {at} has too many columns; at most {most}. Please use the template.",
    ),
    "too_much": Text(
        "文件解开后过大，为安全起见不接收。请把内容复制到新的模板中再上传。",
        "The file unpacks to far too much and is not taken. Please copy the cells into a new template.",
    ),
    "hostile": Text(
        "文件内部含有不允许的定义，为安全起见不接收。请把内容复制到新的模板中再上传。",
        "The file holds definitions that are not allowed. Please copy the cells into a new template.",
    ),
}
_MOST = {
    "long_cell": rules.MOST_CELL,
    "too_many_rows": rules.MOST_ROWS,
    "too_many_columns": rules.MOST_COLUMNS,
}


class UnreadableError(Exception):
    """The file as a whole is refused. `code`: of `WORDS`."""

    def __init__(self, code: str, at: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = WORDS[code].filled(at=at, most=_MOST.get(code, 0))


def read(path: Path) -> Sheet:
    """Of an XLSX workbook the first sheet that holds anything, or a CSV file.

    Raises:
        UnreadableError: it is none, or holds what is not taken.
    """
    found = _asked(path)
    if "refused" in found:
        raise UnreadableError(found["refused"], found["at"])
    return Sheet(
        format=cast("Format", found["format"]),
        rows=tuple(Row(number, tuple(map(_cell, cells))) for number, cells in found["rows"]),
        others=tuple(found["others"]),
    )


def _cell(told: Any) -> Cell | None:
    if told is None:
        return None
    if isinstance(told, str):
        return Cell(told)
    kind, text = told
    return Cell(text, cast("Kind", kind))


def run(*words: str, sent: bytes | None = None) -> "subprocess.CompletedProcess[bytes] | None":
    """The child; None when it did not end in time."""
    try:
        return subprocess.run(  # noqa: S603  # our own words and a path of our own
            [sys.executable, "-m", "xinglin.foundation.sheets.rules", *words],
            cwd=settings.BASE_DIR,
            # No address of the database, no key.
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "OPENPYXL_LXML": "False"},
            input=sent if sent is not None else b"",
            capture_output=True,
            timeout=_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def _asked(path: Path) -> dict[str, Any]:
    """A child that dies of the file, or does not end, has refused it."""
    child = run("read", str(path))
    if child is None or child.returncode != 0:
        log.warning("sheet not read", status=None if child is None else child.returncode)
        return {"refused": "too_much", "at": ""}
    found: dict[str, Any] = json.loads(child.stdout)
    return found
