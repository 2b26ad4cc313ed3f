"""The pharmacists' room over HTTP: the pool, one review, the counter; and whose licence is on file."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinglin.care.prescribing.api import review_schemas as schemas
from xinglin.care.prescribing.queries import reviews as queries
from xinglin.care.prescribing.services import pharmacists, rechecking, reviewing, validity
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.text import Text

router = Router()


@router.get(
    "/review",
    response=schemas.PoolOut,
    operation_id="list_review_pool",
    summary="What waits for a pharmacist, the nearest deadline first",
)
@requires("prescribing.review_prescription")
def list_review_pool(
    request: HttpRequest,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    return queries.pool(viewer_of(request), after=after, limit=limit, at=clock.now())


@router.get(
    "/review/{prescription_id}",
    response=schemas.ReviewScreenOut,
    operation_id="read_review",
    summary="Four checks and ten matches, with the safety report and the patient's history",
)
@requires("prescribing.review_prescription")
def read_review(request: HttpRequest, prescription_id: UUID) -> dict[str, Any]:
    at = clock.now()
    screen = queries.screen(viewer_of(request), prescription_id, at=at)
    return {**screen, **rechecking.seen_again(prescription_id, at=at)}


@router.post(
    "/review/{prescription_id}/claim",
    response={204: None},
    operation_id="claim_review",
    summary="Take it out of the pool for a while",
)
@requires("prescribing.review_prescription")
def claim_review(request: HttpRequest, prescription_id: UUID) -> Status[None]:
    reviewing.claim(viewer_of(request), prescription_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/review/{prescription_id}/release",
    response={204: None},
    operation_id="release_review",
    summary="Give it back to the pool",
)
@requires("prescribing.review_prescription")
def release_review(request: HttpRequest, prescription_id: UUID) -> Status[None]:
    reviewing.release(viewer_of(request), prescription_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/review/{prescription_id}/approve",
    response={204: None},
    operation_id="approve_review",
    summary="Pass it and sign: from now on it is effective (R23)",
)
@requires("prescribing.review_prescription")
def approve_review(
    request: HttpRequest, prescription_id: UUID, form: schemas.ApproveIn
) -> Status[None]:
    reviewing.approve(
        viewer_of(request),
        prescription_id,
        version=form.version,
        checks=form.checks,
        seen=form.seen,
        at=clock.now(),
    )
    return Status(204, None)


@router.post(
    "/review/{prescription_id}/return",
    response={204: None},
    operation_id="return_review",
    summary="Return it to the doctor, who amends it and signs again",
)
@requires("prescribing.review_prescription")
def return_review(
    request: HttpRequest, prescription_id: UUID, form: schemas.JudgeIn
) -> Status[None]:
    reviewing.send_back(viewer_of(request), prescription_id, **form.model_dump(), at=clock.now())
    return Status(204, None)


@router.post(
    "/review/{prescription_id}/refuse",
    response={204: None},
    operation_id="refuse_review",
    summary="Refuse it for good",
)
@requires("prescribing.review_prescription")
def refuse_review(
    request: HttpRequest, prescription_id: UUID, form: schemas.JudgeIn
) -> Status[None]:
    reviewing.refuse(viewer_of(request), prescription_id, **form.model_dump(), at=clock.now())
    return Status(204, None)


@router.post(
    "/tickets/take",
    response=schemas.TakenOut,
    operation_id="take_ticket",
    summary="Take a patient's ticket: one pharmacy, once (E06)",
)
@requires("prescribing.take_ticket")
def take_ticket(request: HttpRequest, form: schemas.TakeIn) -> dict[str, Any]:
    taken = validity.take(viewer_of(request), form.token, at=clock.now())
    return {"prescription_id": taken}


@router.put(
    "/pharmacists/{user_id}",
    response={204: None},
    operation_id="note_pharmacist",
    summary="Keep by which licence an account reviews",
)
@requires("prescribing.note_pharmacist")
def note_pharmacist(
    request: HttpRequest, user_id: UUID, form: schemas.PharmacistIn
) -> Status[None]:
    told = form.model_dump(exclude={"name_zh", "name_en"})
    paper = pharmacists.PharmacistPaper(name=Text(form.name_zh, form.name_en), **told)
    pharmacists.note_pharmacist(viewer_of(request), user_id, paper, at=clock.now())
    return Status(204, None)
