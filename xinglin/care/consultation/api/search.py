"""Finding words in the viewer's own conversations."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from xinglin.care.consultation import queries
from xinglin.care.consultation.api import schemas
from xinglin.foundation.accounts.services import requires, viewer_of

router = Router()
KEY = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}:[0-9]{1,9}$"


@router.get(
    "/messages/search",
    response=schemas.FoundOut,
    operation_id="search_messages",
    summary="Messages with these words in the viewer's own conversations, newest first",
)
@requires("consultation.read_visit")
def search_messages(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200)],
    after: Annotated[str | None, Query(pattern=KEY)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    return queries.find_messages(viewer_of(request), q, after=after, limit=limit)
