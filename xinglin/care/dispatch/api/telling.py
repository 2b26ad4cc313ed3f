"""How true the told waits were, over HTTP."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.care.dispatch import queries
from xinglin.care.dispatch.queries.telling import MOST_DAYS
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class DepartmentRef(Out):
    slug: str
    name: Text


class ToldErrorOut(Out):
    """`counted`: those who waited 15 s or more, of whom `mape_pct` is the mean."""

    told: int
    taken: int
    counted: int
    told_s: int | None
    waited_s: int | None
    mape_pct: int | None
    mean_error_pct: int | None
    within_pct: int | None


class ToldLineOut(ToldErrorOut):
    department: DepartmentRef


class ToldWaitsOut(Out):
    since: datetime
    until: datetime
    totals: ToldErrorOut
    departments: list[ToldLineOut]


class ToldWaitsIn(Schema):
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 7


@router.get(
    "/dispatch/told-waits",
    response=ToldWaitsOut,
    operation_id="read_told_waits",
    summary="How true the waits were that patients were told",
)
@requires("dispatch.read_board")
def read_told_waits(request: HttpRequest, asked: Query[ToldWaitsIn]) -> dict[str, Any]:
    found = queries.told_waits(viewer_of(request), asked.days, clock.now())
    return {
        "since": found.since,
        "until": found.until,
        "totals": found.totals,
        "departments": [
            {**asdict(line.error), "department": line.department} for line in found.departments
        ],
    }
