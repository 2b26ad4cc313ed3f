"""Asking for a visit, reading it, and its steps."""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from ninja import Query, Router, Status

from xinglin.care.consultation import queries, rules, services
from xinglin.care.consultation.api import schemas
from xinglin.care.consultation.types import NewReferral
from xinglin.foundation.accounts.services import public, requires, viewer_of
from xinglin.foundation.media.services import link
from xinglin.kernel import clock

router = Router()


@router.post(
    "/consultations",
    response={201: schemas.OpenedOut},
    operation_id="open_consultation",
    summary="Ask for a doctor, with a finished intake",
)
@requires("consultation.open")
def open_consultation(request: HttpRequest, form: schemas.OpenIn) -> Status[Any]:
    opened = services.open_consultation(
        viewer_of(request),
        intake_id=form.intake_id,
        department=form.department,
        practitioner_id=form.practitioner_id,
        language=form.language,
        channel=form.channel,
        proof_ids=form.proof_ids,
        wants_follow_up=form.wants_follow_up,
        at=clock.now(),
    )
    return Status(201, {"id": opened})


@router.get(
    "/consultations",
    response=schemas.ListOut,
    operation_id="list_consultations",
    summary="The viewer's visits, newest first; as a doctor, those of the doctor",
)
@requires("consultation.read_visit")
def list_consultations(
    request: HttpRequest,
    seen_as: Annotated[Literal["patient", "doctor"] | None, Query(alias="as")] = None,
    state: str = "",
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    as_doctor = viewer.can("consultation.read_assigned") if seen_as is None else seen_as == "doctor"
    return queries.page(viewer, as_doctor=as_doctor, state=state, after=after, limit=limit)


@router.get(
    "/consultations/{consultation_id}",
    response=schemas.VisitOut,
    operation_id="read_consultation",
    summary="A visit, and what the viewer may do with it now",
)
@requires("consultation.read_visit")
def read_consultation(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    return queries.get(viewer_of(request), consultation_id)


@router.get(
    "/consultations/{consultation_id}/messages",
    response=schemas.ThreadOut,
    operation_id="read_messages",
    summary="Messages after a number, or the last ones before one; in order",
)
@requires("consultation.read_visit")
def read_messages(
    request: HttpRequest,
    consultation_id: UUID,
    since: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 200,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    if before is not None:
        return queries.messages_before(viewer, consultation_id, before=before, limit=limit)
    return queries.messages_of(viewer, consultation_id, since=since, limit=limit)


@router.get(
    "/consultations/{consultation_id}/pictures/{picture_id}",
    response={302: None},
    operation_id="see_picture",
    summary="A picture of the visit, by a link that is good for a minute",
)
@requires("consultation.read_visit")
def see_picture(
    request: HttpRequest,
    consultation_id: UUID,
    picture_id: UUID,
    size: Literal["thumb", "full"] = "full",
) -> HttpResponse:
    found = queries.picture_of(viewer_of(request), consultation_id, picture_id)
    answer = HttpResponseRedirect(link(found, size))
    answer["Cache-Control"] = "no-store"
    return answer


@router.post(
    "/consultations/{consultation_id}/choice",
    response=schemas.VisitOut,
    operation_id="choose",
    summary="Wait, take any doctor, change the department, leave a message or cancel, while no doctor has it",
)
@requires("consultation.choose_own")
def choose(request: HttpRequest, consultation_id: UUID, form: schemas.ChoiceIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.choose(
        viewer,
        consultation_id,
        choice=form.choice,
        department=form.department,
        at=clock.now(),
    )
    return queries.get(viewer, consultation_id)


@router.post(
    "/consultations/{consultation_id}/close",
    response=schemas.VisitOut,
    operation_id="close_consultation",
    summary="End the visit for a reason; its record is signed, where something was treated",
)
@requires("consultation.close")
def close(request: HttpRequest, consultation_id: UUID, form: schemas.CloseIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.close(viewer, consultation_id, reason=form.reason, note=form.note, at=clock.now())
    return queries.get(viewer, consultation_id)


@router.post(
    "/consultations/{consultation_id}/stop",
    response=schemas.VisitOut,
    operation_id="stop_consultation",
    summary="Stop online care and refer offline (R06)",
)
@requires("consultation.stop")
def stop(request: HttpRequest, consultation_id: UUID, form: schemas.StopIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.stop(
        viewer,
        consultation_id,
        referral=NewReferral(**form.model_dump()),
        at=clock.now(),
    )
    return queries.get(viewer, consultation_id)


@router.post(
    "/consultations/{consultation_id}/hand-over",
    response=schemas.VisitOut,
    operation_id="hand_over",
    summary="Give the visit to another doctor, with the whole conversation",
)
@requires("consultation.hand_over")
def hand_over(
    request: HttpRequest, consultation_id: UUID, form: schemas.HandOverIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    services.hand_back(viewer, consultation_id, reason=form.reason, at=clock.now())
    return queries.left_behind(viewer, consultation_id)


@router.post(
    "/consultations/{consultation_id}/rating",
    response={201: schemas.RatingOut},
    operation_id="rate",
    summary="Rate an ended visit, once",
)
@requires("consultation.rate_own")
def rate(request: HttpRequest, consultation_id: UUID, form: schemas.RateIn) -> Status[Any]:
    viewer, at = viewer_of(request), clock.now()
    services.rate(
        viewer,
        consultation_id,
        score=form.score,
        tags=form.tags,
        comment=form.comment,
        at=at,
    )
    return Status(201, queries.get(viewer, consultation_id)["rating"])


@router.get(
    "/rating-tags",
    response=schemas.TagsOut,
    operation_id="list_rating_tags",
    summary="What a rating can say",
)
@public
def list_rating_tags(request: HttpRequest) -> dict[str, Any]:
    del request
    return {
        name: [{"code": code, "text": text} for code, text in tags.items()]
        for name, tags in (("good", rules.GOOD_TAGS), ("bad", rules.BAD_TAGS))
    }
