"""The operators' board of sites: every figure of today, in six statements whatever their number."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.conf import settings

from xinglin.care.people import queries as people
from xinglin.care.sites.faults import PARTS, SPEAKS_FOR, faults
from xinglin.care.sites.hours import Hours, Span, open_since, opening, uptime
from xinglin.care.sites.queries.counties import county
from xinglin.care.sites.types import County
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.policy.places import layers
from xinglin.policy.rules import day_begins, local_date

SiteState = Literal["open", "closed", "silent", "no_device"]

_SITES = """
    select s.id, s.code, s.name_zh, s.name_en, s.kind, s.longitude, s.latitude, s.division,
        s.hours::text, q.since, s.telephone
    from sites_site s left join sites_silence q on q.site_id = s.id and q.over_at is null
    where s.institution_id = %s and s.closed_at is null order by s.code
"""
_DEVICES = """
    select d.site_id, d.id, d.label, h.heard_at, h.camera, h.microphone, h.printer, h.reader,
        coalesce(h.version, ''), coalesce(h.pending, 0)
    from sites_device d join sites_site s on s.id = d.site_id
    left join sites_device_health h on h.device_id = d.id
    where s.institution_id = %s and s.closed_at is null and d.revoked_at is null
    order by d.enrolled_at, d.id
"""
_HEARD = """
    select p.site_id, p.begins_at, p.ends_at
    from sites_heard_span p join sites_site s on s.id = p.site_id
    where s.institution_id = %s and s.closed_at is null and p.ends_at >= %s
"""
_WALK_INS = """
    select w.site_id, count(*) filter (where w.is_of_today),
        count(*) filter (where w.state = 'asked'), count(*) filter (where w.state = 'seen'),
        count(*) filter (where w.state = 'ended'), count(*) filter (where w.state = 'left'),
        count(*) filter (where w.state = 'emergency'),
        count(w.captured_at) filter (where w.is_of_today),
        min(w.asked_at) filter (where w.state = 'asked'),
        percentile_disc(0.5) within group (order by w.seen_at - w.asked_at)
            filter (where w.is_of_today),
        percentile_disc(0.9) within group (order by w.seen_at - w.asked_at)
            filter (where w.is_of_today),
        percentile_disc(0.5) within group (order by w.asked_at - w.registered_at)
            filter (where w.is_of_today)
    from (
        select *, true as is_of_today from sites_walkin where day = %(today)s
        union all
        select *, false from sites_walkin where state in ('asked', 'seen') and day <> %(today)s
    ) w join sites_site s on s.id = w.site_id
    where s.institution_id = %(house)s and s.closed_at is null group by w.site_id
"""
_IS_OURS = "select 1 from sites_site where id = %s and institution_id = %s"
_WALK_INS_OF = """
    select w.id, w.number, w.state, w.registered_at, w.captured_at, w.asked_at, w.seen_at, w.ended_at,
        w.ending
    from sites_walkin w
    where w.site_id = %s and (w.day = %s or w.state in ('asked', 'seen')) order by w.day, w.number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOnBoard:
    """Null: not known, or not there. `faults`: what is wrong, the worst first."""

    id: UUID
    label: str
    heard_at: datetime | None
    camera: bool | None
    microphone: bool | None
    printer: bool | None
    reader: bool | None
    version: str
    is_ok: bool
    faults: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkInFigures:
    """Walk-ins of today: all of them, how they went, and how many were written down during an outage.

    Who waits and who is with the doctor is told of now, also of who came before midnight.
    """

    registered: int = 0
    waiting: int = 0
    in_visit: int = 0
    ended: int = 0
    left: int = 0
    emergency: int = 0
    captured: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOnBoard:
    """`state`: `no_device` in its hours without any device in use: nobody would hear it fall silent.

    `uptime`: the share of today's open time so far in which it was heard; None: not open yet.

    `silent_since`: also told of a site that fell silent and has closed since. `pending`: captures that
    wait on its devices. Waits are of today, by nearest rank: from being asked for to being seen, and
    from registration to being asked for.
    """

    id: UUID
    code: str
    name: Text
    kind: str
    telephone: str
    longitude: float | None
    latitude: float | None
    division: str
    county: County | None
    state: SiteState
    heard_at: datetime | None
    silent_since: datetime | None
    uptime: float | None
    pending: int
    devices: tuple[DeviceOnBoard, ...]
    figures: WalkInFigures
    oldest_wait_s: int | None
    wait_doctor_p50_s: int | None
    wait_doctor_p90_s: int | None
    wait_terminal_p50_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTotals:
    """`open`: in their hours and heard; `no_device`: nothing of them can be heard; the others are
    silent or closed.
    """

    sites: int
    open: int
    silent: int
    no_device: int
    pending: int
    figures: WalkInFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBoard:
    at: datetime
    totals: SiteTotals
    items: tuple[SiteOnBoard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkInLine:
    """Nobody is named, and nothing medical is told."""

    id: UUID
    number: int
    state: str
    registered_at: datetime
    captured_at: datetime | None
    asked_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    ending: str


@dataclass(frozen=True, slots=True)
class _Waits:
    oldest: datetime | None = None
    doctor_p50: timedelta | None = None
    doctor_p90: timedelta | None = None
    terminal_p50: timedelta | None = None


_NOBODY: Final = (WalkInFigures(), _Waits())


def site_board(viewer: Viewer, at: datetime) -> SiteBoard:
    """The sites of the viewer's institution that are not closed for good, counted now, by their code."""
    home = people.own_institution(viewer)
    count = _Count(home.id, home.place, at)
    items = tuple(count.line(row) for row in database.fetch(_SITES, [home.id]))
    return SiteBoard(at=at, totals=_totals(items), items=items)


def site_walk_ins(viewer: Viewer, site_id: UUID, at: datetime) -> tuple[WalkInLine, ...]:
    """Of today, by their numbers; before them those who came earlier and wait, or are seen, still.

    Raises:
        NotFound: no such site in the viewer's institution.
    """
    home = people.own_institution(viewer)
    if database.fetch_one(_IS_OURS, [site_id, home.id]) is None:
        raise NotFound
    names = WalkInLine.__slots__
    rows = database.fetch(_WALK_INS_OF, [site_id, local_date(at, home.place)])
    return tuple(WalkInLine(**dict(zip(names, row, strict=True))) for row in rows)


class _Count:
    """What is known of each site of a house at a moment."""

    def __init__(self, house: UUID, place: str, at: datetime) -> None:
        self._at, self._zone = at, layers(place)[-1].zone
        self._today = local_date(at, place)
        self._devices: dict[UUID, list[database.Row]] = defaultdict(list)
        for row in database.fetch(_DEVICES, [house]):
            self._devices[row[0]].append(row)
        self._heard: dict[UUID, list[Span]] = defaultdict(list)
        began = day_begins(self._today, place)
        for site_id, begins, ends in database.fetch(_HEARD, [house, began - SPEAKS_FOR]):
            self._heard[site_id].append(Span(begins, ends + SPEAKS_FOR))
        counted = database.fetch(_WALK_INS, {"house": house, "today": self._today})
        self._walk_ins = {row[0]: _counted(row) for row in counted}

    def line(self, row: database.Row) -> SiteOnBoard:
        hours: Hours = json.loads(row[8])
        is_open = open_since(hours, self._at, self._zone) is not None
        silent_since: datetime | None = row[9]
        known = self._devices[row[0]]
        devices = tuple(self._device(each, is_open=is_open) for each in known)
        figures, waits = self._walk_ins.get(row[0], _NOBODY)
        return SiteOnBoard(
            id=row[0],
            code=row[1],
            name=Text(row[2], row[3]),
            kind=row[4],
            telephone=row[10],
            longitude=row[5],
            latitude=row[6],
            division=row[7],
            county=county(row[7]),
            state=_state(is_open=is_open, has_device=bool(known), silent_since=silent_since),
            heard_at=max((d.heard_at for d in devices if d.heard_at is not None), default=None),
            silent_since=silent_since,
            uptime=uptime(
                opening(hours, self._today, self._zone), self._heard[row[0]], until=self._at
            ),
            pending=sum(each[9] for each in known),
            devices=devices,
            figures=figures,
            oldest_wait_s=_seconds(None if waits.oldest is None else self._at - waits.oldest),
            wait_doctor_p50_s=_seconds(waits.doctor_p50),
            wait_doctor_p90_s=_seconds(waits.doctor_p90),
            wait_terminal_p50_s=_seconds(waits.terminal_p50),
        )

    def _device(self, row: database.Row, *, is_open: bool) -> DeviceOnBoard:
        _, device_id, label, heard_at, camera, microphone, printer, reader, version, pending = row
        parts = dict(zip(PARTS, (camera, microphone, printer, reader), strict=True))
        found = faults(
            parts,
            heard_at=heard_at,
            pending=pending,
            version=version,
            newest=settings.SITE_PAGE,
            is_open=is_open,
            at=self._at,
        )
        return DeviceOnBoard(
            id=device_id,
            label=label,
            heard_at=heard_at,
            version=version,
            is_ok=not found,
            faults=found,
            **parts,
        )


def _state(*, is_open: bool, has_device: bool, silent_since: datetime | None) -> SiteState:
    if not is_open:
        return "closed"
    if not has_device:
        return "no_device"
    return "open" if silent_since is None else "silent"


def _counted(row: database.Row) -> tuple[WalkInFigures, _Waits]:
    figures = WalkInFigures(
        registered=row[1],
        waiting=row[2],
        in_visit=row[3],
        ended=row[4],
        left=row[5],
        emergency=row[6],
        captured=row[7],
    )
    return figures, _Waits(*row[8:12])


def _totals(items: Iterable[SiteOnBoard]) -> SiteTotals:
    lines = list(items)
    names = WalkInFigures.__slots__
    return SiteTotals(
        sites=len(lines),
        open=sum(line.state == "open" for line in lines),
        silent=sum(line.state == "silent" for line in lines),
        no_device=sum(line.state == "no_device" for line in lines),
        pending=sum(line.pending for line in lines),
        figures=WalkInFigures(
            **{name: sum(getattr(line.figures, name) for line in lines) for name in names}
        ),
    )


def _seconds(wait: timedelta | None) -> int | None:
    return None if wait is None else max(0, round(wait.total_seconds()))
