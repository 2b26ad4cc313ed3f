"""What one place in a text tells."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`span` and `words`: where it stands in the text as typed. `duration_h`: how long, in hours."""

    concept: str
    says: Literal["yes", "no"] = "yes"
    whose: Literal["patient", "other"] = "patient"
    when: Literal["now", "past"] = "now"
    severity: Literal["mild", "moderate", "severe"] | None = None
    onset: Literal["sudden", "gradual"] | None = None
    duration_h: float | None = None
    span: tuple[int, int] = (0, 0)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of the lexicon at a place of the folded text; `of` names what it was made from."""

    start: int
    end: int
    concept: str
    kind: str
    of: tuple["Match", ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    text: str
