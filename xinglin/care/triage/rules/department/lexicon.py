"""Our own words for each department: one of the sources that the model learns from."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """`weight`: 1 hints, 2 points, 3 is typical, 4 names the department."""

    phrase: str
    weight: int


Lexicon = Mapping[str, tuple[Term, ...]]
