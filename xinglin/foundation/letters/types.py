"""What stands in a letter."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """`lines`: label and words. An empty title: none is set."""

    title: str
    lines: Sequence[tuple[str, str]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """In one language. `mark`: stands out below the title, or is empty. `foot`: on every page."""

    lang: str
    title: str
    house: str
    sections: Sequence[Section]
    closing: Sequence[str] = ()
    mark: str = ""
    foot: str = ""
