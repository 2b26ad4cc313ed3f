"""A call face to face."""

from datetime import timedelta

from xinglin.care.consultation.channels import Channel
from xinglin.kernel.text import Text

CHANNEL = Channel(
    code="video",
    text=Text("视频通话", "Video call"),
    carries=frozenset({"audio", "video"}),
    promised=timedelta(minutes=15),
    may_switch_to=frozenset({"text", "audio"}),
    rank=2,
)
