"""Proving with a passkey, and what is written down and told when passkeys come and go.

allauth's forms keep the challenge in the session of the request that is under way.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from xinglin.foundation.accounts.queries import second_factor_used, viewer_for
from xinglin.foundation.accounts.services import leaves_a_factor, lock_account, session_mark
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.notices import services as notices
from xinglin.foundation.passkeys import rules
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text

__all__ = [
    "check_enrolled",
    "check_factor_stays",
    "check_room",
    "may_have_passkeys",
    "note_named",
    "queue_up",
    "tell_added",
    "tell_removed",
    "verify_passkey",
]

_PAGE = "/staff/security"


def verify_passkey(user_id: UUID, answer: Mapping[str, Any]) -> bool:
    """Whether this is the person's passkey, answering what this session was asked just now; counts once.

    Args:
        answer: `PublicKeyCredential.toJSON()`.
    """
    from xinglin.foundation.passkeys.inputs import ProofInput  # fido2 is for the api only

    user = get_user_model().objects.get(pk=user_id)
    proof = ProofInput({"credential": dict(answer)}, user=user)
    if not proof.is_valid():
        return False
    proof.save()
    return True


def may_have_passkeys(user: Any) -> bool:
    """Staff; patients have their phone."""
    return bool(set(getattr(user, "roles", ())) & settings.STAFF_ROLES)


def queue_up(request: HttpRequest) -> None:
    """Acts on one person's passkeys follow one another: each sees what the last has left.

    Locks: the account, until the transaction ends.
    """
    lock_account(_pk(request))


def check_enrolled(request: HttpRequest) -> None:
    """Raises Conflict: `authenticator_first`, so that nobody is tied to one device (ADR 0042)."""
    if Authenticator.Type.TOTP not in _types(_pk(request)):
        text = Text(
            "请先绑定验证器，再添加通行密钥。", "Set up an authenticator first, then a passkey."
        )
        raise Conflict("authenticator_first", text)


def check_room(request: HttpRequest) -> None:
    """Raises Conflict: `too_many_passkeys`."""
    if _types(_pk(request)).count(Authenticator.Type.WEBAUTHN) >= rules.MOST:
        text = Text(
            f"最多{rules.MOST}个通行密钥，请先移除不用的。",
            f"There are {rules.MOST} passkeys already; please remove one first.",
        )
        raise Conflict("too_many_passkeys", text)


def check_factor_stays(request: HttpRequest, going: Sequence[int]) -> None:
    """Raises Conflict: `last_factor`, nothing would be left to show beside the password."""
    if not leaves_a_factor(_types(_pk(request), without=going)):
        text = Text(
            "这是最后一个二次验证方式，不能移除。请先绑定验证器或添加另一个通行密钥。",
            "This is your last second factor. Set up an authenticator or another passkey first.",
        )
        raise Conflict("last_factor", text)


def tell_added(request: HttpRequest, passkey: int, *, at: datetime) -> None:
    _note(request, "passkeys.add", passkey)
    _tell(request, "passkey_added", passkey, at)


def note_named(request: HttpRequest, passkey: int) -> None:
    _note(request, "passkeys.rename", passkey)


def tell_removed(request: HttpRequest, passkeys: Sequence[int], *, at: datetime) -> None:
    for passkey in passkeys:
        _note(request, "passkeys.remove", passkey)
        _tell(request, "passkey_removed", passkey, at)


def _note(request: HttpRequest, action: str, passkey: int) -> None:
    """Its name is the person's own and stays out."""
    record(
        _viewer(request),
        action,
        subject=None,
        thing="staff_account",
        thing_id=_pk(request),
        purpose="administration",
        detail={"passkey": passkey},
    )


def _tell(request: HttpRequest, kind: str, passkey: int, at: datetime) -> None:
    notices.tell(_pk(request), kind, link=_PAGE, dedup=f"{kind} {passkey}", at=at)


def _types(user_id: UUID, *, without: Sequence[int] = ()) -> list[str]:
    kept = Authenticator.objects.filter(user_id=user_id).exclude(pk__in=without)
    return list(kept.values_list("type", flat=True))


def _pk(request: HttpRequest) -> UUID:
    found: Any = request.user.pk
    return UUID(str(found))


def _viewer(request: HttpRequest) -> Viewer:
    user: Any = request.user
    return viewer_for(
        user,
        strong=second_factor_used(request.session, _pk(request)),
        address=get_adapter(request).get_client_ip(request),
        device=request.headers.get("User-Agent", "")[:120],
        session=session_mark(request),
    )
