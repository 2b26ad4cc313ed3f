"""A doctor's own application and licences over HTTP (A06)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Router, Status
from pydantic import Field

from xinglin.care.people import queries, rules, services
from xinglin.care.people.papers import ApplicationView, CredentialForm
from xinglin.foundation.accounts.services import requires, signed_in, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 12, 31))]
Short = Annotated[str, Field(max_length=64)]
Name = Annotated[str, Field(max_length=120)]


class FormIn(In):
    """A draft may lack anything. Dates are the last or first day on which something holds."""

    name_zh: Short = ""
    name_en: Name = ""
    title_code: Annotated[str, Field(max_length=8)] = ""
    departments: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=5)] = []
    certificate_number: Short = ""
    licence_number: Short = ""
    licence_from: Day | None = None
    licence_until: Day | None = None
    registered_place: Name = ""
    registered_here: bool = False
    multi_site_filed: bool = False
    filing_number: Short = ""
    filed_until: Day | None = None
    hospital_zh: Name = ""
    hospital_en: Name = ""
    hospital_grade: Annotated[str, Field(max_length=16)] = ""
    hospital_consented: bool = False
    independent_since: Day | None = None
    full_time: bool = False
    good_at: Annotated[str, Field(max_length=500)] = ""


class EvidenceIn(In):
    file_id: UUID
    kind: Annotated[str, Field(max_length=32)]


class SaveIn(In):
    """`id_number`: null leaves it as it was. `revision`: of the application as it was read."""

    revision: Annotated[int, Field(ge=0, lt=2**31)]
    form: FormIn
    id_number: Annotated[str, Field(max_length=40)] | None = None
    files: Annotated[list[EvidenceIn], Field(max_length=50)] = []


class BeginIn(In):
    """`institution_id`: null for the house itself, or the doctor's own."""

    institution_id: UUID | None = None


class RevisionIn(In):
    revision: Annotated[int, Field(ge=0, lt=2**31)]


class FormOut(Out):
    name_zh: str
    name_en: str
    title_code: str
    departments: list[str]
    certificate_number: str
    licence_number: str
    licence_from: date | None
    licence_until: date | None
    registered_place: str
    registered_here: bool
    multi_site_filed: bool
    filing_number: str
    filed_until: date | None
    hospital_zh: str
    hospital_en: str
    hospital_grade: str
    hospital_consented: bool
    independent_since: date | None
    full_time: bool
    good_at: str


class EvidenceOut(Out):
    file_id: UUID
    kind: str
    file_kind: str
    name: str
    sha256: str


class FieldOut(Out):
    field: str
    text: Text


class ObjectionOut(Out):
    rule_id: str
    source: str
    text: Text
    instead: Text


class DifferenceOut(Out):
    field: str
    before: Any
    after: Any


class StepOut(Out):
    step: str
    text: Text
    at: datetime
    by: str
    reason: str
    evidence_hash: str


class ApplicationOut(Out):
    """`kind`: join or renewal. `may`: what the reader may do with it now."""

    id: UUID
    kind: str
    state: str
    since: datetime
    revision: int
    institution: Text
    form: FormOut
    id_number: str
    files: list[EvidenceOut]
    evidence_hash: str
    missing: list[FieldOut]
    objections: list[ObjectionOut]
    differences: list[DifferenceOut]
    steps: list[StepOut]
    may: list[str]
    due_at: datetime | None
    reason: str
    checked_by: str
    approved_by: str
    practitioner_id: UUID | None


class ApplicationsOut(Out):
    items: list[ApplicationOut]
    next: UUID | None = None


class TermOut(Out):
    code: str
    text: Text


class InstitutionOut(Out):
    id: UUID
    name: Text


class TermsOut(Out):
    """What an application chooses from. `needed`: kinds of evidence that nobody goes without."""

    titles: list[TermOut]
    departments: list[TermOut]
    grades: list[TermOut]
    evidence: list[TermOut]
    needed: list[str]
    needed_elsewhere: list[str]
    institutions: list[InstitutionOut]
    most_files: int


class LicenceOut(Out):
    """`state`: holds, ending, ended, not_begun or suspended. `ends_at`: null: no end."""

    id: UUID
    practitioner_id: UUID
    doctor: Text
    institution: Text
    number: str
    valid_from: date
    valid_until: datetime | None
    registered_here: bool
    multi_site_filed: bool
    filing_number: str
    filed_until: datetime | None
    ends_at: datetime | None
    days_left: int | None
    state: str
    suspended_for: str


class LicencesOut(Out):
    items: list[LicenceOut]
    next: UUID | None = None


def _terms(table: dict[str, Text]) -> list[dict[str, Any]]:
    return [{"code": code, "text": text} for code, text in table.items()]


@router.get(
    "/application-terms",
    response=TermsOut,
    operation_id="list_application_terms",
    summary="Titles, departments, kinds of evidence and institutions to choose from",
)
@signed_in
def list_application_terms(request: HttpRequest) -> dict[str, Any]:
    del request
    return {
        "titles": _terms(queries.titles()),
        "departments": [{"code": d.slug, "text": d.name} for d in queries.departments()],
        "grades": _terms(rules.GRADES),
        "evidence": _terms(rules.EVIDENCE),
        "needed": rules.evidence_needed(registered_here=True),
        "needed_elsewhere": rules.evidence_needed(registered_here=False),
        "institutions": queries.institutions(),
        "most_files": rules.MOST_EVIDENCE,
    }


@router.get(
    "/applications",
    response=ApplicationsOut,
    operation_id="list_own_applications",
    summary="The viewer's own applications to work here, newest first",
)
@requires("people.apply_as_doctor")
def list_own_applications(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries.own_applications(viewer_of(request), clock.now())}


@router.post(
    "/applications",
    response={201: ApplicationOut},
    operation_id="begin_application",
    summary="Begin a draft; who has an open one gets that one",
)
@requires("people.apply_as_doctor")
def begin_application(request: HttpRequest, form: BeginIn) -> Status[Any]:
    viewer, at = viewer_of(request), clock.now()
    begun = services.begin_application(viewer, institution_id=form.institution_id, at=at)
    return Status(201, queries.own_application(viewer, begun, at))


@router.get(
    "/applications/{application_id}",
    response=ApplicationOut,
    operation_id="read_own_application",
    summary="One of the viewer's own, with what is missing and what became of it",
)
@requires("people.apply_as_doctor")
def read_own_application(request: HttpRequest, application_id: UUID) -> ApplicationView:
    return queries.own_application(viewer_of(request), application_id, clock.now())


@router.put(
    "/applications/{application_id}",
    response=ApplicationOut,
    operation_id="save_application",
    summary="Keep what is written; what was checked is to be checked anew",
)
@requires("people.apply_as_doctor")
def save_application(request: HttpRequest, application_id: UUID, form: SaveIn) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    told = form.form.model_dump()
    services.save_application(
        viewer,
        application_id,
        form=CredentialForm(**told | {"departments": tuple(told["departments"])}),
        id_number=form.id_number,
        evidence=[(each.file_id, each.kind) for each in form.files],
        revision=form.revision,
        at=at,
    )
    return queries.own_application(viewer, application_id, at)


@router.post(
    "/applications/{application_id}/submit",
    response=ApplicationOut,
    operation_id="submit_application",
    summary="Hand in what is complete",
)
@requires("people.apply_as_doctor")
def submit_application(
    request: HttpRequest, application_id: UUID, form: RevisionIn
) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    services.submit_application(viewer, application_id, revision=form.revision, at=at)
    return queries.own_application(viewer, application_id, at)


@router.post(
    "/applications/{application_id}/withdraw",
    response=ApplicationOut,
    operation_id="withdraw_application",
    summary="Take it back; a new one may be begun",
)
@requires("people.apply_as_doctor")
def withdraw_application(request: HttpRequest, application_id: UUID) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    services.withdraw_application(viewer, application_id, at=at)
    return queries.own_application(viewer, application_id, at)


@router.get(
    "/applications/{application_id}/files/{file_id}",
    response={302: None},
    operation_id="see_own_evidence",
    summary="A file of the own application, by a link that is good for a minute",
)
@requires("people.apply_as_doctor")
def see_own_evidence(
    request: HttpRequest,
    application_id: UUID,
    file_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    return to_file(queries.own_file_of(viewer_of(request), application_id, file_id), size)


def to_file(file_id: UUID, size: Literal["thumb", "full"]) -> HttpResponse:
    answer = HttpResponseRedirect(link(file_id, size))
    answer["Cache-Control"] = "no-store"
    return answer


@router.get(
    "/licences",
    response=LicencesOut,
    operation_id="list_own_licences",
    summary="The doctor's own licences, what ends first at the top",
)
@requires("people.read_own_licences")
def list_own_licences(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries.own_licences(viewer_of(request), clock.now())}
