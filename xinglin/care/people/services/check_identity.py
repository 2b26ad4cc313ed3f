"""The doctor proves in person to be the doctor, before seeing patients (R16)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xinglin.care.people.models import Practitioner
from xinglin.care.people.services.attempts import count_attempt
from xinglin.foundation.accounts.services import verify_totp
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
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
    doctor = (
        Practitioner.objects.select_for_update(of=("self",))
        .select_related("institution")
        .filter(user_id=viewer.user_id)
        .first()
    )
    if doctor is None:
        raise NotFound
    count_attempt(viewer.user_id, "check_identity", limit=_TRIES, within=_WITHIN, at=at)
    if not verify_totp(viewer.user_id, "".join(code.split())):
        raise Invalid(FieldError("code", _WRONG), code="wrong_code", text=_WRONG)
    doctor.identity_checked_at = at
    doctor.save(update_fields=["identity_checked_at"])
    record(
        viewer,
        "people.check_identity",
        subject=None,
        thing="practitioner",
        thing_id=doctor.pk,
        purpose="duty",
    )
    place = doctor.institution.jurisdiction
    hours = knob("doctor_check_hours", place=place, on=local_date(at, place))
    return IdentityCheck(checked_at=at, valid_until=at + timedelta(hours=hours))


_WRONG = Text(
    "动态验证码不正确或已过期，请输入验证器上的最新6位数字。",
    "The code is wrong or has expired; please enter the newest 6 digits of your authenticator.",
)
