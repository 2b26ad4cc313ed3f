"""Searching the audit, checking its chains, opening a name."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from xinglin.care.quality import queries, services
from xinglin.care.quality.services.sealing import house_key
from xinglin.care.quality.types import Why
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.foundation.audit import queries as audit
from xinglin.foundation.audit import services as auditing
from xinglin.foundation.audit.types import Wanted
from xinglin.kernel import clock
from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text
from xinglin.kernel.wire import In, Moment, Out

router = Router()
_Code = Annotated[str, Field(max_length=64)]


class LinesAsked(Schema):
    """`thing`: the visit, record, offer or paper. `before`: the id of the last line already shown."""

    subject: UUID | None = None
    actor: UUID | None = None
    thing: UUID | None = None
    action: _Code = ""
    purpose: _Code = ""
    since: Moment | None = None
    until: Moment | None = None
    before: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ActorOut(Out):
    id: UUID
    name: str
    roles: list[str]
    masked: bool
    patient_id: UUID | None


class SubjectOut(Out):
    id: UUID
    name: str


class LineOut(Out):
    id: UUID
    at: datetime
    actor: ActorOut
    subject: SubjectOut | None
    action: str
    action_name: Text
    thing: str
    thing_name: Text
    thing_id: UUID | None
    visit_id: UUID | None
    purpose: str
    purpose_name: Text
    address: str
    device: str
    detail: dict[str, Any]
    sealed: bool


class LinesOut(Out):
    items: list[LineOut]
    next: UUID | None


class ChoiceOut(Out):
    code: str
    name: Text


class WordsOut(Out):
    actions: list[ChoiceOut]
    purposes: list[ChoiceOut]
    reasons: list[ChoiceOut]


class PersonAsked(In):
    words: Annotated[str, Field(min_length=1, max_length=64)]


class FoundOut(Out):
    kind: str
    id: UUID
    name: str
    roles: list[str]
    account_id: UUID | None


class PeopleOut(Out):
    items: list[FoundOut]


class WhyIn(In):
    reason: Annotated[str, Field(max_length=16)]
    reference: Annotated[str, Field(max_length=200)] = ""


class NameOut(Out):
    id: UUID
    name: str


class TipOut(Out):
    chain: int
    position: int
    hash: str


class FaultOut(Out):
    kind: str
    chain: int
    position: int | None
    line_id: UUID | None


class CheckOut(Out):
    """`state`: asked, done or failed. `faults`: how many; the first of them are in `first_faults`."""

    id: UUID
    asked_by: str
    asked_at: datetime
    state: str
    walked: int
    total: int
    finished_at: datetime | None
    sealed: int
    waiting: int
    anchors: int
    faults: int
    first_faults: list[FaultOut]


class ChainsOut(Out):
    """`waiting`: lines not sealed yet, counted up to 10,001. `key_id`: by which packages are signed."""

    tips: list[TipOut]
    sealed: int
    waiting: int
    waiting_since: datetime | None
    anchor: int
    anchored_at: datetime | None
    key_id: str
    checks: list[CheckOut]


@router.get(
    "/audit/lines",
    response=LinesOut,
    operation_id="list_audit_lines",
    summary="Who did what, newest first; looking into it is itself written down",
)
@requires("audit.read_lines")
def list_audit_lines(request: HttpRequest, asked: Query[LinesAsked]) -> dict[str, Any]:
    if asked.since and asked.until and asked.since >= asked.until:
        raise Invalid(FieldError("until", _UNTIL))
    wanted = Wanted(
        subject=asked.subject,
        actor=asked.actor,
        thing_ids=(asked.thing,) if asked.thing else (),
        action=asked.action,
        purpose=asked.purpose,
        since=asked.since,
        until=asked.until,
    )
    page = queries.Asked(wanted=wanted, before=asked.before, limit=asked.limit)
    found = queries.seen(viewer_of(request), page)
    return {"items": found, "next": found[-1].id if len(found) == asked.limit else None}


@router.get(
    "/audit/words",
    response=WordsOut,
    operation_id="read_audit_words",
    summary="Actions, purposes and reasons, in words",
)
@requires("quality.read_package")
def read_audit_words(request: HttpRequest) -> dict[str, Any]:
    del request
    return queries.words()


@router.post(
    "/audit/people",
    response=PeopleOut,
    operation_id="find_audited_people",
    summary="Staff by name; patients, masked, by their whole phone or identity number",
)
@requires("audit.read_lines")
def find_audited_people(request: HttpRequest, form: PersonAsked) -> dict[str, Any]:
    return {"items": queries.people(viewer_of(request), form.words)}


@router.post(
    "/audit/patients/{patient_id}/name",
    response=NameOut,
    operation_id="open_audited_name",
    summary="The whole name, with a reason; the patient reads that it was opened",
)
@requires("audit.open_name")
def open_audited_name(request: HttpRequest, patient_id: UUID, form: WhyIn) -> dict[str, Any]:
    why = Why(reason=form.reason, reference=form.reference)
    return {"id": patient_id, "name": services.open_name(viewer_of(request), patient_id, why)}


@router.get(
    "/audit/chains",
    response=ChainsOut,
    operation_id="read_audit_chains",
    summary="Where the chains end, what is not sealed yet, and the last checks",
)
@requires("audit.read_chains")
def read_audit_chains(request: HttpRequest) -> dict[str, Any]:
    del request
    now = audit.standing()
    return {
        "tips": [{"chain": c, "position": at, "hash": value} for c, at, value in now.tips],
        "sealed": sum(position for _, position, _ in now.tips),
        "waiting": now.waiting,
        "waiting_since": now.waiting_since,
        "anchor": now.anchor,
        "anchored_at": now.anchored_at,
        "key_id": house_key(),
        "checks": queries.checks(),
    }


@router.post(
    "/audit/checks",
    response={201: CheckOut},
    operation_id="check_audit",
    summary="Have the worker walk every chain; a walk that is under way is not begun again",
)
@requires("audit.verify_chains")
def check_audit(request: HttpRequest) -> Status[Any]:
    made = auditing.ask_check(viewer_of(request), clock.now())
    return Status(201, queries.check(made))


_UNTIL = Text("结束时间须晚于开始时间。", "The end must be after the beginning.")
