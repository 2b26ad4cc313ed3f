"""Heartbeats of devices, and the operators' board of sites."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from xinglin.care.sites import queries, services
from xinglin.care.sites.api.schemas import CountyOut
from xinglin.care.sites.faults import EVERY
from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class HeartbeatIn(In):
    """Null: this device has none of it, or does not know. `version`: of the page that runs there."""

    camera: bool | None = None
    microphone: bool | None = None
    printer: bool | None = None
    reader: bool | None = None
    pending: Annotated[int, Field(ge=0, le=100_000)] = 0
    version: Annotated[str, Field(max_length=60)] = ""


class HeardOut(Out):
    """`next_s`: when the next is expected. `version`: of the page that the house serves; may be empty."""

    at: datetime
    next_s: int
    version: str


class DeviceOnBoardOut(Out):
    """Null: not known. `faults`: what is wrong, the worst first."""

    id: UUID
    label: str
    heard_at: datetime | None
    camera: bool | None
    microphone: bool | None
    printer: bool | None
    reader: bool | None
    version: str
    is_ok: bool
    faults: list[Text]


class WalkInFiguresOut(Out):
    """Of today. `registered`: all of them; `waiting` and `in_visit`: now."""

    registered: int
    waiting: int
    in_visit: int
    ended: int
    left: int
    emergency: int
    captured: int


class SiteOnBoardOut(WalkInFiguresOut):
    """`state`: open, closed, silent or no_device. `county`: that of `division`; null where it is not known.

    `uptime`: 0 to 1, of today's open time so far; null before opening. Waits by nearest rank:
    `wait_doctor`: from being asked for to being seen; `wait_terminal`: from registration to being
    asked for. `dispensing`: not counted yet.
    """

    id: UUID
    code: str
    name: Text
    kind: str
    telephone: str
    longitude: float | None
    latitude: float | None
    division: str
    county: CountyOut | None
    state: str
    heard_at: datetime | None
    silent_since: datetime | None
    uptime: float | None
    pending: int
    devices: list[DeviceOnBoardOut]
    oldest_wait_s: int | None
    wait_doctor_p50_s: int | None
    wait_doctor_p90_s: int | None
    wait_terminal_p50_s: int | None
    dispensing: int | None = None


class SiteTotalsOut(WalkInFiguresOut):
    """`open`: in their hours and heard; `no_device`: in their hours, without a device; the others are
    silent or closed.
    """

    sites: int
    open: int
    silent: int
    no_device: int
    pending: int


class SiteBoardOut(Out):
    at: datetime
    totals: SiteTotalsOut
    items: list[SiteOnBoardOut]


class WalkInLineOut(Out):
    id: UUID
    number: int
    state: str
    registered_at: datetime
    captured_at: datetime | None
    asked_at: datetime | None
    seen_at: datetime | None
    ended_at: datetime | None
    ending: str


class WalkInLinesOut(Out):
    items: list[WalkInLineOut]


@router.post(
    "/site/heartbeat",
    response=HeardOut,
    operation_id="hear_device",
    summary="A device of a site says that it is there, and what it can do",
)
@public
def hear_device(request: HttpRequest, form: HeartbeatIn) -> dict[str, Any]:
    at = clock.now()
    beat = services.Beat(**form.model_dump())
    services.hear(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), beat, at=at)
    return {"at": at, "next_s": int(EVERY.total_seconds()), "version": settings.SITE_PAGE}


@router.get(
    "/sites/board",
    response=SiteBoardOut,
    operation_id="read_site_board",
    summary="Every site now: who waits, how today went, which devices are well",
)
@requires("sites.read_board")
def read_site_board(request: HttpRequest) -> dict[str, Any]:
    found = queries.site_board(viewer_of(request), clock.now())
    return {
        "at": found.at,
        "totals": _flat(found.totals),
        "items": [_flat(line) for line in found.items],
    }


@router.get(
    "/sites/{site_id}/walk-ins",
    response=WalkInLinesOut,
    operation_id="list_site_walk_ins",
    summary="The walk-ins of a site today, without a name",
)
@requires("sites.read_board")
def list_site_walk_ins(request: HttpRequest, site_id: UUID) -> dict[str, Any]:
    return {"items": queries.site_walk_ins(viewer_of(request), site_id, clock.now())}


def _flat(line: queries.SiteOnBoard | queries.SiteTotals) -> dict[str, Any]:
    told = asdict(line)
    figures: dict[str, int] = told.pop("figures")
    return {**told, **figures}
