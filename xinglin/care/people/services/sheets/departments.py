"""The sheet of departments: of the whole installation, known by their code."""

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from django.db import transaction

from xinglin.care.people.models import Department
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.sheets.services import columns as c
from xinglin.foundation.sheets.services.columns import MARK_COLUMN, Column
from xinglin.foundation.sheets.services.plans import Known, Line, Plan, Values
from xinglin.foundation.sheets.types import House
from xinglin.kernel.text import Text

_DATA = Path(__file__).parents[2] / "data"
_SLUG = Text("小写英文代码，用下划线连接", "small letters, joined by underscores")
COLUMNS: tuple[Column, ...] = (
    Column(
        key="slug",
        name=Text("科室代码", "Department code"),
        holds=_SLUG,
        example=c.alike("general_practice"),
        reads=c.code(r"[a-z][a-z0-9_]{1,31}", _SLUG),
        required=True,
        width=22,
    ),
    Column(
        key="name_zh",
        name=Text("科室名称", "Name in Chinese"),
        holds=Text("患者看到的名称", "as patients read it"),
        example=c.alike("全科"),
        reads=c.one_line(60),
        required=True,
    ),
    Column(
        key="name_en",
        name=Text("英文名称", "Name in English"),
        holds=Text("患者看到的英文名称", "as patients read it"),
        example=c.alike("General practice"),
        reads=c.one_line(80),
        required=True,
        width=26,
    ),
    Column(
        key="codes",
        name=Text("诊疗科目代码", "Codes of the catalogue"),
        holds=Text("多个用“、”分开，如 03.01", "several with a comma, for example 03.01"),
        example=c.alike("02"),
        reads=c.listed(400),
        shows=lambda value, _locale: value.replace(",", "、"),
        width=26,
    ),
    Column(
        key="aliases",
        name=Text("别名", "Other names"),
        holds=Text("患者可能说的词，多个用“、”分开", "what patients may say, several with a comma"),
        example=Text("感冒、发热", "cold, fever"),
        reads=c.listed(2000),
        shows=lambda value, _locale: value.replace(",", "、"),
        width=40,
    ),
    Column(
        key="position",
        name=Text("顺序", "Position"),
        holds=Text("0到999的整数，小的在前", "0 to 999, the smallest first"),
        example=c.alike("1"),
        reads=c.whole_number(999),
        default="999",
        width=8,
    ),
    MARK_COLUMN,
)


@cache
def _catalogue() -> frozenset[str]:
    with (_DATA / "departments.tsv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["code"] for row in csv.DictReader(file, delimiter="\t"))


class Departments:
    columns: Sequence[Column] = COLUMNS
    key = "slug"
    title = Text("科室", "Departments")

    def known(self, house: House) -> Mapping[str, Known]:
        del house
        return {d.slug: Known(d.slug, _values(d)) for d in Department.objects.order_by("position")}

    def hold(self, lines: Sequence[Line], house: House) -> Mapping[str, Known]:
        held = Department.objects.select_for_update().filter(pk__in=[line.key for line in lines])
        list(held.order_by("pk").values_list("pk"))
        return self.known(house)

    def named(self, values: Values) -> Text:
        return Text(values["name_zh"], values["name_en"])

    def completed(self, values: Values) -> Values:
        return dict(values)

    def faults(
        self, lines: Sequence[Line], house: House, at: datetime
    ) -> list[tuple[Line, str, Text, Text]]:
        del house, at
        return [
            (line, "codes", *_UNKNOWN)
            for line in lines
            if set(filter(None, line.values["codes"].split(","))) - _catalogue()
        ]

    def write(self, viewer: Viewer, plan: Plan, house: House, at: datetime) -> None:
        del house
        for line in (*plan.new, *plan.changed):
            Department.objects.update_or_create(
                slug=line.key, defaults={**_row(line.values), "edited_at": at}
            )
            note(
                viewer,
                "people.change_department" if line.before else "people.open_department",
                thing="department",
                thing_id=line.key,
                before=_row(line.before.values) if line.before else None,
                after=_row(line.values),
            )
        transaction.on_commit(forget_departments)


def _values(d: Department) -> Values:
    return {
        "slug": d.slug,
        "name_zh": d.name_zh,
        "name_en": d.name_en,
        "codes": ",".join(d.codes),
        "aliases": ",".join(d.aliases),
        "position": str(d.position),
    }


def _row(values: Values) -> dict[str, object]:
    return {
        "name_zh": values["name_zh"],
        "name_en": values["name_en"],
        "codes": [code for code in values["codes"].split(",") if code],
        "aliases": [word for word in values["aliases"].split(",") if word],
        "position": int(values["position"] or 0),
    }


_UNKNOWN = (
    Text("有代码不在诊疗科目名录中。", "A code is not in the official catalogue."),
    Text(
        "请按名录填写，如“03.01”；单元格请设为文本格式。",
        "Please use codes as 03.01, in cells formatted as text.",
    ),
)
