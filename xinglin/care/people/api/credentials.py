"""The house's room for applications of doctors, over HTTP (A06)."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.care.people import queries, services
from xinglin.care.people.api.applications import ApplicationOut, LicencesOut, to_file
from xinglin.care.people.papers import ApplicationView
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()

State = Literal["submitted", "checked", "returned", "approved", "refused", "withdrawn", "lapsed"]


class ApplicationLineOut(Out):
    """`overdue`: longer than the house means to take. `mine`: checked, or made, by the reader."""

    id: UUID
    kind: str
    state: str
    since: datetime
    name: str
    title: Text | None
    departments: list[str]
    checked_by: str
    overdue: bool
    mine: bool


class ApplicationPageOut(Out):
    items: list[ApplicationLineOut]
    next: UUID | None


class AnswerIn(In):
    """`evidence_hash`: of the papers as they were read; when they have changed nothing is done."""

    evidence_hash: Annotated[str, Field(max_length=64)]


class ReasonIn(In):
    """Shown to whom it is about. The service says how long it must be."""

    reason: Annotated[str, Field(max_length=4000)]


@router.get(
    "/credentials",
    response=ApplicationPageOut,
    operation_id="list_applications",
    summary="Applications of doctors in one state, newest first",
)
@requires("people.read_credentials")
def list_applications(
    request: HttpRequest,
    state: State = "submitted",
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    items, after = queries.application_page(
        viewer_of(request), clock.now(), state=state, before=before, limit=limit
    )
    return {"items": items, "next": after}


@router.get(
    "/credentials/licences",
    response=LicencesOut,
    operation_id="list_licences",
    summary="Doctors' licences here, what ends first at the top",
)
@requires("people.read_credentials")
def list_licences(
    request: HttpRequest,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    items, last = queries.licence_page(viewer_of(request), clock.now(), after=after, limit=limit)
    return {"items": items, "next": last}


@router.get(
    "/credentials/{uuid:application_id}",
    response=ApplicationOut,
    operation_id="read_application",
    summary="An application with its papers; each reading is audited",
)
@requires("people.read_credentials")
def read_application(request: HttpRequest, application_id: UUID) -> ApplicationView:
    return services.open_application(viewer_of(request), application_id, clock.now())


@router.get(
    "/credentials/{uuid:application_id}/files/{uuid:file_id}",
    response={302: None},
    operation_id="see_evidence",
    summary="A file of an application, by a link that is good for a minute; audited",
)
@requires("people.read_credentials")
def see_evidence(
    request: HttpRequest,
    application_id: UUID,
    file_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    return to_file(services.open_evidence(viewer_of(request), application_id, file_id), size)


@router.post(
    "/credentials/{uuid:application_id}/check",
    response=ApplicationOut,
    operation_id="check_application",
    summary="The first answer: the papers agree",
)
@requires("people.check_credentials")
def check_application(
    request: HttpRequest, application_id: UUID, form: AnswerIn
) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    services.check_application(viewer, application_id, evidence_hash=form.evidence_hash, at=at)
    return services.open_application(viewer, application_id, at)


@router.post(
    "/credentials/{uuid:application_id}/approve",
    response=ApplicationOut,
    operation_id="approve_application",
    summary="The second answer, by somebody else: the doctor is employed",
)
@requires("people.approve_credentials")
def approve_application(
    request: HttpRequest, application_id: UUID, form: AnswerIn
) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    services.approve_application(viewer, application_id, evidence_hash=form.evidence_hash, at=at)
    return services.open_application(viewer, application_id, at)


@router.post(
    "/credentials/{uuid:application_id}/return",
    response=ApplicationOut,
    operation_id="return_application",
    summary="Back to the applicant, with reasons",
)
@requires("people.check_credentials")
def return_application(
    request: HttpRequest, application_id: UUID, form: ReasonIn
) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    services.return_application(viewer, application_id, reason=form.reason, at=at)
    return services.open_application(viewer, application_id, at)


@router.post(
    "/credentials/{uuid:application_id}/refuse",
    response=ApplicationOut,
    operation_id="refuse_application",
    summary="Refuse for good, with the reason",
)
@requires("people.check_credentials")
def refuse_application(
    request: HttpRequest, application_id: UUID, form: ReasonIn
) -> ApplicationView:
    viewer, at = viewer_of(request), clock.now()
    services.refuse_application(viewer, application_id, reason=form.reason, at=at)
    return services.open_application(viewer, application_id, at)


@router.post(
    "/practitioners/{uuid:practitioner_id}/suspend",
    response={204: None},
    operation_id="suspend_doctor",
    summary="The doctor sees nobody from now on; open visits go to others",
)
@requires("people.suspend_doctor")
def suspend_doctor(request: HttpRequest, practitioner_id: UUID, form: ReasonIn) -> Status[None]:
    viewer = viewer_of(request)
    services.suspend_doctor(viewer, practitioner_id, reason=form.reason, at=clock.now())
    return Status(204, None)


@router.post(
    "/practitioners/{uuid:practitioner_id}/reinstate",
    response={204: None},
    operation_id="reinstate_doctor",
    summary="The doctor may go on duty again",
)
@requires("people.suspend_doctor")
def reinstate_doctor(request: HttpRequest, practitioner_id: UUID, form: ReasonIn) -> Status[None]:
    viewer = viewer_of(request)
    services.reinstate_doctor(viewer, practitioner_id, reason=form.reason, at=clock.now())
    return Status(204, None)
