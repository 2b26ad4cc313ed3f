"""Consent texts over HTTP: what is in force, what is coming, what was before."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xinglin.care.people import consent_rules, services
from xinglin.care.people.queries.publishing import text_versions
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.wire import In, Out

router = Router()
Body = Annotated[str, Field(max_length=consent_rules.LONGEST)]


class BothOut(Out):
    zh: str
    en: str


class TextVersionOut(Out):
    """`state`: coming, in_force or past."""

    kind: str
    kind_name: BothOut
    version: str
    text: BothOut
    min_seconds: int
    in_force_from: datetime
    state: str


class TextVersionsOut(Out):
    items: list[TextVersionOut]
    next: str | None


class TextIn(In):
    text_zh: Body
    text_en: Body
    min_seconds: int
    in_force_on: date


class NewTextIn(TextIn):
    kind: Annotated[str, Field(max_length=32)]


class PublishedOut(Out):
    version: str


@router.get("/consent-texts", response=TextVersionsOut, operation_id="list_consent_texts")
@requires("people.publish_consent")
def list_consent_texts(request: HttpRequest) -> dict[str, Any]:
    """Every version of every kind, the newest first."""
    del request
    items = [
        {
            "kind": each.kind,
            "kind_name": consent_rules.KINDS[each.kind],
            "version": each.version,
            "text": each.text,
            "min_seconds": each.min_seconds,
            "in_force_from": each.in_force_from,
            "state": each.state,
        }
        for each in text_versions()
        if each.kind in consent_rules.KINDS
    ]
    return {"items": items, "next": None}


@router.post("/consent-texts", response={201: PublishedOut}, operation_id="publish_consent_text")
@requires("people.publish_consent")
def publish_consent_text(request: HttpRequest, form: NewTextIn) -> Status[dict[str, str]]:
    """A new version, from a day to come; patients are asked again from then on."""
    version = services.publish_consent(
        viewer_of(request),
        kind=form.kind,
        text=(form.text_zh, form.text_en),
        min_seconds=form.min_seconds,
        in_force_on=form.in_force_on,
        at=clock.now(),
    )
    return Status(201, {"version": version})


@router.put(
    "/consent-texts/{kind}/{version}", response={204: None}, operation_id="change_consent_text"
)
@requires("people.publish_consent")
def change_consent_text(
    request: HttpRequest, kind: str, version: str, form: TextIn
) -> Status[None]:
    """As long as it is not in force."""
    services.change_coming_consent(
        viewer_of(request),
        kind.replace("\x00", ""),
        version.replace("\x00", ""),
        text=(form.text_zh, form.text_en),
        min_seconds=form.min_seconds,
        in_force_on=form.in_force_on,
        at=clock.now(),
    )
    return Status(204, None)


@router.delete(
    "/consent-texts/{kind}/{version}", response={204: None}, operation_id="take_back_consent_text"
)
@requires("people.publish_consent")
def take_back_consent_text(request: HttpRequest, kind: str, version: str) -> Status[None]:
    """As long as it is not in force."""
    services.take_back_consent(
        viewer_of(request), kind.replace("\x00", ""), version.replace("\x00", ""), at=clock.now()
    )
    return Status(204, None)
