"""What an operation declares of who may call it, and whether a viewer may."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest

from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Forbidden, Unauthenticated
from xinglin.kernel.text import Text

P = ParamSpec("P")
R = TypeVar("R")
Operation = Callable[Concatenate[HttpRequest, P], R]

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
BY_TOKEN: Final = "by_token"  # noqa: S105  # a word of ours
_NEEDS_SECOND_FACTOR = Text(
    "请先完成二次验证。", "Please confirm with your second factor (one-time code) first."
)


def public(operation: Operation[P, R]) -> Operation[P, R]:
    """Declare that strangers may call this; `request.viewer` is not set."""
    return _declared(operation, PUBLIC)


def by_token(operation: Operation[P, R]) -> Operation[P, R]:
    """Declare that a program calls this, with a token of its own that the operation asks for.

    No session counts, and so no page can make somebody's browser call it: it needs no CSRF token.
    """
    return _declared(operation, BY_TOKEN)


def signed_in(operation: Operation[P, R]) -> Operation[P, R]:
    """Declare that anybody who is signed in may call this."""
    return _guarded(operation, SIGNED_IN)


def requires(permission: str) -> Callable[[Operation[P, R]], Operation[P, R]]:
    """Declare the permission (`module.verb_thing`) that the viewer must have."""

    def decorate(operation: Operation[P, R]) -> Operation[P, R]:
        return _guarded(operation, permission)

    return decorate


def _guarded(operation: Operation[P, R], declared: str) -> Operation[P, R]:
    """The door has asked `admit` already, before it looked at the request's body; a function that
    is reached by another way asks for itself.
    """

    @wraps(operation)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        viewer = getattr(request, "auth", None)
        if not isinstance(viewer, Viewer):
            raise Unauthenticated
        admit(viewer, declared)
        request.viewer = viewer  # type: ignore[attr-defined]  # Django's way to hand things on
        return operation(request, *args, **kwargs)

    return _declared(guarded, declared)


def _declared(operation: Operation[P, R], declared: str) -> Operation[P, R]:
    operation.xinglin_permission = declared  # type: ignore[attr-defined]  # read by the door, and by the walk over all routes
    return operation


def admit(viewer: Viewer | None, declared: str) -> None:
    """Let pass what an operation has declared.

    Raises:
        Unauthenticated: a stranger, or staff without their second factor.
        Forbidden: the permission is missing.
    """
    if declared in {PUBLIC, BY_TOKEN}:
        return
    if viewer is None:
        raise Unauthenticated
    if needs_second_factor(viewer):
        raise Unauthenticated("second_factor_required", _NEEDS_SECOND_FACTOR)
    if declared != SIGNED_IN and not viewer.can(declared):
        raise Forbidden


def needs_second_factor(viewer: Viewer) -> bool:
    """Staff who have not yet shown it in this session."""
    return bool(viewer.roles & settings.STAFF_ROLES) and not viewer.strong


def viewer_of(request: HttpRequest) -> Viewer:
    """Who called an operation that is declared with `signed_in` or `requires`."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by `_guarded`
    return viewer
