"""From a session cookie to a `Viewer`, with the CSRF rule of Django."""

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie

from xinglin.edge.api.limits import address_of, spend_person
from xinglin.foundation.accounts.queries import account_of, second_factor_used, viewer_for
from xinglin.foundation.accounts.services import BY_TOKEN, admit, session_mark
from xinglin.foundation.accounts.types import Viewer


def viewer_of(request: HttpRequest) -> Viewer | None:
    """None for a stranger. One query for the session and the account."""
    known: Viewer | None = getattr(request, "viewer", None)
    if known is not None:
        return known
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
    request.viewer = viewer  # type: ignore[attr-defined]
    return viewer


class SessionSignIn(APIKeyCookie):
    """Asks, before the body is looked at, whether the viewer may call what was declared."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, declared: str) -> None:
        super().__init__(csrf=declared != BY_TOKEN)
        self.declared = declared

    def authenticate(self, request: HttpRequest, key: str | None) -> Viewer | str:
        """A stranger passes as such where strangers may.

        Raises:
            Unauthenticated, Forbidden: see `admit`.
            TooMany: this person asks too often, from however many devices.
        """
        del key
        viewer = viewer_of(request)
        if viewer is not None:
            spend_person(viewer.user_id, request.path)
        admit(viewer, self.declared)
        return viewer or "stranger"
