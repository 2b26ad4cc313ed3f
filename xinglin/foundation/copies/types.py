"""What a copy is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the readable page: a heading, lines of (label, words), and files."""

    heading: Text
    lines: Sequence[tuple[Text, Text | str]] = ()
    files: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one module keeps of an account or a visit.

    `data`: plain JSON under `name`. `files`: path in the copy -> the file on disk. `texts`: path ->
    bytes that are copied as they are, for example those that were signed.
    """

    name: str
    data: object
    sections: Sequence[Section] = ()
    files: Mapping[str, Path] = field(default_factory=dict)
    texts: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """`left_out`: files that did not fit, or were not there."""

    bytes: int
    sha256: str
    files: int
    left_out: int
