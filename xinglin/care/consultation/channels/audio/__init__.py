"""A call by sound alone, within the page: what a weak network carries still."""

from datetime import timedelta

from xinglin.care.consultation.channels import Channel
from xinglin.kernel.text import Text

CHANNEL = Channel(
    code="audio",
    text=Text("语音通话", "Audio call"),
    carries=frozenset({"audio"}),
    promised=timedelta(minutes=15),
    may_switch_to=frozenset({"text", "video"}),
    rank=1,
)
