"""The sheet of medicines: one row is one medicine of the institution, known by its code."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.services.medicine_columns import COLUMNS
from xinglin.care.prescribing.services.medicine_rows import row_of, spelt, values_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note_each
from xinglin.foundation.sheets.services.columns import Column
from xinglin.foundation.sheets.services.plans import Known, Line, Plan, Values
from xinglin.foundation.sheets.types import House
from xinglin.kernel import ids
from xinglin.kernel.text import Text

THING = "medicine"
_AT_ONCE = 500


class Medicines:
    columns: Sequence[Column] = COLUMNS
    key = "code"
    title = Text("药品", "Medicines")

    def known(self, house: House) -> Mapping[str, Known]:
        rows = MedicinalProduct.objects.filter(institution_id=house.id).order_by("code")
        return {row.code: Known(row.pk, values_of(row)) for row in rows}

    def hold(self, lines: Sequence[Line], house: House) -> Mapping[str, Known]:
        """Locks the medicines that will change, then looks again."""
        held = [line.before.id for line in lines if line.before]
        rows = MedicinalProduct.objects.select_for_update().filter(pk__in=held)
        list(rows.order_by("pk").values_list("pk"))
        return self.known(house)

    def named(self, values: Values) -> Text:
        return Text(values["generic_name_zh"] or "?", values["generic_name_en"] or "?")

    def completed(self, values: Values) -> Values:
        return dict(values)

    def faults(
        self, lines: Sequence[Line], house: House, at: datetime
    ) -> list[tuple[Line, str, Text, Text]]:
        del house, at
        return [(line, *wrong) for line in lines for wrong in rules.contradictions(line.values)]

    def write(self, viewer: Viewer, plan: Plan, house: House, at: datetime) -> None:
        del at
        made = add_all([line.values for line in plan.new], house.id)
        change_all(plan.changed)
        _note(viewer, "prescribing.add_medicine", zip(made, plan.new, strict=True))
        known = [line.before.id for line in plan.changed if line.before]
        _note(viewer, "prescribing.change_medicine", zip(known, plan.changed, strict=True))


def add_all(told: Sequence[Values], institution_id: UUID) -> list[UUID]:
    rows = [
        MedicinalProduct(
            id=ids.new(),
            institution_id=institution_id,
            **row_of(values),
            **spelt(values["generic_name_zh"]),
        )
        for values in told
    ]
    MedicinalProduct.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return [row.pk for row in rows]


def change_all(lines: Sequence[Line]) -> None:
    rows = [
        MedicinalProduct(
            id=line.before.id, **row_of(line.values), **spelt(line.values["generic_name_zh"])
        )
        for line in lines
        if line.before
    ]
    if rows:
        fields = [*row_of(lines[0].values), "pinyin", "initials"]
        MedicinalProduct.objects.bulk_update(rows, fields, batch_size=_AT_ONCE)


def _note(viewer: Viewer, action: str, lines: "zip[tuple[UUID, Line]]") -> None:
    """Of a new medicine what was filled in; of another what differs."""
    changes = {pk: _differing(line) for pk, line in lines}
    if changes:
        note_each(viewer, action, changes, thing=THING, purpose="administration")


def _differing(line: Line) -> tuple[Values, Values]:
    if line.before is None:
        return {}, {key: value for key, value in line.values.items() if value}
    old = line.before.values
    return (
        {key: old.get(key, "") for key in line.differs},
        {key: line.values[key] for key in line.differs},
    )
