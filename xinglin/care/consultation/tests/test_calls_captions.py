"""Captions: the own voice, in an open call, in a house that has them; and nothing of it is kept."""

import threading
import time
from uuid import UUID, uuid4

import pytest

from xinglin.care.consultation.rules import CAPTIONS_VERSION as AGREEMENT
from xinglin.care.consultation.services.calls import captioning
from xinglin.care.consultation.tests import calls
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.test_guests import inside, link_of, token_of
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.media.models import File, Transcript

pytestmark = pytest.mark.django_db
SOUND = "audio/webm"


@pytest.fixture(autouse=True)
def _house(settings):
    settings.CAPTIONS, settings.TRANSCRIPT_GATEWAY = True, "demo"
    captioning._last.clear()


@pytest.fixture
def call(cast):
    _, call = calls.talking(cast.patient, cast.doctor)
    return call


def seat_of(browser, call) -> str:
    seat = str(uuid4())
    ticket = browser.post(f"/calls/{call}/seats", {"seat": seat})
    assert ticket.status_code == 201, ticket.content
    return seat


def say(browser, call, seat, *, sound=b"opus", kind=SOUND, ms=3000, path=None, agreed=AGREEMENT):
    client = getattr(browser, "client", None) or browser._client
    return client.post(
        f"/api/v1{path or f'/calls/{call}/captions'}",
        sound,
        content_type=kind,
        headers={"X-Seat": seat, "X-Ms": str(ms), "X-Agreed": agreed},
    )


def test_what_is_said_becomes_words_and_nothing_is_kept(at_the_door, call):
    seat = seat_of(at_the_door.patient, call)
    assert "3" in say(at_the_door.patient, call, seat).json()["text"]
    assert not File.objects.exists()
    assert not Transcript.objects.exists()


def test_the_ticket_says_whether_the_house_has_captions(at_the_door, call, settings):
    asked = lambda: at_the_door.doctor.post(f"/calls/{call}/seats", {"seat": str(uuid4())}).json()  # noqa: E731  # asked twice
    assert asked()["captions"]["version"] == AGREEMENT
    settings.TRANSCRIPT_GATEWAY = "null"
    assert asked()["captions"] is None
    seat = seat_of(at_the_door.patient, call)
    refused = say(at_the_door.patient, call, seat)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_captions")


def test_nobody_speaks_for_another_seat(at_the_door, call):
    theirs, mine = seat_of(at_the_door.doctor, call), seat_of(at_the_door.patient, call)
    assert say(at_the_door.patient, call, theirs).status_code == 404
    assert say(at_the_door.other_doctor, call, theirs).status_code == 404
    assert say(at_the_door.patient, call, mine).status_code == 200
    at_the_door.patient.post(f"/calls/{call}/end")
    assert say(at_the_door.patient, call, mine).status_code == 404


def test_a_guest_is_captioned_too(at_the_door, cast):
    visit = make.active(cast.patient, cast.doctor)
    guest = inside(token_of(link_of(at_the_door.patient, visit)))
    calls_of_visit = at_the_door.patient.post(f"/consultations/{visit}/calls", {"channel": "audio"})
    at_the_door.doctor.post(f"/calls/{calls_of_visit.json()['id']}/answer")
    seat = str(uuid4())
    assert guest.ask("POST", "/guest/call/seats", {"seat": seat}).status_code == 201
    assert say(guest, None, seat, path="/guest/call/captions").json()["text"]
    assert say(guest, None, str(uuid4()), path="/guest/call/captions").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"sound": b"x" * (256 * 1024 + 1)}, 413),
        ({"ms": 15_001}, 413),
        ({"kind": "video/mp4"}, 415),
    ],
)
def test_what_is_no_piece_of_a_voice_is_refused(at_the_door, call, wrong, status):
    seat = seat_of(at_the_door.patient, call)
    assert say(at_the_door.patient, call, seat, **wrong).status_code == status


def test_a_gateway_that_fails_is_said_and_the_call_goes_on(at_the_door, call, monkeypatch):
    from xinglin.foundation.media.gateways import demo

    def broken(_recording):
        raise OSError("no route")

    monkeypatch.setattr(demo, "transcribe", broken)
    seat = seat_of(at_the_door.patient, call)
    refused = say(at_the_door.patient, call, seat)
    assert (refused.status_code, refused.json()["code"]) == (503, "not_captioned")
    assert at_the_door.patient.get(f"/calls/{call}").json()["state"] == "open"


def test_a_voice_goes_to_nobody_before_its_owner_has_agreed_and_then_it_is_noted(at_the_door, call):
    seat = seat_of(at_the_door.patient, call)
    for agreed in ("", "captions-2020-01-01"):
        refused = say(at_the_door.patient, call, seat, agreed=agreed)
        assert (refused.status_code, refused.json()["code"]) == (409, "captions_not_agreed")
    assert not noted()
    assert say(at_the_door.patient, call, seat).status_code == 200
    captioning._last[UUID(str(call)), UUID(seat)] -= 2
    assert say(at_the_door.patient, call, seat).status_code == 200
    assert noted() == 1


def noted() -> int:
    return AuditLine.objects.filter(action="consultation.caption_call").count()


def test_pieces_that_come_faster_than_anybody_speaks_wait(at_the_door, call):
    seat = seat_of(at_the_door.patient, call)
    assert say(at_the_door.patient, call, seat).status_code == 200
    assert say(at_the_door.patient, call, seat).status_code == 429


def test_a_vendor_that_hangs_holds_up_one_piece_and_no_other_thread(at_the_door, call, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(captioning, "WITHIN_S", 0.05)
    monkeypatch.setattr(captioning, "write_down", lambda *_, **__: over.wait(30) and "late")
    theirs, mine = seat_of(at_the_door.doctor, call), seat_of(at_the_door.patient, call)
    try:
        assert say(at_the_door.patient, call, mine).status_code == 503
        began = time.monotonic()
        assert say(at_the_door.doctor, call, theirs).status_code == 503
        assert time.monotonic() - began < 20
    finally:
        over.set()
