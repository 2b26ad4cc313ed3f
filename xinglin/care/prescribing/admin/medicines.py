"""The catalogue of medicines. New ones come by a sheet, which spells their names."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import get_language
from unfold.widgets import (
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.queries.catalogue import card, refusals
from xinglin.care.prescribing.services.medicine_columns import COLUMNS
from xinglin.care.prescribing.services.medicine_rows import values_of
from xinglin.care.prescribing.services.medicine_sheet import THING
from xinglin.care.prescribing.services.medicines import FIELDS, edit_medicine
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.desks.services import Desk, DeskForm, label, said
from xinglin.kernel.text import Locale, Text

_COLUMNS = {column.key: column for column in COLUMNS}
_ONE = {
    "strength_unit": rules.UNITS,
    "form": rules.FORMS,
    "dose_unit": rules.UNITS,
    "category": rules.CATEGORIES,
    "control": rules.CONTROLS,
    "storage": rules.STORAGES,
    "fact_status": rules.STATUSES,
}
_ALWAYS = {"control", "fact_status"}


def _choices(options: Mapping[str, Text]) -> list[tuple[str, str]]:
    return [(code, said(name)) for code, name in options.items()]


def _one(name: str) -> forms.ChoiceField:
    return forms.ChoiceField(widget=UnfoldAdminSelectWidget, required=name in _ALWAYS)


def _some() -> forms.MultipleChoiceField:
    widget = UnfoldAdminSelectMultipleWidget(attrs={"size": 6})
    return forms.MultipleChoiceField(widget=widget, required=False)


def _words() -> forms.CharField:
    return forms.CharField(widget=UnfoldAdminTextInputWidget, required=False, max_length=400)


class MedicineForm(DeskForm):
    strength_unit = _one("strength_unit")
    form = _one("form")
    dose_unit = _one("dose_unit")
    category = _one("category")
    control = _one("control")
    storage = _one("storage")
    fact_status = _one("fact_status")
    routes = _some()
    frequencies = _some()
    ingredients_zh = _words()
    ingredients_en = _words()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = {
            name: [*([] if name in _ALWAYS else [("", "—")]), *_choices(options)]
            for name, options in _ONE.items()
        }
        offered["routes"] = _choices(rules.ROUTES)
        offered["frequencies"] = [
            (code, f"{code} · {said(name)}") for code, name in rules.frequencies().items()
        ]
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
        now = values_of(self.instance)
        for name in ("ingredients_zh", "ingredients_en"):
            self.fields[name].initial = now[name]

    def _get_validation_exclusions(self) -> set[str]:
        """The service says in words what Django would say of the table's constraints."""
        return {field.name for field in MedicinalProduct._meta.concrete_fields}  # noqa: SLF001  # Django's own name

    class Meta:
        model = MedicinalProduct
        fields = tuple(name for name in FIELDS if not name.startswith("ingredients_"))


class MedicineDesk(Desk):
    model = MedicinalProduct
    thing = THING
    permission = "prescribing.edit_catalogue"
    names = (Text("药品", "Medicine"), Text("药品", "Medicines"))
    labels = {column.key: column.name for column in COLUMNS}
    hints = {
        name: _COLUMNS[name].holds
        for name in ("ingredients_zh", "ingredients_en", "strength_value", "frequencies", "control")
    } | {
        "active": Text(
            "停用后医生找不到它；已开的处方不变。",
            "Out of use, no doctor finds it; prescriptions that stand are as they were.",
        )
    }
    form = MedicineForm
    fields = (
        "generic_name_en",
        ("ingredients_zh", "ingredients_en"),
        "strength",
        ("strength_value", "strength_unit"),
        ("form", "pack"),
        ("routes", "frequencies"),
        "dose_unit",
        ("category", "control"),
        ("antibiotic", "special_use_antibacterial"),
        ("injection", "high_alert"),
        ("storage", "approval_number"),
        ("fact_status", "fact_source"),
        "active",
        "seen",
    )
    list_display = ("named", "in_english", "code_shown", "strength_shown", "kind", "offered")
    search_fields = ("generic_name_zh", "generic_name_en", "code", "initials", "pinyin")
    ordering = ("code",)

    def name_of(self, row: Any) -> str:
        name = said(Text(row.generic_name_zh, row.generic_name_en))
        return f"{name} · {row.code}"

    def keep(self, viewer: Viewer, row: Any, values: dict[str, Any]) -> None:
        edit_medicine(viewer, row.pk, {name: _written(values[name]) for name in FIELDS})

    def _change(self, line: Any, field: str) -> tuple[str, str, str]:
        column = _COLUMNS.get(field)
        if column is None:
            return super()._change(line, field)
        locale: Locale = "en" if (get_language() or "").startswith("en") else "zh"
        before, after = (
            column.shows(side[field], locale) if side.get(field) else "—"
            for side in (line.before, line.after)
        )
        return said(column.name), before, after

    @admin.display(description=label("通用名", "Generic name"), ordering="pinyin")
    def named(self, row: MedicinalProduct) -> str:
        return row.generic_name_zh

    @admin.display(description=label("英文通用名", "In English"), ordering="generic_name_en")
    def in_english(self, row: MedicinalProduct) -> str:
        return row.generic_name_en

    @admin.display(description=label("药品代码", "Code"), ordering="code")
    def code_shown(self, row: MedicinalProduct) -> str:
        return row.code

    @admin.display(description=label("规格", "Strength"))
    def strength_shown(self, row: MedicinalProduct) -> str:
        return row.strength

    @admin.display(description=label("药品类别", "Class"), ordering="category")
    def kind(self, row: MedicinalProduct) -> str:
        return said(rules.CATEGORIES[row.category]) if row.category else ""

    @admin.display(description=label("可开具", "May be prescribed"), boolean=True)
    def offered(self, row: MedicinalProduct) -> bool:
        return not refusals(card(row))


def _written(value: Any) -> str:
    """As it would stand in a sheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return ",".join(value) if isinstance(value, list) else str(value)
