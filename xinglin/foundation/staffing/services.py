"""Making staff accounts, giving and taking roles, ending access, replacing a lost second factor."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from xinglin.foundation.accounts.services import create_staff, index_text
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.database import services as database
from xinglin.foundation.notices import services as notices
from xinglin.foundation.outbox.services import in_one_transaction
from xinglin.foundation.staffing import queries, rules
from xinglin.foundation.staffing.models import FactorReset, Invitation
from xinglin.foundation.staffing.queries import THING, TOKEN
from xinglin.foundation.staffing.types import Link
from xinglin.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from xinglin.kernel.text import Text

_LOCK = "select pg_advisory_xact_lock(hashtextextended('staffing', 0))"
_SHORTEST_REASON, _LONGEST_REASON = 2, 500
_NO_NAME = Text("请填写姓名。", "Please give a name.")
_NO_ROLE = Text("请选择系统中有的岗位角色。", "Please choose among the roles of this house.")
_NO_REASON = Text("请写明原因（2至500个字）。", "Please state the reason (2 to 500 characters).")
_WEAK = {
    "password_too_short": Text("密码至少12位。", "A password has at least 12 characters."),
    "password_too_common": Text("这个密码太常见，请换一个。", "This password is too common."),
}
_NO_PASSWORD = Text("请换一个密码。", "Please choose another password.")


@in_one_transaction()
def invite(
    viewer: Viewer,
    *,
    username: str,
    display_name: str,
    roles: list[str],
    locale: str,
    at: datetime,
) -> Link:
    """An account nobody can sign in to yet, and the link by which its person sets a password.

    Raises:
        Invalid: `username`, `display_name`, `roles`.
        Conflict: `username_taken`.
    """
    name, shown = rules.clean_username(username), display_name.replace("\x00", "").strip()
    errors = [
        *([] if name else [FieldError("username", rules.BAD_USERNAME)]),
        *([] if shown else [FieldError("display_name", _NO_NAME)]),
        *([] if _grantable(roles) else [FieldError("roles", _NO_ROLE)]),
    ]
    if errors or name is None:
        raise Invalid(*errors)
    account_id = _make(name, shown, roles, viewer.institution_id, locale)
    note(
        viewer,
        "staffing.invite",
        thing=THING,
        thing_id=account_id,
        after={"username": name, "display_name": shown, "roles": sorted(roles)},
    )
    return _link(viewer, account_id, at)


def _make(
    username: str, display_name: str, roles: list[str], institution_id: UUID | None, locale: str
) -> UUID:
    try:
        with transaction.atomic():
            made = create_staff(
                username=username,
                password="",
                password_hash=make_password(None),
                display_name=display_name,
                roles=roles,
                institution_id=institution_id,
                locale=locale,
                synthetic=settings.DEMO,
            )
    except IntegrityError as error:
        raise Conflict(
            "username_taken",
            Text("这个用户名已有人使用。", "This user name is taken already."),
        ) from error
    return made


def _grantable(roles: list[str]) -> bool:
    return bool(roles) and not rules.unknown_roles(roles, settings.STAFF_ROLES)


@in_one_transaction()
def invite_again(viewer: Viewer, account_id: UUID, *, at: datetime) -> Link:
    """Another link for somebody who has no password yet; the one before opens nothing any more.

    Raises:
        NotFound.
        Conflict: `has_password`, this person has begun already.
    """
    user = _hold(viewer, account_id)
    if user.has_usable_password():
        raise Conflict(
            "has_password",
            Text(
                "此人已设置密码。若遗失二次验证，请用“重置二次验证”。",
                "This person has a password. If the second factor is lost, use “Reset second factor”.",
            ),
        )
    note(viewer, "staffing.invite_again", thing=THING, thing_id=account_id)
    return _link(viewer, account_id, at)


def _link(viewer: Viewer, account_id: UUID, at: datetime) -> Link:
    token = secrets.token_urlsafe(32)
    expires_at = at + rules.LINK_HOLDS
    Invitation.objects.update_or_create(
        user_id=account_id,
        defaults={
            "token_index": index_text(token, TOKEN),
            "made_by": viewer.user_id,
            "made_at": at,
            "expires_at": expires_at,
            "used_at": None,
        },
    )
    return Link(account_id=account_id, path=f"/staff/welcome#{token}", expires_at=expires_at)


@in_one_transaction()
def begin(token: str, *, password: str, at: datetime) -> str:
    """The person of a link sets the password; answers the user name to sign in with.

    Raises:
        NotFound: the link opens nothing (any more).
        Invalid: `password`.
    """
    found = queries.invitation(token, at)
    user = get_user_model().objects.select_for_update().get(pk=found.user_id)
    # Another link may have taken its place, and the account been disabled, while we waited.
    unused = Invitation.objects.filter(
        pk=found.pk, token_index=found.token_index, used_at=None, user__is_active=True
    )
    if not unused.update(used_at=at):
        raise NotFound("link_not_valid", queries.GONE)
    try:
        validate_password(password, user)
    except ValidationError as error:
        texts = [_WEAK.get(each.code or "", _NO_PASSWORD) for each in error.error_list]
        raise Invalid(*(FieldError("password", text) for text in texts)) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    actor = Viewer(user_id=user.pk, roles=frozenset(user.roles), permissions=frozenset())
    note(actor, "staffing.begin", thing=THING, thing_id=user.pk)
    return user.username


@in_one_transaction()
def change_roles(
    viewer: Viewer, account_id: UUID, *, roles: list[str], before: list[str], reason: str
) -> None:
    """They count with the person's next request.

    Args:
        before: the roles that the viewer has seen; somebody else may have changed them meanwhile.
    Raises:
        NotFound, Invalid.
        Forbidden: `own_account`.
        Conflict: they are others by now, or this is the `last_administrator`.
    """
    why = _reason(reason)
    if rules.unknown_roles(roles, settings.STAFF_ROLES):
        raise Invalid(FieldError("roles", _NO_ROLE))
    user = _hold(viewer, account_id)
    _not_oneself(viewer, account_id)
    if sorted(user.roles) != sorted(before):
        raise Conflict
    new = sorted(set(roles))
    if "administrator" in user.roles and "administrator" not in new:
        _keep_one_administrator(user)
    old, user.roles = list(user.roles), new
    user.save(update_fields=["roles"])
    note(
        viewer,
        "staffing.change_roles",
        thing=THING,
        thing_id=account_id,
        before={"roles": sorted(old)},
        after={"roles": new},
        reason=why,
    )


@in_one_transaction()
def set_active(viewer: Viewer, account_id: UUID, *, active: bool, reason: str) -> None:
    """A disabled account's sessions end with the next request; its work stays.

    Raises:
        NotFound, Invalid.
        Forbidden: `own_account`.
        Conflict: `last_administrator`.
    """
    why = _reason(reason)
    user = _hold(viewer, account_id)
    _not_oneself(viewer, account_id)
    if user.is_active == active:
        return
    if not active and "administrator" in user.roles:
        _keep_one_administrator(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    note(
        viewer,
        "staffing.enable" if active else "staffing.disable",
        thing=THING,
        thing_id=account_id,
        before={"active": not active},
        after={"active": active},
        reason=why,
    )


@in_one_transaction()
def ask_reset(viewer: Viewer, account_id: UUID, *, reason: str, at: datetime) -> None:
    """The person is told; nothing is taken away yet.

    Raises:
        NotFound, Invalid.
        Forbidden: `own_account`.
        Conflict: `reset_waits`, or there is no second factor to replace.
    """
    why = _reason(reason)
    user = _hold(viewer, account_id)
    _not_oneself(viewer, account_id)
    if not Authenticator.objects.filter(user_id=user.pk).exists():
        raise Conflict(
            "no_second_factor",
            Text("此账号没有二次验证可重置。", "This account has no second factor to replace."),
        )
    if FactorReset.objects.filter(user=user, outcome="").exists():
        raise Conflict(
            "reset_waits",
            Text("已有一项重置等待确认。", "A reset waits for confirmation already."),
        )
    made = FactorReset.objects.create(user=user, reason=why, asked_by=viewer.user_id, asked_at=at)
    note(viewer, "staffing.ask_reset", thing=THING, thing_id=account_id, reason=why)
    notices.tell(
        account_id, "factor_reset", link="/staff/security", dedup=f"factor_reset {made.pk}", at=at
    )


@in_one_transaction()
def confirm_reset(viewer: Viewer, account_id: UUID, *, at: datetime) -> Link:
    """Password and second factor go, every session ends; the link lets the person begin anew.

    Raises:
        NotFound: nothing waits.
        Forbidden: `own_account`; `second_person`, who asked confirms only after a day.
    """
    user = _hold(viewer, account_id)
    _not_oneself(viewer, account_id)
    waiting = _waiting_reset(account_id)
    if not rules.may_end_reset(waiting.asked_by, waiting.asked_at, by=viewer.user_id, at=at):
        raise Forbidden(
            "second_person",
            Text(
                "须由另一位管理员确认；若只有一位管理员，请在提出24小时后再确认。",
                "Another administrator must confirm. With only one, confirm 24 hours after asking.",
            ),
        )
    _end(waiting, "done", viewer.user_id, at)
    Authenticator.objects.filter(user_id=user.pk).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])
    note(viewer, "staffing.confirm_reset", thing=THING, thing_id=account_id, reason=waiting.reason)
    return _link(viewer, account_id, at)


@in_one_transaction()
def stop_reset(viewer: Viewer, account_id: UUID, *, at: datetime) -> None:
    """By any administrator, or by the person: nothing was lost. Raises NotFound."""
    if account_id != viewer.user_id:
        _hold(viewer, account_id)
    _end(_waiting_reset(account_id), "stopped", viewer.user_id, at)
    note(viewer, "staffing.stop_reset", thing=THING, thing_id=account_id)


def _waiting_reset(account_id: UUID) -> FactorReset:
    waiting = FactorReset.objects.select_for_update().filter(user_id=account_id, outcome="")
    found = waiting.first()
    if found is None:
        raise NotFound
    return found


def _end(reset: FactorReset, outcome: str, by: UUID, at: datetime) -> None:
    reset.outcome, reset.ended_by, reset.ended_at = outcome, by, at
    reset.save(update_fields=["outcome", "ended_by", "ended_at"])


def _hold(viewer: Viewer, account_id: UUID) -> Any:
    """The account, until the transaction ends; acts on staff queue up, for they count each other."""
    queries.staff_line(viewer, account_id)
    database.later(_LOCK, [])
    return get_user_model().objects.select_for_update(no_key=True).get(pk=account_id)


def _not_oneself(viewer: Viewer, account_id: UUID) -> None:
    if viewer.user_id == account_id:
        raise Forbidden(
            "own_account",
            Text(
                "不能更改自己的账号，请由另一位管理员操作。",
                "Nobody changes the own account; please ask another administrator.",
            ),
        )


def _keep_one_administrator(user: Any) -> None:
    if user.is_active and queries.administrators(user.institution_id) <= 1:
        raise Conflict(
            "last_administrator",
            Text(
                "这是最后一位管理员。请先让另一个人成为管理员。",
                "This is the last administrator. Make somebody else an administrator first.",
            ),
        )


def _reason(raw: str) -> str:
    reason = raw.replace("\x00", "").strip()
    if not _SHORTEST_REASON <= len(reason) <= _LONGEST_REASON:
        raise Invalid(FieldError("reason", _NO_REASON))
    return reason
