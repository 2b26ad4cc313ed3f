"""The first administrator's way through an empty hospital."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from xinglin.care.people import queries, rules, services
from xinglin.care.people.queries import setup
from xinglin.care.people.services.employ import Employment, LicencePaper
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()
_FIRST_YEAR = 1920
Name = Annotated[str, Field(max_length=160)]
Word = Annotated[str, Field(max_length=64)]


class WordsOut(Out):
    zh: str
    en: str


class StepOut(Out):
    """`must`: the hospital does not open without it."""

    name: str
    done: bool
    must: bool
    count: int


class HouseOut(Out):
    name_zh: str
    name_en: str
    licence_number: str
    licence_until: datetime | None
    grade: str
    place: str
    named: bool


class DepartmentChoiceOut(Out):
    slug: str
    name: WordsOut
    open: bool


class ChoiceOut(Out):
    code: str
    name: WordsOut


class SetupOut(Out):
    """`complete`: the page is no longer needed. `ready`: nothing that must be there is missing."""

    steps: list[StepOut]
    complete: bool
    ready: bool
    opened_at: datetime | None
    hospital: HouseOut
    departments: list[DepartmentChoiceOut]
    places: list[ChoiceOut]
    grades: list[ChoiceOut]
    titles: list[ChoiceOut]


class DoctorLinkOut(Out):
    """`path` is told this once: a secret of one person."""

    account_id: UUID
    path: str
    expires_at: datetime


class HospitalIn(In):
    name_zh: Name
    name_en: Name
    licence_number: Word
    licence_until: AwareDatetime | None = None
    grade: Annotated[str, Field(max_length=16)] = ""
    place: Annotated[str, Field(max_length=16)]


class DepartmentsIn(In):
    departments: Annotated[list[Word], Field(max_length=100)]


class MarkIn(In):
    step: Literal["consent", "first_visit", "staff"]


class DoctorIn(In):
    """`licence_until`: the first day on which it no longer holds."""

    username: Annotated[str, Field(max_length=60)]
    name_zh: Annotated[str, Field(max_length=60)]
    name_en: Annotated[str, Field(max_length=80)]
    title: Annotated[str, Field(max_length=8)]
    departments: Annotated[list[Word], Field(max_length=10)]
    licence_number: Word
    licence_from: date
    licence_until: AwareDatetime | None = None
    independent_since: date
    registered_here: bool = True
    multi_site_filed: bool = False


def _choices(table: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"code": code, "name": name} for code, name in table.items()]


@router.get("/setup", response=SetupOut, operation_id="read_setup")
@requires("people.set_up_hospital")
def read_setup(request: HttpRequest) -> dict[str, Any]:
    """What stands and what is missing before patients may come."""
    viewer = viewer_of(request)
    found, house = setup.checklist(viewer), setup.own_institution(viewer)
    named = (house.name_zh, house.name_en) != (setup.UNNAMED.zh, setup.UNNAMED.en)
    return {
        "steps": found.steps,
        "complete": found.complete,
        "ready": found.ready,
        "opened_at": found.opened_at,
        "hospital": {
            "name_zh": house.name_zh,
            "name_en": house.name_en,
            "licence_number": house.licence_number,
            "licence_until": house.licence_until,
            "grade": house.grade,
            "place": house.jurisdiction,
            "named": named,
        },
        "departments": [
            {
                "slug": d.slug,
                "name": {"zh": d.name_zh, "en": d.name_en},
                "open": d.closed_at is None,
            }
            for d in setup.all_departments()
        ],
        "places": _choices(setup.known_places()),
        "grades": _choices(rules.GRADES),
        "titles": _choices(queries.titles()),
    }


@router.put("/setup/hospital", response={204: None}, operation_id="describe_hospital")
@requires("people.set_up_hospital")
def describe_hospital(request: HttpRequest, form: HospitalIn) -> Status[None]:
    """Name and licence."""
    services.describe_hospital(
        viewer_of(request),
        name=(form.name_zh, form.name_en),
        licence_number=form.licence_number,
        licence_until=form.licence_until,
        grade=form.grade,
        place=form.place,
    )
    return Status(204, None)


@router.put("/setup/departments", response={204: None}, operation_id="open_departments")
@requires("people.set_up_hospital")
def open_departments(request: HttpRequest, form: DepartmentsIn) -> Status[None]:
    """These are open and no others."""
    services.open_departments(viewer_of(request), form.departments)
    return Status(204, None)


@router.post("/setup/marks", response={204: None}, operation_id="mark_setup_step")
@requires("people.set_up_hospital")
def mark_setup_step(request: HttpRequest, form: MarkIn) -> Status[None]:
    """A step that only a person can call done."""
    services.mark_step(viewer_of(request), form.step, at=clock.now())
    return Status(204, None)


@router.post("/setup/doctors", response={201: DoctorLinkOut}, operation_id="take_on_doctor")
@requires("people.set_up_hospital")
def take_on_doctor(request: HttpRequest, form: DoctorIn) -> Status[Any]:
    """One doctor by hand: the account with its link, and the employment."""
    made = services.take_on_doctor(
        viewer_of(request),
        username=form.username,
        employment=_employment(form),
        at=clock.now(),
    )
    return Status(201, made)


def _employment(form: DoctorIn) -> Employment:
    errors = [
        FieldError(field, Text("此项必填。", "This is required."))
        for field in ("name_zh", "name_en", "licence_number")
        if not getattr(form, field).replace("\x00", "").strip()
    ]
    errors += [
        FieldError(field, Text("日期不合理。", "This date makes no sense."))
        for field in ("licence_from", "licence_until", "independent_since")
        if (day := getattr(form, field)) and not _FIRST_YEAR <= day.year < rules.END_OF_DAYS.year
    ]
    if errors:
        raise Invalid(*errors)
    return Employment(
        name=Text(
            form.name_zh.replace("\x00", "").strip(), form.name_en.replace("\x00", "").strip()
        ),
        title_code=form.title,
        departments=tuple(form.departments),
        licence=LicencePaper(
            number=form.licence_number.replace("\x00", "").strip(),
            valid_from=form.licence_from,
            valid_until=form.licence_until,
            registered_here=form.registered_here,
            multi_site_filed=form.multi_site_filed,
        ),
        independent_since=form.independent_since,
        full_time=form.registered_here,
        # Of nobody else's consent is anything said here (R14): its paper is shown in an application.
        institution_consented=form.registered_here,
        synthetic=settings.DEMO,
    )


@router.post("/setup/open", response={204: None}, operation_id="open_hospital")
@requires("people.set_up_hospital")
def open_hospital(request: HttpRequest) -> Status[None]:
    """Patients may come from now on."""
    services.open_hospital(viewer_of(request), at=clock.now())
    return Status(204, None)
