"""Whether the viewer may call what was declared, with the CSRF rule of Django; and on a site's screen only
what is of the own walk-in (ADR 0064). Apart from `sign_in`, which the live process loads, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from xinglin.care.consultation import queries as consultation
from xinglin.care.people import queries as people
from xinglin.care.prescribing.queries.prescriptions import people_of
from xinglin.care.sites import queries as sites
from xinglin.care.sites.services import check_agrees_here
from xinglin.care.sites.types import WalkInCard
from xinglin.edge.api.limits import spend_person
from xinglin.edge.api.sign_in import viewer_of
from xinglin.foundation.accounts.services import BY_TOKEN, admit
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.media import queries as media
from xinglin.kernel.errors import NotFound


class SessionSignIn(APIKeyCookie):
    """Asks, before the body is looked at, whether the viewer may call what was declared."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, declared: str, operation: str = "") -> None:
        super().__init__(csrf=declared != BY_TOKEN)
        self.declared = declared
        self.operation = operation

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | str:
        """A stranger passes as such where strangers may.

        Raises:
            Unauthenticated, Forbidden: see `admit`.
            TooMany: this person asks too often, from however many devices.
            NotFound: a patient at a site's screen, where this is not theirs.
        """
        del key
        viewer = viewer_of(request)
        if viewer is not None:
            spend_person(viewer.user_id, request.path)
            if viewer.bound_to is not None:
                confine(request, viewer, self.operation)
        admit(viewer, self.declared)
        return viewer or "stranger"


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
