"""A doctor's own figures."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from xinglin.care.dispatch import queries
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class RefusalsOut(Out):
    reason: str
    count: int


class EndingsOut(Out):
    """`reason`: the doctor's own, of closing a visit or referring the patient offline."""

    reason: str
    text: Text
    count: int


class RatingsOut(Out):
    """Up to the end of yesterday. `mean`, `scores` (of one star to five): null below `fewest`."""

    fewest: int
    count: int
    mean: float | None
    scores: list[int] | None


class FiguresOut(Out):
    """`wait`: from the request to the acceptance; `reply`: from the acceptance to the first word."""

    days: int
    since: datetime
    at: datetime
    visits: int
    ended: int
    stopped: int
    active: int
    endings: list[EndingsOut]
    wait_p50_s: int | None
    wait_p90_s: int | None
    reply_p50_s: int | None
    reply_p90_s: int | None
    offers: int
    accepted: int
    refused: int
    lapsed: int
    refusals: list[RefusalsOut]
    ratings: RatingsOut


@router.get(
    "/desk/figures",
    response=FiguresOut,
    operation_id="read_own_figures",
    summary="The doctor's own numbers of today, a week or a month",
)
@requires("dispatch.read_own_figures")
def read_own_figures(request: HttpRequest, days: Literal["1", "7", "30"] = "1") -> dict[str, Any]:
    return queries.own_figures(viewer_of(request), days=int(days), at=clock.now())
