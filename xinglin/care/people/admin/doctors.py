"""Doctors, and the licences by which they work here. No medicine, and no patient."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget

from xinglin.care.people import queries, rules
from xinglin.care.people.models import Licence, Practitioner
from xinglin.care.people.services.master import (
    DOCTOR_FIELDS,
    PERMISSION,
    edit_doctor,
    end_licence,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.desks.services import Desk, DeskForm, label, mark, said
from xinglin.kernel.text import Text

_DEPARTMENTS = Text("科室", "Departments")


def _departments() -> list[tuple[str, str]]:
    return [(each.slug, said(each.name)) for each in queries.departments()]


class PractitionerForm(DeskForm):
    title_code = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    hospital_grade = forms.ChoiceField(widget=UnfoldAdminSelectWidget, required=False)
    own_department = forms.ChoiceField(widget=UnfoldAdminSelectWidget)
    languages = forms.MultipleChoiceField(
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 6}), required=False
    )
    also_serves = forms.MultipleChoiceField(
        widget=UnfoldAdminSelectMultipleWidget(attrs={"size": 6}), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = list(queries.practitioner(self.instance.pk).departments)
        known = _departments()
        # A department that has closed meanwhile stays to be chosen, for whoever served in it.
        gone = [slug for slug in served if slug not in dict(known)]
        known += [(slug, said(queries.department(slug).name)) for slug in gone]
        choices: dict[str, Any] = {
            "title_code": [(code, said(name)) for code, name in queries.titles().items()],
            "hospital_grade": [("", "—"), *((c, said(n)) for c, n in rules.GRADES.items())],
            "languages": [(code, said(name)) for code, name in queries.languages().items()],
            "own_department": known,
            "also_serves": known,
        }
        for name, found in choices.items():
            self.fields[name].choices = found  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["own_department"].initial = served[0] if served else None
        self.fields["also_serves"].initial = served[1:]

    class Meta:
        model = Practitioner
        fields = DOCTOR_FIELDS


class PractitionerDesk(Desk):
    model = Practitioner
    thing = "practitioner"
    permission = PERMISSION
    names = (Text("医生", "Doctor"), Text("医生", "Doctors"))
    labels = {
        "name_zh": Text("中文姓名", "Name in Chinese"),
        "name_en": Text("英文姓名", "Name in English"),
        "title_code": Text("职称", "Title"),
        "good_at_zh": Text("擅长（中文）", "Good at (Chinese)"),
        "good_at_en": Text("擅长（英文）", "Good at (English)"),
        "hospital_zh": Text("主要执业机构（中文）", "Main hospital (Chinese)"),
        "hospital_en": Text("主要执业机构（英文）", "Main hospital (English)"),
        "hospital_grade": Text("主要执业机构等级", "Its grade"),
        "languages": Text("会说的语言", "Languages spoken"),
        "full_time": Text("全职", "Full-time"),
        "independent_since": Text("独立执业开始日", "Independent practice since"),
        "institution_consented": Text("第一执业机构已同意", "Registered institution has consented"),
        "own_department": Text("本科室", "Own department"),
        "also_serves": Text("也接诊的科室", "Also serves"),
        "departments": _DEPARTMENTS,
    }
    hints = {
        "languages": Text(
            "用所选语言接诊患者。不选表示未说明：按只会说本院工作语言对待，不会派给要求其他语言的患者。",
            "Those in which the doctor sees patients. None chosen means not said: such a doctor is"
            " taken to speak the language of the house only, and is not given patients who ask for"
            " another.",
        )
    }
    form = PractitionerForm
    fields = (
        ("name_zh", "name_en"),
        "title_code",
        ("own_department", "also_serves"),
        ("good_at_zh", "good_at_en"),
        ("hospital_zh", "hospital_en"),
        "hospital_grade",
        "languages",
        "independent_since",
        ("full_time", "institution_consented"),
        "seen",
    )
    list_display = ("named", "in_english", "title", "served", "works")
    search_fields = ("name_zh", "name_en", "user__username")
    ordering = ("name_zh", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("user").prefetch_related("departments__department")

    def mark(self, row: Any) -> str:
        return mark(row, queries.practitioner(row.pk).departments)

    def field_of(self, name: str) -> str:
        return "own_department" if name == "departments" else name

    def keep(self, viewer: Viewer, row: Any, values: dict[str, Any]) -> None:
        own = values["own_department"]
        edit_doctor(
            viewer,
            row.pk,
            {field: values[field] for field in DOCTOR_FIELDS},
            departments=[own, *(slug for slug in values["also_serves"] if slug != own)],
        )

    @admin.display(description=label("中文姓名", "Name in Chinese"), ordering="name_zh")
    def named(self, row: Practitioner) -> str:
        return row.name_zh

    @admin.display(description=label("英文姓名", "Name in English"), ordering="name_en")
    def in_english(self, row: Practitioner) -> str:
        return row.name_en

    @admin.display(description=label("职称", "Title"), ordering="title_code")
    def title(self, row: Practitioner) -> str:
        return said(queries.titles()[row.title_code])

    @admin.display(description=label("科室", "Departments"))
    def served(self, row: Practitioner) -> str:
        found = sorted(row.departments.all(), key=lambda each: (each.fit, each.pk))
        return ", ".join(
            said(Text(each.department.name_zh, each.department.name_en)) for each in found
        )

    @admin.display(description=label("可登录且未停诊", "Works"), boolean=True)
    def works(self, row: Practitioner) -> bool:
        return row.user.is_active and row.suspended_at is None


class LicenceForm(DeskForm):
    class Meta:
        model = Licence
        fields = ("number", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_until"].required = self.instance.valid_until is not None


class LicenceDesk(Desk):
    model = Licence
    thing = "licence"
    permission = PERMISSION
    names = (Text("执业证书", "Licence"), Text("执业证书", "Licences"))
    labels = {
        "number": Text("证书编号", "Number"),
        "valid_until": Text("失效时间", "No longer valid from"),
    }
    hints = {
        "valid_until": Text(
            "只能提前终止：医生随即不再接到新问诊。延长须经资质审核，由两人核对材料。",
            "It can only end earlier, and the doctor then gets no new visits. To extend it, two"
            " people check the papers.",
        )
    }
    form = LicenceForm
    fields = ("number", "valid_until", "seen")
    list_display = ("doctor", "number_shown", "begins", "ends", "registered", "filed")
    search_fields = ("number", "practitioner__name_zh", "practitioner__name_en")
    ordering = ("valid_until", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("practitioner")

    def name_of(self, row: Any) -> str:
        return f"{self.doctor(row)} · {row.number}"

    def keep(self, viewer: Viewer, row: Any, values: dict[str, Any]) -> None:
        end_licence(viewer, row.pk, valid_until=values["valid_until"], number=values["number"])

    @admin.display(description=label("医生", "Doctor"), ordering="practitioner__name_zh")
    def doctor(self, row: Licence) -> str:
        return said(Text(row.practitioner.name_zh, row.practitioner.name_en))

    @admin.display(description=label("证书编号", "Number"), ordering="number")
    def number_shown(self, row: Licence) -> str:
        return row.number

    @admin.display(description=label("生效日", "Valid from"), ordering="valid_from")
    def begins(self, row: Licence) -> Any:
        return row.valid_from

    @admin.display(description=label("失效时间", "No longer valid from"), ordering="valid_until")
    def ends(self, row: Licence) -> Any:
        return row.valid_until

    @admin.display(description=label("注册在本院", "Registered here"), boolean=True)
    def registered(self, row: Licence) -> bool:
        return row.registered_here

    @admin.display(description=label("多机构备案", "Multi-site filed"), boolean=True)
    def filed(self, row: Licence) -> bool:
        return row.multi_site_filed
