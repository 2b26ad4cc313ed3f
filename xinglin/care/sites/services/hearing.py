"""Heartbeats of devices, and sites of which nothing is heard any more."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID

from xinglin.care.people import queries as people
from xinglin.care.sites import queries
from xinglin.care.sites.events import SiteHeard, SiteRetired, SiteSilent
from xinglin.care.sites.faults import SPEAKS_FOR
from xinglin.care.sites.hours import silent_since
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import TooMany, Unauthenticated
from xinglin.kernel.text import Text
from xinglin.policy.places import layers

SILENT_AFTER: Final = timedelta(minutes=30)
"""L04: a site silent for 30 minutes in its hours alarms."""
NOT_SOONER: Final = timedelta(seconds=5)
SPANS_KEPT: Final = timedelta(days=400)
_FORGOTTEN_AT_ONCE = 5_000
_BOARD = ("board",)

_NEWEST = """
    insert into sites_device_health as h
        (device_id, heard_at, camera, microphone, printer, reader, pending, version)
    values (%(device)s, %(at)s, %(camera)s, %(microphone)s, %(printer)s, %(reader)s, %(pending)s,
        %(version)s)
    on conflict (device_id) do update set heard_at = excluded.heard_at, camera = excluded.camera,
        microphone = excluded.microphone, printer = excluded.printer, reader = excluded.reader,
        pending = excluded.pending, version = excluded.version
    where h.heard_at <= %(not_after)s
"""
_GOES_ON = """
    update sites_heard_span set ends_at = %(at)s
    where ends_at >= %(joins)s and id = (
        select id from sites_heard_span where device_id = %(device)s
        order by begins_at desc limit 1
    )
"""
_BEGINS = """
    insert into sites_heard_span (id, site_id, device_id, begins_at, ends_at)
    values (%(id)s, %(site)s, %(device)s, %(at)s, %(at)s)
"""
_IS_HEARD = """
    update sites_silence s set over_at = %(at)s, over = 'heard' from sites_site t
    where t.id = s.site_id and s.site_id = %(site)s and s.over_at is null
    returning s.id, t.institution_id
"""
# Sites with a device, that are not told of yet and were not heard, or enrolled, for long enough.
_QUIET = """
    select s.id, s.institution_id, s.hours::text, last.at
    from sites_site s
    cross join lateral (
        select max(coalesce(h.heard_at, d.enrolled_at)) as at
        from sites_device d left join sites_device_health h on h.device_id = d.id
        where d.site_id = s.id and d.revoked_at is null
    ) as last
    where s.closed_at is null and last.at <= %s and not exists (
        select from sites_silence q where q.site_id = s.id and q.over_at is null
    )
"""
_FALLS_SILENT = """
    insert into sites_silence (id, site_id, since, noted_at, over)
    values (%s, %s, %s, %s, '') on conflict do nothing
"""
_IS_GONE = """
    update sites_silence q set over_at = %s, over = 'gone' from sites_site s
    where s.id = q.site_id and q.over_at is null and (s.closed_at is not null or not exists (
        select from sites_device d where d.site_id = s.id and d.revoked_at is null
    ))
    returning q.id, s.id, s.institution_id
"""
_FORGET = """
    delete from sites_heard_span where id in (
        select id from sites_heard_span where ends_at < %s limit %s
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """As a device tells it. None: it has none of it, or does not know."""

    camera: bool | None
    microphone: bool | None
    printer: bool | None
    reader: bool | None
    pending: int
    version: str


class NotEnrolled(Unauthenticated):
    """The browser is no device of a site, or is one no more."""

    code = "device_not_enrolled"
    text = Text(
        "此设备没有登记到任何站点，或者已被停用。请向运营索取登记码，在此设备上重新登记。",
        "This device is enrolled at no site, or was taken out of use. Ask the operators for an"
        " enrolment code and enrol it anew.",
    )


@outbox.in_one_transaction()
def hear(device_cookie: str, beat: Beat, *, at: datetime) -> None:
    """One heartbeat; a site that was silent is there again.

    Raises:
        NotEnrolled: the cookie is of no device, or of a revoked one.
        TooMany: heard a moment ago.
    Emits: SiteHeard.
    """
    station = queries.station_of(device_cookie)
    if station is None:
        raise NotEnrolled
    values = {
        "device": station.device_id,
        "site": station.site_id,
        "at": at,
        "not_after": at - NOT_SOONER,
        "joins": at - SPEAKS_FOR,
        "id": ids.new(),
        "camera": beat.camera,
        "microphone": beat.microphone,
        "printer": beat.printer,
        "reader": beat.reader,
        "pending": beat.pending,
        "version": beat.version,
    }
    if not database.change(_NEWEST, values):
        raise TooMany(retry_after_s=int(NOT_SOONER.total_seconds()))
    if not database.change(_GOES_ON, values):
        database.change(_BEGINS, values)
    for silence_id, institution_id in database.fetch(_IS_HEARD, values):
        outbox.emit(
            SiteHeard(
                audience=_BOARD,
                silence_id=silence_id,
                site_id=station.site_id,
                institution_id=institution_id,
                heard_at=at,
            )
        )


@outbox.in_one_transaction()
def note_silences(*, at: datetime) -> int:
    """Every site that has been silent for too long in its hours, once; how many were new.

    A silence also ends when nothing of the site can be heard any more. Emits: SiteSilent, SiteRetired.
    """
    for silence_id, site_id, institution_id in database.fetch(_IS_GONE, [at]):
        outbox.emit(
            SiteRetired(
                audience=_BOARD,
                silence_id=silence_id,
                site_id=site_id,
                institution_id=institution_id,
            )
        )
    quiet = database.fetch(_QUIET, [at - SILENT_AFTER])
    zones = {house: _zone_of(house) for house in {row[1] for row in quiet}}
    new = 0
    for site_id, house, hours, last in quiet:
        since = silent_since(json.loads(hours), last, at, zones[house])
        if since is not None and at - since >= SILENT_AFTER:
            new += _note_silence(site_id, house, since, at)
    return new


def forget_spans(*, at: datetime) -> int:
    """Those that ended before the last `SPANS_KEPT`; how many went."""
    return database.change(_FORGET, [at - SPANS_KEPT, _FORGOTTEN_AT_ONCE])


def _zone_of(institution_id: UUID) -> tzinfo:
    return layers(people.institution(institution_id).place)[-1].zone


def _note_silence(site_id: UUID, institution_id: UUID, since: datetime, at: datetime) -> bool:
    silence_id = ids.new()
    if not database.change(_FALLS_SILENT, [silence_id, site_id, since, at]):
        return False
    outbox.emit(
        SiteSilent(
            audience=_BOARD,
            silence_id=silence_id,
            site_id=site_id,
            institution_id=institution_id,
            since=since,
            due_at=since + SILENT_AFTER,
        )
    )
    return True
