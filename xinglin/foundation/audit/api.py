"""The audit over HTTP, for the auditor."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.audit import queries, services

router = Router(tags=["audit"])


class LinesAsked(Schema):
    """`before`: the id of the last line already shown."""

    subject: UUID | None = None
    actor: UUID | None = None
    action: Annotated[str, Field(max_length=64)] = ""
    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class LineOut(Schema):
    id: UUID
    at: datetime
    actor_id: UUID
    actor_roles: list[str]
    action: str
    subject_id: UUID | None
    thing: str
    thing_id: UUID | None
    purpose: str
    address: str
    device: str
    detail: dict[str, Any]
    sealed: bool


class LinesOut(Schema):
    items: list[LineOut]
    next: UUID | None


@router.get("/audit/lines", response=LinesOut)
@requires("audit.read_lines")
def lines(request: HttpRequest, asked: Query[LinesAsked]) -> dict[str, Any]:
    """Who did what, newest first. Looking into it is itself written down."""
    found = queries.lines(**asked.dict())
    services.record(
        viewer_of(request),
        "audit.read",
        subject=asked.subject,
        thing="audit",
        thing_id=None,
        purpose="supervision",
        detail={"actor": str(asked.actor or ""), "action": asked.action, "lines": len(found)},
    )
    return {"items": found, "next": found[-1].id if len(found) == asked.limit else None}
