"""Founding an institution and employing a doctor: the operator's and the demo hospital's acts."""

from datetime import datetime
from uuid import UUID

from xinglin.care.people import events, queries
from xinglin.care.people.languages import in_order
from xinglin.care.people.models import (
    Institution,
    Licence,
    Practitioner,
    PractitionerDepartment,
)
from xinglin.care.people.services.employing import Employment, LicencePaper, faults
from xinglin.care.people.types import InstitutionCard, PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock
from xinglin.kernel.errors import Invalid
from xinglin.kernel.text import Text

__all__ = ["Employment", "LicencePaper", "employ_doctor", "found_institution"]


def found_institution(
    *,
    code: str,
    name: Text,
    place: str = "cn",
    grade: str = "",
    licence_number: str = "",
    licence_until: datetime | None = None,
    opened: bool = True,
) -> InstitutionCard:
    """Founded again under its code, it is brought up to date; it stays open or closed as it was.

    Args:
        opened: whether patients may come at once; else when `open_hospital` is called.
    """
    told = {
        "name_zh": name.zh,
        "name_en": name.en,
        "grade": grade,
        "jurisdiction": place,
        "licence_number": licence_number,
        "licence_until": licence_until,
    }
    found, _ = Institution.objects.update_or_create(
        code=code,
        defaults=told,
        create_defaults=told | {"opened_at": clock.now() if opened else None},
    )
    return queries.institution(found.pk)


@outbox.in_one_transaction()
def employ_doctor(
    viewer: Viewer, *, user_id: UUID, institution_id: UUID, employment: Employment
) -> PractitionerCard:
    """Make the account a practitioner of the institution, with one licence.

    Raises:
        NotFound: there is no such institution.
        Invalid: see `employing.faults`.
    Emits: DoctorEmployed.
    """
    wrong = faults(employment, place=queries.institution(institution_id).place)
    if wrong:
        raise Invalid(*wrong)
    doctor = Practitioner.objects.create(
        user_id=user_id,
        institution_id=institution_id,
        name_zh=employment.name.zh,
        name_en=employment.name.en,
        title_code=employment.title_code,
        good_at_zh=employment.good_at.zh if employment.good_at else "",
        good_at_en=employment.good_at.en if employment.good_at else "",
        hospital_zh=employment.hospital.zh if employment.hospital else "",
        hospital_en=employment.hospital.en if employment.hospital else "",
        hospital_grade=employment.hospital_grade,
        languages=in_order(employment.languages),
        full_time=employment.full_time,
        independent_since=employment.independent_since,
        institution_consented=employment.institution_consented,
        synthetic=employment.synthetic,
    )
    PractitionerDepartment.objects.bulk_create(
        PractitionerDepartment(practitioner=doctor, department_id=slug, fit=1 if n == 0 else 2)
        for n, slug in enumerate(employment.departments)
    )
    add_licence(doctor, doctor.institution_id, employment.licence)
    record(
        viewer,
        "people.employ_doctor",
        subject=None,
        thing="practitioner",
        thing_id=doctor.pk,
        purpose="employment",
    )
    outbox.emit(events.DoctorEmployed(audience=(), practitioner_id=doctor.pk))
    return queries.practitioner(doctor.pk)


@outbox.in_one_transaction()
def renew_doctor(
    viewer: Viewer, *, practitioner_id: UUID, institution_id: UUID, employment: Employment
) -> PractitionerCard:
    """Another licence, at this institution; title, years and hospital as the new papers say.

    Locks: the practitioner's row. Emits: DoctorChanged.
    """
    doctor = Practitioner.objects.select_for_update().get(pk=practitioner_id)
    doctor.title_code = employment.title_code
    doctor.independent_since = employment.independent_since
    doctor.institution_consented = employment.institution_consented
    if employment.hospital:
        doctor.hospital_zh, doctor.hospital_en = employment.hospital.zh, employment.hospital.en
        doctor.hospital_grade = employment.hospital_grade
    doctor.save()
    add_licence(doctor, institution_id, employment.licence)
    record(
        viewer,
        "people.renew_doctor",
        subject=None,
        thing="practitioner",
        thing_id=doctor.pk,
        purpose="employment",
    )
    outbox.emit(
        events.DoctorChanged(audience=(f"user:{doctor.user_id}",), practitioner_id=doctor.pk)
    )
    return queries.practitioner(doctor.pk)


def add_licence(doctor: Practitioner, institution_id: UUID, paper: LicencePaper) -> Licence:
    return Licence.objects.create(
        practitioner=doctor,
        institution_id=institution_id,
        number=paper.number,
        valid_from=paper.valid_from,
        valid_until=paper.valid_until,
        registered_here=paper.registered_here,
        multi_site_filed=paper.multi_site_filed,
        filing_number=paper.filing_number,
        filed_until=paper.filed_until,
        application_id=paper.application_id,
    )
