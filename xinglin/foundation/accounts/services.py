"""Who may do what at the door, making accounts, sealing columns, checking a second factor."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from xinglin.foundation.accounts.models import PHONE, User
from xinglin.foundation.accounts.rules import phone_in_full
from xinglin.foundation.accounts.sealed import index_text, seal_text, unseal_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import ids
from xinglin.kernel.errors import Forbidden, NotFound, Unauthenticated
from xinglin.kernel.text import LOCALES, Text

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "admit",
    "create_patient_account",
    "create_staff",
    "index_text",
    "lock_account",
    "needs_second_factor",
    "public",
    "requires",
    "seal_text",
    "set_locale",
    "signed_in",
    "unseal_text",
    "verify_totp",
    "viewer_of",
]

P = ParamSpec("P")
R = TypeVar("R")
Operation = Callable[Concatenate[HttpRequest, P], R]

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
_NEEDS_SECOND_FACTOR = Text(
    "请先完成二次验证。", "Please confirm with your second factor (one-time code) first."
)


def public(operation: Operation[P, R]) -> Operation[P, R]:
    """Declare that strangers may call this; `request.viewer` is not set."""
    return _declared(operation, PUBLIC)


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
    if declared == PUBLIC:
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


def verify_totp(user_id: UUID, code: str) -> bool:
    """Whether this is the person's one-time code of now; a code counts once."""
    found = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    return found is not None and bool(TOTP(found).validate_code(code))


@transaction.atomic
def create_staff(  # noqa: PLR0913  # keyword-only; each is a fact of the account
    *,
    username: str,
    password: str,
    display_name: str,
    roles: tuple[str, ...] | list[str] | frozenset[str],
    institution_id: UUID | None = None,
    locale: str = "zh",
    synthetic: bool = False,
    totp_secret: str | None = None,
    password_hash: str = "",
) -> UUID:
    """An account with a password; without `totp_secret` (base32) the first sign-in asks to enrol.

    Args:
        password_hash: of that password, where many accounts share one: each costs 0.2 s of CPU.
    Raises:
        ValueError: a role is not in the matrix.
    """
    if unknown := set(roles) - set(settings.ROLE_PERMISSIONS):
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
    user = User(
        username=username.lower(),
        display_name=display_name,
        roles=sorted(roles),
        institution_id=institution_id,
        locale=locale,
        synthetic=synthetic,
    )
    user.password = password_hash or make_password(password)
    user.save(force_insert=True)
    if totp_secret:
        TOTP.activate(user, totp_secret)
    return user.pk


def create_patient_account(
    *, phone: str, display_name: str = "", locale: str = "zh", synthetic: bool = False
) -> UUID:
    """The account of this phone number; made when there is none.

    Raises:
        Invalid: this is no phone number.
    """
    full = phone_in_full(phone, settings.PHONE_REGION)
    index = index_text(full, PHONE)
    user = User(
        username=f"p{ids.new().hex}",
        display_name=display_name,
        phone_sealed=seal_text(full, PHONE),
        phone_index=index,
        phone_verified=True,
        roles=["patient"],
        locale=locale,
        synthetic=synthetic,
    )
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        return User.objects.only("id").get(phone_index=index).pk
    return user.pk


def set_locale(viewer: Viewer, locale: str) -> None:
    """Raises NotFound for an account that is gone; an unknown locale is a bug of the caller."""
    if locale not in LOCALES:
        raise ValueError(locale)
    if not User.objects.filter(pk=viewer.user_id).update(locale=locale):
        raise NotFound


def lock_account(user_id: UUID) -> None:
    """Hold the account's row until the transaction ends, so that acts of one person queue up."""
    User.objects.select_for_update(no_key=True).only("id").get(pk=user_id)
