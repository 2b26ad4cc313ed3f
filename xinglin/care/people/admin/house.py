"""The institution itself, and its departments."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from xinglin.care.people import rules
from xinglin.care.people.models import Department, Institution
from xinglin.care.people.queries.setup import known_places
from xinglin.care.people.services.master import PERMISSION, edit_department
from xinglin.care.people.services.setup import describe_hospital, open_departments
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.desks.services import Desk, DeskForm, label, said
from xinglin.kernel.text import Text


class InstitutionForm(DeskForm):
    jurisdiction = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    grade = forms.ChoiceField(widget=UnfoldAdminSelectWidget, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["jurisdiction"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (code, said(name)) for code, name in known_places().items()
        ]
        self.fields["grade"].choices = [  # type: ignore[attr-defined]  # the same
            ("", "—"),
            *((code, said(name)) for code, name in rules.GRADES.items()),
        ]

    class Meta:
        model = Institution
        fields = ("name_zh", "name_en", "grade", "jurisdiction", "licence_number", "licence_until")


class InstitutionDesk(Desk):
    model = Institution
    thing = "institution"
    permission = PERMISSION
    names = (Text("医疗机构", "Institution"), Text("医疗机构", "Institutions"))
    labels = {
        "name_zh": Text("中文名称", "Name in Chinese"),
        "name_en": Text("英文名称", "Name in English"),
        "grade": Text("等级", "Grade"),
        "jurisdiction": Text("适用规定所在地", "Place whose rules bind"),
        "licence_number": Text("许可证号", "Licence number"),
        "licence_until": Text("许可证失效时间", "Licence no longer valid from"),
        "opened_at": Text("对患者开放时间", "Open to patients since"),
    }
    form = InstitutionForm
    list_display = ("named", "in_english", "licence", "until")
    fields = (
        "name_zh",
        "name_en",
        "grade",
        "jurisdiction",
        "licence_number",
        "licence_until",
        "seen",
    )

    def of_house(self, rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return rows.filter(pk=viewer.institution_id)

    def field_of(self, name: str) -> str:
        return "jurisdiction" if name == "place" else name

    def keep(self, viewer: Viewer, row: Any, values: dict[str, Any]) -> None:
        del row
        describe_hospital(
            viewer,
            name=(values["name_zh"], values["name_en"]),
            licence_number=values["licence_number"],
            licence_until=values["licence_until"],
            grade=values["grade"],
            place=values["jurisdiction"],
        )

    @admin.display(description=label("中文名称", "Name in Chinese"), ordering="name_zh")
    def named(self, row: Institution) -> str:
        return row.name_zh

    @admin.display(description=label("英文名称", "Name in English"))
    def in_english(self, row: Institution) -> str:
        return row.name_en

    @admin.display(description=label("许可证号", "Licence number"))
    def licence(self, row: Institution) -> str:
        return row.licence_number

    @admin.display(description=label("许可证失效时间", "Licence no longer valid from"))
    def until(self, row: Institution) -> Any:
        return row.licence_until


class DepartmentForm(DeskForm):
    open = forms.BooleanField(required=False, widget=UnfoldBooleanSwitchWidget)
    words = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}), required=False, max_length=4000
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].initial = "\n".join(self.instance.aliases)
        self.fields["open"].initial = self.instance.closed_at is None

    class Meta:
        model = Department
        fields = ("name_zh", "name_en", "position")


class DepartmentDesk(Desk):
    model = Department
    thing = "department"
    permission = PERMISSION
    names = (Text("科室", "Department"), Text("科室", "Departments"))
    labels = {
        "name_zh": Text("中文名称", "Name in Chinese"),
        "name_en": Text("英文名称", "Name in English"),
        "position": Text("顺序", "Place in the list"),
        "words": Text("患者常用的说法", "Words that patients use"),
        "aliases": Text("患者常用的说法", "Words that patients use"),
        "open": Text("开设", "Open"),
    }
    hints = {
        "words": Text("每行一个。", "One a line."),
        "open": Text(
            "关闭后不再有新问诊；等待中的仍会有人接诊，旧病历中的科室名称不变。",
            "Closed, it takes no new visits; those that wait are still taken, and old records keep"
            " its name.",
        ),
    }
    form = DepartmentForm
    fields = ("name_zh", "name_en", "position", "words", "open", "seen")
    list_display = ("named", "in_english", "catalogue", "state", "position_shown")
    search_fields = ("name_zh", "name_en", "slug")
    ordering = ("position",)

    def of_house(self, rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        del viewer
        return rows

    def field_of(self, name: str) -> str:
        return "open" if name == "departments" else name

    def keep(self, viewer: Viewer, row: Any, values: dict[str, Any]) -> None:
        words = [line.strip() for line in values["words"].splitlines()]
        edit_department(
            viewer,
            row.pk,
            {
                "name_zh": values["name_zh"],
                "name_en": values["name_en"],
                "position": values["position"],
                "aliases": [word for word in dict.fromkeys(words) if word],
            },
        )
        if values["open"] != (row.closed_at is None):
            # Not of `queries.departments`, which may be some seconds old: it would undo another's.
            others = Department.objects.filter(closed_at=None).exclude(pk=row.pk)
            slugs = set(others.values_list("pk", flat=True))
            open_departments(viewer, slugs | ({row.pk} if values["open"] else set()))

    @admin.display(description=label("中文名称", "Name in Chinese"), ordering="name_zh")
    def named(self, row: Department) -> str:
        return row.name_zh

    @admin.display(description=label("英文名称", "Name in English"), ordering="name_en")
    def in_english(self, row: Department) -> str:
        return row.name_en

    @admin.display(description=label("目录代码", "Codes of the catalogue"))
    def catalogue(self, row: Department) -> str:
        return ", ".join(row.codes)

    @admin.display(description=label("开设", "Open"), boolean=True)
    def state(self, row: Department) -> bool:
        return row.closed_at is None

    @admin.display(description=label("顺序", "Place in the list"), ordering="position")
    def position_shown(self, row: Department) -> int:
        return row.position
