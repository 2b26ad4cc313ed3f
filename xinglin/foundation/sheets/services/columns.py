"""Columns as data: the template, the reader, the export and the help page are made of one description.

A value is kept as plain text in one shape, whatever language it was written in: dates as ISO, choices
by their code, yes as 1, lists joined by a comma. So two values are equal when their texts are.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from xinglin.foundation.sheets.types import Cell
from xinglin.kernel.text import Locale, Text

MARK = "mark"
YES_NO = {"1": Text("是", "yes"), "0": Text("否", "no")}
_TRUE = {"是", "yes", "y", "true", "1", "有", "√"}
_FALSE = {"否", "no", "n", "false", "0", "无", "×"}
_SCIENTIFIC = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
_LISTED = re.compile(r"[,，;；、\n|]+")
_DATE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?")
_DENSE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIALS = range(20_000, 80_000)
_FIRST_SERIAL = date(1899, 12, 30).toordinal()
_EARLIEST, _LATEST = date(1900, 1, 1), date(2200, 1, 1)
_EXACT_DIGITS = 15
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\xad"))


class WrongCellError(Exception):
    """`text`: what is wrong. `instead`: what to do."""

    def __init__(self, text: Text, instead: Text) -> None:
        super().__init__(text.en)
        self.text, self.instead = text, instead


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`holds`: what may stand there, for people. `reads` raises WrongCellError.

    `default`: what an empty cell of a new row means. `fixed`: an empty cell leaves it as it is.
    """

    key: str
    name: Text
    holds: Text
    example: Text
    reads: Callable[[Cell], str]
    shows: Callable[[str, Locale], str] = lambda value, _locale: value
    choices: Callable[[], Sequence[Text]] = tuple
    required: bool = False
    default: str = ""
    width: int = 16
    fixed: bool = False

    def offered(self, locale: Locale) -> list[str]:
        return [text.spoken(locale) for text in self.choices()]


def alike(words: str) -> Text:
    """A name, a number or a code that is written the same in both languages."""
    return Text(words, words)


def known_by(columns: Sequence[Column]) -> dict[str, Column]:
    """Any way to write a header -> its column."""
    found: dict[str, Column] = {}
    for column in columns:
        for words in (column.key, column.name.zh, column.name.en):
            found[header(words)] = column
    return found


def header(words: str) -> str:
    """Without the star of what is needed, and without what people change without noticing."""
    return "".join(plain(words).split()).strip("*").casefold()


def plain(text: str) -> str:
    """Full-width letters and digits as usual ones, nothing invisible, no space around."""
    return unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).strip()


def text(most: int) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        found = cell.text.translate(_INVISIBLE).strip()
        if len(found) > most:
            raise WrongCellError(
                Text(f"文字过长：{len(found)}个字。", f"Too long: {len(found)} characters."),
                Text(f"请缩短到{most}个字以内。", f"Please shorten it to {most} characters."),
            )
        return found

    return read


def one_line(most: int) -> Callable[[Cell], str]:
    """A name: one space between words."""
    read_text = text(most)

    def read(cell: Cell) -> str:
        return read_text(Cell(" ".join(cell.text.split()), cell.kind))

    return read


def code(pattern: str, holds: Text) -> Callable[[Cell], str]:
    """A number that is no quantity: a licence, a login name."""
    shape = re.compile(pattern)

    def read(cell: Cell) -> str:
        found = "".join(plain(cell.text).split())
        if cell.kind == "number" and (
            _SCIENTIFIC.fullmatch(found) or len(found) > _EXACT_DIGITS or "." in found
        ):
            raise _rounded(found)
        if _SCIENTIFIC.fullmatch(found):
            raise _rounded(found)
        if cell.kind in {"date", "yes_no"} or not shape.fullmatch(found):
            raise WrongCellError(
                Text("格式不对。", "This is not of the right form."),
                Text(f"应为：{holds.zh}", f"It should be: {holds.en}"),
            )
        return found

    return read


def _rounded(found: str) -> WrongCellError:
    return WrongCellError(
        Text(
            f"表格软件把编号当成了数字（{found}），位数可能已经丢失。",
            f"The spreadsheet program took this number for a quantity ({found}); digits may be lost.",
        ),
        Text(
            "请把该列设为“文本”格式，再重新填写完整编号。",
            "Please format the column as text and enter the whole number again.",
        ),
    )


def a_date(cell: Cell) -> str:
    found = plain(cell.text)
    if cell.kind == "number" and found.isdigit() and int(found) in _SERIALS:
        meant = date.fromordinal(_FIRST_SERIAL + int(found))
        raise WrongCellError(
            Text(
                f"这是数字{found}，不是日期（可能表示{meant}）。",
                f"This is the number {found} and no date (it may mean {meant}).",
            ),
            _WRITE_DATE,
        )
    shape = _DATE.fullmatch(found) or _DENSE.fullmatch(found)
    try:
        day = date(*map(int, shape.groups())) if shape else None
    except ValueError:
        day = None
    if day is None or not _EARLIEST <= day < _LATEST:
        raise WrongCellError(
            Text("这不是一个清楚的日期。", "This is no date that can be read one way only."),
            _WRITE_DATE,
        )
    return day.isoformat()


_WRITE_DATE = Text(
    "请写成“2026-01-31”，或把单元格设为日期格式。",
    "Please write it as 2026-01-31, or format the cell as a date.",
)


def yes_no(cell: Cell) -> str:
    found = plain(cell.text).casefold()
    if found in _TRUE:
        return "1"
    if found in _FALSE:
        return "0"
    raise WrongCellError(
        Text("只能填“是”或“否”。", "Only yes or no can stand here."),
        Text("请改为“是”或“否”。", "Please write yes or no."),
    )


def whole_number(most: int) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        found = plain(cell.text)
        # More than 4,300 digits are an error of their own in Python.
        is_number = found.isascii() and found.isdigit() and len(found) <= _EXACT_DIGITS
        if not is_number or int(found) > most:
            raise WrongCellError(
                Text("这不是有效的整数。", "This is no whole number that fits."),
                Text(f"请填0到{most}的整数。", f"Please enter a whole number from 0 to {most}."),
            )
        return str(int(found))

    return read


def decimal(*, whole: int, after: int) -> Callable[[Cell], str]:
    """A number above 0. `whole`, `after`: how many digits at most before and after the point."""
    shape = re.compile(rf"\d{{1,{whole}}}(\.\d{{1,{after}}})?")

    def read(cell: Cell) -> str:
        found = plain(cell.text)
        if not shape.fullmatch(found) or not found.isascii() or not Decimal(found):
            raise WrongCellError(
                Text("这不是有效的正数。", "This is no number above 0 that fits."),
                Text(
                    f"请填正数，最多{after}位小数，不带单位。",
                    f"Please enter a number above 0, at most {after} decimals, without a unit.",
                ),
            )
        return f"{Decimal(found).normalize():f}"

    return read


def one_of(options: Callable[[], Mapping[str, Text]]) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        return _found(options(), cell.text)

    return read


def some_of(options: Callable[[], Mapping[str, Text]]) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        known = options()
        parts = [part for part in _LISTED.split(cell.text) if part.strip()]
        longest = _most_parts(tuple(known.values()))
        found = []
        while parts:
            # A name may itself hold a comma: the longest that is known counts.
            spans = range(min(longest, len(parts)), 1, -1)
            most = next((n for n in spans if _key(known, "".join(parts[:n]))), 1)
            found.append(_found(known, "".join(parts[:most])))
            parts = parts[most:]
        return ",".join(dict.fromkeys(found))

    return read


@lru_cache(maxsize=16)
def _known_as(options: tuple[tuple[str, Text], ...]) -> dict[str, str]:
    return {_bare(words): key for key, name in options for words in (name.en, name.zh, key)}


@lru_cache(maxsize=16)
def _most_parts(names: tuple[Text, ...]) -> int:
    """Into how many the separators of a list would cut the name that holds most of them."""
    return max((len(_LISTED.split(w)) for name in names for w in (name.en, name.zh)), default=1)


def _bare(words: str) -> str:
    return _LISTED.sub("", header(words))


def _key(options: Mapping[str, Text], words: str) -> str | None:
    return _known_as(tuple(options.items())).get(_bare(words))


def _found(options: Mapping[str, Text], words: str) -> str:
    found = _key(options, words)
    if found is not None:
        return found
    told_zh = "、".join(name.zh for name in options.values())
    told_en = ", ".join(name.en for name in options.values())
    raise WrongCellError(
        Text(
            f"没有“{plain(words)[:40]}”这一项。", f"“{plain(words)[:40]}” is none of those known."
        ),
        Text(f"可填：{told_zh}。", f"Known are: {told_en}."),
    )


def listed(most: int) -> Callable[[Cell], str]:
    read_text = text(most)

    def read(cell: Cell) -> str:
        parts = (part.strip() for part in _LISTED.split(read_text(cell)))
        return ",".join(dict.fromkeys(filter(None, parts)))

    return read


def by_name(options: Callable[[], Mapping[str, Text]]) -> Callable[[str, Locale], str]:
    """A choice as it is written in a language."""

    def show(value: str, locale: Locale) -> str:
        known = options()
        return known[value].spoken(locale) if value in known else value

    return show


def by_names(options: Callable[[], Mapping[str, Text]]) -> Callable[[str, Locale], str]:
    one = by_name(options)

    def show(value: str, locale: Locale) -> str:
        gap = "；" if locale == "zh" else "; "
        return gap.join(one(part, locale) for part in value.split(",") if part)

    return show


MARK_COLUMN = Column(
    key=MARK,
    name=Text("导出标记", "Export mark"),
    holds=Text(
        "导出时自动写入，请勿修改；防止覆盖他人的新修改",
        "written by the export, leave it; it keeps newer changes of others from being overwritten",
    ),
    example=alike("v1a2b3c4d5e6f"),
    reads=text(20),
)
