"""Sending notices: queued in the transaction of the act, delivered after it."""

import json
from typing import get_args
from uuid import UUID

from django.db import transaction

from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.notices import rules
from xinglin.foundation.notices.models import NOTICE as SEALED_AS
from xinglin.foundation.notices.models import Notice
from xinglin.foundation.notices.types import Channel
from xinglin.foundation.outbox.services import poke
from xinglin.kernel import clock, ids

NOTICE = "notice"  # what wakes the worker's loop


def send(*, channel: Channel, to: str, template: str, values: dict[str, str], locale: str) -> UUID:
    """Queue a notice in the caller's transaction.

    Args:
        to: a phone number in full, or a mail address.
        template: a name in `rules.TEMPLATES`; `values` fill its fields.
    Raises:
        ValueError: no such channel or template, or a value is missing.
    """
    if channel not in get_args(Channel) or template not in rules.TEMPLATES:
        raise ValueError(f"no such notice: {channel} {template}")
    try:
        rules.TEMPLATES[template].text.filled(**values)
    except KeyError as error:
        raise ValueError(f"{template} needs {error}") from error
    at = clock.now()
    notice = Notice.objects.create(
        id=ids.new(),
        channel=channel,
        template=template,
        locale=locale,
        sealed=seal_text(json.dumps({"to": to, "values": values}), SEALED_AS),
        queued_at=at,
        due_at=at,
    )
    transaction.on_commit(lambda: poke("worker", NOTICE))
    return notice.id
