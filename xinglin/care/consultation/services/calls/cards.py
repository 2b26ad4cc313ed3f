"""What both sides read of a call in the conversation."""

from datetime import timedelta
from typing import Final

from xinglin.care.consultation.channels import known
from xinglin.kernel.text import Text

_WHO: Final = {"patient": Text("患者", "The patient"), "doctor": Text("医生", "The doctor")}
_SWITCHED = Text("已切换为{zh}", "Changed to: {en}")
SPECIALIST_ASKED: Final = Text(
    "医生邀请{zh}加入通话。对方只参与通话，看不到对话和病历。",
    "The doctor asks {en} into the call, who takes part in the call alone and sees neither this"
    " conversation nor the record.",
)
SPECIALIST_JOINED: Final = Text("{zh}加入了通话", "{en} joined the call")
SPECIALIST_REMOVED: Final = Text("{zh}已退出通话", "{en} is no longer in the call")
OBSERVED: Final = Text(
    "为保证医疗质量，医院的质控人员正在旁听本次通话。旁听人员和原因均有记录，您可以在“谁看过我的资料”中查看。",
    "For the quality of care, a quality officer of the hospital is listening to this call. Who and why"
    " is written down; you can read it under who has seen your data.",
)
RECORDING: Final = {
    "on": Text(
        "经双方同意，通话开始录制，至少保存3年",
        "With the consent of both, the call is being recorded; it is kept for at least 3 years",
    ),
    "off": Text("通话录制已停止", "The recording of the call has stopped"),
}


def rung(side: str, channel: str) -> Text:
    name, who = known()[channel].text, _WHO[side]
    return Text(f"{who.zh}发起了{name.zh}", f"{who.en} started: {_inside(name)}")


def ended(why: Text, held: timedelta | None) -> Text:
    """`held`: by the service clock; None: it was not answered."""
    if held is None:
        return Text(f"通话未接通：{why.zh}", f"There was no call: {_inside(why)}")
    return Text(
        f"通话结束：{why.zh}，时长 {length(held)}",
        f"The call ended after {length(held)}: {_inside(why)}",
    )


def switched(channel: str) -> Text:
    name = known()[channel].text
    return _SWITCHED.filled(zh=name.zh, en=_inside(name))


def _inside(text: Text) -> str:
    """The English words within a sentence."""
    return text.en[0].lower() + text.en[1:]


def length(held: timedelta) -> str:
    """As a clock shows it: 4:05, or 1:04:05."""
    minutes, seconds = divmod(int(held.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
