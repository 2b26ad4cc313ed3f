"""What can be asked of notices: a person's own, their devices and choices, and the demo inbox."""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, cast
from uuid import UUID

from django.conf import settings

from xinglin.foundation.accounts import queries as accounts
from xinglin.foundation.accounts.services import unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.copies.types import Part, Section
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import rules
from xinglin.foundation.notices.models import INBOX, DemoMessage, Device, Wording
from xinglin.foundation.notices.rules import devices, quiet
from xinglin.foundation.notices.types import Channel, InboxItem, Kind, NoticeLine, Settings
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text

MOST = 50
_LIST = """
    select id, kind, values::text, link, at, read_at from notices_notice
    where user_id = %(user)s and listed and id < %(before)s order by id desc limit %(limit)s
"""
_UNREAD = """
    select count(*) from (
        select from notices_notice
        where user_id = %s and read_at is null and listed limit %s) as first
"""
# Of a person without a row, nulls where it is joined.
CHOICE = "quiet, quiet_from, quiet_to, zone, awaited_passes, choices::text"
_CHOICE = f"select {CHOICE} from notices_choice where user_id = %s"  # noqa: S608  # constants only
_DEVICES = """
    select id from notices_device where user_id = %s order by seen_at desc, id desc limit %s
"""
_ABOUT = """
    select n.id, n.user_id, n.kind, n.values::text, n.at, n.read_at,
        coalesce((
            select json_agg(json_build_object('channel', d.channel, 'state', d.state,
                'queued_at', d.queued_at, 'sent_at', d.sent_at) order by d.id)
            from notices_delivery d where d.notice_id = n.id), '[]')::text
    from notices_notice n where n.user_id = any(%s) and n.link like any(%s) order by n.id
"""
_LAST_ID = UUID(int=2**128 - 1)
_WORDS_KEPT_S = 3.0


def kinds() -> dict[str, Kind]:
    known: dict[str, Kind] = settings.NOTICE_KINDS
    return known


def kinds_for(viewer: Viewer) -> dict[str, Kind]:
    """Those that this person may get, and may switch."""
    who = "staff" if viewer.roles & settings.STAFF_ROLES else "patient"
    return {name: kind for name, kind in kinds().items() if kind.who == who and kind.channels}


def notices_of(viewer: Viewer, *, before: UUID | None, limit: int) -> list[NoticeLine]:
    """Newest first; `before`: the id of the last line already shown."""
    asked: dict[str, Any] = {"user": viewer.user_id, "before": before or _LAST_ID, "limit": limit}
    return [_line(row) for row in database.fetch(_LIST, asked)]


def _line(row: database.Row) -> NoticeLine:
    notice_id, kind, values, link, at, read_at = row
    return NoticeLine(
        id=notice_id,
        kind=kind,
        text=text_of(kind, json.loads(values)),
        link=link,
        at=at,
        read_at=read_at,
    )


def text_of(kind: str, values: dict[str, int]) -> Text:
    """In the house's own words, where it has any. A kind that this version does not know any more
    still says that there was something.
    """
    known = kinds().get(kind)
    if known is None:
        return rules.MERGED.filled(count=1)
    return _filled(kind, known.text, values)


def code_text(template: str, values: dict[str, str]) -> Text:
    """Of a code or a link, in the house's own words where it has any."""
    return _filled(template, rules.TEMPLATES[template].text, values)


def _filled(name: str, shipped: Text, values: Mapping[str, object]) -> Text:
    """Words that no longer fit (the places of a new release are others) give way to the shipped."""
    own = wordings().get(name)
    if own is not None:
        try:
            return own.filled(**values)
        except (KeyError, IndexError, ValueError):
            pass
    return shipped.filled(**values)


class _Wordings:
    """As they were last read. Whoever writes does so in one process; the others see it in time."""

    def __init__(self) -> None:
        self.read_at = -_WORDS_KEPT_S
        self.texts: dict[str, Text] = {}


_wordings = _Wordings()


def wordings() -> dict[str, Text]:
    """The house's own words by the name of kind or template; one statement every few seconds."""
    if time.monotonic() - _wordings.read_at >= _WORDS_KEPT_S:
        rows = database.fetch("select name, zh, en from notices_wording")
        _wordings.texts = {name: Text(zh, en) for name, zh, en in rows}
        _wordings.read_at = time.monotonic()
    return _wordings.texts


def forget_wordings() -> None:
    """After they were written."""
    _wordings.read_at = -_WORDS_KEPT_S


def shipped_texts() -> dict[str, Text]:
    """All that may be said in other words: kinds of notices, then codes and links."""
    return {
        **{name: kind.text for name, kind in kinds().items()},
        **{name: template.text for name, template in rules.TEMPLATES.items()},
    }


def wording_rows() -> dict[str, Wording]:
    return {row.name: row for row in Wording.objects.all()}


def notice_evidence(user_ids: Sequence[UUID], links: Sequence[str], zone: tzinfo) -> Part:
    """What these people were told of one thing, by which channels, for a dispute package (K10).

    Args:
        links: how the links to that thing begin, for the patient and for staff.
    """
    rows = database.fetch(_ABOUT, [list(user_ids), [f"{link}%" for link in links]])
    names = ("id", "user", "kind", "values", "at", "read_at", "deliveries")
    told = [dict(zip(names, row, strict=True)) for row in rows]
    lines: list[tuple[Text, Text | str]] = []
    for each in told:
        each["values"], each["deliveries"] = (
            json.loads(each["values"]),
            json.loads(each["deliveries"]),
        )
        at = f"{each['at'].astimezone(zone):%Y-%m-%d %H:%M:%S}"
        lines.append((Text(at, at), text_of(each["kind"], each["values"])))
    return Part(name="notices", data=told, sections=[Section(Text("通知", "Notices"), lines)])


def unread(viewer: Viewer) -> int:
    """Counted up to 100."""
    row = database.fetch_one(_UNREAD, [viewer.user_id, rules.MOST_UNREAD])
    return int(row[0]) if row else 0


def settings_of(user_id: UUID) -> Settings:
    """What the person has chosen; before that, our own hours on the hospital's clock."""
    row = database.fetch_one(_CHOICE, [user_id])
    return chosen(row) if row else quiet.before_any_choice(settings.TIME_ZONE)


def chosen(row: Sequence[Any]) -> Settings:
    """Of the columns in `CHOICE`."""
    on, start, end, zone, awaited_passes, choices = row
    if on is None:
        return quiet.before_any_choice(settings.TIME_ZONE)
    return Settings(
        quiet=on,
        quiet_from=start,
        quiet_to=end,
        zone=zone,
        awaited_passes=awaited_passes,
        choices=json.loads(choices),
    )


def reachable(viewer: Viewer) -> list[Channel]:
    """The channels that have an address of this person, and a gateway that carries."""
    reach = accounts.reach_of(viewer.user_id)
    carried = {name for name, gateway in settings.NOTICE_GATEWAYS.items() if gateway != "null"}
    found: list[Channel] = ["push"]
    if reach.phone and "sms" in carried:
        found.append("sms")
    if reach.email and "mail" in carried:
        found.append("mail")
    return found


def device_ids(user_id: UUID) -> list[UUID]:
    """The newest first, never more than a person may have."""
    return [row[0] for row in database.fetch(_DEVICES, [user_id, devices.MOST_DEVICES])]


def devices_of(viewer: Viewer) -> list[dict[str, Any]]:
    """For the person's own page: neither endpoint nor keys."""
    own = Device.objects.filter(user_id=viewer.user_id).order_by("-seen_at", "-id")
    return [
        {
            "id": each.id,
            "name": each.name,
            "added_at": each.added_at,
            "here": each.session == viewer.session,
        }
        for each in own[: devices.MOST_DEVICES]
    ]


def demo_inbox(after: UUID | None = None) -> list[InboxItem]:
    """Newest first; only those newer than `after`.

    Raises:
        NotFound: this is no demo hospital.
    """
    if not settings.DEMO:
        raise NotFound
    rows = DemoMessage.objects.order_by("-id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    return [_item(row) for row in rows[:MOST]]


def _item(row: DemoMessage) -> InboxItem:
    said = json.loads(unseal_text(row.sealed, INBOX))
    return InboxItem(
        id=row.id,
        channel=cast("Channel", row.channel),
        to=said["to"],
        text=Text(said["zh"], said["en"]),
        code=said["code"],
        at=row.at,
    )
