"""A copy of one's own data, and closing the account."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from xinglin.care.people import queries, services
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Out

router = Router()


class ExportOut(Out):
    """`state`: asked, ready, failed or gone. `left_out`: files that did not fit."""

    id: UUID
    state: str
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    bytes: int
    files: int
    left_out: int


class ExportsOut(Out):
    items: list[ExportOut]
    next: UUID | None


class RuleOut(Out):
    rule_id: str
    source: str
    text: Text
    instead: Text


class KeptOut(Out):
    """`thing`: record, chat or audit. `until`: of what ended today."""

    thing: str
    until: datetime | None
    rules: list[RuleOut]


class ClosingOut(Out):
    phone_masked: str
    objections: list[Text]
    kept: list[KeptOut]


class SentOut(Out):
    phone_masked: str


class CloseIn(In):
    code: Annotated[str, Field(max_length=16)]


@router.get(
    "/exports",
    response=ExportsOut,
    operation_id="list_exports",
    summary="The last copies of one's own data that were asked for",
)
@requires("people.export_own")
def list_exports(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries.own_exports(viewer_of(request)), "next": None}


@router.post(
    "/exports",
    response={201: ExportOut},
    operation_id="ask_export",
    summary="Ask for a copy; a notice tells when it is ready",
)
@requires("people.export_own")
def ask_export(request: HttpRequest) -> Status[Any]:
    return Status(201, services.ask_export(viewer_of(request), clock.now()))


@router.get(
    "/exports/{export_id}/file",
    response={200: None},
    operation_id="download_export",
    summary="The ZIP, for its holder",
)
@requires("people.export_own")
def download_export(request: HttpRequest, export_id: UUID) -> HttpResponse | FileResponse:
    at = clock.now()
    path = queries.export_file(viewer_of(request), export_id, at)
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"xinglin-{at:%Y%m%d}.zip",
        content_type="application/zip",
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.get(
    "/account/closing",
    response=ClosingOut,
    operation_id="read_closing_terms",
    summary="What stands against closing the account, and what is kept how long by which rule",
)
@requires("people.close_account")
def read_closing_terms(request: HttpRequest) -> services.ClosingTerms:
    return services.closing_terms(viewer_of(request), clock.now())


@router.post(
    "/account/closing/code",
    response={201: SentOut},
    operation_id="send_closing_code",
    summary="Send the code that confirms the closing to the account's own phone",
)
@requires("people.close_account")
def send_closing_code(request: HttpRequest) -> Status[dict[str, str]]:
    return Status(
        201, {"phone_masked": services.send_closing_code(viewer_of(request), clock.now())}
    )


@router.post(
    "/account/closing",
    response={204: None},
    operation_id="close_account",
    summary="Close the account, at once and for good",
)
@requires("people.close_account")
def close_account(request: HttpRequest, form: CloseIn) -> Status[None]:
    services.close_own_account(viewer_of(request), code=form.code, at=clock.now())
    logout(request)
    return Status(204, None)
