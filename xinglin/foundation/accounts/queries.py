"""What can be asked of accounts."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q
from django.utils.crypto import constant_time_compare

from xinglin.foundation.accounts.models import PHONE, User
from xinglin.foundation.accounts.rules import is_strong
from xinglin.foundation.accounts.sealed import index_text, unseal_text
from xinglin.foundation.accounts.types import Reach, UserCard, Viewer
from xinglin.foundation.database import services as database
from xinglin.kernel.errors import NotFound

_TOTP_PERIOD_S = 30
FIELDS = [field.attname for field in User._meta.concrete_fields]  # noqa: SLF001  # Django's public name for it

_REACH = """
    select locale, case when phone_verified then phone_sealed end, email
    from accounts_user where id = %s and is_active
"""


def account_of(session: SessionBase) -> User | None:
    """Whose session this is, when the store has read that account along with the session.

    None: it has not, or the session does not hold for the account (as after a change of the
    password): Django's own way finds out, and ends such a session.
    """
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    row = getattr(session, "account_row", None)
    if row is None:
        return None
    user = User.from_db("default", FIELDS, row)
    if not user.is_active or session.get(SESSION_KEY) != str(user.pk):
        return None
    known = session.get(HASH_SESSION_KEY, "")
    return user if constant_time_compare(known, user.get_session_auth_hash()) else None


def viewer_for(user: User, *, strong: bool, address: str, device: str, session: str) -> Viewer:
    """Permissions are those of the roles, by the matrix in `settings.ROLE_PERMISSIONS`.

    Those of staff roles count only after the second factor.
    """
    roles = frozenset(user.roles)
    counting = roles if strong else roles - settings.STAFF_ROLES
    return Viewer(
        user_id=user.pk,
        roles=roles,
        permissions=frozenset().union(*(settings.ROLE_PERMISSIONS[r] for r in counting)),
        institution_id=user.institution_id,
        locale=user.locale,
        strong=strong,
        address=address,
        device=device,
        session=session,
    )


def viewer_later(user_id: UUID) -> Viewer:
    """For what the worker does in the name of a person who has asked for it. Raises NotFound."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise NotFound
    return viewer_for(user, strong=True, address="", device="worker", session="")


def second_factor_used(session: Mapping[str, Any], user_id: UUID) -> bool:
    """Whether this person has used a second factor in this session."""
    return is_strong(session, str(user_id))


def user_card(user_id: UUID) -> UserCard:
    """Raises NotFound."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound
    return UserCard(
        id=user.pk,
        display_name=user.display_name,
        roles=tuple(user.roles),
        synthetic=user.synthetic,
        locale=user.locale,
    )


def is_service(user_id: UUID) -> bool:
    """Whether a program signs in with it; an account that does not exist is a person's no less."""
    return User.objects.filter(pk=user_id, is_service=True).exists()


def display_names(user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """As the house calls them; in one statement, those that do not exist are left out."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    rows = User.objects.filter(pk__in=wanted).values_list("pk", "display_name", "username")
    return {pk: name or username for pk, name, username in rows}


def active_staff(role: str, institution_id: UUID) -> list[UUID]:
    """Who has the role there, or everywhere; in no order."""
    rows = User.objects.filter(roles__contains=[role], is_active=True)
    here = rows.filter(Q(institution_id=institution_id) | Q(institution_id__isnull=True))
    return list(here.values_list("pk", flat=True))


def find_staff(words: str, institution_id: UUID | None, limit: int = 10) -> list[UserCard]:
    """Staff whose name or username has these words in it; None: of every institution."""
    rows = User.objects.filter(roles__overlap=sorted(settings.STAFF_ROLES))
    rows = rows.filter(Q(display_name__icontains=words) | Q(username__icontains=words))
    if institution_id is not None:
        rows = rows.filter(Q(institution_id=institution_id) | Q(institution_id__isnull=True))
    return [
        UserCard(
            id=row.pk,
            display_name=row.display_name or row.username,
            roles=tuple(row.roles),
            synthetic=row.synthetic,
            locale=row.locale,
        )
        for row in rows.order_by("display_name", "pk")[:limit]
    ]


def taken_usernames(usernames: Iterable[str]) -> frozenset[str]:
    """Those of them that somebody has."""
    found = User.objects.filter(username__in=list(usernames)).values_list("username", flat=True)
    return frozenset(found)


def reach_of(user_id: UUID) -> Reach:
    """Nothing for an account that is gone or closed: it is told nothing."""
    row = database.fetch_one(_REACH, [user_id])
    if row is None:
        return Reach(user_id=user_id, locale="zh", phone="", email="")
    locale, sealed, email = row
    phone = "" if sealed is None else unseal_text(sealed, PHONE)
    return Reach(user_id=user_id, locale=locale, phone=phone, email=email)


def user_by_phone(phone: str) -> User | None:
    """`phone` in full, as `+8613800138000`."""
    return User.objects.filter(phone_index=index_text(phone, PHONE)).first()


def demo_people(at: datetime) -> list[dict[str, Any]]:
    """The demo people as the seeder wrote them down, with `totp` and `totp_left_s` of now.

    Raises:
        NotFound: this is no demo hospital.
    """
    if not settings.DEMO:
        raise NotFound
    try:
        people = json.loads(settings.DEMO_PEOPLE_FILE.read_text(encoding="utf-8"))["people"]
    except FileNotFoundError:
        return []
    return [_with_code_of_now(person, at) for person in people]


def _with_code_of_now(person: dict[str, Any], at: datetime) -> dict[str, Any]:
    secret = person.get("totp_secret")
    if not secret:
        return person
    counter, gone = divmod(int(at.timestamp()), _TOTP_PERIOD_S)
    code = format_hotp_value(hotp_value(secret, counter))
    return person | {"totp": code, "totp_left_s": _TOTP_PERIOD_S - gone}
