"""Medicines by their id, as a sheet names them."""

from collections.abc import Iterable
from uuid import UUID

from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.queries.catalogue import card
from xinglin.care.prescribing.types import Medicine


def medicines(product_ids: Iterable[UUID], *, institution_id: UUID) -> dict[UUID, Medicine]:
    """Those that the institution has, whatever may be done with them; in one statement."""
    rows = MedicinalProduct.objects.filter(pk__in=list(product_ids), institution_id=institution_id)
    return {row.pk: card(row) for row in rows}
