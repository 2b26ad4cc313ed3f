"""An interview: the questions that suit one leading complaint."""

from dataclasses import dataclass

from xinglin.care.triage.rules.interview import Question
from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """`questions`: its own ones, most useful first. `focus`: names of findings that lead to it.

    `words`: what people write who come with it, in both languages. `checked_on`: the day on which a
    clinician approved it; None: nobody has. Years are full years, both ends included.
    """

    name: str
    title: Text
    source: str
    version: str
    checked_on: str | None
    questions: tuple[Question, ...]
    focus: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    from_years: int = 0
    to_years: int = 200
    sex: str | None = None

    def suits(self, *, sex: str | None, age_years: float | None) -> bool:
        """Of unknown age a grown-up is assumed; who is of unknown sex is asked."""
        age = 30.0 if age_years is None else age_years
        right_sex = self.sex is None or sex in {self.sex, None}
        return right_sex and self.from_years <= age < self.to_years + 1
