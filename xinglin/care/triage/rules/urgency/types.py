"""What a judgement of urgency says."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from xinglin.kernel.text import Text

Urgency = Literal["emergency", "in_person_today", "online_soon", "online_routine", "self_care"]
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
Status = Literal["confirmed", "memory", "ours"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that fitted, in words the patient reads."""

    rule: str
    text: Text
    source: str
    year: int | None
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """`reasons`: the gravest first. `ask`: ids of discriminators, three at most. `crisis`: of life
    itself, so a person is paged at once.
    """

    urgency: Urgency
    red_flags: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    ask: tuple[str, ...] = ()
    findings: tuple[Any, ...] = ()
    crisis: bool = False
