"""Visits that wait to be handed over, over HTTP."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinglin.care.dispatch import queries, services
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class ServedDepartment(Out):
    slug: str
    name: Text


class HandOverOut(Out):
    """`due_at`: then the clock gives the visit back to the queue."""

    id: UUID
    consultation_id: UUID
    department: ServedDepartment
    doctor: Text
    reason: str
    reason_text: Text
    urgency: int
    listed_at: datetime
    due_at: datetime


class HandOversOut(Out):
    items: list[HandOverOut]
    next: UUID | None


@router.get(
    "/hand-overs",
    response=HandOversOut,
    operation_id="list_hand_overs",
    summary="Open visits of doctors who may not see them to their end",
)
@requires("dispatch.hand_over_visit")
def list_hand_overs(
    request: HttpRequest,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    items, last = queries.hand_overs(viewer_of(request), after=after, limit=limit)
    return {"items": items, "next": last}


@router.post(
    "/hand-overs/{consultation_id}/release",
    response={204: None},
    operation_id="hand_over_now",
    summary="Give the visit back to the queue now",
)
@requires("dispatch.hand_over_visit")
def hand_over_now(request: HttpRequest, consultation_id: UUID) -> Status[None]:
    services.hand_over_now(viewer_of(request), consultation_id, at=clock.now())
    return Status(204, None)
