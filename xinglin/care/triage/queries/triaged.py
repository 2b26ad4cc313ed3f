"""What triage has said, row by row, for those who count how it did."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.triage.models import Intake, Override


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """`confidence`: of the suggestion, None when it was not kept. `level`: of five steps of urgency."""

    intake_id: UUID
    at: datetime
    outcome: str
    level: str
    suggested: str
    sure: bool
    confidence: float | None
    versions: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    intake_id: UUID
    who: str
    former: str
    chosen: str


def confidence_of(ranked: Sequence[Mapping[str, Any]]) -> float | None:
    """Of the likeliest department, also where an unsure case was led to another door."""
    return max((float(each["probability"]) for each in ranked), default=None)


def triaged(since: datetime, until: datetime) -> Iterator[Triaged]:
    """Every intake of these days, finished or not."""
    rows = Intake.objects.filter(created_at__gte=since, created_at__lt=until)
    for row in rows.order_by("created_at").values(
        "pk", "created_at", "outcome", "level", "suggested", "sure", "ranked", "versions"
    ):
        yield Triaged(
            intake_id=row["pk"],
            at=row["created_at"],
            outcome=row["outcome"],
            level=row["level"],
            suggested=row["suggested"],
            sure=row["sure"],
            confidence=confidence_of(row["ranked"]),
            versions=row["versions"],
        )


def overridden(since: datetime, until: datetime) -> list[Overridden]:
    """In their order, of intakes of these days."""
    rows = Override.objects.filter(
        intake__created_at__gte=since, intake__created_at__lt=until
    ).order_by("id")
    return [
        Overridden(intake_id=i, who=who, former=former, chosen=chosen)
        for i, who, former, chosen in rows.values_list("intake_id", "who", "former", "chosen")
    ]
