"""The assistant hands the screen to the patient, and takes it back with a number of six digits."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db.models import Q

from xinglin.care.sites import events
from xinglin.care.sites.models import ScreenPass as Row
from xinglin.care.sites.models import SiteStaff, WalkIn
from xinglin.care.sites.permissions import check_holds
from xinglin.care.sites.queries.devices import (
    AFTER_THE_END,
    PIN_TRIES,
    hash_of,
    pass_held,
    screen_of_row,
)
from xinglin.care.sites.queries.walk_ins import bound_row, card_of, own_row
from xinglin.care.sites.types import ScreenPass, WalkInCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.errors import Conflict, FieldError, IllegalStep, Invalid
from xinglin.kernel.text import Text

LASTS: Final = timedelta(hours=3)
# Apart from the act: a refusal takes the act back, and must not take this back.
_TRIED = """
    insert into sites_pintry as n (pass_id, tries) values (%s, 1)
    on conflict (pass_id) do update set tries = least(n.tries + 1, 32000) returning tries
"""


@outbox.in_one_transaction()
def hand_over(viewer: Viewer, walk_in_id: UUID, *, at: datetime) -> tuple[ScreenPass, str]:
    """From now on this browser is the patient's; the secret is told once, for its cookie.

    Raises:
        NotFound: no walk-in of this assistant at this device.
        Conflict: `pin_needed`.
        IllegalStep: the walk-in is long over, or the patient has left.
    """
    row = own_row(viewer, walk_in_id, at=at, lock=True)
    assert viewer.station is not None  # Who has a walk-in of their own stands at a device.
    if row.state == "left" or (row.ended_at and row.ended_at + AFTER_THE_END <= at):
        raise IllegalStep
    if not _pin_of(viewer.user_id):
        raise Conflict("pin_needed", _PIN_NEEDED)
    Row.objects.filter(Q(device_id=viewer.station) | Q(walk_in=row), ended_at__isnull=True).update(
        ended_at=at, ended_for="replaced"
    )
    secret = secrets.token_urlsafe(32)
    given = Row.objects.create(
        walk_in=row,
        device_id=viewer.station,
        staff_id=viewer.user_id,
        cookie_hash=hash_of(secret),
        given_at=at,
        expires_at=at + LASTS,
    )
    _audit(viewer, "sites.hand_over_screen", row)
    return screen_of_row(given), secret


@outbox.in_one_transaction()
def take_back(viewer: Viewer, pin: str, *, staff_id: UUID, at: datetime) -> None:
    """With the number of the assistant whose session sleeps here.

    Raises:
        NotFound: the viewer holds no screen.
        Invalid: `wrong_pin`, says how many tries are left.
        Conflict: `screen_over` at the fifth wrong number: the assistant signs in anew.
    Emits: ScreenReturned.
    """
    given = _given(viewer)
    if not check_password(pin, _pin_of(staff_id)):
        raise _wrong(given.pk)
    _end(given, at)
    _audit(viewer, "sites.take_back_screen", given.walk_in)


@outbox.in_one_transaction()
def give_up(viewer: Viewer, *, at: datetime) -> None:
    """Without a number: nobody's session sleeps here any more, so nobody is signed in after it.

    Raises:
        NotFound: the viewer holds no screen.
    """
    _end(_given(viewer), at)


@outbox.in_one_transaction()
def note_done(viewer: Viewer, *, at: datetime) -> None:
    """The patient has finished; the screen waits to be given back. Twice is once. Raises NotFound."""
    given = _given(viewer)
    if given.done_at is None:
        given.done_at = at
        given.save(update_fields=["done_at"])
        _tell(given.walk_in)


@outbox.in_one_transaction()
def note_wishes(
    viewer: Viewer, *, stays: bool | None = None, chat_shared: bool | None = None, at: datetime
) -> WalkInCard:
    """What the patient wishes of the assistant; None: nothing said of it. May be changed at any time.

    Raises:
        NotFound: the viewer holds no screen.
    Emits: WalkInWishesChanged, when something has changed.
    """
    del at  # The audit's line has the time.
    row = bound_row(viewer, lock=True)
    before = (row.stays, row.chat_shared)
    row.stays = row.stays if stays is None else stays
    row.chat_shared = row.chat_shared if chat_shared is None else chat_shared
    if before == (row.stays, row.chat_shared):
        return card_of(row)
    row.save(update_fields=["stays", "chat_shared"])
    _audit(viewer, "sites.note_wishes", row, stays=row.stays, chat_shared=row.chat_shared)
    outbox.emit(
        events.WalkInWishesChanged(
            audience=(f"site:{row.site_id}", f"user:{row.holder_id}"),
            walk_in_id=row.pk,
            site_id=row.site_id,
            consultation_id=row.consultation_id,
        )
    )
    return card_of(row)


def _given(viewer: Viewer) -> Row:
    given = pass_held(viewer)
    check_holds(viewer, given.walk_in)
    return given


def _end(given: Row, at: datetime) -> None:
    given.ended_at, given.ended_for = at, "taken_back"
    given.save(update_fields=["ended_at", "ended_for"])
    _tell(given.walk_in)


def _wrong(pass_id: UUID) -> Invalid | Conflict:
    ((tries,),) = database.apart(_TRIED, [pass_id])
    if tries >= PIN_TRIES:
        return Conflict("screen_over", _SCREEN_OVER)
    text = _WRONG_PIN.filled(left=PIN_TRIES - tries)
    return Invalid(FieldError("pin", text), code="wrong_pin", text=text)


def _pin_of(user_id: UUID) -> str:
    rows = SiteStaff.objects.filter(user_id=user_id, removed_at__isnull=True)
    return rows.values_list("pin", flat=True).first() or ""


def _tell(row: WalkIn) -> None:
    outbox.emit(
        events.ScreenReturned(
            audience=(f"site:{row.site_id}",), walk_in_id=row.pk, site_id=row.site_id
        )
    )


def _audit(viewer: Viewer, action: str, row: WalkIn, **detail: bool | None) -> None:
    record(
        viewer,
        action,
        subject=row.patient_id,
        thing="walk_in",
        thing_id=row.pk,
        purpose="care",
        detail=detail,
    )


_PIN_NEEDED = Text(
    "请先设置6位数字的收屏密码，再把屏幕交给患者。",
    "Please set your number of six digits first: it takes the screen back from the patient.",
)
_WRONG_PIN = Text(
    "收屏密码不对，还可以试{left}次。", "This is not the number; {left} tries are left."
)
_SCREEN_OVER = Text(
    "收屏密码错误次数过多，请店员重新登录。",
    "Wrong numbers too often: the assistant has to sign in again.",
)
