"""Telling a person something: once, in the transaction of what happened."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.types.json import Jsonb

from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.types import Reach
from xinglin.foundation.database import services as database
from xinglin.foundation.live import queries as live
from xinglin.foundation.notices import queries
from xinglin.foundation.notices.events import NoticePosted
from xinglin.foundation.notices.models import Delivery, Notice
from xinglin.foundation.notices.rules import quiet
from xinglin.foundation.notices.rules.devices import MOST_DEVICES
from xinglin.foundation.notices.services.sending import wake
from xinglin.foundation.notices.types import Channel, Kind, Settings
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids

_LINK: Final = re.compile(r"/[A-Za-z0-9_./?=&%-]{0,199}")
_LONGEST_DEDUP: Final = 120
# No row: told so before, or stands in no list and there is no device to tell. Else the devices, and
# what the person has chosen.
_TELL = f"""
    with devices as materialized (
        select id, seen_at from notices_device where user_id = %(user)s
        order by seen_at desc, id desc limit %(most)s
    ), told as (
        insert into notices_notice (id, user_id, kind, values, link, dedup, at, listed)
        select %(id)s, %(user)s, %(kind)s::text, %(values)s, %(link)s::text, %(dedup)s::text, %(at)s,
            %(listed)s
        where %(listed)s or exists (select from devices)
        on conflict (user_id, dedup) do nothing
        returning user_id
    )
    select array(select id from devices order by seen_at desc, id desc), {queries.CHOICE}
    from told left join notices_choice using (user_id)
"""  # noqa: S608  # constants only


def tell(
    user_id: UUID,
    kind: str,
    *,
    link: str,
    dedup: str,
    at: datetime,
    values: Mapping[str, int] | None = None,
    until: datetime | None = None,
) -> UUID | None:
    """Tell an account something, in the caller's transaction; None when it was told so before.

    Args:
        kind: a row of `config/notices.py`.
        link: a path of the client.
        dedup: the same for the same thing; who is told twice by it is told once.
        values: whole numbers for the fields of the text. No words: others read the lock screen too.
        until: when it is of no use any more, if before the kind's own time is over.
    Raises:
        ValueError: no such kind, a link to elsewhere, or a value that is no number.
    Emits: NoticePosted.
    """
    known = _known(kind)
    given = dict(values or {})
    _check(known, link, dedup, given)
    notice_id = ids.new()
    row = database.fetch_one(
        _TELL,
        {
            "id": notice_id,
            "user": user_id,
            "kind": kind,
            "values": Jsonb(given),
            "link": link,
            "dedup": dedup,
            "at": at,
            "listed": known.listed,
            "most": MOST_DEVICES,
        },
    )
    if row is None:
        return None
    devices, *choice = row
    _queue(notice_id, user_id, kind, devices, queries.chosen(choice), at=at, until=until)
    if known.listed:
        outbox.emit(
            NoticePosted(audience=(f"user:{user_id}",), notice_id=notice_id, kind_of_notice=kind)
        )
    return notice_id


def tell_by_sms(notice: Notice, *, useful_until: datetime | None, at: datetime) -> None:
    """The last device of the person is gone: what it should have said is said by SMS, if it may be."""
    known = queries.kinds().get(notice.kind)
    if known is None or "sms" not in known.channels or queries.device_ids(notice.user_id):
        return
    reach = accounts.reach_of(notice.user_id)
    if not reach.phone or not queries.settings_of(notice.user_id).wants(notice.kind, known, "sms"):
        return
    if Delivery.objects.filter(notice=notice, channel="sms").exists():
        return
    Delivery.objects.create(
        id=ids.new(),
        notice=notice,
        user_id=notice.user_id,
        channel="sms",
        template=notice.kind,
        locale=reach.locale,
        urgency=known.urgency,
        queued_at=at,
        due_at=at,
        useful_until=useful_until,
    )
    wake()


def _known(kind: str) -> Kind:
    known = queries.kinds().get(kind)
    if known is None:
        raise ValueError(f"no such kind of notice: {kind}")
    return known


def _check(known: Kind, link: str, dedup: str, values: Mapping[str, int]) -> None:
    if not _LINK.fullmatch(link) or link.startswith("//"):
        raise ValueError("a link is a path of the client")
    if not 1 <= len(dedup) <= _LONGEST_DEDUP:
        raise ValueError("dedup has 1 to 120 characters")
    if any(type(value) is not int for value in values.values()):
        raise ValueError("a notice carries whole numbers only")
    try:
        known.text.filled(**values)
    except KeyError as error:
        raise ValueError(f"the text needs {error}") from error


def _queue(
    notice_id: UUID,
    user_id: UUID,
    kind: str,
    devices: list[UUID],
    chosen: Settings,
    *,
    at: datetime,
    until: datetime | None,
) -> None:
    known = _known(kind)
    reach = accounts.reach_of(user_id)
    held = quiet.held_until(known.urgency, chosen, at)
    useful_until = min(until or at + known.useful_for, at + known.useful_for)
    on = {channel: chosen.wants(kind, known, channel) for channel in known.channels}
    rows = [
        Delivery(
            id=ids.new(),
            notice_id=notice_id,
            user_id=user_id,
            device_id=device_id,
            channel=channel,
            template=kind,
            locale=reach.locale,
            urgency=known.urgency,
            state=("held" if held else "pending") if on[channel] else "suppressed",
            queued_at=at,
            due_at=(held or at) if on[channel] else None,
            useful_until=max(useful_until, held + known.useful_for) if held else useful_until,
            last_error="" if on[channel] else "preference",
        )
        for channel, device_id in _ways(known, reach, devices, at)
    ]
    if not rows:
        return
    Delivery.objects.bulk_create(rows)
    if held is None:
        wake()


def _ways(
    known: Kind, reach: Reach, devices: list[UUID], at: datetime
) -> Iterator[tuple[Channel, UUID | None]]:
    """Where the kind may go: to every device; by SMS only to whom no device and no page reaches."""
    if "push" in known.channels:
        yield from (("push", device) for device in devices)
    by_sms = "sms" in known.channels and reach.phone and not devices
    if by_sms and not live.present({reach.user_id}, at):
        yield "sms", None
    if "mail" in known.channels and reach.email:
        yield "mail", None
