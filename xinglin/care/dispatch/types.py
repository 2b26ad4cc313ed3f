"""Shapes that the API answers with, and the words of offers and duty."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from xinglin.care.dispatch.expecting import Expected
from xinglin.care.dispatch.windows import Window
from xinglin.care.people.types import DepartmentCard, LanguageCard
from xinglin.kernel.text import Text

RefusalReason = Literal["busy", "not_my_field", "needs_senior", "conflict", "other"]
REFUSAL_REASONS: tuple[RefusalReason, ...] = get_args(RefusalReason)
NEEDS_SENIOR: RefusalReason = "needs_senior"

# These doctors are never asked for the same visit again; the others may be, after a while.
FINAL_REFUSALS: frozenset[str] = frozenset(
    {"not_my_field", NEEDS_SENIOR, "conflict", "transferred"}
)

# Why an operator acts, by act. Of `close` the words are what the patient reads.
REMEDY_REASONS: dict[str, dict[str, Text]] = {
    "reassign": {
        "waits_long": Text("等待过久", "waits too long"),
        "doctor_silent": Text("医生没有回应", "the doctor does not answer"),
        "doctor_unable": Text("医生临时无法继续", "the doctor cannot go on"),
        "patient_asked": Text("患者要求", "the patient asked for it"),
        "wrong_department": Text("科室不对", "the wrong department"),
        "other": Text("其他原因", "another reason"),
    },
    "extend": {
        "doctor_asked": Text("医生需要更多时间", "the doctor needs more time"),
        "patient_asked": Text("患者需要更多时间", "the patient needs more time"),
        "system_fault": Text("系统故障", "a fault of the system"),
        "other": Text("其他原因", "another reason"),
    },
    "close": {
        "no_doctor": Text("暂时没有医生可以接诊", "no doctor can take it at present"),
        "doctor_unable": Text("医生因故无法继续", "the doctor cannot go on"),
        "system_fault": Text("系统故障，问诊无法继续", "a fault of our system; it cannot go on"),
        "duplicate": Text(
            "同一个问题已有另一次问诊", "there is another visit about the same problem"
        ),
        "patient_asked": Text("应您的要求", "you asked us to"),
    },
    "off_duty": {
        "does_not_answer": Text("多次没有应答派单", "does not answer offers"),
        "doctor_asked": Text("医生要求", "the doctor asked for it"),
        "system_fault": Text("系统故障", "a fault of the system"),
        "other": Text("其他原因", "another reason"),
    },
}
LONGEST_REMEDY_NOTE = 200

ABNORMAL: dict[str, Text] = {
    "offer_lapsed": Text("派单超时未应答", "Offer not answered in time"),
    "first_reply_late": Text("首次回复超时", "First reply too late"),
    "reply_late": Text("回复超时", "Reply too late"),
    "record_unsigned": Text("病历到期未签署", "Record not signed in time"),
    "no_doctor": Text("无医生接诊而取消", "Cancelled without a doctor"),
    "not_taken": Text("承诺时间内无人接诊", "Not taken in the promised time"),
    "refusals_in_a_row": Text("连续拒绝派单", "Refusals in a row"),
    "crisis_told": Text("患者表达轻生想法", "A patient told of self-harm"),
    "site_silent": Text("站点失联", "Site silent"),
}

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
        " are handed over.",
    ),
    "window_ended": Text(
        "您设定的出诊时段已结束，系统已为您下线；未结束的问诊仍由您完成。",
        "Your own hours are over, so you were taken off duty; visits that are open stay with you.",
    ),
    "by_operator": Text(
        "运营已将您下线；未结束的问诊仍由您完成。如有疑问请联系运营。",
        "An operator took you off duty; visits that are open stay with you. Please ask the operators"
        " if you have questions.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A decision of the engine, to be committed while it holds. `why`: as the offer keeps it."""

    consultation_id: UUID
    practitioner_id: UUID
    why: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyCard:
    """`usual_capacity`: when the doctor names none; `most`: that anybody may name.

    `named_a_day`: places for those who ask by name, of which `named_today` are taken. `back_at`: when
    the doctor has said to be on duty next. `paused_at`: asked since then whether he is there, having
    `missed` so many offers in a row. `slowed`: of the capacity, places fewer for now. `ends_at`: of
    the present one of the own hours, `windows`.
    """

    on_since: datetime | None
    capacity: int
    reserved: int
    away_until: datetime | None
    off_reason: Text | None
    usual_capacity: int
    most: int
    named_a_day: int
    most_named_a_day: int
    named_today: int
    back_at: datetime | None
    paused_at: datetime | None
    missed: int
    slowed: int
    slowed_text: Text | None
    full_time: bool
    windows: tuple[Window, ...]
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLine:
    """An open visit of a doctor who may not see it to its end. `due_at`: then the clock acts."""

    id: UUID
    consultation_id: UUID
    department: DepartmentCard
    doctor: Text
    reason: str
    reason_text: Text
    urgency: int
    listed_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SomePatient:
    """All that a doctor who does not have the visit may know of the patient."""

    sex: str
    age_text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """`patient_id` is for the audit and does not leave the house.

    `language`, `channel`: that the patient asks for. `site`: the drugstore or clinic where the patient sits.
    """

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
    language: LanguageCard | None
    channel: str
    site: Text | None


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
    language: LanguageCard | None
    channel: str
    site: Text | None


# Why a day was not replayed, and what to do.
REPLAY_FAILURES: dict[str, Text] = {
    "no_duty": Text(
        "这一天没有医生值班，没有可以重放的内容。请换一天。",
        "No doctor was on duty on this day, so there is nothing to replay. Please choose another.",
    ),
    "too_large": Text(
        "这一天太大，内存不够。请换一天。",
        "The day is too great for the memory it may have. Please choose another day.",
    ),
    "too_long": Text(
        "重放超过了时间上限，已停止。请换一天，或在空闲时再试。",
        "It took longer than it may, and was stopped. Please choose another day, or try when the"
        " system is less busy.",
    ),
    "interrupted": Text(
        "重放被系统重启打断。请再试一次。",
        "It was interrupted by a restart of the system. Please try again.",
    ),
    "broken": Text(
        "重放没有成功，原因已记入系统日志。请联系系统管理员。",
        "It did not succeed; the log of the system has the reason. Please tell the administrator of"
        " the system.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingNow:
    """What a patient is told for the first time."""

    consultation_id: UUID
    institution_id: UUID
    department: str
    at: datetime
    wait: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a visit stands; `place` is None when it does not wait.

    `estimate_s`: until a doctor accepts; eight of ten come between `low_s` and `high_s`. `why`: why
    the doctor who is asked, or has it, was chosen. `telling`: to be kept, and not for the wire.
    """

    state: str
    place: int | None
    ahead: int | None
    doctors_on_duty: int
    estimate_s: int | None
    low_s: int | None
    high_s: int | None
    text: Text
    why: Text | None
    telling: TellingNow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What happened from the beginning of a day to this hour of it.

    `given_up`: cancelled without a doctor. Offers are those made in this time, by how they came out;
    those still out, or withdrawn, are in `offers_made` only.
    """

    asked: int = 0
    served: int = 0
    given_up: int = 0
    first_reply_p50_s: int | None = None
    first_reply_p90_s: int | None = None
    offers_made: int = 0
    offers_accepted: int = 0
    offers_refused: int = 0
    offers_lapsed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Now, except for first replies and visits served, which are of today.

    `on_duty`: doctors whose line is alive; `unreachable`: on duty, but without a line. `free_slots`:
    of those who may be asked now, who are `free_doctors`; `paused`: asked for nothing at present. A
    doctor of two departments counts in both, and once in the whole. `due_soon`: visits whose
    deadline is about to pass.
    """

    waiting: int
    left_messages: int
    oldest_wait_s: int | None
    offers_out: int
    due_soon: int
    on_duty: int
    unreachable: int
    paused: int
    free_doctors: int
    free_slots: int
    active: int
    served_today: int
    first_reply_p50_s: int | None
    first_reply_p90_s: int | None
    today: DayFigures
    last_week: DayFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """The switch "spare" is on: since when, and who turned it."""

    since: datetime
    by: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    department: DepartmentCard
    figures: Figures
    spared: Spared | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StrictNow:
    """Strict order is in force: for these departments, which may be all, since the first of them.

    It ends by itself when no more than `leave_percent` of the queues have been beyond their targets
    for `leave_after_s`.
    """

    since: datetime
    is_whole: bool
    departments: tuple[DepartmentCard, ...]
    leave_percent: int
    leave_after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """`strict`: None while priority accumulates everywhere, as usual."""

    at: datetime
    strict: StrictNow | None
    totals: Figures
    departments: tuple[BoardLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFree:
    """When the doctor can be asked and has room; `at` is None when nobody knows.

    `state`: now, busy, full (no place left today), off, or never (takes nobody by name).
    """

    state: Literal["now", "busy", "full", "off", "never"]
    at: datetime | None
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorCard:
    """What a patient reads of a doctor before asking; every number is summed up from rows.

    `score`: None below ten ratings. `accept_s`: the mean, None of none. `named_left`: places left
    today for those who ask by name. `is_online`: on duty with a live line.
    """

    id: UUID
    name: Text
    title: Text
    title_code: str
    hospital: Text
    grade: Text | None
    departments: tuple[DepartmentCard, ...]
    good_at: Text | None
    full_time: bool
    synthetic: bool
    score: float | None
    ratings: int
    patients: int
    visits: int
    accept_s: int | None
    accepts: int
    price_fen: int
    price: Text
    is_on_duty: bool
    is_online: bool
    named_a_day: int
    named_left: int
    next_free: NextFree
    languages: tuple[LanguageCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorProfile:
    """`scores`: ratings of one star to five; None when there is no score. `how`: what counts in each."""

    card: DoctorCard
    scores: tuple[int, ...] | None
    how: dict[str, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorsFound:
    """`department`: what the words point to, whose doctors were added. `languages`: to choose from."""

    items: tuple[DoctorCard, ...]
    next: str | None
    department: DepartmentCard | None
    languages: tuple[LanguageCard, ...]
