"""Shapes that the API answers with, and the words of offers and duty."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from xinglin.care.people.types import DepartmentCard
from xinglin.kernel.text import Text

RefusalReason = Literal["busy", "not_my_field", "conflict", "other"]
REFUSAL_REASONS: tuple[RefusalReason, ...] = get_args(RefusalReason)

# These doctors are never asked for the same visit again; the others may be, after a while.
FINAL_REFUSALS: frozenset[str] = frozenset({"not_my_field", "conflict"})

OFF_REASONS: dict[str, Text] = {
    "own_choice": Text("您已下线。", "You went off duty."),
    "line_dead": Text(
        "您的连接中断超过 45 秒，系统已为您下线，并将接诊中的患者转交其他医生。",
        "Your line was dead for more than 45 seconds, so you were taken off duty and your visits"
        " were handed over.",
    ),
    "not_eligible": Text(
        "您的执业资格已不满足接诊要求，系统已为您下线，并转交接诊中的患者。",
        "You are no longer eligible to see patients, so you were taken off duty and your visits"
        " were handed over.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCard:
    """`usual_capacity`: when the doctor names none; `most`: that anybody may name."""

    on_since: datetime | None
    capacity: int
    reserved: int
    away_until: datetime | None
    off_reason: Text | None
    usual_capacity: int
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SomePatient:
    """All that a doctor who does not have the visit may know of the patient."""

    sex: str
    age_text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """`patient_id` is for the audit and does not leave the house."""

    id: UUID
    consultation_id: UUID
    patient_id: UUID
    department: DepartmentCard
    patient: SomePatient
    complaint: str
    urgency: int
    waited_s: int
    expires_at: datetime
    returned: int
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One line of the queue that a doctor sees."""

    consultation_id: UUID
    department: DepartmentCard
    complaint: str
    urgency: int
    waited_s: int
    returned: int
    left_message: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a visit stands; `place` is None when it does not wait."""

    state: str
    place: int | None
    ahead: int | None
    doctors_on_duty: int
    estimate_s: int | None
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentOnDuty:
    slug: str
    name: Text
    doctors_on_duty: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Now, except for first replies and visits served, which are of today.

    `on_duty`: doctors whose line is alive. `free_slots`: of those who may be asked now; a doctor of
    two departments counts in both, and once in the whole.
    """

    waiting: int
    left_messages: int
    oldest_wait_s: int | None
    on_duty: int
    free_slots: int
    active: int
    served_today: int
    first_reply_p50_s: int | None
    first_reply_p90_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    department: DepartmentCard
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    at: datetime
    totals: Figures
    departments: tuple[BoardLine, ...]
