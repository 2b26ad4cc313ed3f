"""For the assistant of a site: the conversation of a walk-in, when the patient allows it (A08)."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api.schemas import ThreadOut
from xinglin.foundation.accounts.services import requires, viewer_of

router = Router()


@router.get(
    "/site/walk-ins/{walk_in_id}/thread",
    response=ThreadOut,
    operation_id="read_walk_in_thread",
    summary="What is said in the visit of a walk-in, with the patient's yes",
)
@requires("sites.help")
def read_walk_in_thread(
    request: HttpRequest,
    walk_in_id: UUID,
    since: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> dict[str, Any]:
    return queries.messages_at_site(viewer_of(request), walk_in_id, since=since, limit=limit)
