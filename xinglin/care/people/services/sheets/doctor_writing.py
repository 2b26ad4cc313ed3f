"""Doctors of a sheet become rows: as `employ_doctor` makes them, hundreds in a statement."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings

from xinglin.care.people import events
from xinglin.care.people.languages import in_order
from xinglin.care.people.models import Licence, Practitioner, PractitionerDepartment
from xinglin.care.people.services.employing import Employment, LicencePaper
from xinglin.foundation.accounts import services as account_services
from xinglin.foundation.accounts.types import NewStaff, Viewer
from xinglin.foundation.audit.services import record_each
from xinglin.foundation.changes.services import note_each
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.sheets.services.plans import Line, Values
from xinglin.foundation.sheets.types import House
from xinglin.kernel import ids
from xinglin.kernel.text import Text
from xinglin.policy.rules import day_begins

_AT_ONCE = 500
_DAY = timedelta(days=1)


def employment_of(values: Values, place: str) -> Employment:
    until = values["licence_until"]
    hospital, good_at = values["hospital_zh"], values["good_at_zh"]
    return Employment(
        name=Text(values["name_zh"], values["name_en"]),
        title_code=values["title"],
        departments=tuple(filter(None, values["departments"].split(","))),
        licence=LicencePaper(
            number=values["licence_number"],
            valid_from=date.fromisoformat(values["licence_from"]),
            valid_until=day_begins(date.fromisoformat(until) + _DAY, place) if until else None,
            registered_here=values["registered_here"] == "1",
            multi_site_filed=values["multi_site_filed"] == "1",
        ),
        independent_since=date.fromisoformat(values["independent_since"]),
        hospital=Text(hospital, values["hospital_en"] or hospital) if hospital else None,
        hospital_grade=values["hospital_grade"],
        good_at=Text(good_at, values["good_at_en"] or good_at) if good_at else None,
        languages=tuple(filter(None, values["languages"].split(","))),
        full_time=values["full_time"] == "1",
        institution_consented=values["consented"] == "1",
    )


def employ_all(viewer: Viewer, lines: Sequence[Line], house: House) -> None:
    employments = [employment_of(line.values, house.place) for line in lines]
    users = account_services.create_staff_without_password(
        [
            NewStaff(username=line.values["username"], display_name=line.values["name_zh"])
            for line in lines
        ],
        role="doctor",
        institution_id=house.id,
    )
    doctors = [
        Practitioner(
            id=ids.new(),
            user_id=user,
            institution_id=house.id,
            synthetic=settings.DEMO,
            **_told(employment),
        )
        for user, employment in zip(users, employments, strict=True)
    ]
    Practitioner.objects.bulk_create(doctors, batch_size=_AT_ONCE)
    made = [doctor.pk for doctor in doctors]
    _serve(made, employments)
    Licence.objects.bulk_create(
        [
            Licence(
                practitioner_id=doctor,
                institution_id=house.id,
                number=employment.licence.number,
                **_dated(employment),
            )
            for doctor, employment in zip(made, employments, strict=True)
        ],
        batch_size=_AT_ONCE,
    )
    each = dict.fromkeys(made)
    record_each(viewer, "people.employ_doctor", each, thing="practitioner", purpose="employment")
    for some in _pieces(made):
        outbox.emit(events.DoctorsEmployed(audience=(), practitioner_ids=some))


def change_all(viewer: Viewer, lines: Sequence[Line], house: House) -> None:
    if not lines:
        return
    known = [line.before.id for line in lines if line.before]
    employments = [employment_of(line.values, house.place) for line in lines]
    doctors = [
        Practitioner(id=doctor, **_told(employment))
        for (doctor, _, _), employment in zip(known, employments, strict=True)
    ]
    Practitioner.objects.bulk_update(doctors, sorted(_told(employments[0])), batch_size=_AT_ONCE)
    licences = [
        Licence(id=licence, **_dated(employment))
        for (_, licence, _), employment in zip(known, employments, strict=True)
    ]
    Licence.objects.bulk_update(licences, sorted(_dated(employments[0])), batch_size=_AT_ONCE)
    moved = [
        (doctor, employment)
        for line, (doctor, _, _), employment in zip(lines, known, employments, strict=True)
        if "departments" in line.differs
    ]
    PractitionerDepartment.objects.filter(practitioner__in=[doctor for doctor, _ in moved]).delete()
    _serve([doctor for doctor, _ in moved], [employment for _, employment in moved])
    account_services.rename_staff(
        {
            user: line.values["name_zh"]
            for line, (_, _, user) in zip(lines, known, strict=True)
            if "name_zh" in line.differs
        }
    )
    note_each(
        viewer,
        "people.change_doctor",
        {doctor: _differing(line) for line, (doctor, _, _) in zip(lines, known, strict=True)},
        thing="practitioner",
        purpose="employment",
    )
    for some in _pieces([doctor for doctor, _, _ in known]):
        outbox.emit(events.DoctorsChanged(audience=(), practitioner_ids=some))


def _differing(line: Line) -> tuple[Values, Values]:
    old = line.before.values if line.before else {}
    return (
        {key: old.get(key, "") for key in line.differs},
        {key: line.values[key] for key in line.differs},
    )


def _told(employment: Employment) -> dict[str, object]:
    hospital, good_at = employment.hospital, employment.good_at
    return {
        "name_zh": employment.name.zh,
        "name_en": employment.name.en,
        "title_code": employment.title_code,
        "good_at_zh": good_at.zh if good_at else "",
        "good_at_en": good_at.en if good_at else "",
        "hospital_zh": hospital.zh if hospital else "",
        "hospital_en": hospital.en if hospital else "",
        "hospital_grade": employment.hospital_grade,
        "languages": in_order(employment.languages),
        "full_time": employment.full_time,
        "independent_since": employment.independent_since,
        "institution_consented": employment.institution_consented,
    }


def _dated(employment: Employment) -> dict[str, object]:
    paper = employment.licence
    return {
        "valid_from": paper.valid_from,
        "valid_until": paper.valid_until,
        "registered_here": paper.registered_here,
        "multi_site_filed": paper.multi_site_filed,
    }


def _serve(doctors: Sequence[UUID], employments: Sequence[Employment]) -> None:
    PractitionerDepartment.objects.bulk_create(
        [
            PractitionerDepartment(
                practitioner_id=doctor, department_id=slug, fit=1 if n == 0 else 2
            )
            for doctor, employment in zip(doctors, employments, strict=True)
            for n, slug in enumerate(employment.departments)
        ],
        batch_size=4 * _AT_ONCE,
    )


def _pieces(doctors: Sequence[UUID]) -> Iterator[tuple[UUID, ...]]:
    for first in range(0, len(doctors), _AT_ONCE):
        yield tuple(doctors[first : first + _AT_ONCE])
