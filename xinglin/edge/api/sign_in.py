"""From a session cookie to a `Viewer`."""

from dataclasses import replace

from django.http import HttpRequest

from xinglin.edge.api.limits import address_of
from xinglin.edge.api.screens import patient_at, screen_held, station_at
from xinglin.foundation.accounts.queries import account_of, second_factor_used, viewer_for
from xinglin.foundation.accounts.services import session_mark
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
