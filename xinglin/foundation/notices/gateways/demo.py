"""Delivers into the demo inbox, which the browser shows. Only a demo hospital uses it."""

import json
from datetime import timedelta

from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.notices.models import INBOX, DemoMessage
from xinglin.foundation.notices.types import Message
from xinglin.kernel import clock

KEPT = timedelta(days=1)


def deliver(message: Message) -> None:
    at = clock.now()
    said = {"to": message.to, **message.text.as_dict(), "code": message.code}
    row = DemoMessage(
        id=message.id,
        channel=message.channel,
        sealed=seal_text(json.dumps(said, ensure_ascii=False), INBOX),
        at=at,
    )
    DemoMessage.objects.bulk_create([row], ignore_conflicts=True)  # the same one again
    DemoMessage.objects.filter(at__lt=at - KEPT).delete()
