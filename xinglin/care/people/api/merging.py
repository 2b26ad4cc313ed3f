"""An identity that another account has registered: proposed, listed, answered by the house."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from xinglin.care.people import queries, services
from xinglin.care.people.api.people import PatientIn
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.wire import In, Out

router = Router()


class ProposedOut(Out):
    id: UUID


class MergeOut(Out):
    """Names and numbers are masked. `names_agree`: both accounts gave the same name."""

    id: UUID
    asked_at: datetime
    name: str
    id_number: str
    birth_date: date
    registered_at: datetime
    relation_before: str
    relation_claimed: str
    names_agree: bool
    answer: str
    reason: str
    answered_at: datetime | None


class MergesOut(Out):
    items: list[MergeOut]
    next: UUID | None


class MergeAnswerIn(In):
    answer: Literal["confirmed", "refused"]
    reason: Annotated[str, Field(max_length=2000)]


@router.post(
    "/merge-proposals",
    response={201: ProposedOut},
    operation_id="propose_merge",
    summary="Ask the hospital to check a registration that another account has",
)
@requires("people.propose_merge")
def propose_merge(request: HttpRequest, form: PatientIn) -> Status[dict[str, UUID]]:
    made = services.propose_merge(
        viewer_of(request),
        name=form.name,
        id_type=form.id_type,
        id_number=form.id_number,
        relation=form.relation,
        at=clock.now(),
    )
    return Status(201, {"id": made})


@router.get(
    "/merge-proposals",
    response=MergesOut,
    operation_id="list_merge_proposals",
    summary="What waits for a decision, or has been decided; newest first",
)
@requires("people.read_merges")
def list_merge_proposals(
    request: HttpRequest,
    state: Literal["waiting", "answered"] = "waiting",
    before: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    items, after = queries.merge_page(
        viewer_of(request), waiting=state == "waiting", before=before, limit=limit
    )
    return {"items": items, "next": after}


@router.post(
    "/merge-proposals/{proposal_id}/answer",
    response={204: None},
    operation_id="answer_merge_proposal",
    summary="Move the registration to the account that asks, or refuse; with the ground",
)
@requires("people.answer_merge")
def answer_merge_proposal(
    request: HttpRequest, proposal_id: UUID, form: MergeAnswerIn
) -> Status[None]:
    services.answer_merge(
        viewer_of(request), proposal_id, answer=form.answer, reason=form.reason, at=clock.now()
    )
    return Status(204, None)
