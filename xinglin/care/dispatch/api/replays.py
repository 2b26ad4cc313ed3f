"""Days replayed under another policy, over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.queries.replays import ReplayLine
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()
Policy = Annotated[str, Field(max_length=16)]


class ReplayIn(In):
    """`against`: what `policy` is compared with."""

    day: date
    policy: Policy
    against: Policy = "fifo"


class ReplayOut(Out):
    """`state`: asked, running, done or failed."""

    id: UUID
    day: date
    against: str
    policy: str
    asked_by: str
    asked_at: datetime
    state: str
    progress_pct: int
    finished_at: datetime | None
    failure: Text | None


class ReplaysOut(Out):
    items: list[ReplayOut]
    next: UUID | None


class ReplayChoicesOut(Out):
    """`policies`: name -> what it is."""

    days: list[date]
    policies: dict[str, Text]


class PolicyOut(Out):
    name: str
    about: Text
    colour: str


class MeasuredOut(Out):
    """`change`: the second policy less the first; `verdict`: better, worse, unsure or empty."""

    key: str
    text: Text
    values: list[float | None]
    change: float | None
    low: float | None
    high: float | None
    verdict: str


class KeptOut(Out):
    key: str
    text: Text
    promise_s: float | None
    requests: int
    in_time_pct: list[float | None]
    mean_s: list[float | None]
    p95_s: list[float | None]
    lived_in_time_pct: float | None
    lived_mean_s: float | None


class DrawingOut(Out):
    """`zh`, `en`: SVG."""

    title: Text
    zh: str
    en: str


class ReportOut(Out):
    requests: int
    runs: int
    policies: list[PolicyOut]
    measures: list[MeasuredOut]
    urgencies: list[KeptOut]
    departments: list[KeptOut]
    drawings: list[DrawingOut]


class ReplayReportOut(Out):
    """`report`: None until it is done."""

    replay: ReplayOut
    report: ReportOut | None


@router.get(
    "/dispatch/replays",
    response=ReplaysOut,
    operation_id="list_replays",
    summary="Days of the house that were replayed under another policy",
)
@requires("dispatch.replay_day")
def list_replays(
    request: HttpRequest,
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    rows = queries.replays(viewer_of(request), before=before, limit=limit)
    names = display_names({row.asked_by for row in rows})
    return {
        "items": [_told(row, names) for row in rows],
        "next": rows[-1].id if len(rows) == limit else None,
    }


@router.post(
    "/dispatch/replays",
    response={201: ReplayOut},
    operation_id="ask_replay",
    summary="Replay a day under another policy; the worker does, one at a time",
)
@requires("dispatch.replay_day")
def ask_replay(request: HttpRequest, form: ReplayIn) -> Status[Any]:
    viewer, at = viewer_of(request), clock.now()
    made = services.ask_replay(viewer, form.day, against=form.against, policy=form.policy, at=at)
    line, _ = queries.replay(viewer, made.pk)
    return Status(201, _told(line, display_names({line.asked_by})))


@router.get(
    "/dispatch/replay-choices",
    response=ReplayChoicesOut,
    operation_id="read_replay_choices",
    summary="The days and policies that can be replayed",
)
@requires("dispatch.replay_day")
def read_replay_choices(request: HttpRequest) -> queries.ReplayChoices:
    return queries.replay_choices(viewer_of(request), clock.now())


@router.get(
    "/dispatch/replays/{replay_id}",
    response=ReplayReportOut,
    operation_id="read_replay",
    summary="The report of a replayed day: figures alone",
)
@requires("dispatch.replay_day")
def read_replay(request: HttpRequest, replay_id: UUID) -> dict[str, Any]:
    viewer = viewer_of(request)
    line, report = queries.replay(viewer, replay_id)
    if report is not None:
        services.note_replay_read(viewer, replay_id)
    return {"replay": _told(line, display_names({line.asked_by})), "report": report}


def _told(line: ReplayLine, names: dict[UUID, str]) -> dict[str, Any]:
    told = {field: getattr(line, field) for field in ReplayOut.model_fields}
    return told | {"asked_by": names.get(line.asked_by, "")}
