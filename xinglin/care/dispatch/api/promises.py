"""What a patient was promised, over HTTP."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from xinglin.care.dispatch.queries.promises import promises
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class PromiseOut(Out):
    kind: Literal["taken", "first_answer", "served", "specialist"]
    text: Text
    due_at: datetime
    outcome: Literal["open", "kept", "broken", "void"]
    compensation: Text | None


class PromisesOut(Out):
    items: list[PromiseOut]
    next: str | None = None


@router.get(
    "/consultations/{consultation_id}/promises",
    response=PromisesOut,
    operation_id="list_promises",
    summary="What I was promised for this visit, and what came of it",
)
@requires("dispatch.read_place")
def list_promises(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return {"items": promises(viewer_of(request), consultation_id)}
