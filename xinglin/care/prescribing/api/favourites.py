"""A doctor's favourites over HTTP: to put on a sheet, to keep, to name, to order."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from xinglin.care.prescribing.api.prescription_schemas import (
    Number,
    ProposedItemOut,
    RefusalOut,
    Told,
    Word,
)
from xinglin.care.prescribing.queries import favourites as queries
from xinglin.care.prescribing.services import favourites as services
from xinglin.care.prescribing.sheet import Written
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel import clock
from xinglin.kernel.wire import In, Out

router = Router()


class FavouriteItemIn(In):
    """As on a sheet: `dose` in digits, `dose_unit` in UCUM, `doses` where the frequency has no count."""

    product_id: UUID
    dose: Word
    dose_unit: Word
    route: Word
    frequency: Word
    days: Number
    doses: Number | None = None


class FavouriteIn(In):
    """`name`: needed for a set; of one medicine it may be empty."""

    sheet: Word = "western"
    name: Told = ""
    items: Annotated[list[FavouriteItemIn], Field(max_length=100)]


class NameIn(In):
    name: Told


class FavouriteOrderIn(In):
    favourite_ids: Annotated[list[UUID], Field(min_length=1, max_length=services.MOST)]


class FavouriteItemOut(ProposedItemOut):
    """`to_confirm`: each of its fields, once it is on a sheet (R24). `against`: why it cannot be put
    on one now; empty: it can.
    """

    against: list[RefusalOut]


class FavouriteOut(Out):
    """`name`: the doctor's own; empty: that of its medicine."""

    id: UUID
    sheet: str
    name: str
    items: list[FavouriteItemOut]


class FavouritesOut(Out):
    items: list[FavouriteOut]
    most: int


@router.get(
    "/favourites",
    response=FavouritesOut,
    operation_id="list_favourites",
    summary="One's own favourites, with what stands against putting each on a sheet today",
)
@requires("prescribing.use_favourites")
def list_favourites(request: HttpRequest) -> dict[str, Any]:
    return {"items": queries.favourites(viewer_of(request)), "most": services.MOST}


@router.post(
    "/favourites",
    response={201: FavouriteOut},
    operation_id="keep_favourite",
    summary="Keep a medicine with its usual use, or a set of several under a name",
)
@requires("prescribing.use_favourites")
def keep_favourite(request: HttpRequest, form: FavouriteIn) -> Status[Any]:
    made = services.keep(
        viewer_of(request),
        kind=form.sheet,
        name=form.name,
        items=[Written(**each.model_dump()) for each in form.items],
        at=clock.now(),
    )
    return Status(201, queries.favourite(made))


@router.put(
    "/favourites/order",
    response={204: None},
    operation_id="order_favourites",
    summary="Those that are named, in this order",
)
@requires("prescribing.use_favourites")
def order_favourites(request: HttpRequest, form: FavouriteOrderIn) -> Status[None]:
    services.order(viewer_of(request), form.favourite_ids)
    return Status(204, None)


@router.put(
    "/favourites/{uuid:favourite_id}",
    response=FavouriteOut,
    operation_id="rename_favourite",
    summary="Give it another name",
)
@requires("prescribing.use_favourites")
def rename_favourite(request: HttpRequest, favourite_id: UUID, form: NameIn) -> dict[str, Any]:
    services.rename(viewer_of(request), favourite_id, form.name)
    return queries.favourite(favourite_id)


@router.delete(
    "/favourites/{uuid:favourite_id}",
    response={204: None},
    operation_id="remove_favourite",
    summary="Away; for a day it can be taken back",
)
@requires("prescribing.use_favourites")
def remove_favourite(request: HttpRequest, favourite_id: UUID) -> Status[None]:
    services.remove(viewer_of(request), favourite_id, at=clock.now())
    return Status(204, None)


@router.post(
    "/favourites/{uuid:favourite_id}/restore",
    response=FavouriteOut,
    operation_id="restore_favourite",
    summary="Take back the removal",
)
@requires("prescribing.use_favourites")
def restore_favourite(request: HttpRequest, favourite_id: UUID) -> dict[str, Any]:
    services.restore(viewer_of(request), favourite_id)
    return queries.favourite(favourite_id)
