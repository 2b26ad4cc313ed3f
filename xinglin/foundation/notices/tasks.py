"""The worker's part: delivering what is due, a loop for each channel.

Taken up for a while (a lease), sent outside of any transaction, and written down: a worker that dies
in between leaves it to the next, which sends it again under the same id. One that fails waits, and
holds up no other.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast
from uuid import UUID

import structlog
from django.db import transaction

from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import channels, queries, rules
from xinglin.foundation.notices.models import DELIVERY, Delivery
from xinglin.foundation.notices.services.telling import tell_by_sms
from xinglin.foundation.notices.types import CHANNELS, Channel, Message, UndeliveredError, Urgency
from xinglin.kernel import clock

log = structlog.get_logger(__name__)
BATCH = 50

# What is most urgent goes first, however much waits behind.
_CLAIM = """
    with due as (
        select d.id from unnest(array[0, 1, 2]) as u (urgency) cross join lateral (
            select id from notices_delivery
            where channel = %(channel)s and urgency = u.urgency and due_at <= %(at)s
            order by due_at limit %(most)s for update skip locked
        ) d limit %(most)s
    )
    update notices_delivery d set due_at = %(lease)s, tries = tries + 1
    from due where d.id = due.id returning d.id
"""


class Way(Protocol):
    """What a module in `channels` offers; see there."""

    AT_ONCE: int

    def address_of(self, delivery: Delivery) -> str: ...
    def prepare(self, delivery: Delivery, message: Message) -> Callable[[], None]: ...
    def gone(self, delivery: Delivery) -> None: ...


@cache
def known_channels() -> dict[str, Way]:
    return {name: cast("Way", import_module(f"{channels.__name__}.{name}")) for name in CHANNELS}


def send_pending() -> int:
    """One batch of each channel; how many were taken up."""
    return sum(_send(channel) for channel in CHANNELS)


def send_sms() -> int:
    return _send("sms")


def send_mail() -> int:
    return _send("mail")


def send_pushes() -> int:
    return _send("push")


def _send(channel: Channel) -> int:
    """At most 50, each with an outcome of its own."""
    at = clock.now()
    claimed = _claim(channel, at)
    if not claimed:
        return 0
    way = known_channels()[channel]
    ready = [(each, call) for each in _useful(claimed, at) if (call := _prepared(way, each, at))]
    if way.AT_ONCE == 1:
        for each, call in ready:
            _note(way, each, _outcome(call), at)
    elif ready:
        with ThreadPoolExecutor(min(way.AT_ONCE, len(ready))) as pool:
            outcomes = pool.map(_outcome, [call for _, call in ready])
            for (each, _), outcome in zip(ready, outcomes, strict=True):
                _note(way, each, outcome, at)
    return len(claimed)


def _claim(channel: Channel, at: datetime) -> list[Delivery]:
    asked = {"channel": channel, "at": at, "most": BATCH, "lease": at + rules.LEASE}
    taken = [row[0] for row in database.fetch(_CLAIM, asked)]
    if not taken:
        return []
    rows = Delivery.objects.select_related("notice", "device").filter(id__in=taken)
    return list(rows.order_by("urgency", "queued_at", "id"))


def _useful(claimed: list[Delivery], at: datetime) -> list[Delivery]:
    """Without what was read meanwhile, and what was held made one for each address."""
    useful: list[Delivery] = []
    held: dict[tuple[UUID | None, UUID | None], list[Delivery]] = defaultdict(list)
    for each in claimed:
        if each.notice is not None and each.notice.read_at is not None:
            _end(each, "suppressed", "read")
        elif each.state == "held":
            held[each.user_id, each.device_id].append(each)
        else:
            useful.append(each)
    return useful + [_merge(rows, at) for rows in held.values()]


def _merge(rows: list[Delivery], at: datetime) -> Delivery:
    """The newest stands for all that waited with it, also beyond this batch."""
    newest = rows[-1]
    with transaction.atomic():
        waiting = Delivery.objects.filter(
            user_id=newest.user_id,
            channel=newest.channel,
            device=newest.device,
            state="held",
            due_at__lte=at + rules.LEASE,
        ).exclude(id=newest.id)
        unread = waiting.filter(notice__read_at__isnull=True).count()
        waiting.update(state="suppressed", due_at=None, last_error="merged")
        newest.state = "pending"
        newest.merged = unread + 1 if unread else 0
        Delivery.objects.filter(id=newest.id).update(state=newest.state, merged=newest.merged)
    return newest


def _prepared(way: Way, each: Delivery, at: datetime) -> Callable[[], None] | None:
    """The call that sends it; None when it is over already."""
    try:
        if _too_late(each, at):
            _give_up(each, "too_late")
            return None
        message = _message(way, each)
        if not message.to:
            _give_up(each, "no_address")
            return None
        return way.prepare(each, message)
    except Exception as error:  # noqa: BLE001  # one that cannot be written fails alone
        _failed(each, UndeliveredError(type(error).__name__), at)
        return None


def _too_late(each: Delivery, at: datetime) -> bool:
    if each.useful_until is not None:
        return at > each.useful_until
    return at - each.queued_at > rules.TEMPLATES[each.template].useful_for


def _message(way: Way, each: Delivery) -> Message:
    channel = cast("Channel", each.channel)
    if each.notice is None:
        said: dict[str, Any] = json.loads(unseal_text(each.sealed, DELIVERY))
        return Message(
            id=each.id,
            channel=channel,
            to=said["to"],
            text=queries.code_text(each.template, said["values"]),
            code=said["values"].get("code"),
            locale=each.locale,
            urgent=True,
        )
    text = queries.text_of(each.notice.kind, each.notice.values)
    return Message(
        id=each.id,
        channel=channel,
        to=way.address_of(each),
        text=rules.MERGED.filled(count=each.merged) if each.merged else text,
        code=None,
        locale=each.locale,
        link=rules.MERGED_LINK if each.merged else each.notice.link,
        urgent=each.urgency < Urgency.CALM,
        useful_until=each.useful_until,
    )


def _outcome(call: Callable[[], None]) -> UndeliveredError | None:
    try:
        call()
    except UndeliveredError as error:
        return error
    except Exception as error:  # noqa: BLE001  # whatever a vendor's client raises, the others go on
        return UndeliveredError(type(error).__name__)
    return None


def _note(way: Way, each: Delivery, outcome: UndeliveredError | None, at: datetime) -> None:
    if outcome is None:
        Delivery.objects.filter(id=each.id).update(
            state="sent", due_at=None, sent_at=at, last_error="", sealed=b""
        )
        return
    _failed(each, outcome, at)
    if outcome.reason == "gone":
        way.gone(each)
        if each.notice is not None:
            tell_by_sms(each.notice, useful_until=each.useful_until, at=at)


def _failed(each: Delivery, error: UndeliveredError, at: datetime) -> None:
    if error.for_good or each.tries >= rules.MOST_TRIES:
        _give_up(each, error.reason)
        return
    due_at = at + rules.pause_after(each.tries, error.retry_after)
    Delivery.objects.filter(id=each.id).update(due_at=due_at, last_error=error.reason[:80])
    _log(each, "notice not delivered, will be tried again", error.reason)


def _give_up(each: Delivery, reason: str) -> None:
    _end(each, "given_up", reason)
    _log(each, "notice given up", reason)


def _end(each: Delivery, state: str, reason: str) -> None:
    Delivery.objects.filter(id=each.id).update(
        state=state, due_at=None, last_error=reason[:80], sealed=b""
    )


def _log(each: Delivery, event: str, reason: str) -> None:
    """Neither number nor text."""
    log.warning(
        event,
        notice_id=str(each.id),
        channel=each.channel,
        template=each.template,
        reason=reason[:80],
        tries=each.tries,
    )
