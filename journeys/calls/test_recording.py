"""What is said in a call is kept when both sides agree, whatever happens to the house or to the page."""

from collections.abc import Collection
from typing import Any

import pytest

from journeys import members
from journeys.calls import films, probes
from journeys.calls.faces import BLUE, RED
from journeys.calls.people import SPECIALIST, CallCast, Visit, meet
from journeys.hospital import eventually

pytestmark = pytest.mark.slow
# Two seconds of each side are in one.
_CHUNKS = 3
# So long a page records for itself.
_AWAY_MS = 4_000
_SIDES = ("doctor", "patient")
_OPEN_WITHIN_S = 60
# As the page tells it, and the file, whose last chunk may be short.
_LEAST_S = 4.0


def agree(visit: Visit) -> str:
    """The doctor asks, the patient says yes; answers the call's id."""
    visit.doctor.press("call-record")
    visit.patient.sees("call-consent")
    visit.patient.look("call-consent")
    visit.patient.press("consent-yes")
    visit.doctor.sees("recording-on")
    call: str = visit.call()["call"]["id"]
    return call


def segments(visit: Visit, call: str) -> list[dict[str, Any]]:
    """As the house knows them now."""
    answer = members.asked(
        visit.doctor.context, visit.doctor.hospital, "GET", f"{members.API}/recordings/{call}"
    )
    found: list[dict[str, Any]] = answer.json()["segments"] if answer.ok else []
    return found


def received(visit: Visit, call: str, *, besides: Collection[str] = ()) -> int:
    """Chunks that the house has on its disk, of the side that it has fewer of. In however many segments:
    a recorder that is late, or a picture that comes after the voice, begins another.
    """
    sides = dict.fromkeys(_SIDES, 0)
    for one in segments(visit, call):
        if one["id"] not in besides:
            sides[one["of_role"]] += one["chunks"]
    return min(sides.values())


def test_from_the_tap_to_the_record_and_its_playing_by_those_who_may(cast: CallCast) -> None:
    visit = cast.visit()
    meet(visit)
    call = agree(visit)
    eventually(lambda: received(visit, call) >= _CHUNKS, "six seconds at the house")
    visit.doctor.look("call-recording-doctor")
    visit.patient.press("call-leave")
    card = films.made(visit.doctor, call)
    assert card["gaps"] == []
    film = films.looked_at(films.fetched(visit.doctor, call, "treatment"))
    assert (film.colours, film.sounds > 0) == ([BLUE.colour, RED.colour], True)
    assert film.seconds >= _LEAST_S
    films.looked_at(films.fetched(visit.patient, call, "own"))
    stranger = cast.doctor_on(SPECIALIST)
    for method, path in (("GET", f"/recordings/{call}"), ("POST", f"/recordings/{call}/views")):
        form = {"purpose": "treatment"} if method == "POST" else None
        assert stranger.refused(method, path, form) == 404


def test_an_outage_and_a_crash_of_the_page_lose_two_seconds_at_most(cast: CallCast) -> None:
    visit = cast.visit()
    meet(visit)
    call = agree(visit)
    eventually(lambda: received(visit, call) > 1, "the first chunks")
    before = [one["id"] for one in segments(visit, call)]
    # The house is away: what is recorded waits in the page, and the page does not live to see it back.
    doctor = visit.doctor
    doctor.hospital.kill("api")
    doctor.page.wait_for_timeout(_AWAY_MS)
    doctor.crash()
    eventually(doctor.hospital.is_ready, "the house's being back", _OPEN_WITHIN_S)
    doctor.go(f"/staff/workbench/{visit.id}")
    doctor.press("call-enter")
    for person in (visit.patient, doctor):
        probes.sees(person.page, RED, BLUE, seconds=30)
    doctor.sees("recording-on")
    eventually(
        lambda: received(visit, call, besides=before) >= _CHUNKS, "what came after the crash", 40
    )
    visit.patient.press("call-leave")
    card = films.made(doctor, call)
    assert card["verified"] is not False
    # Two sides before the crash, two after it; each chain whole, none left out.
    assert len(card["segments"]) >= 4
    assert not [s for s in card["segments"] if s["state"] == "lost" or s["is_left_out"]]
    film = films.looked_at(films.fetched(doctor, call, "treatment"))
    assert film.colours == [BLUE.colour, RED.colour]
    assert film.seconds >= _LEAST_S + _AWAY_MS / 1000
