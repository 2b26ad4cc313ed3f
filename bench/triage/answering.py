"""Each labelled case beside what triage answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from bench.triage.sets import Labelled
from xinglin.care.triage.rules import catalogue
from xinglin.care.triage.rules.department import rank
from xinglin.care.triage.rules.predict import predict
from xinglin.care.triage.rules.records import told

_LEVELS = {"emergency": 2, "self_care": 0}


@dataclass(frozen=True)
class Answered:
    """Departments by their names. `sure`: it did not fall back on general practice or a question."""

    case: Labelled
    urgency: str
    department: str
    top3: tuple[str, ...]
    confidence: float
    red_flags: tuple[str, ...]
    sure: bool

    @property
    def right(self) -> bool:
        return self.department == self.case.department

    @property
    def among_three(self) -> bool:
        return self.case.department in self.top3

    @property
    def first_right(self) -> bool:
        """Of the most likely one, before unsure cases are sent to general practice."""
        return bool(self.top3) and self.top3[0] == self.case.department

    @property
    def may_stand(self) -> bool:
        return self.right or self.department in self.case.also

    @property
    def off_by(self) -> int:
        """Levels too high (positive) or too low (negative)."""
        return level(self.urgency) - level(self.case.urgency or "")


def level(urgency: str) -> int:
    """Emergency 2, the middle three 1, self-care 0."""
    return _LEVELS.get(urgency, 1)


def answered(cases: Iterable[Labelled]) -> list[Answered]:
    return [_answered(case) for case in cases]


def _answered(case: Labelled) -> Answered:
    said = predict(case.record, emergency_number="120")
    return Answered(
        case=case,
        urgency=said["urgency"],
        department=_slugs()[said["department"]],
        top3=tuple(_slugs()[code] for code in said["department_top3"]),
        confidence=said["confidence"],
        red_flags=tuple(said["red_flags"]),
        sure=rank(told(case.record).case).sure,
    )


@cache
def _slugs() -> dict[str, str]:
    return {core.code: core.slug for core in catalogue.cores()}
