"""What this browser is to a site; enrolling it; the number that takes its screen back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from xinglin.care.people.queries import required_text
from xinglin.care.sites import queries, services
from xinglin.care.sites.api import schemas
from xinglin.care.sites.queries.stations import open_hours, pin_is_set
from xinglin.care.sites.types import KINDS, LIMITS, MEASURES, Station
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.services import requires, set_secret_cookie, viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.text import Text

router = Router()
HELP = "sites.help"
_A_YEAR = timedelta(days=365)


@router.get(
    "/site/station",
    response=schemas.StationOut,
    operation_id="read_station",
    summary="What this browser is to the house, and to whoever is signed in at it",
)
@requires(HELP)
def read_station(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """A device that is used stays enrolled: its cookie is good for a year from now."""
    viewer = viewer_of(request)
    cookie = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    told = _told(viewer, queries.station_of(cookie), queries.device_state(cookie))
    if told["state"] == "ready":
        set_secret_cookie(response, settings.DEVICE_COOKIE_NAME, cookie, lasts=_A_YEAR)
    return told


@router.post(
    "/site/station",
    response={201: schemas.StationOut},
    operation_id="enrol_station",
    summary="Make this browser a device of the own site, by a code of the administrator",
)
@requires(HELP)
def enrol_station(
    request: HttpRequest, response: HttpResponse, form: schemas.EnrolIn
) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    station, secret = services.enrol(viewer, form.code, label=form.label.strip(), at=clock.now())
    set_secret_cookie(response, settings.DEVICE_COOKIE_NAME, secret, lasts=_A_YEAR)
    return Status(201, _told(replace(viewer, station=station.device_id), station, "enrolled"))


@router.put(
    "/site/pin",
    response={204: None},
    operation_id="set_site_pin",
    summary="Set the own number of six digits that takes a screen back from a patient",
)
@requires(HELP)
def set_site_pin(request: HttpRequest, form: schemas.PinIn) -> Status[None]:
    viewer, at = viewer_of(request), clock.now()
    services.prove(viewer, form.password, at=at)
    services.set_pin(viewer, form.pin, at=at)
    return Status(204, None)


def _told(viewer: Viewer, station: Station | None, device_state: str) -> dict[str, Any]:
    state, at = _state(viewer, station, device_state), clock.now()
    names = display_names([viewer.user_id])
    told: dict[str, Any] = {
        "state": state,
        "site": None,
        "device": None,
        "me": {"name": names.get(viewer.user_id, "")},
        "pin_set": pin_is_set(viewer.user_id),
        "open_now": False,
        "hours_today": [],
        "store": None,
        "consents": [],
        "limits": limits_told(),
        "instruments": [],
        "server_time": at,
    }
    if state != "ready" or station is None:
        return told
    site = queries.site_card(station.site_id)
    is_open, hours = open_hours(site, at)
    key_id, key = services.store_key(viewer, at=at)
    return told | {
        "site": {
            "id": site.id,
            "name": site.name,
            "code": site.code,
            "kind": site.kind,
            "kind_text": KINDS[site.kind],
        },
        "device": {"id": station.device_id, "label": station.label},
        "open_now": is_open,
        "hours_today": hours,
        "store": {"key": key, "key_id": key_id},
        "consents": [_consent(kind) for kind in services.CONSENTS],
        "instruments": queries.instrument_lines(site.id),
    }


def _state(viewer: Viewer, station: Station | None, device_state: str) -> str:
    if station is None:
        return "revoked" if device_state == "revoked" else "not_enrolled"
    return "ready" if queries.staff_site(viewer.user_id) == station.site_id else "not_staff"


def _consent(kind: str) -> dict[str, Any]:
    text = required_text(kind)
    words = Text(text.text_zh, text.text_en)
    return {"kind": kind, "version": text.version, "text": words}


def limits_told() -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "part": part,
            "name": LIMITS[known].name,
            "unit": measure.unit,
            "units": [
                {"unit": unit, "factor": factor, "offset": offset}
                for unit, (factor, offset) in measure.units.items()
            ],
            "decimals": measure.decimals,
            "impossible": LIMITS[known].possible,
            "unlikely": LIMITS[known].likely,
            "contexts": sorted(measure.contexts),
            "source": LIMITS[known].source,
        }
        for kind, measure in MEASURES.items()
        for part, known in measure.parts.items()
    ]
