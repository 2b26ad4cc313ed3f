"""Delivers nothing: for tests, and for a hospital whose operator has not chosen a vendor yet."""

import structlog

from xinglin.foundation.notices.types import Message

log = structlog.get_logger(__name__)


def deliver(message: Message) -> None:
    log.warning(
        "notice dropped: no gateway is set for this channel",
        notice_id=str(message.id),
        channel=message.channel,
    )
