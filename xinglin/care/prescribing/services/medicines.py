"""A medicine edited by hand in the back office: by a service, with its history."""

from collections.abc import Mapping
from uuid import UUID

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.services.medicine_columns import COLUMNS
from xinglin.care.prescribing.services.medicine_rows import row_of, values_of
from xinglin.care.prescribing.services.medicine_sheet import THING
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.sheets.services.columns import MARK, WrongCellError
from xinglin.foundation.sheets.services.plans import Values
from xinglin.foundation.sheets.types import Cell
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

# By which a medicine is known: another code or Chinese name is another medicine.
_NAMED = {"code", "generic_name_zh"}
FIELDS = tuple(each.key for each in COLUMNS if each.key not in {MARK, *_NAMED})
_EMPTY = Text("此项必填。", "This is required.")


@outbox.in_one_transaction()
def edit_medicine(viewer: Viewer, medicine_id: UUID, told: Mapping[str, str]) -> None:
    """Read as a sheet's cells are, and refused for the same reasons.

    Args:
        told: of `FIELDS`, as one would write them in a sheet.
    Raises:
        NotFound: not of the viewer's institution.
        Invalid.
    Locks: the medicine.
    """
    if viewer.institution_id is None:
        raise NotFound
    row = (
        MedicinalProduct.objects.select_for_update(of=("self",))
        .filter(pk=medicine_id, institution_id=viewer.institution_id)
        .first()
    )
    if row is None:
        raise NotFound
    old = values_of(row)
    new = old | _read({key: told[key] for key in FIELDS if key in told})
    wrong = [
        FieldError(key, Text(f"{text.zh}{instead.zh}", f"{text.en} {instead.en}"))
        for key, text, instead in rules.contradictions(new)
    ]
    if wrong:
        raise Invalid(*wrong)
    if new == old:
        return
    MedicinalProduct.objects.filter(pk=row.pk).update(**row_of(new))
    note(viewer, "prescribing.edit_medicine", thing=THING, thing_id=row.pk, before=old, after=new)


def _read(told: Mapping[str, str]) -> Values:
    columns = {column.key: column for column in COLUMNS}
    found: Values = {}
    wrong = []
    for key, value in told.items():
        column = columns[key]
        if not value.strip():
            found[key] = column.default
            if column.required:
                wrong.append(FieldError(key, _EMPTY))
            continue
        try:
            found[key] = column.reads(Cell(value))
        except WrongCellError as error:
            said = Text(f"{error.text.zh}{error.instead.zh}", f"{error.text.en} {error.instead.en}")
            wrong.append(FieldError(key, said))
    if wrong:
        raise Invalid(*wrong)
    return found
