"""SMS by any vendor, or a small bridge to one, that takes JSON by POST.

Sends `{"id", "to", "text", "locale"}` to `settings.SMS_URL` with the token as bearer and the id as
Idempotency-Key. 2xx is taken, 408, 429 and 5xx are tried again, anything else is given up.
"""

import json
from urllib.parse import urlsplit

from django.conf import settings

from xinglin.foundation.notices import outgoing
from xinglin.foundation.notices.types import Message, UndeliveredError
from xinglin.kernel import clock


def deliver(message: Message) -> None:
    parts = urlsplit(settings.SMS_URL)
    if not parts.hostname:
        raise UndeliveredError("no_sms_vendor")
    said = {
        "id": str(message.id),
        "to": message.to,
        "text": message.text.spoken(message.locale),
        "locale": message.locale,
    }
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Bearer {settings.SMS_TOKEN}",
        "Idempotency-Key": str(message.id),
    }
    # The operator has chosen this address: it may well be in the hospital's own network.
    also = {f"{parts.scheme}://{parts.netloc}"}
    answer = outgoing.post(
        settings.SMS_URL, json.dumps(said, ensure_ascii=False).encode(), headers, also=also
    )
    outgoing.check_taken(answer, clock.now())
