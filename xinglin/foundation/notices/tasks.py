"""The worker's part: delivering what is due through the gateways of the folder beside."""

import json
from datetime import datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

import structlog
from django.conf import settings
from django.db import transaction

from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.notices import gateways, rules
from xinglin.foundation.notices.models import NOTICE, Notice
from xinglin.foundation.notices.types import Channel, Message, UndeliveredError
from xinglin.kernel import clock

log = structlog.get_logger(__name__)
BATCH = 50


class Gateway(Protocol):
    """What a module in `gateways` offers; see there."""

    def deliver(self, message: Message) -> None: ...


@cache
def known_gateways() -> dict[str, Gateway]:
    """Name -> gateway, of all in the folder."""
    return {
        found.name: cast("Gateway", import_module(f"{gateways.__name__}.{found.name}"))
        for found in iter_modules(gateways.__path__)
    }


def send_pending() -> int:
    """Deliver what is due, at most 50; how many notices were taken up.

    Each in a transaction of its own: one that fails waits, and holds up no other.
    """
    handled = 0
    while handled < BATCH and _send_one(clock.now()):
        handled += 1
    return handled


def _send_one(at: datetime) -> bool:
    """Locks: the notice, so that no second worker sends it too."""
    with transaction.atomic():
        due = Notice.objects.select_for_update(skip_locked=True).filter(due_at__lte=at)
        notice = due.order_by("due_at").first()
        if notice is None:
            return False
        if at - notice.queued_at > rules.TEMPLATES[notice.template].useful_for:
            _give_up(notice, "too_late")
        else:
            _deliver(notice, at)
        notice.save()
    return True


def _deliver(notice: Notice, at: datetime) -> None:
    gateway = known_gateways()[settings.NOTICE_GATEWAYS[notice.channel]]
    notice.tries += 1
    try:
        with transaction.atomic():
            gateway.deliver(_message(notice))
    except UndeliveredError as error:
        _failed(notice, error.reason, at, for_good=error.for_good)
    except Exception as error:  # noqa: BLE001  # whatever a vendor's client raises, the others go on
        _failed(notice, type(error).__name__, at, for_good=False)
    else:
        notice.due_at, notice.sent_at, notice.last_error, notice.sealed = None, at, "", b""


def _message(notice: Notice) -> Message:
    said = json.loads(unseal_text(notice.sealed, NOTICE))
    return Message(
        id=notice.id,
        channel=cast("Channel", notice.channel),
        to=said["to"],
        text=rules.TEMPLATES[notice.template].text.filled(**said["values"]),
        code=said["values"].get("code"),
        locale=notice.locale,
    )


def _failed(notice: Notice, reason: str, at: datetime, *, for_good: bool) -> None:
    if for_good or notice.tries >= rules.MOST_TRIES:
        _give_up(notice, reason)
        return
    notice.last_error = reason[:80]
    notice.due_at = at + rules.pause_after(notice.tries)
    _log(notice, "notice not delivered, will be tried again")


def _give_up(notice: Notice, reason: str) -> None:
    notice.due_at, notice.last_error, notice.sealed = None, reason[:80], b""
    _log(notice, "notice given up")


def _log(notice: Notice, event: str) -> None:
    """Neither number nor text."""
    log.warning(
        event,
        notice_id=str(notice.id),
        channel=notice.channel,
        template=notice.template,
        reason=notice.last_error,
        tries=notice.tries,
    )
