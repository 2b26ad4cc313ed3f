"""What is known when somebody asks: words, age, sex, pregnancy, answers, measured values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Sex = Literal["male", "female"]
Locale = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """None is "not known". `answers`: link id -> code, codes, words or bool; `vitals`: see vitals.py.

    `earlier`: written about earlier times; danger in it counts when it says `now`.
    """

    text: str
    earlier: str = ""
    age_years: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    vitals: Mapping[str, float] = field(default_factory=dict)
    locale: Locale | None = None
