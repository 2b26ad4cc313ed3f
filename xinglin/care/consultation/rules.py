"""The vocabularies of a visit (endings, reasons, tags) and what a record must hold; pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from xinglin.kernel.text import Text

MOST_OPEN_VISITS: Final = 3
# Of a conversation in text and pictures, from the first acceptance: twenty turns in a day, as the
# market has it (JD, haodf, Ping An, DXY, Ali Health, Jiankang160).
CHAT_TIME: Final = timedelta(hours=24)
CHAT_TURNS: Final = 20
SHORTEST_REASON: Final = 5
SHORTEST_ADVICE: Final = 10
LONGEST_FIELD: Final = 4000
LONGEST_COMMENT: Final = 500
LONGEST_PLACE: Final = 200
LONGEST_REASON: Final = 500
LONGEST_NOTE: Final = 1000
MOST_DIAGNOSES: Final = 10
SCORES: Final = range(1, 6)

ENDINGS: Final = {
    "closed": Text("医生已完成问诊。", "The doctor has finished the visit."),
    "stopped": Text(
        "医生终止了线上问诊，请按建议到线下就医。",
        "The doctor stopped online care; please see a doctor in person as advised.",
    ),
    "patient_absent": Text(
        "您超过30分钟没有回复，问诊已结束；如仍需要帮助，请重新发起问诊。",
        "There was no answer from you for 30 minutes, so the visit was ended."
        " If you still need help, please ask again.",
    ),
    "time_over": Text(
        "本次咨询的时间或追问次数已用完，问诊已结束；如仍需要帮助，请重新发起问诊。",
        "The time or the questions of this visit are used up, so it was ended."
        " If you still need help, please ask for a new visit.",
    ),
    "cancelled_by_patient": Text("您取消了问诊。", "You cancelled the visit."),
    "no_doctor_in_time": Text(
        "很抱歉，60分钟内没有医生接诊，问诊已取消。请稍后再试；情况紧急请到医院急诊或拨打120。",
        "We are sorry: no doctor took your visit within 60 minutes, and it was cancelled."
        " Please try again later; if it is urgent go to an emergency department or call 120.",
    ),
    "no_choice_made": Text(
        "暂无医生值班，30分钟内没有收到您的选择，问诊已取消。情况紧急请到医院急诊或拨打120。",
        "No doctor was on duty and you made no choice within 30 minutes, so the visit was"
        " cancelled. If it is urgent go to an emergency department or call 120.",
    ),
    "message_unanswered": Text(
        "很抱歉，您的留言24小时内没有医生回复，问诊已取消。请换个时间再试，或到线下就医。",
        "We are sorry: no doctor answered your message within 24 hours, and the visit was"
        " cancelled. Please try again another time, or see a doctor in person.",
    ),
}
GIVEN_UP: Final = {
    "waiting": "no_doctor_in_time",
    "nobody": "no_choice_made",
    "left_message": "message_unanswered",
}

RETURN_REASONS: Final = {
    "no_reply": Text("医生未能及时回复", "the doctor did not reply in time"),
    "line_dead": Text("医生的网络已断开", "the doctor's line was lost"),
    "licence_expired": Text("医生的执业资格已到期", "the doctor's licence has ended"),
    "not_my_field": Text("医生认为其他医生更合适", "the doctor finds another doctor more suitable"),
    "doctor_unable": Text("医生临时无法继续", "the doctor cannot go on"),
}
# What a doctor may give as the reason; the others are found by the clock or the dispatcher.
DOCTORS_RETURN_REASONS: Final = frozenset({"not_my_field", "doctor_unable"})

STOP_REASONS: Final = {
    "changed_condition": Text("病情发生变化", "The condition has changed"),
    "first_visit": Text("属于首诊，不宜线上诊疗", "This proves to be a first visit"),
    "unsuitable": Text("病情不适合线上诊疗", "The condition does not suit online care"),
    "emergency": Text("情况紧急", "This is an emergency"),
}
STOP_URGENCIES: Final = {
    "now": Text("请立即就医", "Go now"),
    "today": Text("请今天就医", "Go today"),
    "days": Text("请在几天内就医", "Go within a few days"),
}

GOOD_TAGS: Final = {
    "kind": Text("服务态度好", "Kind and polite"),
    "fast": Text("回复超级快", "Very fast replies"),
    "professional": Text("医生非常专业", "Very professional"),
    "helped": Text("开药很有效", "The treatment helped"),
    "thorough": Text("解答很详细", "Detailed answers"),
    "patient": Text("耐心负责", "Patient and responsible"),
}
BAD_TAGS: Final = {
    "rude": Text("服务态度差", "Unfriendly"),
    "slow": Text("回复速度慢", "Slow replies"),
    "unsolved": Text("没有解决问题", "Did not solve the problem"),
    "careless": Text("没耐心回答马虎", "Impatient, careless answers"),
    "overprescribed": Text("乱开药", "Careless with medicines"),
    "unprofessional": Text("非常不专业", "Very unprofessional"),
}
TAGS: Final = GOOD_TAGS | BAD_TAGS

# In the order of the form.
RECORD_FIELDS: Final = {
    "chief_complaint": Text("主诉", "Chief complaint"),
    "present_illness": Text("现病史", "History of present illness"),
    "past_history": Text("既往史", "Past history"),
    "allergy": Text("过敏史", "Allergies"),
    "findings": Text("患者自述的检查所见", "Findings as told"),
    "diagnoses": Text("诊断", "Diagnosis"),
    "advice": Text("医嘱建议", "Advice"),
}
TEXT_FIELDS: Final = tuple(name for name in RECORD_FIELDS if name != "diagnoses")


def has_turn(turns: int, max_turns: int | None) -> bool:
    """Whether the patient, once answered, may ask again."""
    return max_turns is None or turns < max_turns


def missing(fields: Mapping[str, Any]) -> list[str]:
    """The required elements that are empty, in the order of the form."""
    return [
        name
        for name in RECORD_FIELDS
        if not (fields.get(name) if name == "diagnoses" else str(fields.get(name) or "").strip())
    ]


# What both sides read about the kind of a visit. Every visit is advice so far (R08).
KINDS: Final = {
    "advice": Text(
        "仅提供健康咨询建议，不可开具处方",
        "Advice only; no prescription may be written",
    ),
}


def canonical(
    *,
    consultation_id: UUID,
    patient_id: UUID,
    version: int,
    fields: Mapping[str, Any],
    reason: str,
    signed_by: UUID,
    signed_at: datetime,
) -> bytes:
    """What is signed: the record, whose it is, why it was changed, by whom and when.

    JSON in UTF-8, keys in order, no white space: the same bytes again in fifteen years.
    """
    statement = {
        "consultation_id": str(consultation_id),
        "fields": fields,
        "patient_id": str(patient_id),
        "reason": reason,
        "signed_at": signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "signed_by": str(signed_by),
        "version": version,
    }
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
