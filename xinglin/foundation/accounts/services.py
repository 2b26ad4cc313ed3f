"""Who may do what at the door, making accounts, sealing columns, checking a second factor."""

import hashlib
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.module_loading import import_string

from xinglin.foundation.accounts.asleep import (
    lay_aside,
    put_to_sleep,
    sleeper,
    sleeps,
    take_up,
    wake,
)
from xinglin.foundation.accounts.cookies import clear_cookie, set_secret_cookie
from xinglin.foundation.accounts.models import PHONE, Confirmation, User
from xinglin.foundation.accounts.permissions import (
    BY_TOKEN,
    PUBLIC,
    SIGNED_IN,
    admit,
    by_token,
    needs_second_factor,
    public,
    requires,
    signed_in,
    viewer_of,
)
from xinglin.foundation.accounts.rules import (
    leaves_a_factor,
    phone_in_full,
    phone_masked,
    phones_in,
    proven_lately,
)
from xinglin.foundation.accounts.sealed import index_text, seal_text, unseal_text
from xinglin.foundation.accounts.types import NewStaff, Viewer
from xinglin.kernel import ids
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import LOCALES

__all__ = [
    "BY_TOKEN",
    "PUBLIC",
    "SIGNED_IN",
    "admit",
    "by_token",
    "check_confirmation",
    "clear_cookie",
    "close_account",
    "create_patient_account",
    "create_staff",
    "create_staff_without_password",
    "create_walk_in_account",
    "grant_role",
    "index_text",
    "is_proven_lately",
    "lay_aside",
    "leaves_a_factor",
    "lock_account",
    "needs_second_factor",
    "own_phone",
    "password_holds",
    "phone_in_full",
    "phone_masked",
    "phones_in",
    "public",
    "put_to_sleep",
    "rename_staff",
    "requires",
    "seal_text",
    "send_confirmation",
    "session_mark",
    "set_locale",
    "set_secret_cookie",
    "signed_in",
    "sleeper",
    "sleeps",
    "take_up",
    "unseal_text",
    "verify_totp",
    "viewer_of",
    "wake",
]

CONFIRMED_WITHIN: Final = timedelta(minutes=5)
_CODE = "accounts_confirmation|code"


def session_mark(request: HttpRequest) -> str:
    """Tells the sessions of a person apart without giving their key away; `Viewer.session`."""
    key = request.session.session_key or ""
    return hashlib.sha256(key.encode()).hexdigest()[:16] if key else ""


def is_proven_lately(request: HttpRequest) -> bool:
    """Whether the person signed in has shown a second factor, if there is one, in the last minutes."""
    held = Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True)
    return proven_lately(
        get_authentication_records(request, request.user),
        has_factor=leaves_a_factor(held),
        now=time.time(),
    )


def verify_totp(user_id: UUID, code: str) -> bool:
    """Whether this is the person's one-time code of now; a code counts once."""
    found = Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).first()
    return found is not None and bool(TOTP(found).validate_code(code))


def password_holds(user_id: UUID, password: str) -> bool:
    """Whether this is the person's password. Whoever calls limits how often."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user is not None and user.check_password(password)


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


def create_staff_without_password(
    people: Sequence[NewStaff], *, role: str, institution_id: UUID
) -> list[UUID]:
    """Many at once, in their order; each sets a password by an invitation.

    Raises:
        ValueError: the role is not in the matrix.
        IntegrityError: a user name is taken.
    """
    if role not in settings.ROLE_PERMISSIONS:
        raise ValueError(f"no such role: {role}")
    users = [
        User(
            username=person.username.lower(),
            display_name=person.display_name,
            roles=[role],
            institution_id=institution_id,
            password=make_password(None),
            synthetic=settings.DEMO,
        )
        for person in people
    ]
    User.objects.bulk_create(users, batch_size=500)
    return [user.pk for user in users]


def rename_staff(names: Mapping[UUID, str]) -> None:
    """Account -> what the house calls that person."""
    users = [User(id=user_id, display_name=name) for user_id, name in names.items()]
    User.objects.bulk_update(users, ["display_name"], batch_size=500)


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


def create_walk_in_account(*, display_name: str, locale: str, synthetic: bool) -> UUID:
    """For a patient whom staff have seen at a site, and who may have no phone: nobody signs in with it."""
    user = User(
        username=f"w{ids.new().hex}",
        display_name=display_name,
        roles=["patient"],
        locale=locale,
        synthetic=synthetic,
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    return user.pk


def grant_role(user_id: UUID, role: str, *, institution_id: UUID, display_name: str) -> None:
    """To an account that exists: from its next request on, after the second factor.

    Raises:
        ValueError: the role is not in the matrix.
        NotFound: the account is closed.
    """
    if role not in settings.ROLE_PERMISSIONS:
        raise ValueError(f"no such role: {role}")
    lock_account(user_id)
    user = User.objects.get(pk=user_id)
    user.roles = sorted({*user.roles, role})
    user.institution_id = user.institution_id or institution_id
    user.display_name = user.display_name or display_name
    user.save(update_fields=["roles", "institution_id", "display_name"])


def set_locale(viewer: Viewer, locale: str) -> None:
    """Raises NotFound for an account that is gone; an unknown locale is a bug of the caller."""
    if locale not in LOCALES:
        raise ValueError(locale)
    if not User.objects.filter(pk=viewer.user_id).update(locale=locale):
        raise NotFound


def lock_account(user_id: UUID) -> None:
    """Hold the account's row until the transaction ends, so that acts of one person queue up.

    Raises:
        NotFound: the account was closed while we waited.
    """
    user = User.objects.select_for_update(no_key=True).only("id", "closed_at").get(pk=user_id)
    if user.closed_at is not None:
        raise NotFound


def own_phone(user_id: UUID) -> str | None:
    """In full; None for an account without one."""
    sealed = User.objects.only("phone_sealed").get(pk=user_id).phone_sealed
    return unseal_text(sealed, PHONE) if sealed else None


def send_confirmation(viewer: Viewer, purpose: str, *, template: str, at: datetime) -> str:
    """Send a code for one act to the viewer's own phone; answers the number, masked.

    Whoever calls limits how often.

    Raises:
        NotFound: the account has no phone.
    """
    phone = own_phone(viewer.user_id)
    if phone is None:
        raise NotFound
    code = f"{secrets.randbelow(1_000_000):06d}"
    Confirmation.objects.update_or_create(
        user_id=viewer.user_id,
        purpose=purpose,
        defaults={
            "code_index": index_text(f"{viewer.user_id}|{purpose}|{code}", _CODE),
            "expires_at": at + CONFIRMED_WITHIN,
        },
    )
    import_string(settings.NOTICE_SENDER)(
        channel="sms", to=phone, template=template, values={"code": code}, locale=viewer.locale
    )
    return phone_masked(phone)


def check_confirmation(viewer: Viewer, purpose: str, code: str, at: datetime) -> bool:
    """Whether this is the code that was sent for the act, and in time; it counts once."""
    index = index_text(f"{viewer.user_id}|{purpose}|{code}", _CODE)
    found = Confirmation.objects.filter(
        user_id=viewer.user_id, purpose=purpose, code_index=index, expires_at__gt=at
    )
    return bool(found.delete()[0])


def close_account(user_id: UUID, at: datetime) -> None:
    """What names the person goes, and every session of the account ends with its next request.

    The row stays: visits and audit lines point at it. The phone number is free for a new account.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    user.username = f"closed{ids.new().hex}"
    user.display_name, user.email, user.roles = "", "", []
    user.phone_sealed, user.phone_index, user.phone_verified = None, None, False
    user.is_active, user.closed_at = False, at
    user.set_unusable_password()
    user.save()
    Confirmation.objects.filter(user_id=user_id).delete()
