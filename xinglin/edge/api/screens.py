"""The screen of a site in a patient's hands: every request of the browser is the patient's, and only
what is of the own walk-in is there (ADR 0064).

Whoever is signed in in that browser sleeps meanwhile, at every door. A session that sleeps opens nothing
either when the pass has ended without their PIN: then only a new sign-in helps.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from xinglin.care.consultation import queries as consultation
from xinglin.care.people import queries as people
from xinglin.care.prescribing.queries.prescriptions import people_of
from xinglin.care.sites import queries as sites
from xinglin.care.sites.services import check_agrees_here
from xinglin.care.sites.types import ScreenPass, WalkInCard
from xinglin.edge.api import problems
from xinglin.edge.api.front import Answer
from xinglin.foundation.accounts import services as accounts
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries as media
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
        name = settings.SCREEN_COOKIE_NAME
        if held is None and name in request.COOKIES and name not in answer.cookies:
            accounts.clear_cookie(answer, name)
        return answer


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    viewer: Viewer
    walk_in: WalkInCard
    path: Mapping[str, Any]
    query: Mapping[str, Any]


def confine(request: HttpRequest, viewer: Viewer, operation: str) -> None:
    """Raises NotFound: not on this screen, or not of the walk-in for which it is held."""
    held_to = settings.SCREEN_OPERATIONS.get(operation)
    if held_to is None or viewer.bound_to is None:
        raise NotFound
    is_own = _HELD_TO.get(held_to)
    if is_own is None:
        return
    assert request.resolver_match is not None
    walk_in = sites.walk_in(viewer.bound_to)
    asked = _Asked(
        viewer=viewer, walk_in=walk_in, path=request.resolver_match.kwargs, query=request.GET
    )
    try:
        if not is_own(asked):
            raise NotFound
    except (KeyError, ValueError) as error:  # no id at all, or none that could be
        raise NotFound from error


def _own_walk_in(asked: _Asked) -> bool:
    return _id(asked.path["walk_in_id"]) == asked.walk_in.id


def _own_visit(asked: _Asked) -> bool:
    return _id(asked.path["consultation_id"]) == asked.walk_in.consultation_id


def _asked_visit(asked: _Asked) -> bool:
    return _id(asked.query["consultation_id"]) == asked.walk_in.consultation_id


def _own_intake(asked: _Asked) -> bool:
    return _id(asked.path["intake_id"]) == asked.walk_in.intake_id


def _own_consent(asked: _Asked) -> bool:
    """To be treated, and of who sits there: a relative's account is not decided upon here."""
    patient = people.patient_card(asked.walk_in.patient_id)
    is_own = (patient.holder_id, patient.relation) == (asked.viewer.user_id, "self")
    return is_own and asked.path["kind"] == "service"


def _own_call(asked: _Asked) -> bool:
    visit = asked.walk_in.consultation_id
    return visit is not None and consultation.visit_of_call(_id(asked.path["call_id"])) == visit


def _own_prescription(asked: _Asked) -> bool:
    visit = asked.walk_in.consultation_id
    found = people_of(_id(asked.path["prescription_id"]))
    return visit is not None and found.consultation_id == visit


def _agrees_here(asked: _Asked) -> bool:
    """Raises Conflict: the account is a relative's, who is not here to agree."""
    check_agrees_here(asked.walk_in)
    return True


def _own_picture(asked: _Asked) -> bool:
    """Of the complaint, or sent since the walk-in was registered."""
    picture = _id(asked.path["picture_id"])
    since = asked.walk_in.registered_at
    return picture in asked.walk_in.picture_ids or media.is_uploaded_since(
        asked.viewer.user_id, picture, since
    )


def _id(told: object) -> UUID:
    """Raises ValueError."""
    return UUID(str(told))


_HELD_TO: Final[Mapping[str, Callable[[_Asked], bool]]] = {
    "agreed to here": _agrees_here,
    "asked consultation_id": _asked_visit,
    "call_id": _own_call,
    "consultation_id": _own_visit,
    "intake_id": _own_intake,
    "own consent": _own_consent,
    "picture_id": _own_picture,
    "prescription_id": _own_prescription,
    "walk_in_id": _own_walk_in,
}
