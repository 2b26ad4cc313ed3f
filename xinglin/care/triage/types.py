"""What others may know of an intake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xinglin.kernel.text import Text

ROUTINE, SOON = 3, 2  # of the four steps of urgency (docs/glossary.md)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCard:
    """What was told before the visit.

    `outcome`: emergency, interview (questions are open) or ready; only `ready` becomes a visit.
    `suggested`: a department's slug. `summary`: lines of "question" and "answer".
    `allergies`, `medicines`, `past_illness`: in the language of the complaint, words as told, "无"
    or "None" when denied, None when not asked; `pregnancy` and `duration` likewise.
    `urgency`: 3 routine, 2 soon.
    """

    id: UUID
    holder_id: UUID
    patient_id: UUID
    complaint: str = field(repr=False)
    picture_ids: tuple[UUID, ...] = ()
    outcome: str
    suggested: str
    answers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    summary: tuple[dict[str, Text], ...] = field(default=(), repr=False)
    allergies: str | None = field(default=None, repr=False)
    medicines: str | None = field(default=None, repr=False)
    pregnancy: str | None = field(default=None, repr=False)
    past_illness: str | None = field(default=None, repr=False)
    duration: str | None = None
    urgency: int = ROUTINE
