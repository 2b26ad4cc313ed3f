"""Numbers and words of duty and queue; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from xinglin.kernel.text import Text

WAITING: frozenset[str] = frozenset({"waiting", "left_message"})
"""States of a visit that a doctor may be asked for."""
AWAY_AFTER_LAPSE = timedelta(minutes=2)
"""So long a doctor who let an offer lapse is asked for nothing."""
ASK_AGAIN_AFTER = timedelta(minutes=2)
"""So long a doctor who declined a visit is not asked for it, even when nobody else is free."""
LINE_DEAD_AFTER = timedelta(seconds=45)
FULL_TIME_CAPACITY = 5
PART_TIME_CAPACITY = 3
LONGEST_EXCERPT = 60

# Estimates speak of what happened in this time, and only when it happened often enough.
RECENT = timedelta(hours=2)
FEWEST_ACCEPTS = 5
MOST_ACCEPTS = 20

# GB/T 8561: 231 chief, 232 associate chief; everybody else is 1.
_GRADES = {"231": 3, "232": 2}


def grade_of(title_code: str) -> int:
    return _GRADES.get(title_code, 1)


def usual_capacity(*, full_time: bool) -> int:
    return FULL_TIME_CAPACITY if full_time else PART_TIME_CAPACITY


def seconds_since(then: datetime, at: datetime) -> int:
    """Whole seconds; two clocks that disagree give no negative wait."""
    return max(0, int((at - then).total_seconds()))


def excerpt(complaint: str) -> str:
    """What a doctor who does not have the visit may read of it."""
    words = " ".join(complaint.split())
    return words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1] + "…"


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted offer of the department."""

    made_at: datetime
    accepted_at: datetime


def estimate(
    accepts: Sequence[Accepted], *, place: int, free_slots: int, now: datetime
) -> timedelta | None:
    """How long until a doctor accepts; None when recent accepts do not tell.

    With a free slot for everybody ahead it is what doctors usually take to accept an offer,
    otherwise the usual time between two accepts, for each place.

    Args:
        accepts: of the department, newest first; older than `RECENT` do not count.
    """
    recent = [a for a in accepts if now - a.accepted_at <= RECENT][:MOST_ACCEPTS]
    if len(recent) < FEWEST_ACCEPTS:
        return None
    if free_slots >= place:
        usual_s = median((a.accepted_at - a.made_at).total_seconds() for a in recent)
        return timedelta(seconds=usual_s)
    return (now - recent[-1].accepted_at) / len(recent) * place


def percentile(waits: Sequence[timedelta], percent: int) -> timedelta | None:
    """The shortest wait that `percent` of all do not exceed (nearest rank); None of none."""
    if not waits:
        return None
    rank = max(1, -(-len(waits) * percent // 100))
    return sorted(waits)[rank - 1]


def place_text(*, ahead: int, doctors: int, estimated: timedelta | None) -> Text:
    """What the waiting patient reads; says so when it does not know."""
    parts = [_AHEAD.filled(n=ahead) if ahead else _FIRST]
    parts.append(_DOCTORS.filled(n=doctors) if doctors else _NO_DOCTOR)
    if doctors:
        parts.append(_UNKNOWN if estimated is None else _estimated(estimated))
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def _estimated(time: timedelta) -> Text:
    minutes = -(-int(time.total_seconds()) // 60)
    return _SOON if minutes <= 1 else _MINUTES.filled(n=minutes)


_FIRST = Text("您排在第一位。", "You are next.")
_AHEAD = Text("您前面还有 {n} 位。", "There are {n} ahead of you.")
_DOCTORS = Text("本科室有 {n} 位医生值班。", "Doctors on duty in this department: {n}.")
_NO_DOCTOR = Text(
    "本科室暂时没有医生值班，无法估计等待时间。",
    "No doctor of this department is on duty, so the wait cannot be told.",
)
_UNKNOWN = Text(
    "近期接诊数据不足，暂时无法估计等待时间。",
    "There were too few visits lately to tell how long it will take.",
)
_SOON = Text("预计 1 分钟内接诊。", "Expected within a minute.")
_MINUTES = Text("预计约 {n} 分钟。", "Expected in about {n} minutes.")
ASKED = Text(
    "正在请一位医生接诊，请稍候。", "A doctor is being asked to take your visit right now."
)
ANSWERED = Text(
    "医生已接诊，请进入对话。", "A doctor has taken your visit; please go to the conversation."
)
CHOOSE = Text(
    "本科室暂时没有医生值班，请选择接下来怎么做。",
    "No doctor of this department is on duty; please choose what to do.",
)
NOT_WAITING = Text("本次问诊当前不在排队。", "This visit is not waiting now.")
