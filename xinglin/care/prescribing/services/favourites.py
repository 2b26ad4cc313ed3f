"""Favourites are kept, named, ordered, removed and taken back, each by its own doctor.

They only propose: what one puts on a sheet waits for the doctor's own yes, field by field (R24).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Max, QuerySet

from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import Favourite, FavouriteItem
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.services.forms import check_form
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import services as audit
from xinglin.foundation.database import services as database
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from xinglin.kernel.text import Text

MOST: Final = 100
LONGEST_NAME: Final = 40
KEPT_FOR: Final = timedelta(days=1)
_LOCK = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
_ORDER = """
    update prescribing_favourite set position = array_position(%(ids)s::uuid[], id)
    where owner_id = %(owner)s and institution_id = %(house)s and id = any(%(ids)s::uuid[])
"""


@outbox.in_one_transaction()
def keep(viewer: Viewer, *, kind: str, name: str, items: Sequence[Written], at: datetime) -> UUID:
    """Put one more at the end.

    Args:
        kind: of `sheet.SHEETS`.
        name: needed for a set; of one medicine it may be empty.
    Raises:
        Invalid: a value could stand on no sheet, or the name is missing, too long or taken.
        RuleRefused: the catalogue lets nobody prescribe one of the medicines.
        Conflict: the same is kept already, or there are too many.
    Locks: the doctor's favourites.
    """
    house = _house(viewer)
    if kind not in sheet.SHEETS:
        raise Invalid(FieldError("sheet", _KIND))
    _check_items(items, kind, house)
    _lock(viewer)
    had = _own(viewer)
    if had.filter(removed_at__isnull=True).count() >= MOST:
        raise Conflict("too_many_favourites", _TOO_MANY)
    told = _checked_name(viewer, name, kind=kind, is_set=len(items) > 1)
    _check_double(viewer, items, kind)
    last = had.aggregate(last=Max("position"))["last"] or 0
    row = Favourite.objects.create(
        id=ids.new(),
        institution_id=house,
        owner_id=viewer.user_id,
        sheet=kind,
        name=told,
        position=last + 1,
        kept_at=at,
    )
    _write(row, items)
    _audit(viewer, row.pk, "favourite.keep", items=len(items))
    return row.pk


@outbox.in_one_transaction()
def rename(viewer: Viewer, favourite_id: UUID, name: str) -> None:
    """Raises NotFound: it is not the viewer's; Invalid: the name. Locks: the doctor's favourites."""
    row = _held(viewer, favourite_id, is_removed=False)
    is_set = row.items.count() > 1
    row.name = _checked_name(viewer, name, kind=row.sheet, is_set=is_set, but=row.pk)
    row.save(update_fields=["name"])
    _audit(viewer, row.pk, "favourite.rename")


@outbox.in_one_transaction()
def remove(viewer: Viewer, favourite_id: UUID, *, at: datetime) -> None:
    """Away, and for a day it can be taken back; twice is once.

    Raises:
        NotFound: it is not the viewer's.
    Locks: the doctor's favourites.
    """
    row = _held(viewer, favourite_id, is_removed=None)
    _own(viewer).filter(removed_at__lt=at - KEPT_FOR).exclude(pk=row.pk).delete()
    if row.removed_at is None:
        row.removed_at = at
        row.save(update_fields=["removed_at"])
        _audit(viewer, row.pk, "favourite.remove")


@outbox.in_one_transaction()
def restore(viewer: Viewer, favourite_id: UUID) -> None:
    """Take it back to where it stood; what was never removed is as it was.

    Raises:
        NotFound: it is not the viewer's, or was forgotten.
        Invalid, Conflict: the same, or one of its name, was kept meanwhile; or there are too many.
    Locks: the doctor's favourites.
    """
    row = _held(viewer, favourite_id, is_removed=None)
    if row.removed_at is None:
        return
    if _own(viewer).filter(removed_at__isnull=True).count() >= MOST:
        raise Conflict("too_many_favourites", _TOO_MANY)
    items = list(row.items.order_by("position"))
    _checked_name(viewer, row.name, kind=row.sheet, is_set=len(items) > 1, but=row.pk)
    _check_double(viewer, items, row.sheet)
    row.removed_at = None
    row.save(update_fields=["removed_at"])
    _audit(viewer, row.pk, "favourite.restore")


@outbox.in_one_transaction()
def order(viewer: Viewer, favourite_ids: Sequence[UUID]) -> None:
    """Those that are named, in this order; what is not the viewer's is left alone.

    Locks: the doctor's favourites.
    """
    house = _house(viewer)
    _lock(viewer)
    named = list(dict.fromkeys(favourite_ids))
    if database.change(_ORDER, {"ids": named, "owner": viewer.user_id, "house": house}):
        _audit(viewer, named[0], "favourite.order")


def _house(viewer: Viewer) -> UUID:
    if viewer.institution_id is None:
        raise Forbidden
    return viewer.institution_id


def _own(viewer: Viewer) -> QuerySet[Favourite]:
    return Favourite.objects.filter(owner_id=viewer.user_id, institution_id=_house(viewer))


def _lock(viewer: Viewer) -> None:
    database.later(_LOCK, [f"favourites {viewer.user_id}"])


def _held(viewer: Viewer, favourite_id: UUID, *, is_removed: bool | None) -> Favourite:
    _lock(viewer)
    row = _own(viewer).filter(pk=favourite_id).first()
    if row is None or (is_removed is not None and (row.removed_at is not None) != is_removed):
        raise NotFound
    return row


def _check_items(items: Sequence[Written], kind: str, house: UUID) -> None:
    if not items:
        raise Invalid(FieldError("items", _NOTHING))
    known = medicines((each.product_id for each in items), institution_id=house)
    bare = Sheet(items=tuple(items), diagnoses=(), patient_facts={}, told=Told())
    check_form(bare, known, kind=kind)


def _checked_name(
    viewer: Viewer, name: str, *, kind: str, is_set: bool, but: UUID | None = None
) -> str:
    told = " ".join(name.split())
    if is_set and not told:
        raise Invalid(FieldError("name", _NO_NAME))
    if len(told) > LONGEST_NAME or not sheet.is_plain(told):
        raise Invalid(FieldError("name", _NAME))
    same = _own(viewer).filter(sheet=kind, name=told, removed_at__isnull=True)
    if but is not None:
        same = same.exclude(pk=but)
    if told and same.exists():
        raise Invalid(FieldError("name", _TAKEN))
    return told


def _check_double(viewer: Viewer, items: Iterable[Written | FavouriteItem], kind: str) -> None:
    """Raises Conflict: the same medicines are kept with the same use."""
    wanted = {_use(each) for each in items}
    rows = _own(viewer).filter(sheet=kind, removed_at__isnull=True).prefetch_related("items")
    if any({_use(each) for each in row.items.all()} == wanted for row in rows):
        raise Conflict("favourite_exists", _DOUBLE)


def _use(item: Written | FavouriteItem) -> tuple[object, ...]:
    how = (item.dose_unit, item.route, item.frequency, item.days, item.doses)
    return (item.product_id, Decimal(item.dose), *how)


def _write(row: Favourite, items: Iterable[Written]) -> None:
    FavouriteItem.objects.bulk_create(
        FavouriteItem(
            favourite=row,
            position=place,
            product_id=item.product_id,
            dose=Decimal(item.dose),
            dose_unit=item.dose_unit,
            route=item.route,
            frequency=item.frequency,
            days=item.days,
            doses=item.doses,
        )
        for place, item in enumerate(items, 1)
    )


def _audit(viewer: Viewer, favourite_id: UUID, action: str, **detail: object) -> None:
    audit.record(
        viewer,
        action,
        subject=None,
        thing="favourite",
        thing_id=favourite_id,
        purpose="care",
        detail=detail,
    )


_KIND = Text("请选择处方类型。", "Please choose the kind of sheet.")
_NOTHING = Text("请先填写至少一种药品。", "Please fill in at least one medicine first.")
_NO_NAME = Text("请为这组药品起一个名称。", "Please give this set of medicines a name.")
_NAME = Text(
    f"名称不超过{LONGEST_NAME}字，不含特殊符号。",
    f"The name has at most {LONGEST_NAME} characters, without hidden signs.",
)
_TAKEN = Text(
    "已有一条常用药用了这个名称，请换一个。",
    "One of your favourites has this name already; please take another.",
)
_DOUBLE = Text(
    "常用药里已有相同的药品和用法，不必再存。",
    "Your favourites hold the same medicines with the same use already; there is nothing to keep.",
)
_TOO_MANY = Text(
    f"最多收藏{MOST}条常用药，请先删除不用的。",
    f"At most {MOST} favourites are kept; please delete what you do not use first.",
)
