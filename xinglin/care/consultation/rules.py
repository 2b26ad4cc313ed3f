"""The vocabularies of a visit (endings, reasons, tags) and what a record must hold; pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
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
    "consent_withdrawn": Text(
        "同意已撤回，医生尚未接诊的问诊已取消。",
        "Consent was withdrawn, so the visit, which no doctor had taken yet, was cancelled.",
    ),
    "left_site": Text(
        "您已离开站点，医生尚未接诊的问诊已取消；如仍需要帮助，请回到站点重新登记。",
        "You have left the site, so the visit, which no doctor had taken yet, was cancelled."
        " If you still need help, please register there anew.",
    ),
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
    "closed_by_house": Text(
        "很抱歉，医院结束了本次问诊，原因见对话。如仍需要帮助，请重新发起问诊；情况紧急请到医院急诊或拨打120。",
        "We are sorry: the hospital has ended this visit; the reason stands in the conversation."
        " If you still need help, please ask again; if it is urgent go to an emergency department"
        " or call 120.",
    ),
}
GIVEN_UP: Final = {
    "waiting": "no_doctor_in_time",
    "nobody": "no_choice_made",
    "left_message": "message_unanswered",
}

SHORTEST_TRANSFER_NOTE: Final = 2
LONGEST_TRANSFER_NOTE: Final = 500
# So long a colleague who has no room is waited for before the department is asked; ours.
COLLEAGUE_WITHIN: Final = timedelta(minutes=2)
# Within so long after a visit its doctor is asked first when the patient comes again, unless rated so
# low or lower; both ours.
FORMER_WITHIN: Final = timedelta(days=180)
LOW_SCORE: Final = 2


def asked_language(asked_id: UUID | None, language: str) -> str:
    """What the next doctor must speak; empty: no wish. Whoever is asked by name is asked in any."""
    return "" if asked_id else language


RETURN_REASONS: Final = {
    "no_reply": Text("医生未能及时回复", "the doctor did not reply in time"),
    "line_dead": Text("医生的网络已断开", "the doctor's line was lost"),
    "licence_expired": Text("医生的执业资格已到期", "the doctor's licence has ended"),
    "suspended": Text("医生目前不能接诊", "the doctor cannot see patients at present"),
    "not_my_field": Text("医生认为其他医生更合适", "the doctor finds another doctor more suitable"),
    "doctor_unable": Text("医生临时无法继续", "the doctor cannot go on"),
    "by_house": Text("医院为您另行安排", "the hospital arranges this anew"),
}
# What a doctor may give as the reason; the others are found by the clock or the dispatcher.
DOCTORS_RETURN_REASONS: Final = frozenset({"not_my_field", "doctor_unable"})

# Why a visit that was asked of one doctor is not had by that doctor now.
NAMED_REASONS: Final = {
    "off_duty": Text("{zh}医生现在不在班。", "Dr {en} is not on duty now."),
    "no_answer": Text("{zh}医生没有及时应答。", "Dr {en} did not answer in time."),
    "declined": Text("{zh}医生这次不能接诊。", "Dr {en} cannot take this visit now."),
    "not_suited": Text(
        "{zh}医生认为其他医生更合适，不会再接这次问诊。",
        "Dr {en} finds another doctor more suitable and will not take this visit.",
    ),
}

# Why the colleague to whom a visit was transferred does not take it: what the patient reads.
PASSED_ON: Final = {
    "off_duty": Text("{zh}医生已不在班。", "Dr {en} is not on duty any more."),
    "no_answer": Text("{zh}医生没有及时应答。", "Dr {en} did not answer in time."),
    "declined": Text("{zh}医生这次不能接诊。", "Dr {en} cannot take your visit now."),
    "not_suited": Text(
        "{zh}医生认为其他医生更合适。", "Dr {en} finds another doctor more suitable."
    ),
    "no_room": Text("{zh}医生暂时没有空位。", "Dr {en} has no room just now."),
}

SHORTEST_QUESTION: Final = 5
LONGEST_QUESTION: Final = 1000
SHORTEST_ANSWER: Final = 2
LONGEST_ANSWER: Final = 2000
# Ours: no rule gives them.
MOST_OPEN_QUESTIONS: Final = 3
MOST_QUESTION_PICTURES: Final = 9
READABLE_AFTER_ANSWER: Final = timedelta(days=7)

# Why a doctor ends a visit here; both sides read it. To refer offline is a step of its own (R06).
CLOSE_REASONS: Final = {
    "advice_given": Text("已给出健康咨询建议", "Advice was given"),
    "treated": Text("本次诊疗已完成，请按医嘱处理", "Treated; please do as the doctor has said"),
    "follow_up": Text(
        "本次先到这里，请按医生的建议复诊", "Done for now; to be followed up as the doctor advises"
    ),
    "no_answer": Text("患者没有再回复", "The patient did not answer any more"),
    "asked_to_end": Text("患者要求结束", "The patient asked to end the visit"),
    "duplicate": Text("与另一次问诊重复", "The same as another visit"),
    "not_medical": Text("不是医疗问题", "Not a medical matter"),
    "other": Text("其他原因", "Another reason"),
}
# Visits from before a reason was asked for; nobody can choose it.
UNSTATED: Final = "unstated"
# Nothing was treated that a record could tell of.
WITHOUT_RECORD: Final = frozenset({"duplicate", "not_medical"})
# The record may follow within its day, as after an ending by the clock.
RECORD_LATER: Final = frozenset({"no_answer", "asked_to_end"})

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

# When the patient is asked whether they went, after a referral of this urgency; ours, of no rule.
ASK_AFTER: Final = {
    "now": timedelta(days=1),
    "today": timedelta(days=2),
    "days": timedelta(days=7),
}
WENT: Final = {
    "went": Text("已经就诊", "I went"),
    "booked": Text("已预约，还没去", "I have an appointment"),
    "not_yet": Text("还没有去", "Not yet"),
    "will_not": Text("不打算去", "I do not plan to go"),
}
LONGEST_WENT: Final = 500
LONGEST_LINK: Final = 500
LONGEST_CLINICAL: Final = 1000

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


# What both sides read about the kind of a visit (R05, R08).
KINDS: Final = {
    "advice": Text(
        "仅提供健康咨询建议，不可开具处方",
        "Advice only; no prescription may be written",
    ),
    "follow_up": Text(
        "复诊：只针对医生已核对的既往诊断，可以开具处方",
        "Follow-up: only for the earlier diagnosis that the doctor has checked;"
        " a prescription may be written",
    ),
}

# The papers that R04 names.
PROOF_KINDS: Final = {
    "outpatient_record": Text("门诊病历", "Outpatient record"),
    "inpatient_record": Text("住院病历", "Inpatient record"),
    "discharge_summary": Text("出院小结", "Discharge summary"),
    "diagnosis_certificate": Text("诊断证明", "Certificate of diagnosis"),
}
# Why a doctor does not accept a proof; of `other` the words are the reason.
PROOF_REASONS: Final = {
    "another_person": Text(
        "病历上的姓名或身份与就诊人不一致",
        "The name or identity on the paper is not the patient's",
    ),
    "no_diagnosis": Text("病历上没有明确的诊断", "The paper states no clear diagnosis"),
    "unreadable": Text("看不清，请重新拍摄", "Not readable; please take the picture again"),
    "not_a_record": Text(
        "不是病历、出院小结或诊断证明",
        "Neither a record, a discharge summary nor a certificate",
    ),
    "another_diagnosis": Text(
        "本次的问题与病历上的诊断不同", "This visit is not about the diagnosis on the paper"
    ),
    "too_old": Text("时间太久，需要较新的病历", "Too old; a newer record is needed"),
    "doubtful": Text("无法确认病历的真实性", "Its authenticity cannot be confirmed"),
    "other": Text("其他原因", "Another reason"),
}
MOST_PROOF_FILES: Final = 9
MOST_PROOFS_SHOWN: Final = 5
MOST_PROOFS: Final = 50
LONGEST_DIAGNOSIS: Final = 120
LONGEST_HOSPITAL: Final = 120


def evidence(fingerprints: Iterable[str]) -> str:
    """What was judged: SHA-256 over the SHA-256 of each file, in hex, in order, one a line."""
    return hashlib.sha256("\n".join(fingerprints).encode()).hexdigest()


def canonical(
    *,
    consultation_id: UUID,
    patient_id: UUID,
    version: int,
    fields: Mapping[str, Any],
    reason: str,
    signed_by: UUID,
    signed_at: datetime,
    **later: Any,
) -> bytes:
    """What is signed: the record, whose it is, why it was changed, by whom and when.

    JSON in UTF-8, keys in order, no white space: the same bytes again in fifteen years.

    Args:
        later: what was not signed from the beginning: `asked_by` (who spoke for the patient) and
            `consulted` (what colleagues answered), `site` (where the patient sat, what was measured
            there). None, as in a record of before, is no part of the bytes.
    """
    statement: dict[str, Any] = {
        "consultation_id": str(consultation_id),
        "fields": fields,
        "patient_id": str(patient_id),
        "reason": reason,
        "signed_at": signed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "signed_by": str(signed_by),
        "version": version,
    }
    statement |= {name: part for name, part in later.items() if part is not None}
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


# Guests of one visit (A10). Who the guest is to the patient, as everybody in the room is told.
GUEST_RELATIONS: Final = {
    "self": Text("患者本人的另一台设备", "the patient's other device"),
    "spouse": Text("配偶", "spouse"),
    "daughter": Text("女儿", "daughter"),
    "son": Text("儿子", "son"),
    "mother": Text("母亲", "mother"),
    "father": Text("父亲", "father"),
    "relative": Text("亲属", "relative"),
    "carer": Text("照护者", "carer"),
}
LINK_GOOD_FOR: Final = timedelta(hours=24)
DEVICES_OF_A_LINK: Final = 2
MOST_GUESTS: Final = 4
LINKS_A_DAY: Final = 10
LONGEST_GUEST_NAME: Final = 30
# What a guest agrees to before coming in; our own words, of no law.
GUEST_AGREEMENT_VERSION: Final = "guest-2026-11-29"
GUEST_AGREEMENT: Final = Text(
    "您受邀参加一次线上问诊。您会看到患者的健康信息，请不要截图、转发或告诉他人。"
    "您说的话会以您的姓名和关系显示给医生和患者，并随问诊记录保存。"
    "语音或视频通话经医生和患者同意可能会被录制；您加入通话前会再问您，不同意就不录您的声音和画面。"
    "邀请您的人可以随时请您离开；问诊结束后您不能再查看。",
    "You are invited to one online visit. You will see health information of the patient:"
    " please do not copy it, pass it on or tell others. What you write is shown to the doctor and"
    " the patient with your name and relation, and is kept with the visit. Calls may be recorded if"
    " doctor and patient agree; you are asked before you come into one, and if you do not agree,"
    " neither your voice nor your picture is recorded."
    " Whoever invited you can ask you to leave at any time; after the visit you can no longer look.",
)

# Calls. How one ended, as both sides read it.
CALL_ENDINGS: Final = {
    "ended_by_patient": Text("患者挂断", "The patient hung up"),
    "ended_by_doctor": Text("医生挂断", "The doctor hung up"),
    "declined": Text("对方未接听", "Declined"),
    "missed": Text("无人接听", "Nobody answered"),
    "line_lost": Text("线路长时间中断", "The line was down for too long"),
    "visit_over": Text(
        "问诊已结束、转出或同意已撤回", "The visit ended, was handed on, or consent was withdrawn"
    ),
    "taken_back": Text("已取消呼叫", "The caller hung up before an answer"),
}
# For so long two sides must have been connected before one has heard, or seen, the other (ours).
PROVEN_AFTER_MS: Final = 10_000
LONGEST_OBSERVE_REASON: Final = 200
SHORTEST_OBSERVE_REASON: Final = 4
MOST_UNANSWERED_RINGS: Final = 10  # of one side, in an hour
MOST_INVITED_TO_A_CALL: Final = 4
MOST_STILLS: Final = 20
# What a patient agrees to before a call is recorded (R22: kept 3 years), or a still is kept with the
# record; our own words.
CALL_CONSENT_VERSION: Final = "call-2026-11-30"
RECORDING_CONSENT: Final = Text(
    "医生希望对本次通话录音录像。双方都同意才会录制；录制内容加密保存至少3年，"
    "只有您、医生和依法有权的人员可以查看，每次查看都有记录。您可以随时收回同意，录制会立即停止；"
    "已录制的部分按规定保存。不同意也可以继续通话。",
    "Your doctor would like to record this call. It is recorded only if both of you agree; it is kept"
    " encrypted for at least 3 years, only you, the doctor and those with a legal right may watch it,"
    " and every viewing is written down. You may take your consent back at any time: recording stops"
    " at once, and what was recorded is kept as the rules demand. Without it the call goes on as well.",
)
STILL_CONSENT: Final = Text(
    "医生希望截取视频画面（例如皮疹的照片），作为图片存入本次问诊和病历。"
    "您可以随时收回同意，之后不再截图；此前已保存的截图按规定随病历保存。",
    "Your doctor would like to keep stills of your picture (for example of a rash) in this visit and"
    " its record. You may take your consent back at any time: no more stills are taken, and those kept"
    " before stay with the record as the rules demand.",
)
CAPTIONS_VERSION: Final = "captions-2026-11-29"
# Our own words, of no law: whoever speaks agrees before a vendor hears anything.
CAPTIONS_CONSENT: Final = Text(
    "通话中有人希望看到字幕。同意后，您说的话会分成几秒一段，由本院委托的语音服务转成文字，只显示给"
    "通话中打开字幕的人；声音和文字都不保存。您可以随时停止，不同意也不影响通话。",
    "Somebody in the call would like to read captions. If you agree, what you say goes in pieces of a"
    " few seconds to the speech service of this hospital, and its words are shown to those in the call"
    " who read captions; neither sound nor words are kept. You can stop at any time, and the call"
    " goes on without it as well.",
)
