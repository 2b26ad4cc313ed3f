"""What is wrong with a site's device, in words; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from xinglin.kernel.text import Text

EVERY: Final = timedelta(seconds=60)
"""How often a device is to be heard."""
SPEAKS_FOR: Final = timedelta(seconds=90)
"""A heartbeat tells that the device is there until so much later: the next may come somewhat late."""
QUIET_AFTER: Final = timedelta(minutes=5)

PARTS: Final[Mapping[str, Text]] = {
    "camera": Text(
        "摄像头不可用：请检查连接和浏览器权限。",
        "The camera does not work: look at its cable and at the browser's permission.",
    ),
    "microphone": Text(
        "麦克风不可用：请检查连接和浏览器权限。",
        "The microphone does not work: look at its cable and at the browser's permission.",
    ),
    "printer": Text(
        "打印机不可用：请检查电源、纸张和连接。",
        "The printer does not work: look at its power, paper and cable.",
    ),
    "reader": Text(
        "身份证读卡器不可用：可以先手工录入。",
        "The card reader does not work: numbers can be typed meanwhile.",
    ),
}
_NEVER = Text(
    "登记后还没有收到过信号：请在此设备上打开站点页面。",
    "Nothing was heard of it since it was enrolled: open the site's page on it.",
)
_QUIET = Text(
    "已有 {minutes} 分钟没有信号：请检查设备和网络。",
    "Nothing was heard of it for {minutes} minutes: look at the device and its line.",
)
_STALE = Text(
    "页面不是最新版本：没有患者时请刷新页面。",
    "Its page is out of date: reload it when no patient is there.",
)
_PENDING = Text(
    "{n} 条离线登记还没有上传：请保持设备联网。",
    "{n} registrations of an outage are still on it: keep it on line.",
)


def faults(
    parts: Mapping[str, bool | None],
    *,
    heard_at: datetime | None,
    pending: int,
    version: str,
    newest: str,
    is_open: bool,
    at: datetime,
) -> tuple[Text, ...]:
    """Everything that is wrong, the worst first; a site that is closed may switch its devices off.

    Args:
        parts: by the names of `PARTS`; None is not known, and no fault.
        newest: the version that the house serves; empty when it does not know.
    """
    found: list[Text] = []
    if heard_at is None:
        return (_NEVER,) if is_open else ()
    if is_open and at - heard_at >= QUIET_AFTER:
        found.append(_QUIET.filled(minutes=(at - heard_at) // timedelta(minutes=1)))
    if pending:
        found.append(_PENDING.filled(n=pending))
    found += [text for name, text in PARTS.items() if parts.get(name) is False]
    if version and newest and version != newest:
        found.append(_STALE)
    return tuple(found)
