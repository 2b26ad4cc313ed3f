"""What may follow what in a visit, who may do it, and when the clock does."""

from datetime import datetime, timedelta

from xinglin.kernel.lifecycle import Deadline, Lifecycle, step

REPLY_WITHIN = timedelta(minutes=5)
ANSWER_WITHIN = timedelta(minutes=30)

CONSULTATION = Lifecycle(
    name="consultation",
    initial="waiting",
    steps=(
        step(
            "find_nobody",
            "waiting",
            "nobody",
            "dispatcher",
            "暂无医生值班",
            "No doctor is on duty",
        ),
        step("keep_waiting", "nobody", "waiting", "patient", "继续等待", "Keep waiting"),
        step(
            "change_department",
            "waiting nobody",
            "waiting",
            "patient",
            "换一个科室",
            "Change department",
        ),
        step(
            "ask_anyone",
            "waiting nobody left_message",
            "waiting",
            "patient",
            "改问任意医生",
            "Take any doctor",
        ),
        step(
            "leave_message",
            "waiting nobody",
            "left_message",
            "patient",
            "给下一班医生留言",
            "Leave a message for the next shift",
        ),
        step("accept", "waiting left_message", "active", "doctor", "医生接诊", "A doctor accepts"),
        step(
            "hand_over",
            "active",
            "waiting",
            "clock dispatcher doctor operator",
            "转给其他医生",
            "Handed over to another doctor",
        ),
        step(
            "transfer",
            "active",
            "waiting",
            "doctor",
            "附交接说明转给其他科室或同事",
            "Transferred with a note to a department or colleague",
        ),
        step(
            "pass_on",
            "waiting",
            "waiting",
            "dispatcher",
            "同事未能接手，改由科室接诊",
            "The colleague did not take it; the department is asked",
        ),
        step(
            "become_follow_up",
            "active",
            "active",
            "doctor",
            "医生确认既往诊断，转为复诊",
            "The doctor accepts the earlier diagnosis: a follow-up",
        ),
        step(
            "become_advice",
            "active",
            "active",
            "doctor",
            "医生改变判断，转为咨询",
            "The doctor judges anew: advice",
        ),
        step("close", "active", "ended", "doctor", "结束问诊", "Close the visit"),
        step(
            "stop",
            "active",
            "ended",
            "doctor",
            "终止线上问诊，建议线下就医",
            "Stop online care and refer offline",
        ),
        step(
            "no_reply",
            "active",
            "waiting",
            "clock",
            "医生未及时回复",
            "The doctor did not reply in time",
        ),
        step(
            "patient_absent",
            "active",
            "ended",
            "clock",
            "患者长时间未回复",
            "The patient did not answer for long",
        ),
        step(
            "time_over",
            "active",
            "ended",
            "clock",
            "问诊的时间或次数已用完",
            "The time or the questions of the visit are used up",
        ),
        step(
            "give_up",
            "waiting nobody left_message",
            "cancelled",
            "clock",
            "等待超时",
            "Waited too long",
        ),
        step(
            "cancel",
            "waiting nobody left_message",
            "cancelled",
            "patient",
            "取消问诊",
            "Cancel the visit",
        ),
        step(
            "put_first",
            "waiting nobody",
            "waiting",
            "operator",
            "医院安排优先接诊",
            "Put first by the hospital",
        ),
        step(
            "name_doctor",
            "waiting nobody left_message",
            "waiting",
            "operator",
            "医院指定医生",
            "The hospital asks one doctor",
        ),
        *(
            step(f"extend_{state}", state, state, "operator", "医院延长时限", "Given more time")
            for state in ("active", "left_message", "nobody", "waiting")
        ),
        step(
            "close_by_house",
            "active",
            "ended",
            "operator",
            "医院结束问诊",
            "Closed by the hospital",
        ),
        step(
            "cancel_by_house",
            "waiting nobody left_message",
            "cancelled",
            "operator",
            "医院取消问诊",
            "Cancelled by the hospital",
        ),
    ),
    deadlines=(
        Deadline("waiting", timedelta(minutes=60), "give_up"),
        Deadline("nobody", timedelta(minutes=30), "give_up"),
        Deadline("left_message", timedelta(hours=24), "give_up"),
        Deadline("active", REPLY_WITHIN, "no_reply"),
        Deadline("active", ANSWER_WITHIN, "patient_absent"),
    ),
)

ANSWER_QUESTION_WITHIN = timedelta(hours=24)

QUESTION = Lifecycle(
    name="question",
    initial="asked",
    steps=(
        step("answer", "asked", "answered", "colleague", "同事答复", "The colleague answers"),
        step("withdraw", "asked", "withdrawn", "doctor", "撤回问题", "The asker takes it back"),
        step("lapse", "asked", "lapsed", "clock", "超时未答复", "Not answered in time"),
    ),
    deadlines=(Deadline("asked", ANSWER_QUESTION_WITHIN, "lapse"),),
)


def active_due(
    *,
    accepted_at: datetime,
    last_patient_at: datetime | None,
    last_doctor_at: datetime | None,
    closes_at: datetime | None,
    may_ask: bool,
    extended_until: datetime | None = None,
) -> tuple[datetime, str]:
    """When the clock acts on an active visit, and how: whose turn it is decides.

    Args:
        last_doctor_at: of the present doctor; None while this doctor has not written yet.
        closes_at: after that neither may write.
        may_ask: the patient has a turn left; without one nobody waits for the patient.
        extended_until: the hospital has given time until then; the end of the visit stays.
    """
    asked_at = max(accepted_at, last_patient_at or accepted_at)
    if last_doctor_at is None or last_doctor_at < asked_at:
        due = asked_at + REPLY_WITHIN, "no_reply"
    else:
        due = last_doctor_at + ANSWER_WITHIN, "patient_absent" if may_ask else "time_over"
    if extended_until is not None:
        due = max(due[0], extended_until), due[1]
    return (closes_at, "time_over") if closes_at and closes_at <= due[0] else due


def longest_extension(state: str, due_step: str) -> timedelta:
    """A deadline is put off once, by its own length at most."""
    found = [d.after for d in CONSULTATION.deadlines if (d.state, d.step) == (state, due_step)]
    return found[0] if found else timedelta(0)


def look_again_at(due: datetime, at: datetime) -> datetime:
    """When the sweeper must look at an active visit again, at the latest.

    A message moves the deadline without touching the visit's row; the earliest that one written
    after `at` can bring is `at + REPLY_WITHIN`.
    """
    return min(due, at + REPLY_WITHIN)


RING_FOR = timedelta(seconds=60)
LINE_LOST_AFTER = timedelta(minutes=5)

CALL = Lifecycle(
    name="call",
    initial="ringing",
    steps=(
        step("answer", "ringing", "open", "patient doctor", "接听", "Answered"),
        step("decline", "ringing", "ended", "patient doctor", "拒接", "Declined"),
        step("take_back", "ringing", "ended", "patient doctor", "取消呼叫", "The caller hung up"),
        step("miss", "ringing", "ended", "clock", "无人接听", "Nobody answered"),
        step("switch", "open", "open", "patient doctor", "切换音视频", "Sound or picture"),
        step("end", "open", "ended", "patient doctor", "挂断", "Hung up"),
        step("lose", "open", "ended", "clock", "线路长时间中断", "The line was down for long"),
        step("over", "ringing open", "ended", "house", "问诊已结束", "The visit is over"),
    ),
    deadlines=(
        Deadline("ringing", RING_FOR, "miss"),
        Deadline("open", LINE_LOST_AFTER, "lose"),
    ),
)
