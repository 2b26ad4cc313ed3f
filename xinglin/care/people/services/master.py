"""Master data edited by hand in the back office: by services, each change with its history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xinglin.care.people import events, queries, rules
from xinglin.care.people.languages import in_order, unknown
from xinglin.care.people.models import (
    Department,
    Licence,
    Practitioner,
    PractitionerDepartment,
)
from xinglin.care.people.queries.hospital import forget_departments
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.changes.services import note
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.errors import FieldError, Invalid, NotFound
from xinglin.kernel.text import Text

PERMISSION = "people.edit_master_data"
DEPARTMENT_FIELDS = ("name_zh", "name_en", "aliases", "position")
DOCTOR_FIELDS = (
    "name_zh",
    "name_en",
    "title_code",
    "good_at_zh",
    "good_at_en",
    "hospital_zh",
    "hospital_en",
    "hospital_grade",
    "languages",
    "full_time",
    "independent_since",
    "institution_consented",
)
_EMPTY = Text("此项必填。", "This is required.")
_NO_DAY = Text("日期不合理。", "This date makes no sense.")
_BOTH = Text("请同时填写中文和英文，或都不填。", "Give both languages, or neither.")


@outbox.in_one_transaction()
def edit_department(viewer: Viewer, slug: str, values: Mapping[str, Any]) -> None:
    """Its names, words and place in the list; what this release ships no longer overwrites it.

    Args:
        values: of `DEPARTMENT_FIELDS`.
    Raises:
        NotFound, Invalid.
    """
    row = Department.objects.select_for_update().filter(pk=slug).first()
    if row is None:
        raise NotFound
    new = {field: values[field] for field in DEPARTMENT_FIELDS if field in values}
    _need(new, ("name_zh", "name_en"))
    old = {field: getattr(row, field) for field in new}
    if old == new:
        return
    Department.objects.filter(pk=slug).update(**new, edited_at=clock.now())
    note(viewer, "people.edit_department", thing="department", thing_id=slug, before=old, after=new)
    forget_departments()


@outbox.in_one_transaction()
def edit_doctor(
    viewer: Viewer, practitioner_id: UUID, values: Mapping[str, Any], *, departments: list[str]
) -> None:
    """What patients read of a doctor, and the departments; the own one first.

    Args:
        values: of `DOCTOR_FIELDS`.
    Raises:
        NotFound: not of the viewer's institution.
        Invalid.
    Emits: DoctorChanged.
    """
    row = Practitioner.objects.select_for_update().filter(pk=practitioner_id).first()
    if row is None or row.institution_id != viewer.institution_id:
        raise NotFound
    new: dict[str, Any] = {field: values[field] for field in DOCTOR_FIELDS if field in values}
    _check_doctor(new, departments)
    if "languages" in new:
        new["languages"] = in_order(new["languages"])
    old: dict[str, Any] = {field: getattr(row, field) for field in new}
    served = list(queries.practitioner(practitioner_id).departments)
    if old == new and served == departments:
        return
    Practitioner.objects.filter(pk=practitioner_id).update(**new)
    if served != departments:
        _serve(row, departments)
    note(
        viewer,
        "people.edit_doctor",
        thing="practitioner",
        thing_id=practitioner_id,
        before=old | {"departments": served},
        after=new | {"departments": departments},
    )
    outbox.emit(
        events.DoctorChanged(audience=(f"user:{row.user_id}",), practitioner_id=practitioner_id)
    )


def _check_doctor(new: Mapping[str, Any], departments: list[str]) -> None:
    _need(new, ("name_zh", "name_en"))
    errors: list[FieldError] = []
    if new.get("title_code") not in queries.titles():
        errors.append(
            FieldError("title_code", Text("没有这个医师职称。", "This is no title of a doctor."))
        )
    if (grade := new.get("hospital_grade")) and grade not in rules.GRADES:
        errors.append(
            FieldError("hospital_grade", Text("没有这个医院等级。", "There is no such grade."))
        )
    if (wrong := unknown(new.get("languages", ()), field="languages")) is not None:
        errors.append(wrong)
    for one, other in (("hospital_zh", "hospital_en"), ("good_at_zh", "good_at_en")):
        if bool(new.get(one)) != bool(new.get(other)):
            errors.append(FieldError(one, _BOTH))
    if not departments or len(set(departments)) < len(departments):
        errors.append(
            FieldError("departments", Text("至少一个科室，且不重复。", "One department at least."))
        )
    if errors:
        raise Invalid(*errors)


def _serve(doctor: Practitioner, departments: list[str]) -> None:
    PractitionerDepartment.objects.filter(practitioner=doctor).delete()
    PractitionerDepartment.objects.bulk_create(
        PractitionerDepartment(
            practitioner=doctor,
            department_id=queries.department(slug).slug,
            fit=1 if n == 0 else 2,
        )
        for n, slug in enumerate(departments)
    )


@outbox.in_one_transaction()
def end_licence(
    viewer: Viewer, licence_id: UUID, *, valid_until: datetime | None, number: str
) -> None:
    """A licence ends earlier than it says; longer validity goes through two people (A06).

    Raises:
        NotFound: not of the viewer's institution.
        Invalid: `valid_until` would make it longer.
    Emits: DoctorChanged.
    """
    row = (
        Licence.objects.select_for_update(of=("self",))
        .select_related("practitioner")
        .filter(pk=licence_id)
        .first()
    )
    if row is None or row.institution_id != viewer.institution_id:
        raise NotFound
    _need({"number": number}, ("number",))
    if valid_until is not None and valid_until >= rules.END_OF_DAYS:
        raise Invalid(FieldError("valid_until", _NO_DAY))
    if row.valid_until is not None and (valid_until is None or valid_until > row.valid_until):
        raise Invalid(
            FieldError(
                "valid_until",
                Text(
                    "此处只能提前终止；延长须经资质审核（两人）。",
                    "Here a licence only ends earlier; to extend it, two people check the papers.",
                ),
            )
        )
    old = {"valid_until": row.valid_until, "number": row.number}
    new = {"valid_until": valid_until, "number": number.strip()}
    if old == new:
        return
    Licence.objects.filter(pk=licence_id).update(**new)
    note(viewer, "people.end_licence", thing="licence", thing_id=licence_id, before=old, after=new)
    outbox.emit(
        events.DoctorChanged(
            audience=(f"user:{row.practitioner.user_id}",), practitioner_id=row.practitioner_id
        )
    )


def _need(values: Mapping[str, Any], fields: tuple[str, ...]) -> None:
    errors = [FieldError(f, _EMPTY) for f in fields if not str(values.get(f, "")).strip()]
    if errors:
        raise Invalid(*errors)
