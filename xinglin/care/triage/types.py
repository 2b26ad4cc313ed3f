"""What others may know of an intake."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from xinglin.kernel.text import Text

Who = Literal["patient", "doctor", "operator"]
"""Who may know better than a suggestion of triage."""
ROUTINE, SOON = 3, 2  # of the four steps of urgency (docs/glossary.md)
STEPS: Mapping[str, int] = {
    "emergency": 1,
    "in_person_today": 1,
    "online_soon": SOON,
    "online_routine": ROUTINE,
    "self_care": 4,
}
LEVELS: Mapping[str, Text] = {
    "emergency": Text("紧急", "Emergency"),
    "in_person_today": Text("建议今天当面就诊", "Be seen in person today"),
    "online_soon": Text("建议尽快线上问诊", "See a doctor online soon"),
    "online_routine": Text("可以线上问诊", "An online visit suits"),
    "self_care": Text("可以先自我照护", "You may look after yourself for now"),
}
ADVICE: Mapping[str, Text] = {
    "emergency": Text("请立即就医。", "Get help at once."),
    "in_person_today": Text(
        "您说的情况最好今天就到医院，由医生当面检查。您仍可以先在线问医生；如果加重，请直接去急诊。",
        "What you describe is best looked at in person today. You may still ask a doctor here first;"
        " if it gets worse, go to an emergency department.",
    ),
    "online_soon": Text(
        "请尽快让医生看一下。等待时如果加重，请拨打{number}或去急诊。",
        "Let a doctor look at it soon. If it gets worse while you wait, call {number} or go to an"
        " emergency department.",
    ),
    "online_routine": Text(
        "可以按正常顺序等医生。如果加重，请重新描述，或到医院就诊。",
        "You can wait your turn. If it gets worse, describe it anew or go to a hospital.",
    ),
    "self_care": Text(
        "这类情况多数会自己好转：注意休息、观察变化。如果没有好转、加重或出现新的不适，请让医生看；"
        "现在想问医生也可以。",
        "This usually gets better by itself: rest, and watch it. If it does not improve, gets worse or"
        " something new appears, see a doctor; you may also ask one now.",
    ),
}
"""Ours, not checked by a clinician."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeCard:
    """What was told before the visit.

    `outcome`: emergency, interview (questions are open) or ready; only `ready` becomes a visit.
    `suggested`: a department's slug. `summary`: lines of "question" and "answer".
    `allergies`, `medicines`, `past_illness`: in the language of the complaint, words as told, "无"
    or "None" when denied, None when not asked; `pregnancy` and `duration` likewise.
    `urgency`: the step of the queue; `level`: the one of five that it stands for, with `reasons`
    ("rule", "text", "source", "status") and `findings`. `title`: of the interview that was held.
    `told`: the interview's own answers alone. `contradictions`: what does not go together.
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
    level: str = "online_routine"
    reasons: tuple[Mapping[str, Any], ...] = ()
    findings: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    ranked: tuple[Mapping[str, Any], ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    crisis: bool = False
    title: Text | None = None
    told: tuple[dict[str, Text], ...] = field(default=(), repr=False)
    contradictions: tuple[Text, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldToAssistant:
    """What leaves the house: masked words, age and sex; `questions`: id -> text, of which it may choose."""

    text: str = field(repr=False)
    age_years: int
    sex: str
    questions: Mapping[str, str] = field(default_factory=dict)


class NoProposalError(Exception):
    """Raised by a gateway. `reason` is a short code of its own, never words of a patient or a model."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
