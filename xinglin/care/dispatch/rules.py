"""Numbers and words of duty and queue; pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from xinglin.kernel.text import Text

WAITING: frozenset[str] = frozenset({"waiting", "left_message"})
"""States of a visit that a doctor may be asked for."""
AWAY_AFTER_LAPSE = timedelta(minutes=2)
"""So long a doctor who let an offer lapse is asked for nothing."""
UNTIL_ANSWERED = datetime(9000, 1, 1, tzinfo=UTC)
"""Away so long is who was asked whether he is there."""
ASK_AGAIN_AFTER = timedelta(minutes=2)
"""So long a doctor who declined a visit is not asked for it, even when nobody else is free."""
COLLEAGUE_WITHIN = timedelta(minutes=2)
"""So long a visit waits for room with the colleague to whom it was transferred; ours."""
SENIOR_WITHIN = timedelta(minutes=5)
"""So long a visit whose need was raised waits for room with a senior doctor; ours, of no source."""
LINE_DEAD_AFTER = timedelta(seconds=45)
REFUSALS_IN_A_ROW = 3
"""So many refusals, without an acceptance between, are told to the operators; ours."""
REMIND_AGAIN_AFTER = timedelta(minutes=5)
"""So long nobody is reminded of the same visit again; ours."""
HAND_OVER_WITHIN = timedelta(minutes=5)
"""So long the house has to act on an open visit whose doctor's licence ended; then the clock does. Ours."""
FULL_TIME_CAPACITY = 5
PART_TIME_CAPACITY = 3
MOST_URGENT = 1
OVER = 1
"""So many more than their number of visits doctors may be given of the most urgent ones."""
LONGEST_EXCERPT = 60
END_TOLD_BEFORE = timedelta(minutes=10)
"""So long before the own hours end the doctor is told; ours."""
FURTHEST_DUTY = timedelta(days=14)
"""So far ahead a doctor may say when he is on duty next; ours, until there are rosters."""

FEWEST_RATINGS = 10
"""Below it no score is shown (A07): a few ratings say more of luck than of the doctor."""
PRICE_FEN = 0
"""Until payments exist every visit costs this."""

LOWEST_GRADE, TOP_GRADE = 1, 3
# GB/T 8561: 231 chief, 232 associate chief; everybody else is the lowest.
_GRADES = {"231": TOP_GRADE, "232": 2}


def grade_of(title_code: str) -> int:
    return _GRADES.get(title_code, LOWEST_GRADE)


def usual_capacity(*, full_time: bool) -> int:
    return FULL_TIME_CAPACITY if full_time else PART_TIME_CAPACITY


def score_of(scores: Sequence[int]) -> float | None:
    """The mean with one decimal; None below `FEWEST_RATINGS`.

    Args:
        scores: how many ratings of one star to five.
    """
    ratings = sum(scores)
    if ratings < FEWEST_RATINGS:
        return None
    return round(sum(stars * n for stars, n in enumerate(scores, start=1)) / ratings, 1)


def seconds_since(then: datetime, at: datetime) -> int:
    """Whole seconds; two clocks that disagree give no negative wait."""
    return max(0, int((at - then).total_seconds()))


def in_seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else round(wait.total_seconds())


def excerpt(complaint: str) -> str:
    """What a doctor who does not have the visit may read of it."""
    words = " ".join(complaint.split())
    return words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1] + "…"


def percentile(waits: Sequence[timedelta], percent: int) -> timedelta | None:
    """The shortest wait that `percent` of all do not exceed (nearest rank); None of none."""
    if not waits:
        return None
    rank = max(1, -(-len(waits) * percent // 100))
    return sorted(waits)[rank - 1]


def place_text(*, ahead: int, doctors: int, wait: Text) -> Text:
    """What the waiting patient reads; `wait`: how long, where somebody is on duty."""
    parts = [_AHEAD.filled(n=ahead) if ahead else _FIRST]
    parts += [_DOCTORS.filled(n=doctors), wait] if doctors else [_NO_DOCTOR]
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def named_place_text(*, ahead: int, doctors: int) -> Text:
    """Of a visit that waits for one doctor; how long that takes nobody knows."""
    parts = [_NAMED_AHEAD.filled(n=ahead) if ahead else _NAMED_FIRST]
    parts.append(_NAMED_ON if doctors else _NAMED_OFF)
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


def with_seniors(said: Text, seniors: int) -> Text:
    """Of a visit whose need a doctor has raised; `seniors`: on duty."""
    more = _SENIORS.filled(n=seniors) if seniors else _NO_SENIORS
    return Text(f"{said.zh}{more.zh}", f"{said.en} {more.en}")


def place_text_in(language: Text, *, ahead: int, doctors: int) -> Text:
    """Of a visit that waits for whoever speaks a language; how long that takes nobody knows."""
    names: dict[str, object] = {"zh": language.zh, "en": language.en}
    parts = [_AHEAD_IN.filled(n=ahead, **names) if ahead else _FIRST_IN.filled(**names)]
    parts.append((_SPEAK if doctors else _NOBODY_SPEAKS).filled(n=doctors, **names))
    return Text("".join(p.zh for p in parts), " ".join(p.en for p in parts))


_FIRST = Text("您排在第一位。", "You are next.")
_AHEAD = Text("您前面还有 {n} 位。", "There are {n} ahead of you.")
_DOCTORS = Text("本科室有 {n} 位医生值班。", "Doctors on duty in this department: {n}.")
_NO_DOCTOR = Text(
    "本科室暂时没有医生值班，无法估计等待时间。您可以继续等，换一个科室，或留言给下一班医生。",
    "No doctor of this department is on duty, so the wait cannot be told. You can keep waiting, ask"
    " another department, or leave a message for the next shift.",
)
_FIRST_IN = Text("在要求{zh}的患者中，您排在第一位。", "Of those who asked for {en} you are next.")
_AHEAD_IN = Text(
    "要求{zh}的患者中，您前面还有 {n} 位。", "{n} who asked for {en} are ahead of you."
)
_SPEAK = Text(
    "本科室有 {n} 位会说{zh}的医生值班，无法估计要等多久；改问任意医生可能更快。",
    "Doctors on duty in this department who speak {en}: {n}. How long it takes cannot be told; any"
    " doctor may be sooner.",
)
_NOBODY_SPEAKS = Text(
    "本科室现在没有会说{zh}的医生值班。您可以继续等，改问任意医生，或留言。",
    "No doctor of this department who speaks {en} is on duty. You can keep waiting, take any doctor,"
    " or leave a message.",
)
_SENIORS = Text(
    "一位医生认为您的情况需要更高年资的医生，会先请这样的医生（值班 {n} 位），无法估计要等多久。",
    "A doctor finds that you need a more senior doctor; such doctors are asked first (on duty: {n})."
    " How long it takes cannot be told.",
)
_NO_SENIORS = Text(
    "一位医生认为您的情况需要更高年资的医生；现在没有这样的医生值班，会请其他医生先接诊。",
    "A doctor finds that you need a more senior doctor; none is on duty now, so another one is asked.",
)
_NAMED_FIRST = Text(
    "在指名这位医生的患者中，您排在第一位。", "Of those who asked for this doctor you are next."
)
_NAMED_AHEAD = Text(
    "指名这位医生的患者中，您前面还有 {n} 位。", "{n} who asked for this doctor are ahead of you."
)
_NAMED_ON = Text(
    "医生在班，有空位时会立即收到您的问诊，无法估计要等多久。",
    "The doctor is on duty and is asked as soon as there is room; how long that takes is not known.",
)
_NAMED_OFF = Text(
    "医生现在不在线，无法估计要等多久。",
    "The doctor is not on line now; how long it takes is not known.",
)
ASKED_BY_NAME = Text(
    "正在请您指名的医生接诊，请稍候。", "The doctor you asked for is being asked right now."
)
HANDED = Text(
    "正在请一位医生继续为您看，等对方接手；如果接不了，会请本科室的其他医生。",
    "One doctor has been asked to go on with your visit; if that is not possible, another doctor of"
    " the department is asked.",
)
ASKED = Text(
    "正在请一位医生接诊，请稍候。", "A doctor is being asked to take your visit right now."
)
LEFT = Text(
    "您的留言已排在队中，医生上班后查看并回复，不必守着。",
    "Your message is in the queue: a doctor reads it at the next shift, and you need not stay.",
)
ANSWERED = Text(
    "医生已接诊，请进入对话。", "A doctor has taken your visit; please go to the conversation."
)
CHOOSE = Text(
    "本科室暂时没有医生值班，请选择接下来怎么做。",
    "No doctor of this department is on duty; please choose what to do.",
)
NOT_WAITING = Text("本次问诊当前不在排队。", "This visit is not waiting now.")

SLOWED = Text(
    "最近一小时患者等您首次回复的中位时间超过 {n} 分钟，同时接诊数暂减 1；回复变快后自动恢复。",
    "In the last hour half of your patients waited more than {n} minutes for your first reply, so you"
    " have one place less; it comes back when your replies are quicker.",
)
WRONG_DUTY = Text(
    "下次上班时间须在现在之后、{n}天之内。", "The next duty lies ahead, within {n} days."
).filled(n=FURTHEST_DUTY.days)
PRICE = Text("试点期间免费", "Free during the pilot")
FREE_NOW = Text("现在可以问", "Free now")
BUSY = Text("在班，暂时没有空位；可以排队等", "On duty, no room just now; you can wait in line")
FULL_TODAY = Text("今天的指名名额已满", "All places by name are taken today")
BACK_LATER = Text("不在班，已预告上班时间", "Off duty; has said when on duty next")
NOT_ON_DUTY = Text(
    "不在班，上班时间未知；可以留言", "Off duty, return not known; you can leave a message"
)
TAKES_NONE = Text("目前不接受指名", "Takes no visits by name at present")
HOW_IT_IS_COUNTED = {
    "score": Text(
        f"患者在问诊结束后给出的1至5星的平均值；不足{FEWEST_RATINGS}条评价时不显示。",
        "The mean of the one to five stars that patients gave after a visit; not shown below"
        f" {FEWEST_RATINGS} ratings.",
    ),
    "patients": Text(
        "由这位医生看到结束的问诊中，不同患者的人数；取消的不算。",
        "How many different patients this doctor saw to the end of a visit; cancelled ones do not count.",
    ),
    "accept": Text(
        "从系统请医生接诊到医生点“接诊”的平均时间，只算接了的。",
        "The mean time from asking the doctor to the doctor's accept, of those that were accepted.",
    ),
    "price": Text(
        "收费功能上线之前，所有问诊都不收费。", "Until payments exist no visit is charged."
    ),
    "online": Text("医生在班，并且此刻连接着系统。", "On duty, and connected at this moment."),
    "order": Text(
        "先显示名字相符的医生，再显示在班且有空位的、在班的、已预告上班时间的，最后是其他医生；同一组内本科室的"
        "在前，再按姓名拼音排列。排名与付费无关。",
        "First whose name it is; then on duty with room, on duty, with a known next duty, then the others;"
        " within each the own department first, then by name. Nobody can pay for a place.",
    ),
}
