"""The doctor proves in person to be the doctor, before seeing patients (R16)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xinglin.care.people.models import Practitioner
from xinglin.care.people.services.attempts import count_attempt
from xinglin.foundation.accounts.services import verify_totp
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.passkeys.services import verify_passkey
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text
from xinglin.policy.rules import knob, local_date

_TRIES, _WITHIN = 5, timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityCheck:
    checked_at: datetime
    valid_until: datetime


@outbox.in_one_transaction()
def check_identity(viewer: Viewer, code: str, at: datetime) -> IdentityCheck:
    """`code`: of the viewer's own second factor, asked for anew.

    Raises:
        NotFound: the viewer is no practitioner.
        TooMany: five tries in five minutes.
        Invalid: `wrong_code`.
    Locks: the practitioner's row.
    """
    doctor = _who_tries(viewer, at)
    if not verify_totp(viewer.user_id, "".join(code.split())):
        raise Invalid(FieldError("code", _WRONG), code="wrong_code", text=_WRONG)
    return prove(viewer, doctor, at, how={"by": "totp"})


@outbox.in_one_transaction()
def check_identity_by_passkey(
    viewer: Viewer, answer: Mapping[str, Any], at: datetime
) -> IdentityCheck:
    """`answer`: of the viewer's own passkey, to what this session was asked just now.

    Raises:
        NotFound, TooMany: as with a code, and counted together.
        Invalid: `wrong_passkey`.
    Locks: the practitioner's row.
    """
    doctor = _who_tries(viewer, at)
    if not verify_passkey(viewer.user_id, answer):
        raise Invalid(FieldError("credential", _REFUSED), code="wrong_passkey", text=_REFUSED)
    return prove(viewer, doctor, at, how={"by": "webauthn"})


def _who_tries(viewer: Viewer, at: datetime) -> Practitioner:
    doctor = own_practitioner(viewer)
    count_attempt(viewer.user_id, "check_identity", limit=_TRIES, within=_WITHIN, at=at)
    return doctor


def own_practitioner(viewer: Viewer) -> Practitioner:
    """Raises NotFound. Locks: the row."""
    doctor = (
        Practitioner.objects.select_for_update(of=("self",))
        .select_related("institution")
        .filter(user_id=viewer.user_id)
        .first()
    )
    if doctor is None:
        raise NotFound
    return doctor


def prove(
    viewer: Viewer, doctor: Practitioner, at: datetime, *, how: dict[str, Any]
) -> IdentityCheck:
    """The doctor, whose row is locked, has proven it. `how`: for the audit; nothing of the person."""
    doctor.identity_checked_at = at
    doctor.save(update_fields=["identity_checked_at"])
    record(
        viewer,
        "people.check_identity",
        subject=None,
        thing="practitioner",
        thing_id=doctor.pk,
        purpose="duty",
        detail=how,
    )
    place = doctor.institution.jurisdiction
    hours = knob("doctor_check_hours", place=place, on=local_date(at, place))
    return IdentityCheck(checked_at=at, valid_until=at + timedelta(hours=hours))


_WRONG = Text(
    "动态验证码不正确或已过期，请输入验证器上的最新6位数字。",
    "The code is wrong or has expired; please enter the newest 6 digits of your authenticator.",
)
_REFUSED = Text(
    "这个通行密钥没有通过：它可能已被移除，或属于另一个账号。请再试一次，或改用验证码。",
    "This passkey was not accepted: it may have been removed, or be of another account."
    " Try again, or use a code.",
)
