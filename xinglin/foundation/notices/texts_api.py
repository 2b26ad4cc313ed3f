"""The texts of notices and codes over HTTP: shipped, and in the house's own words."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.changes.queries import changes_of
from xinglin.foundation.notices import queries
from xinglin.foundation.notices.rules.wording import EACH_PART, LONGEST, ONE_SMS, fields_of
from xinglin.foundation.notices.services.wording import THING, reset_wording, reword
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()
Words = Annotated[str, Field(max_length=4 * LONGEST)]
Revision = Annotated[int, Field(ge=0, le=1_000_000)]
_PAGE = 50
_CODES = {
    "close_code": Text("注销账号验证码", "Code for closing an account"),
    "join_link": Text("邀请加入问诊", "Invitation to a visit"),
    "login_code": Text("登录验证码", "Sign-in code"),
    "proxy_consent": Text("代问同意请求", "Question to a relative"),
}


class SaidOut(Out):
    zh: str
    en: str


class NoticeTextOut(Out):
    """`own`: the house's words, null where the shipped ones stand. `fields`: places to fill in.

    `who`: patient, staff, or anybody (a code to an address).
    """

    name: str
    label: SaidOut
    who: str
    channels: list[str]
    shipped: SaidOut
    own: SaidOut | None
    fields: list[str]
    revision: int


class NoticeTextsOut(Out):
    """`one_sms`: characters of one SMS; of each part of a longer one `each_part`."""

    items: list[NoticeTextOut]
    next: str | None
    longest: int
    one_sms: int
    each_part: int


class RewordIn(In):
    """`revision`: of what was seen; 0 for the shipped text."""

    zh: Words
    en: Words
    revision: Revision


class ResetIn(In):
    revision: Revision


class TextChangeOut(Out):
    id: UUID
    at: datetime
    by_name: str
    before: dict[str, Any]
    after: dict[str, Any]


class TextChangesOut(Out):
    items: list[TextChangeOut]
    next: UUID | None


@router.get("/notice-texts", response=NoticeTextsOut, operation_id="list_notice_texts")
@requires("notices.edit_texts")
def list_notice_texts(request: HttpRequest) -> dict[str, Any]:
    """Every kind of notice and every code, with what is said now."""
    del request
    rows = queries.wording_rows()
    kinds = queries.kinds()
    items = []
    for name, shipped in queries.shipped_texts().items():
        kind, own = kinds.get(name), rows.get(name)
        items.append(
            {
                "name": name,
                "label": kind.label if kind else _CODES.get(name, Text(name, name)),
                "who": kind.who if kind else "anybody",
                "channels": list(kind.channels) if kind else ["sms"],
                "shipped": shipped,
                "own": own,
                "fields": sorted(fields_of(shipped.zh) or ()),
                "revision": own.revision if own else 0,
            }
        )
    return {
        "items": items,
        "next": None,
        "longest": LONGEST,
        "one_sms": ONE_SMS,
        "each_part": EACH_PART,
    }


@router.put("/notice-texts/{name}", response={204: None}, operation_id="reword_notice")
@requires("notices.edit_texts")
def reword_notice(request: HttpRequest, name: str, form: RewordIn) -> Status[None]:
    """The house's own words, with the same places to fill in."""
    reword(viewer_of(request), name, zh=form.zh, en=form.en, revision=form.revision)
    return Status(204, None)


@router.post("/notice-texts/{name}/reset", response={204: None}, operation_id="reset_notice")
@requires("notices.edit_texts")
def reset_notice(request: HttpRequest, name: str, form: ResetIn) -> Status[None]:
    """Back to the shipped words."""
    reset_wording(viewer_of(request), name, revision=form.revision)
    return Status(204, None)


@router.get(
    "/notice-texts/{name}/changes", response=TextChangesOut, operation_id="list_notice_changes"
)
@requires("notices.edit_texts")
def list_notice_changes(
    request: HttpRequest, name: str, before: UUID | None = None
) -> dict[str, Any]:
    """Who changed the words, from what to what; newest first."""
    del request
    if name not in queries.shipped_texts():
        raise NotFound
    found = changes_of(THING, name, before=before, limit=_PAGE + 1)
    shown = found[:_PAGE]
    return {"items": shown, "next": shown[-1].id if len(found) > _PAGE else None}
