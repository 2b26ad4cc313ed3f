"""What a sheet would do, told before anything is done."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.sheets.services import cell_name
from xinglin.foundation.sheets.services.columns import (
    MARK,
    Column,
    WrongCellError,
    header,
    known_by,
)
from xinglin.foundation.sheets.types import Cell, House, Row, Sheet
from xinglin.kernel.text import Text

_SHOWN_VALUE = 60
Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """`column`: its key, empty for a whole row. `cell`: as the spreadsheet names it."""

    row: int
    column: str
    cell: str
    value: str
    text: Text
    instead: Text


@dataclass(frozen=True, slots=True)
class Known:
    """What is in the house already, as it would stand in a sheet; `id` in its table."""

    id: Any
    values: Values


@dataclass(frozen=True, slots=True)
class Line:
    """One row that does something. `values` are complete; `before` is None for a new one."""

    row: int
    key: str
    name: Text
    values: Values
    before: Known | None

    @property
    def differs(self) -> list[str]:
        old = self.before.values if self.before else {}
        return [key for key, value in self.values.items() if old.get(key, "") != value]


@dataclass(slots=True)
class Plan:
    """`extra`: headers that nobody knows. `others`: sheets of the workbook that were not read."""

    rows: int = 0
    same: int = 0
    new: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """The same for the same sheet on the same house, and for nothing else."""
        told = hashlib.sha256(f"{self.rows}|{self.same}|{len(self.faults)}".encode())
        for line in (*self.new, *self.changed):
            before = mark_of(line.before.values) if line.before else "-"
            told.update(f"|{line.row}|{line.key}|{before}|{mark_of(line.values)}".encode())
        return told.hexdigest()


class Kind(Protocol):
    """One kind of sheet; `config/wiring.py` says which there are."""

    columns: Sequence[Column]
    key: str
    title: Text

    def known(self, house: House) -> Mapping[str, Known]: ...

    def named(self, values: Values) -> Text: ...

    def completed(self, values: Values) -> Values: ...

    def faults(
        self, lines: Sequence[Line], house: House, at: datetime
    ) -> list[tuple[Line, str, Text, Text]]: ...

    def hold(self, lines: Sequence[Line], house: House) -> Mapping[str, Known]: ...

    def write(self, viewer: Viewer, plan: Plan, house: House, at: datetime) -> None: ...


def mark_of(values: Mapping[str, str]) -> str:
    """Tells one state of a row from another; begins with a letter, so that no program makes a number of it."""
    told = "|".join(f"{key}={value}" for key, value in sorted(values.items()) if key != MARK)
    return f"v{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def plan(
    kind: Kind,
    sheet: Sheet,
    house: House,
    at: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> Plan:
    """All rows are looked at, and all that is wrong is told."""
    found = Plan(others=list(sheet.others))
    head, *rows = sheet.rows
    at_index = _heads(kind, head, found)
    if found.faults:
        return found
    if not rows:
        found.faults.append(_of_row(head.number, *_NO_ROWS))
        return found
    known = kind.known(house)
    where = {column.key: index for index, column in at_index.items()}
    lines = [line for row in rows if (line := _line(kind, row, at_index, known, found)) is not None]
    found.rows = len(rows)
    _sort(kind, lines, found)
    for line, key, text, instead in kind.faults([*found.new, *found.changed], house, at):
        cell = cell_name(where[key], line.row) if key in where else ""
        found.faults.append(Fault(line.row, key, cell, line.values.get(key, ""), text, instead))
    found.faults.sort(key=lambda fault: (fault.row, fault.cell))
    progress(len(rows))
    return found


def _heads(kind: Kind, head: Row, found: Plan) -> dict[int, Column]:
    """Index in the sheet -> column."""
    names = known_by(kind.columns)
    at_index: dict[int, Column] = {}
    for index, cell in enumerate(head.cells):
        if cell is None:
            continue
        column = names.get(header(cell.text))
        if column is None:
            found.extra.append(cell.text.strip()[:_SHOWN_VALUE])
        elif column in at_index.values():
            found.faults.append(
                Fault(head.number, column.key, cell_name(index, head.number), cell.text, *_TWICE)
            )
        else:
            at_index[index] = column
    for column in kind.columns:
        if column.required and column not in at_index.values():
            text = Text(
                f"缺少必填列“{column.name.zh}”。", f"The column “{column.name.en}” is missing."
            )
            found.faults.append(Fault(head.number, column.key, "", "", text, _USE_TEMPLATE))
    return at_index


def _line(
    kind: Kind, row: Row, at_index: Mapping[int, Column], known: Mapping[str, Known], found: Plan
) -> Line | None:
    """None when a cell of the row is wrong; columns that the sheet lacks stay as they are."""
    told: Values = {}
    wrong = False
    for index, column in at_index.items():
        cell = row.cells[index] if index < len(row.cells) else None
        at = cell_name(index, row.number)
        try:
            told[column.key] = _read(column, cell)
        except WrongCellError as error:
            wrong = True
            value = cell.text[:_SHOWN_VALUE] if cell else ""
            found.faults.append(Fault(row.number, column.key, at, value, error.text, error.instead))
    if wrong:
        return None
    before = known.get(told[kind.key])
    base = before.values if before else {c.key: c.default for c in kind.columns}
    values = kind.completed({**base, **_given(kind, told, is_new=before is None)})
    return Line(row.number, told[kind.key], kind.named(values), values, before)


def _given(kind: Kind, told: Values, *, is_new: bool) -> Values:
    """An empty cell of a new row means the default; of one that is there it empties the value."""
    defaults = {c.key: c.default for c in kind.columns}
    fixed = {c.key for c in kind.columns if c.fixed}
    return {
        k: v or (defaults[k] if is_new else "")
        for k, v in told.items()
        if v or is_new or k not in fixed
    }


def _read(column: Column, cell: Cell | None) -> str:
    if cell is None or not cell.text.strip():
        if column.required:
            raise WrongCellError(
                Text(f"“{column.name.zh}”没有填写。", f"“{column.name.en}” is empty."),
                Text(f"请填写：{column.holds.zh}", f"Please fill in: {column.holds.en}"),
            )
        return ""
    if cell.kind == "formula":
        raise WrongCellError(*_FORMULA)
    if cell.kind == "error":
        raise WrongCellError(*_ERROR)
    return column.reads(cell)


def _sort(kind: Kind, lines: Sequence[Line], found: Plan) -> None:
    first: dict[str, int] = {}
    for line in lines:
        if line.key in first:
            found.faults.append(
                _of_row(
                    line.row,
                    _again(kind, line.key, first[line.key]),
                    Text("请只保留其中一行。", "Please keep only one of the two."),
                )
            )
            continue
        first[line.key] = line.row
        mark = line.values.pop(MARK, "")
        if line.before is None:
            found.new.append(line)
        elif not line.differs:
            found.same += 1
        elif mark and mark != mark_of(line.before.values):
            found.faults.append(_of_row(line.row, *_NEWER))
        else:
            found.changed.append(line)


def _again(kind: Kind, key: str, row: int) -> Text:
    named = next(column.name for column in kind.columns if column.key == kind.key)
    return Text(
        f"与第{row}行重复：{named.zh}同为“{key}”。",
        f"The same as row {row}: {named.en} {key}.",
    )


def _of_row(row: int, text: Text, instead: Text) -> Fault:
    return Fault(row, "", "", "", text, instead)


_USE_TEMPLATE = Text(
    "请下载模板，按模板的表头填写。", "Please download the template and use its headers."
)
_NO_ROWS = (
    Text("表头下面没有数据。", "There is nothing below the headers."),
    Text("请从第二行开始填写。", "Please fill in rows from the second on."),
)
_TWICE = (
    Text("这一列出现了两次。", "This column is there twice."),
    Text("请删除其中一列。", "Please take one of them out."),
)
_FORMULA = (
    Text("单元格里是公式，不接收公式。", "The cell holds a formula; formulas are not taken."),
    Text(
        "请复制后“选择性粘贴为数值”；文字不要以 = + - @ 开头。",
        "Please paste it as a value; no text may begin with = + - or @.",
    ),
)
_ERROR = (
    Text("单元格里是出错的公式结果。", "The cell holds the error of a formula."),
    Text("请填写正确的内容。", "Please fill in what belongs there."),
)
_NEWER = (
    Text(
        "导出这份表格之后，此行的内容已被他人修改。",
        "Somebody has changed this since the sheet was exported.",
    ),
    Text(
        "请重新导出，再在新表格中修改；未作任何覆盖。",
        "Please export again and make your change there; nothing was overwritten.",
    ),
)
