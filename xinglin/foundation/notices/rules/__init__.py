"""Texts of codes, when a failed notice is tried again, quiet hours, what a push address may be; pure."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Template:
    """After `useful_for` it is no longer sent: a late code only confuses."""

    text: Text
    useful_for: timedelta


# What goes to an address and not to an account: nobody has chosen anything about it yet.
TEMPLATES: Final = {
    # To whom somebody else's visit is opened: neither person nor illness is named.
    "join_link": Template(
        Text(
            "【杏林】有人邀请您加入一次线上问诊，24小时内有效，点开即可：{link} 若不认识对方，请忽略。",
            "[Xinglin] You are invited to an online visit; open this link within 24 hours: {link}"
            " If you do not know what this is, ignore it.",
        ),
        timedelta(hours=24),
    ),
    "login_code": Template(
        Text(
            "【杏林】验证码 {code}，5分钟内有效。任何人向您索要都请不要告诉。",
            "[Xinglin] Your code is {code}, good for 5 minutes. Do not tell it to anybody who asks.",
        ),
        timedelta(minutes=5),
    ),
    "close_code": Template(
        Text(
            "【杏林】您正在注销账号，验证码 {code}，5分钟内有效。如果不是您本人操作，请不要告诉任何人。",
            "[Xinglin] You are closing your account. Code {code}, good for 5 minutes."
            " If this was not you, tell it to nobody.",
        ),
        timedelta(minutes=5),
    ),
    "proxy_consent": Template(
        Text(
            "【杏林】{asker}想代您在杏林互联网医院咨询医生。同意或拒绝请打开：{link}"
            " （{days}天内有效；如果不认识对方，请不要理会）",
            "[Xinglin] {asker} would like to consult a doctor for you at the Xinglin internet"
            " hospital. To agree or refuse, open {link} (good for {days} days; if you do not know"
            " this person, ignore it)",
        ),
        timedelta(days=1),
    ),
}
# What was held in quiet hours goes out as one.
MERGED: Final = Text(
    "您有{count}条新通知，请打开杏林查看。", "You have {count} new notices in Xinglin."
)
MERGED_LINK: Final = "/notices"
SENDER: Final = Text("杏林", "Xinglin")

MOST_TRIES = 8
LONGEST_PAUSE: Final = timedelta(hours=6)
# Whoever took a notice up answers within this time, or another takes it up again.
LEASE: Final = timedelta(seconds=90)
KEPT: Final = timedelta(days=180)
DELIVERIES_KEPT: Final = timedelta(days=30)
MOST_UNREAD: Final = 100


def pause_after(tries: int, asked: timedelta | None = None) -> timedelta:
    """2 s, 4 s, 8 s ... at most 5 minutes; longer when the vendor asks for it, at most 6 hours."""
    own = timedelta(seconds=min(300, 2**tries))
    return own if asked is None else min(max(own, asked), LONGEST_PAUSE)
