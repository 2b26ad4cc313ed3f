"""The demo inbox over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from xinglin.foundation.accounts.services import public
from xinglin.foundation.notices import queries
from xinglin.kernel.text import Text

router = Router(tags=["demo"])


class InboxItemOut(Schema):
    id: UUID
    channel: str
    to: str
    text: Text
    code: str | None
    at: datetime


class InboxOut(Schema):
    items: list[InboxItemOut]
    next: UUID | None


@router.get("/demo/inbox", response=InboxOut)
@public
def inbox(request: HttpRequest, after: UUID | None = None) -> dict[str, Any]:
    """SMS and mails of the demo gateways, newest first; 404 outside a demo hospital."""
    del request
    return {"items": queries.demo_inbox(after), "next": None}
