"""A browser becomes a device of a site; an assistant sets the number that takes a screen back."""

import base64
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import F

from xinglin.care.people.services import count_attempt
from xinglin.care.sites.models import Device, Enrolment, SiteStaff, StoreKey
from xinglin.care.sites.models import ScreenPass as Pass
from xinglin.care.sites.queries.administration import row_of_house
from xinglin.care.sites.queries.devices import hash_of, staff_site
from xinglin.care.sites.rules import is_guessed
from xinglin.care.sites.types import Station
from xinglin.foundation.accounts.services import (
    index_text,
    password_holds,
    seal_text,
    unseal_text,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

_CODE, _KEY = "sites_enrolment|code", "sites_storekey|key"
_HOUR = timedelta(hours=1)
_TRIES = 10


@outbox.in_one_transaction()
def make_enrolment(
    viewer: Viewer, site_id: UUID, *, at: datetime, uses: int = 1, good_for: timedelta = _HOUR
) -> tuple[str, datetime]:
    """Eight digits, told this once, and until when they are good. Raises NotFound."""
    site = row_of_house(viewer, site_id)
    code = f"{secrets.randbelow(100_000_000):08d}"
    made = Enrolment.objects.create(
        site=site,
        code_index=index_text(f"{code}|{site.pk}", _CODE),
        made_by=viewer.user_id,
        made_at=at,
        expires_at=at + good_for,
        uses_left=uses,
    )
    _audit(viewer, "sites.make_enrolment", "site", site.pk)
    return code, made.expires_at


@outbox.in_one_transaction()
def enrol(viewer: Viewer, code: str, *, label: str, at: datetime) -> tuple[Station, str]:
    """This browser is a device of the assistant's site from now on; the secret is for its cookie.

    What the browser was before, it is no more.

    Raises:
        NotFound: the viewer works at no site.
        Invalid: no label; `wrong_code`, of another site, used or run out. TooMany: ten tries in an hour.
    """
    site_id = staff_site(viewer.user_id)
    if site_id is None:
        raise NotFound
    if not label.strip():
        raise Invalid(FieldError("label", _NO_LABEL))
    count_attempt(viewer.user_id, "site_enrol", limit=_TRIES, within=_HOUR, at=at)
    used = Enrolment.objects.filter(
        site_id=site_id,
        code_index=index_text(f"{code}|{site_id}", _CODE),
        expires_at__gt=at,
        uses_left__gt=0,
    ).update(uses_left=F("uses_left") - 1)
    if not used:
        raise Invalid(FieldError("code", _WRONG_CODE), code="wrong_code", text=_WRONG_CODE)
    if viewer.station:
        _revoke(viewer, viewer.station, at)
    secret = secrets.token_urlsafe(32)
    device = Device.objects.create(
        site_id=site_id,
        label=label,
        cookie_hash=hash_of(secret),
        enrolled_by=viewer.user_id,
        enrolled_at=at,
    )
    _audit(viewer, "sites.enrol_device", "device", device.pk)
    return Station(device_id=device.pk, site_id=site_id, label=label), secret


@outbox.in_one_transaction()
def revoke_device(viewer: Viewer, site_id: UUID, device_id: UUID, *, at: datetime) -> None:
    """Stolen, sold or broken: it opens nothing from the next request on. Twice is once.

    Raises:
        NotFound: no such device of a site of the viewer's house.
    """
    site = row_of_house(viewer, site_id)
    if not Device.objects.filter(pk=device_id, site=site).exists():
        raise NotFound
    _revoke(viewer, device_id, at)


def _revoke(viewer: Viewer, device_id: UUID, at: datetime) -> None:
    rows = Device.objects.filter(pk=device_id, revoked_at__isnull=True)
    if not rows.update(revoked_at=at, revoked_by=viewer.user_id):
        return
    Pass.objects.filter(device_id=device_id, ended_at__isnull=True).update(
        ended_at=at, ended_for="revoked"
    )
    _audit(viewer, "sites.revoke_device", "device", device_id)


@outbox.in_one_transaction()
def set_pin(viewer: Viewer, pin: str, *, at: datetime) -> None:
    """Whoever calls has asked for the password.

    Raises:
        NotFound: the viewer works at no site.
        Invalid: `pin_too_simple`.
    """
    if is_guessed(pin):
        raise Invalid(FieldError("pin", _SIMPLE), code="pin_too_simple", text=_SIMPLE)
    rows = SiteStaff.objects.filter(user_id=viewer.user_id, removed_at__isnull=True)
    if not rows.update(pin=make_password(pin), pin_set_at=at):
        raise NotFound
    _audit(viewer, "sites.set_pin", "account", viewer.user_id)


def prove(viewer: Viewer, password: str, *, at: datetime) -> None:
    """It is the viewer who asks, and not whoever stands at an open screen.

    Raises:
        Invalid: `wrong_password`. TooMany: ten tries in an hour.
    """
    count_attempt(viewer.user_id, "site_pin", limit=_TRIES, within=_HOUR, at=at)
    if not password_holds(viewer.user_id, password):
        raise Invalid(FieldError("password", _PASSWORD), code="wrong_password", text=_PASSWORD)


@outbox.in_one_transaction()
def store_key(viewer: Viewer, *, at: datetime) -> tuple[UUID, str]:
    """What this assistant's captures on this device are sealed with: id, and 32 bytes in base64.

    Made at the first call. A device that was revoked, or an assistant who left, gets it no more.

    Raises:
        NotFound: the viewer stands at no site.
    """
    if viewer.station is None:
        raise NotFound
    fresh = base64.b64encode(secrets.token_bytes(32)).decode()
    row, _ = StoreKey.objects.get_or_create(
        device_id=viewer.station,
        user_id=viewer.user_id,
        defaults={"key_sealed": seal_text(fresh, _KEY), "made_at": at},
    )
    return row.pk, unseal_text(row.key_sealed, _KEY)


def _audit(viewer: Viewer, action: str, thing: str, thing_id: UUID) -> None:
    record(viewer, action, subject=None, thing=thing, thing_id=thing_id, purpose="operation")


_WRONG_CODE = Text(
    "登记码不对、已用过或已过期；请向管理员要一个新的（一小时内有效，只能用一次）。",
    "This code is wrong, used or run out; ask the administrator for a new one (good for an hour,"
    " once).",
)
_NO_LABEL = Text("请给这台设备起个名字。", "Please give this device a name.")
_SIMPLE = Text(
    "收屏密码须为6位数字，且不能是同一个数字或连续数字。",
    "The number has six digits, not all the same and not in a row.",
)
_PASSWORD = Text("登录密码不对，请重新输入。", "This is not your password; please type it again.")
