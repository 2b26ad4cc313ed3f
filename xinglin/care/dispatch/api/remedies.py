"""What operators do about a visit or a doctor, over HTTP; and the monitor of abnormal events."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.api.board import CourseOut, DepartmentRef, DoctorRefOut, Rows, Slug
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()
Code = Annotated[str, Field(max_length=32)]
Note = Annotated[str, Field(max_length=2000)]
Kind = Literal[
    "",
    "offer_lapsed",
    "first_reply_late",
    "reply_late",
    "record_unsigned",
    "no_doctor",
    "refusals_in_a_row",
    "crisis_told",
    "site_silent",
]


class ReminderIn(In):
    whom: Annotated[str, Field(max_length=16)]


class RemedyIn(In):
    """`seen`: the newest step of the visit that the operator saw; a newer one refuses the act."""

    seen: Annotated[int, Field(ge=0, le=9_223_372_036_854_775_807)]
    reason: Code
    note: Note = ""


class ReassignIn(RemedyIn):
    """`practitioner_id`: null: any doctor of the department. `department`: another one; with nobody named."""

    practitioner_id: UUID | None = None
    department: Slug = ""


class ExtendIn(RemedyIn):
    minutes: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class OffDutyIn(In):
    reason: Code
    note: Note = ""


class SpareIn(In):
    """`spared`: how the switch is to stand."""

    department: Slug
    spared: bool


class ManyIn(In):
    ids: Annotated[list[UUID], Field(max_length=500)]


class ManyOut(Out):
    """`skipped`: had been reminded a moment ago, or there is nobody to remind."""

    reminded: int
    skipped: int


class DoneOut(Out):
    pass


class SiteRefOut(Out):
    id: UUID
    code: str
    name: Text


class AbnormalOut(Out):
    """`department` is null for what is of a `site` as a whole."""

    id: UUID
    kind: str
    text: Text
    department: DepartmentRef | None
    site: SiteRefOut | None
    consultation_id: UUID | None
    intake_id: UUID | None
    doctor: DoctorRefOut | None
    due_at: datetime
    at: datetime
    reminded_at: datetime | None
    settled_at: datetime | None
    settled_by: Text | None
    note: str


class AcknowledgementIn(In):
    note: Note


class AbnormalLinesOut(Out):
    items: list[AbnormalOut]
    next: UUID | None


class AbnormalIn(Schema):
    kind: Kind = ""
    department: Slug = ""
    practitioner_id: UUID | None = None
    reminded: bool | None = None
    unsettled: bool = False
    after: UUID | None = None
    limit: Rows = 50


@router.post(
    "/dispatch/visits/{consultation_id}/reminders",
    response=CourseOut,
    operation_id="remind",
    summary="Remind the doctor or the patient of what they have to do",
)
@requires("dispatch.remind")
def remind(request: HttpRequest, consultation_id: UUID, form: ReminderIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.remind(viewer, consultation_id, whom=form.whom, at=clock.now())
    return _course(viewer, consultation_id)


@router.post(
    "/dispatch/visits/{consultation_id}/reassign",
    response=CourseOut,
    operation_id="reassign_visit",
    summary="Back to the queue before others, or to one doctor",
)
@requires("dispatch.reassign_visit")
def reassign_visit(request: HttpRequest, consultation_id: UUID, form: ReassignIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.reassign_visit(viewer, consultation_id, **form.model_dump(), at=clock.now())
    return _course(viewer, consultation_id)


@router.post(
    "/dispatch/visits/{consultation_id}/extend",
    response=CourseOut,
    operation_id="extend_visit",
    summary="Put the present deadline off, once, by its own length at most",
)
@requires("dispatch.extend_visit")
def extend_visit(request: HttpRequest, consultation_id: UUID, form: ExtendIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.extend_visit(viewer, consultation_id, **form.model_dump(), at=clock.now())
    return _course(viewer, consultation_id)


@router.post(
    "/dispatch/visits/{consultation_id}/close",
    response=CourseOut,
    operation_id="close_visit",
    summary="End a visit with a reason and an apology that the patient reads",
)
@requires("dispatch.close_visit")
def close_visit(request: HttpRequest, consultation_id: UUID, form: RemedyIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.close_visit(viewer, consultation_id, **form.model_dump(), at=clock.now())
    return _course(viewer, consultation_id)


@router.post(
    "/dispatch/doctors/{practitioner_id}/off-duty",
    response=DoneOut,
    operation_id="put_off_duty",
    summary="End a doctor's duty; open visits stay with the doctor",
)
@requires("dispatch.put_off_duty")
def put_off_duty(request: HttpRequest, practitioner_id: UUID, form: OffDutyIn) -> dict[str, Any]:
    services.put_off_duty(viewer_of(request), practitioner_id, **form.model_dump(), at=clock.now())
    return {}


@router.put(
    "/dispatch/board/spare",
    response=DoneOut,
    operation_id="spare_experts",
    summary="Minor return visits of a department do not go back to experts, or do again",
)
@requires("dispatch.spare_experts")
def spare_experts(request: HttpRequest, form: SpareIn) -> dict[str, Any]:
    switch = services.spare_experts if form.spared else services.spare_no_more
    switch(viewer_of(request), form.department, at=clock.now())
    return {}


@router.get(
    "/dispatch/abnormal",
    response=AbnormalLinesOut,
    operation_id="list_abnormal",
    summary="What should not have happened, the newest first",
)
@requires("dispatch.read_abnormal")
def list_abnormal(request: HttpRequest, asked: Query[AbnormalIn]) -> dict[str, Any]:
    page = queries.abnormal_events(viewer_of(request), queries.Sought(**asked.dict()))
    return {"items": page.items, "next": page.next}


@router.post(
    "/dispatch/abnormal/reminders",
    response=ManyOut,
    operation_id="remind_many",
    summary="Remind of events of one type",
)
@requires("dispatch.remind")
def remind_many(request: HttpRequest, form: ManyIn) -> dict[str, int]:
    done, skipped = services.remind_many(viewer_of(request), form.ids, at=clock.now())
    return {"reminded": done, "skipped": skipped}


@router.post(
    "/dispatch/abnormal/{abnormal_id}/acknowledgement",
    response=AbnormalOut,
    operation_id="acknowledge_crisis",
    summary="Say that somebody has called, and what was done",
)
@requires("dispatch.acknowledge_crisis")
def acknowledge_crisis(
    request: HttpRequest, abnormal_id: UUID, form: AcknowledgementIn
) -> queries.AbnormalLine:
    viewer = viewer_of(request)
    services.acknowledge_crisis(viewer, abnormal_id, note=form.note, at=clock.now())
    return queries.abnormal_events(viewer, queries.Sought(id=abnormal_id)).items[0]


def _course(viewer: Viewer, consultation_id: UUID) -> dict[str, Any]:
    found = queries.visit_course(viewer, consultation_id, clock.now())
    return {"visit": found.visit, "events": found.events}
