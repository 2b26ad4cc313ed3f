"""A doctor's favourites, each with what stands against putting it on a sheet today."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from xinglin.care.prescribing import sheet
from xinglin.care.prescribing.models import Favourite, FavouriteItem
from xinglin.care.prescribing.queries.catalogue import of_house, refusals
from xinglin.care.prescribing.queries.drafts import item_json, written
from xinglin.care.prescribing.queries.prescribable import medicines
from xinglin.care.prescribing.types import Medicine
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import Refusal
from xinglin.kernel.text import Text


def favourites(viewer: Viewer) -> list[dict[str, Any]]:
    """The viewer's own at the viewer's institution, in the viewer's order; in three statements."""
    if viewer.institution_id is None:
        return []
    rows = Favourite.objects.filter(
        owner_id=viewer.user_id, institution_id=viewer.institution_id, removed_at__isnull=True
    )
    return _json(rows.order_by("position", "pk").prefetch_related("items"))


def favourite(favourite_id: UUID) -> dict[str, Any]:
    """For callers that have checked who asks."""
    (found,) = _json(Favourite.objects.filter(pk=favourite_id).prefetch_related("items"))
    return found


def _json(rows: Iterable[Favourite]) -> list[dict[str, Any]]:
    shown = list(rows)
    houses = {row.institution_id for row in shown}
    products = {item.product_id for row in shown for item in row.items.all()}
    known = {
        product_id: medicine
        for house in houses
        for product_id, medicine in medicines(products, institution_id=house).items()
    }
    return [
        {
            "id": row.pk,
            "sheet": row.sheet,
            "name": row.name,
            "items": [
                {
                    **item_json(item, known[item.product_id]),
                    "to_confirm": list(sheet.ENTERED),
                    "against": _against(item, known[item.product_id], row.sheet),
                }
                for item in sorted(row.items.all(), key=lambda each: each.position)
            ],
        }
        for row in shown
    ]


def _against(item: FavouriteItem, medicine: Medicine, kind: str) -> list[Refusal]:
    """The catalogue's reasons against the medicine, and what no longer fits it."""
    told = [fault.text for fault in sheet.faults(medicine, written(item), sheet=kind, at="")]
    unfit = [
        of_house(Text(f"“{medicine.name.zh}”：{text.zh}", f"{medicine.name.en}: {text.en}"), _ANEW)
        for text in told
    ]
    return [*refusals(medicine), *unfit]


_ANEW = Text(
    "药品目录在收藏之后有改动。请在处方上重新选择该药品并填写用法，需要时再另存为常用药。",
    "The catalogue has changed since this was kept. Please choose the medicine anew on the sheet, and"
    " keep it again if you like.",
)
