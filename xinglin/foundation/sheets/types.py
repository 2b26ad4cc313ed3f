"""What a spreadsheet holds, as far as the house reads one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import UUID

Format = Literal["xlsx", "csv"]
Kind = Literal["text", "number", "date", "yes_no", "formula", "error"]


class House(Protocol):
    """Whose sheet it is. `place`: the code that `policy` knows it by."""

    @property
    def id(self) -> UUID: ...

    @property
    def place(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """`text`: as it stands there; of a date the ISO date, of a number its shortest digits."""

    text: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: as the spreadsheet counts, from 1. `cells`: from column A on; None is empty."""

    number: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The first sheet of a workbook that holds anything. Rows without a single value are left out."""

    format: Format
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A sheet to be written. `widths`: of the columns, in characters.

    `choices`: index of a column -> the words that a spreadsheet program offers there.
    """

    name: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    choices: dict[int, Sequence[str]] = field(default_factory=dict)
    heads: int = 1
