"""From a session cookie to a `Viewer`, with the CSRF rule of Django."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from xinglin.edge.api.limits import address_of, spend_person
from xinglin.edge.api.screens import confine, patient_at, screen_held, station_at
from xinglin.foundation.accounts.queries import account_of, second_factor_used, viewer_for
from xinglin.foundation.accounts.services import BY_TOKEN, admit, session_mark
from xinglin.foundation.accounts.types import Viewer

_AT_STATIONS = frozenset({"site_assistant"})


def viewer_of(request: HttpRequest) -> Viewer | None:
    """None for a stranger. One query for the session and the account, another for a site's device.

    While a patient holds the screen it is the patient, whoever is signed in there.
    """
    known: Viewer | None = getattr(request, "viewer", None)
    if known is not None:
        return known
    held = screen_held(request)
    viewer = _signed_in(request) if held is None else patient_at(held, address=address_of(request))
    if viewer is not None:
        request.viewer = viewer  # type: ignore[attr-defined]
    return viewer


def _signed_in(request: HttpRequest) -> Viewer | None:
    user = account_of(request.session) or request.user
    if not user.is_authenticated:
        return None
    viewer = viewer_for(
        user,
        strong=second_factor_used(request.session, user.pk),
        address=address_of(request),
        device=request.headers.get("User-Agent", "")[:120],
        session=session_mark(request),
    )
    if _AT_STATIONS & viewer.roles:
        return replace(viewer, station=station_at(request))
    return viewer


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
