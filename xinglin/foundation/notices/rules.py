"""The texts of notices, how long each is of use, and when a failed one is tried again."""

from dataclasses import dataclass
from datetime import timedelta

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Template:
    """After `useful_for` it is no longer sent: a late code only confuses."""

    text: Text
    useful_for: timedelta


TEMPLATES = {
    "login_code": Template(
        Text(
            "【杏林】验证码 {code}，5分钟内有效。任何人向您索要都请不要告诉。",
            "[Xinglin] Your code is {code}, good for 5 minutes. Do not tell it to anybody who asks.",
        ),
        timedelta(minutes=5),
    ),
}
MOST_TRIES = 8


def pause_after(tries: int) -> timedelta:
    """2 s, 4 s, 8 s ... at most 5 minutes."""
    return timedelta(seconds=min(300, 2**tries))
