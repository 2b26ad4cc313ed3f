"""What is measured at a site: by hand, and out of the inbox of its instruments."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from xinglin.care.sites import queries, services
from xinglin.care.sites.api import schemas
from xinglin.care.sites.types import ReadingCard, Told
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.wire import Moment

router = Router()
HELP = "sites.help"
_BACK = timedelta(minutes=15)


@router.get(
    "/site/readings",
    response=schemas.ObservedListOut,
    operation_id="list_observed",
    summary="What the site's instruments have sent and nobody has taken for a patient yet",
)
@requires(HELP)
def list_observed(
    request: HttpRequest, since: Annotated[Moment | None, Query()] = None
) -> dict[str, Any]:
    """Of the last fifteen minutes, unless `since` says otherwise; 200 at most, the newest first."""
    viewer = viewer_of(request)
    return {"items": queries.observed(viewer, since=since or clock.now() - _BACK)}


@router.put(
    "/site/walk-ins/{walk_in_id}/readings/{reading_id}",
    response=schemas.ReadingOut,
    operation_id="take_reading",
    summary="Put down what was measured; the same id and contents again is the same reading",
)
@requires(HELP)
def take_reading(
    request: HttpRequest, walk_in_id: UUID, reading_id: UUID, form: schemas.ReadingIn
) -> ReadingCard:
    told = Told(
        kind=form.kind,
        values=form.values,
        unit=form.unit,
        context=form.context,
        instrument_serial=form.instrument_serial,
        measured_at=form.measured_at,
    )
    return services.take_reading(
        viewer_of(request),
        walk_in_id,
        reading_id,
        told,
        confirmed=form.confirmed,
        at=clock.now(),
    )


@router.delete(
    "/site/walk-ins/{walk_in_id}/readings/{reading_id}",
    response={204: None},
    operation_id="withdraw_reading",
    summary="Take a reading back: it was wrong, or another patient's",
)
@requires(HELP)
def withdraw_reading(request: HttpRequest, walk_in_id: UUID, reading_id: UUID) -> Status[None]:
    services.withdraw_reading(viewer_of(request), walk_in_id, reading_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/site/walk-ins/{walk_in_id}/readings/{reading_id}/take",
    response=schemas.ReadingOut,
    operation_id="take_observed",
    summary="What an instrument has sent is of this patient",
)
@requires(HELP)
def take_observed(
    request: HttpRequest, walk_in_id: UUID, reading_id: UUID, form: schemas.TakeIn | None = None
) -> ReadingCard:
    return services.take_observed(
        viewer_of(request),
        walk_in_id,
        reading_id,
        context=form.context if form else "",
        confirmed=form is not None and form.confirmed,
        at=clock.now(),
    )
