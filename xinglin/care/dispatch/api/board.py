"""The operators' board over HTTP: its numbers, and what stands behind each."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.types import ABNORMAL, REMEDY_REASONS, Board, BoardLine
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()
Figure = Literal[
    "waiting",
    "left_messages",
    "active",
    "offers_out",
    "due_soon",
    "asked_today",
    "served_today",
    "given_up_today",
]
DoctorState = Literal["", "on_duty", "free", "paused", "unreachable"]
Slug = Annotated[str, Field(max_length=32)]
Place = Annotated[str, Field(max_length=60)]
Rows = Annotated[int, Field(ge=1, le=100)]


class DepartmentRef(Out):
    slug: str
    name: Text


class DayFiguresOut(Out):
    """Offers are those made in this time, by how they came out."""

    asked: int
    served: int
    given_up: int
    first_reply_p50_s: int | None
    first_reply_p90_s: int | None
    offers_made: int
    offers_accepted: int
    offers_refused: int
    offers_lapsed: int


class FiguresOut(Out):
    """`last_week`: the same day a week ago, until the same hour."""

    waiting: int
    left_messages: int
    oldest_wait_s: int | None
    offers_out: int
    due_soon: int
    on_duty: int
    unreachable: int
    paused: int
    free_doctors: int
    free_slots: int
    active: int
    served_today: int
    first_reply_p50_s: int | None
    first_reply_p90_s: int | None
    today: DayFiguresOut
    last_week: DayFiguresOut


class SparedOut(Out):
    """The switch "spare" is on: since when, and who turned it."""

    since: datetime
    by: Text


class BoardLineOut(FiguresOut):
    department: DepartmentRef
    spared: SparedOut | None


class StrictOut(Out):
    """Strict order, in a lasting overload: urgency first, then arrival. `is_whole`: in all departments.

    It ends by itself once no more than `leave_percent` of the queues have been beyond their targets
    for `leave_after_s`.
    """

    since: datetime
    is_whole: bool
    departments: list[DepartmentRef]
    leave_percent: int
    leave_after_s: int


class BoardOut(Out):
    """`at`: when it was counted. `strict`: null while priority accumulates, as usual."""

    at: datetime
    strict: StrictOut | None
    totals: FiguresOut
    departments: list[BoardLineOut]


class DoctorRefOut(Out):
    id: UUID
    name: Text


class SiteOfVisitOut(Out):
    id: UUID
    name: Text


class LanguageOut(Out):
    code: str
    name: Text


class VisitLineOut(Out):
    """`patient`: the masked name. `due_who`: who has to act until `due_at`. `step_id`: what a remedy
    names as seen.
    """

    id: UUID
    patient: str
    department: DepartmentRef
    state: str
    requested_at: datetime
    accepted_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    ending_text: Text | None
    waited_s: int | None
    doctor: DoctorRefOut | None
    asked: DoctorRefOut | None
    due_at: datetime | None
    due_who: str
    due_text: Text | None
    extended: bool
    put_first: bool
    returned: int
    reminded_at: datetime | None
    record_signed: bool
    step_id: int
    language: LanguageOut | None
    site: SiteOfVisitOut | None


class VisitLinesOut(Out):
    items: list[VisitLineOut]
    next: UUID | None


class DoctorLineOut(Out):
    """`state`: free, busy, paused, unreachable or off. Offers are those made today."""

    id: UUID
    name: Text
    title: Text
    departments: list[DepartmentRef]
    state: str
    on_since: datetime | None
    away_until: datetime | None
    capacity: int
    reserved: int
    paused_at: datetime | None
    slowed: int
    offers_made: int
    offers_accepted: int
    offers_refused: int
    offers_lapsed: int


class DoctorLinesOut(Out):
    items: list[DoctorLineOut]
    next: str | None


class EventOut(Out):
    kind: str
    at: datetime
    text: Text
    who: Text
    doctor: Text | None
    reason: Text | None
    why: Text | None


class CourseOut(Out):
    visit: VisitLineOut
    events: list[EventOut]


class TermsOut(Out):
    """`reasons`: act -> code -> words. `abnormal`: kind -> words."""

    reasons: dict[str, dict[str, Text]]
    abnormal: dict[str, Text]


class VisitsIn(Schema):
    figure: Figure
    department: Slug = ""
    practitioner_id: UUID | None = None
    after: Place = ""
    limit: Rows = 50


class DoctorsIn(Schema):
    """`state`: empty: whoever is on duty or was asked today."""

    state: DoctorState = ""
    department: Slug = ""
    after: Place = ""
    limit: Rows = 50


@router.get(
    "/dispatch/board", response=BoardOut, operation_id="read_board", summary="The whole house now"
)
@requires("dispatch.read_board")
def read_board(request: HttpRequest) -> dict[str, Any]:
    return _board(queries.board_now(viewer_of(request), clock.now()))


@router.get(
    "/dispatch/board/terms",
    response=TermsOut,
    operation_id="read_board_terms",
    summary="Reasons for what operators do, and the kinds of abnormal events",
)
@requires("dispatch.read_board")
def read_board_terms(request: HttpRequest) -> dict[str, Any]:
    del request
    return {"reasons": REMEDY_REASONS, "abnormal": ABNORMAL}


@router.get(
    "/dispatch/board/visits",
    response=VisitLinesOut,
    operation_id="list_board_visits",
    summary="The visits behind a number: names masked, nothing medical",
)
@requires("dispatch.read_visit_steps")
def list_board_visits(request: HttpRequest, asked: Query[VisitsIn]) -> dict[str, Any]:
    viewer = viewer_of(request)
    page = queries.board_visits(viewer, queries.Asked(**asked.dict()), clock.now())
    services.note_visits_listed(viewer, page.subjects)
    return {"items": page.items, "next": page.next}


@router.get(
    "/dispatch/board/doctors",
    response=DoctorLinesOut,
    operation_id="list_board_doctors",
    summary="Doctors on duty or asked today; those who refused most first",
)
@requires("dispatch.read_board")
def list_board_doctors(request: HttpRequest, asked: Query[DoctorsIn]) -> dict[str, Any]:
    told = queries.Asked(
        figure=asked.state, department=asked.department, after=asked.after, limit=asked.limit
    )
    page = queries.board_doctors(viewer_of(request), told, clock.now())
    return {"items": page.items, "next": page.next}


@router.get(
    "/dispatch/visits/{consultation_id}",
    response=CourseOut,
    operation_id="read_visit_steps",
    summary="How a visit came to be where it is: name masked, nothing medical",
)
@requires("dispatch.read_visit_steps")
def read_visit_steps(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = queries.visit_course(viewer, consultation_id, clock.now())
    services.note_steps_read(viewer, consultation_id, found.patient_id)
    return {"visit": found.visit, "events": found.events}


def _board(found: Board) -> dict[str, Any]:
    return {
        "at": found.at,
        "strict": found.strict,
        "totals": found.totals,
        "departments": [_line(line) for line in found.departments],
    }


def _line(line: BoardLine) -> dict[str, Any]:
    return {"department": line.department, "spared": line.spared, **asdict(line.figures)}
