"""Today's walk-ins of a site, for its assistant at its device."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from xinglin.care.sites import queries, services
from xinglin.care.sites.api import schemas
from xinglin.care.sites.api.telling import walk_in_lines, walk_in_told
from xinglin.care.sites.types import Form, Person
from xinglin.foundation.accounts.services import (
    put_to_sleep,
    requires,
    set_secret_cookie,
    viewer_of,
)
from xinglin.kernel import clock

router = Router()
HELP = "sites.help"


@router.get(
    "/site/today",
    response=schemas.TodayOut,
    operation_id="list_walk_ins",
    summary="Today's walk-ins of the own site, the newest first",
)
@requires(HELP)
def list_walk_ins(request: HttpRequest) -> dict[str, Any]:
    viewer = viewer_of(request)
    cards, queue = queries.today(viewer, at=clock.now())
    return {"items": walk_in_lines(cards), "queue": queue}


@router.post(
    "/site/identities",
    response=schemas.IdentityOut,
    operation_id="look_up_identity",
    summary="Whether the house knows who is on the card",
)
@requires(HELP)
def look_up_identity(request: HttpRequest, form: schemas.PersonIn) -> dict[str, Any]:
    person = Person(name=form.name, id_number=form.id_number)
    found = services.look_up(viewer_of(request), person, at=clock.now())
    known = found.patient
    return {
        "known": known is not None,
        "account": None if known is None else "own" if known.relation == "self" else "relative",
        "patient": known
        and {
            "name": known.name,
            "sex": known.sex,
            "birth_date": known.birth_date,
            "age": known.age_years,
        },
        "family": [
            {
                "id_number_masked": masked,
                "name": card.name,
                "relation": card.relation,
                "age": card.age_years,
            }
            for card, masked in found.family
        ],
        "visits_here": found.visits_here,
        "last_at": found.last_at,
    }


@router.put(
    "/site/walk-ins/{walk_in_id}",
    response=schemas.WalkInOut,
    operation_id="register_walk_in",
    summary="Register who stands at the counter; the same id and form again is the same walk-in",
)
@requires(HELP)
def register_walk_in(
    request: HttpRequest, walk_in_id: UUID, form: schemas.WalkInIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    card = services.register(viewer, walk_in_id, _read(form), at=clock.now())
    return walk_in_told(card)


def _read(form: schemas.WalkInIn) -> Form:
    beside = form.guardian
    return Form(
        person=Person(name=form.name, id_number=form.id_number),
        locale=form.locale,
        complaint=form.complaint.strip(),
        consents=tuple((each.kind, each.version) for each in form.consents),
        card_by=form.card_by,
        guardian=Person(name=beside.name, id_number=beside.id_number) if beside else None,
        family_of=form.family_of,
        relative_sees=form.relative_sees,
        captured_at=form.captured_at,
    )


@router.get("/site/walk-ins/{walk_in_id}", response=schemas.WalkInOut, operation_id="read_walk_in")
@requires(HELP)
def read_walk_in(request: HttpRequest, walk_in_id: UUID) -> dict[str, Any]:
    """One walk-in of today; who reads it is written down, once in a quarter of an hour."""
    viewer = viewer_of(request)
    return walk_in_told(services.open_walk_in(viewer, walk_in_id, at=clock.now()))


@router.put(
    "/site/walk-ins/{walk_in_id}/complaint",
    response=schemas.WalkInOut,
    operation_id="change_complaint",
    summary="Mend the complaint, until the doctor is asked for",
)
@requires(HELP)
def change_complaint(
    request: HttpRequest, walk_in_id: UUID, form: schemas.ComplaintIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    said = form.complaint.strip()
    return walk_in_told(services.change_complaint(viewer, walk_in_id, said, at=clock.now()))


@router.put(
    "/site/walk-ins/{walk_in_id}/pictures",
    response=schemas.WalkInOut,
    operation_id="set_walk_in_pictures",
    summary="The pictures of reports; new ones become the patient's",
)
@requires(HELP)
def set_walk_in_pictures(
    request: HttpRequest, walk_in_id: UUID, form: schemas.PicturesIn
) -> dict[str, Any]:
    viewer = viewer_of(request)
    asked = form.picture_ids
    return walk_in_told(services.set_pictures(viewer, walk_in_id, asked, at=clock.now()))


@router.post(
    "/site/walk-ins/{walk_in_id}/leave",
    response=schemas.WalkInOut,
    operation_id="leave_site",
    summary="The patient has gone before a doctor came",
)
@requires(HELP)
def leave_site(request: HttpRequest, walk_in_id: UUID, form: schemas.LeaveIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    return walk_in_told(services.leave(viewer, walk_in_id, reason=form.reason, at=clock.now()))


@router.post(
    "/site/walk-ins/{walk_in_id}/screen",
    response={201: schemas.WalkInOut},
    operation_id="hand_over_screen",
    summary="Hand this browser to the patient; the own session sleeps until the screen comes back",
)
@requires(HELP)
def hand_over_screen(
    request: HttpRequest, response: HttpResponse, walk_in_id: UUID
) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    given, secret = services.hand_over(viewer, walk_in_id, at=clock.now())
    told = walk_in_told(queries.walk_in(given.walk_in_id))
    set_secret_cookie(response, settings.SCREEN_COOKIE_NAME, secret, lasts=None)
    put_to_sleep(request)
    return Status(201, told)
