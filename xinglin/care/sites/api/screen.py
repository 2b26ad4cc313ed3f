"""The screen in the hands of the patient, for one walk-in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from xinglin.care.people.queries import consent_status, patient_card, required_text
from xinglin.care.sites import queries, services
from xinglin.care.sites.api import schemas
from xinglin.care.sites.api.telling import patient_told
from xinglin.care.sites.types import STATES, WalkInCard
from xinglin.foundation.accounts.queries import display_names
from xinglin.foundation.accounts.services import (
    clear_cookie,
    requires,
    sleeper,
    viewer_of,
    wake,
)
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock
from xinglin.kernel.text import Text

router = Router()
HOLD = "sites.hold_screen"


@router.get("/site/screen", response=schemas.ScreenOut, operation_id="read_screen")
@requires(HOLD)
def read_screen(request: HttpRequest) -> dict[str, Any]:
    """The one walk-in that this screen is for."""
    viewer = viewer_of(request)
    return _told(viewer, queries.bound_walk_in(viewer))


@router.put(
    "/site/screen/wishes",
    response=schemas.ScreenOut,
    operation_id="tell_wishes",
    summary="Whether the assistant stays, and may read the conversation",
)
@requires(HOLD)
def tell_wishes(request: HttpRequest, form: schemas.WishesIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    card = services.note_wishes(
        viewer, stays=form.stays, chat_shared=form.chat_shared, at=clock.now()
    )
    return _told(viewer, card)


@router.put(
    "/site/screen/complaint",
    response=schemas.ScreenOut,
    operation_id="tell_complaint",
    summary="Mend the complaint, until the doctor is asked for",
)
@requires(HOLD)
def tell_complaint(request: HttpRequest, form: schemas.ComplaintIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    return _told(viewer, services.tell_complaint(viewer, form.complaint.strip()))


@router.post(
    "/site/screen/done",
    response={204: None},
    operation_id="finish_screen",
    summary="The patient has finished; the screen asks to be given back",
)
@requires(HOLD)
def finish_screen(request: HttpRequest) -> Status[None]:
    services.note_done(viewer_of(request), at=clock.now())
    return Status(204, None)


@router.post(
    "/site/screen/back",
    response={204: None},
    operation_id="take_screen_back",
    summary="Take the screen back with the number of the assistant whose session sleeps here",
)
@requires(HOLD)
def take_screen_back(
    request: HttpRequest, response: HttpResponse, form: schemas.BackIn
) -> Status[None]:
    """Five wrong numbers end the pass, and the assistant signs in anew.

    Where no session sleeps any more, the pass ends whatever the number, and nobody is signed in.
    """
    viewer, asleep = viewer_of(request), sleeper(request)
    if asleep is None:
        services.give_up(viewer, at=clock.now())
    else:
        services.take_back(viewer, form.pin, staff_id=asleep, at=clock.now())
        wake(request)
    clear_cookie(response, settings.SCREEN_COOKIE_NAME)
    return Status(204, None)


def _told(viewer: Viewer, card: WalkInCard) -> dict[str, Any]:
    names = display_names([card.assistant_id])
    screen = queries.screen(viewer)
    patient = patient_card(card.patient_id)
    return {
        "walk_in_id": card.id,
        "number": card.number,
        "patient": patient_told(patient),
        "site": {"name": queries.site_card(card.site_id).name},
        "assistant": {"name": names.get(card.assistant_id, "")},
        "complaint": card.complaint,
        "picture_ids": list(card.picture_ids),
        "readings": queries.readings(card.id),
        "intake_id": card.intake_id,
        "consultation_id": card.consultation_id,
        "state": card.state,
        "state_text": STATES[card.state],
        "stays": card.stays,
        "chat_shared": card.chat_shared,
        "locale": screen.locale,
        "consents": _owed(card),
        "may_withdraw": patient.relation == "self" and consent_status(card.holder_id).binds,
        "expires_at": screen.expires_at,
    }


def _owed(card: WalkInCard) -> list[dict[str, Any]]:
    if consent_status(card.holder_id).binds:
        return []
    found = required_text()
    words = Text(found.text_zh, found.text_en)
    return [{"kind": "service", "version": found.version, "text": words}]
