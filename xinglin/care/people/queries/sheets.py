"""Imports of spreadsheets, for the administrators of the institution."""

from collections.abc import Iterable
from uuid import UUID

from xinglin.care.people.models import SheetImport
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel.errors import NotFound


def sheet_imports(
    viewer: Viewer, *, before: UUID | None, limit: int
) -> tuple[list[SheetImport], dict[UUID, str], UUID | None]:
    """Newest first, without what each found; the names of who asked; where the next page begins."""
    if viewer.institution_id is None:
        return [], {}, None
    rows = SheetImport.objects.filter(institution_id=viewer.institution_id).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.defer("found")[: limit + 1])
    shown = found[:limit]
    names = display_names([row.asked_by for row in shown])
    return shown, names, shown[-1].pk if len(found) > limit else None


def names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Of the people of the staff, for lists of what they did."""
    return display_names(user_ids)


def sheet_import(viewer: Viewer, import_id: UUID) -> SheetImport:
    """Raises NotFound: it does not exist, or is another institution's."""
    if viewer.institution_id is None:
        raise NotFound
    row = SheetImport.objects.filter(pk=import_id, institution_id=viewer.institution_id).first()
    if row is None:
        raise NotFound
    return row
