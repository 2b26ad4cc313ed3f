"""The screen of a site in a patient's hands: every request of the browser is the patient's, and only
what is of the own walk-in is there (ADR 0064).

Whoever is signed in in that browser sleeps meanwhile, at every door. A session that sleeps opens nothing
either when the pass has ended without their PIN: then only a new sign-in helps.
"""

import hashlib
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xinglin.care.sites import queries as sites
from xinglin.care.sites.types import ScreenPass
from xinglin.edge.api import problems
from xinglin.edge.api.front import Answer
from xinglin.foundation.accounts import services as accounts
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound

_PATIENT: Final = frozenset({"site_patient"})
_SESSIONS: Final = ("/api/", "/_allauth/", "/admin/", "/files/recordings/")


class ScreenMiddleware:
    """Before anything asks who it is. Other doors than the api's are not there on a screen."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(_SESSIONS):
            return self.get_response(request)
        held = settle(request)
        try:
            if held is not None and not request.path.startswith("/api/"):
                return problems.respond(request, NotFound())
            answer = self.get_response(request)
        finally:
            accounts.take_up(request)
        if held is None and request.session.modified:
            _take_dead_pass(request, answer)
        return answer


def _take_dead_pass(request: HttpRequest, answer: HttpResponseBase) -> None:
    """With a sign-in, and with no other answer: a late one would take the next patient's pass away."""
    name = settings.SCREEN_COOKIE_NAME
    if name in request.COOKIES and name not in answer.cookies:
        accounts.clear_cookie(answer, name)


def settle(request: HttpRequest) -> ScreenPass | None:
    """Who holds the browser: with a live pass the patient, and the session in it is laid aside."""
    secret = request.COOKIES.get(settings.SCREEN_COOKIE_NAME, "")
    device = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    held = sites.screen_of(secret, device) if secret else None
    request.screen = held  # type: ignore[attr-defined]  # Django's way to hand things on
    if held is not None or accounts.sleeps(request.session):
        accounts.lay_aside(request)
    return held


def screen_held(request: HttpRequest) -> ScreenPass | None:
    found: ScreenPass | None = getattr(request, "screen", None)
    return found


def patient_at(held: ScreenPass, *, address: str) -> Viewer:
    """The patient, for this walk-in only."""
    return Viewer(
        user_id=held.holder_id,
        roles=_PATIENT,
        permissions=settings.SCREEN_PERMISSIONS,
        institution_id=held.institution_id,
        locale=held.locale,
        address=address,
        device=held.device_label[:120],
        session=hashlib.sha256(held.id.bytes).hexdigest()[:16],
        bound_to=held.walk_in_id,
        station=held.device_id,
    )


def station_at(request: HttpRequest) -> UUID | None:
    """The enrolled device that this browser is."""
    secret = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    found = sites.station_of(secret) if secret else None
    return None if found is None else found.device_id
