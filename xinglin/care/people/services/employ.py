"""Founding an institution and employing a doctor: the operator's and the demo hospital's acts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from xinglin.care.people import queries
from xinglin.care.people.models import (
    Institution,
    Licence,
    Practitioner,
    PractitionerDepartment,
)
from xinglin.care.people.types import InstitutionCard, PractitionerCard
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class LicencePaper:
    """`valid_until`: the first moment at which it no longer holds."""

    number: str
    valid_from: date
    valid_until: datetime | None = None
    registered_here: bool = True
    multi_site_filed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """`departments`: slugs, the own one first. `hospital`: the main one of a part-time doctor."""

    name: Text
    title_code: str
    departments: tuple[str, ...]
    licence: LicencePaper
    independent_since: date
    hospital: Text | None = None
    good_at: Text | None = None
    full_time: bool = False
    institution_consented: bool = True
    synthetic: bool = False


def found_institution(
    *,
    code: str,
    name: Text,
    place: str = "cn",
    grade: str = "",
    licence_number: str = "",
    licence_until: datetime | None = None,
) -> InstitutionCard:
    """Founded again under its code, it is brought up to date."""
    found, _ = Institution.objects.update_or_create(
        code=code,
        defaults={
            "name_zh": name.zh,
            "name_en": name.en,
            "grade": grade,
            "jurisdiction": place,
            "licence_number": licence_number,
            "licence_until": licence_until,
        },
    )
    return queries.institution(found.pk)


@outbox.in_one_transaction()
def employ_doctor(
    viewer: Viewer, *, user_id: UUID, institution_id: UUID, employment: Employment
) -> PractitionerCard:
    """Make the account a practitioner of the institution, with one licence.

    Raises:
        NotFound: a department is not open.
        ValueError: the title is none of a doctor.
    """
    if employment.title_code not in queries.titles():
        raise ValueError(f"{employment.title_code} is no title of a doctor")
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
        full_time=employment.full_time,
        independent_since=employment.independent_since,
        institution_consented=employment.institution_consented,
        synthetic=employment.synthetic,
    )
    PractitionerDepartment.objects.bulk_create(
        PractitionerDepartment(
            practitioner=doctor, department_id=queries.department(slug).slug, fit=1 if n == 0 else 2
        )
        for n, slug in enumerate(employment.departments)
    )
    _licence(doctor, employment.licence)
    record(
        viewer,
        "people.employ_doctor",
        subject=None,
        thing="practitioner",
        thing_id=doctor.pk,
        purpose="employment",
    )
    return queries.practitioner(doctor.pk)


def _licence(doctor: Practitioner, paper: LicencePaper) -> None:
    Licence.objects.create(
        practitioner=doctor,
        institution_id=doctor.institution_id,
        number=paper.number,
        valid_from=paper.valid_from,
        valid_until=paper.valid_until,
        registered_here=paper.registered_here,
        multi_site_filed=paper.multi_site_filed,
    )
