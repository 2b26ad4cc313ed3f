"""Codes to an address: nobody may be signed in yet, and nobody has chosen anything."""

import json
from uuid import UUID

from django.db import transaction

from xinglin.foundation.accounts.services import seal_text
from xinglin.foundation.notices import rules
from xinglin.foundation.notices.models import DELIVERY, Delivery
from xinglin.foundation.notices.types import CHANNELS, Channel, Urgency
from xinglin.foundation.outbox.services import poke
from xinglin.kernel import clock, ids

NOTICE = "notice"  # what wakes the worker's loops


def send(*, channel: Channel, to: str, template: str, values: dict[str, str], locale: str) -> UUID:
    """Queue a notice in the caller's transaction.

    Args:
        to: a phone number in full, or a mail address.
        template: a name in `rules.TEMPLATES`; `values` fill its fields.
    Raises:
        ValueError: no such channel or template, or a value is missing.
    """
    if channel not in CHANNELS or template not in rules.TEMPLATES:
        raise ValueError(f"no such notice: {channel} {template}")
    try:
        rules.TEMPLATES[template].text.filled(**values)
    except KeyError as error:
        raise ValueError(f"{template} needs {error}") from error
    at = clock.now()
    delivery = Delivery.objects.create(
        id=ids.new(),
        channel=channel,
        template=template,
        locale=locale,
        urgency=Urgency.ALWAYS,
        sealed=seal_text(json.dumps({"to": to, "values": values}), DELIVERY),
        queued_at=at,
        due_at=at,
    )
    wake()
    return delivery.id


def wake() -> None:
    """The worker's loops of notices, after the commit."""
    transaction.on_commit(lambda: poke("worker", NOTICE))
