"""A doctor's team over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from xinglin.care.people import queries, services
from xinglin.care.people.queries import TeamCard
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.wire import In, Out

router = Router()


class FreeAssistantOut(Out):
    id: UUID
    name: str


class AssistantOut(FreeAssistantOut):
    added_at: datetime


class TeamOut(Out):
    """`free`: assistants of the house who help nobody yet, by name; fifty at most."""

    is_on: bool
    members: list[AssistantOut]
    free: list[FreeAssistantOut]
    most: int


class SwitchIn(In):
    is_on: bool


class MemberIn(In):
    account_id: UUID


@router.get(
    "/team",
    response=TeamOut,
    operation_id="read_team",
    summary="The doctor's assistants, and who could be one",
)
@requires("people.lead_team")
def read_team(request: HttpRequest, q: Annotated[str, Query(max_length=60)] = "") -> TeamCard:
    return queries.team(viewer_of(request), q)


@router.put(
    "/team",
    response=TeamOut,
    operation_id="switch_team",
    summary="Have the team on or off: off, no assistant sees or says anything",
)
@requires("people.lead_team")
def switch_team(request: HttpRequest, form: SwitchIn) -> TeamCard:
    viewer = viewer_of(request)
    services.switch_team(viewer, is_on=form.is_on, at=clock.now())
    return queries.team(viewer)


@router.post(
    "/team/members",
    response=TeamOut,
    operation_id="add_assistant",
    summary="Take an assistant of the house into the team",
)
@requires("people.lead_team")
def add_assistant(request: HttpRequest, form: MemberIn) -> TeamCard:
    viewer = viewer_of(request)
    services.add_assistant(viewer, form.account_id, at=clock.now())
    return queries.team(viewer)


@router.delete(
    "/team/members/{assistant_id}",
    response=TeamOut,
    operation_id="remove_assistant",
    summary="Remove an assistant from the team; holds at once",
)
@requires("people.lead_team")
def remove_assistant(request: HttpRequest, assistant_id: UUID) -> TeamCard:
    viewer = viewer_of(request)
    services.remove_assistant(viewer, assistant_id, at=clock.now())
    return queries.team(viewer)
