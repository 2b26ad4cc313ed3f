"""The counter over HTTP: a browser is enrolled, a patient walks in, holds the screen, gives it back."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from xinglin.care.people.models import Patient
from xinglin.care.people.queries import consent_status, required_text
from xinglin.care.people.services import give_consent, withdraw_consent
from xinglin.care.people.tests.factories import (
    MAN,
    Browser,
    id_number,
    patient_viewer,
    staff_viewer,
)
from xinglin.care.people.tests.factories import register as register_at_home
from xinglin.care.sites import services
from xinglin.care.sites.models import Device, Site, SiteStaff
from xinglin.care.sites.tests.browser import Counter, body, observation, pressure, registered
from xinglin.care.sites.tests.factories import PIN, counter, cuff, walk_in
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.media.models import File
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.usefixtures("house")

SYSTEM = Viewer.system("tests")


def test_a_browser_says_what_it_is(here):
    elsewhere = counter()
    states = {
        "not_enrolled": Counter(here, enrolled=False),
        "ready": Counter(here),
    }
    for state, door in states.items():
        status, told = door.get("/site/station")
        assert (status, told["state"]) == (200, state)
        assert (told["store"] is not None, told["site"] is not None) == (state == "ready",) * 2
    stranger = Counter(here)
    stranger.cookies[settings.DEVICE_COOKIE_NAME] = elsewhere.cookie
    assert stranger.get("/site/station")[1]["state"] == "not_staff"
    Device.objects.filter(pk=here.device.pk).update(revoked_at=clock.now())
    assert states["ready"].get("/site/station")[1]["state"] == "revoked"
    assert states["ready"].get("/site/today")[0] == 404


def test_the_key_of_the_store_is_the_same_each_time_and_another_for_each_assistant(here):
    door = Counter(here)
    first, again = (door.get("/site/station")[1]["store"] for _ in range(2))
    assert first == again
    assert Counter(counter()).get("/site/station")[1]["store"] != first


def test_the_station_tells_limits_consents_and_instruments(here):
    cuff(here)
    _, told = Counter(here).get("/site/station")
    assert told["consents"][0]["version"] == required_text().version
    assert told["instruments"] == [
        {"serial": "BP-1", "kind": "blood_pressure", "model": "欧姆龙 U30"}
    ]
    systolic = next(each for each in told["limits"] if each["part"] == "systolic")
    assert (systolic["kind"], systolic["impossible"]) == ("blood_pressure", [40, 300])


def test_a_code_enrols_this_browser_and_a_wrong_one_does_not(here):
    code, _ = services.make_enrolment(SYSTEM, here.site.pk, at=clock.now())
    door = Counter(here, enrolled=False)
    wrong = f"{(int(code) + 1) % 100_000_000:08d}"
    assert door.post("/site/station", {"code": wrong, "label": "柜台2"})[0] == 422
    unnamed = door.post("/site/station", {"code": code, "label": " "})
    assert (unnamed[0], unnamed[1]["errors"][0]["field"]) == (422, "label")
    status, told = door.post("/site/station", {"code": code, "label": "柜台2"})
    assert (status, told["state"], told["device"]["label"]) == (201, "ready", "柜台2")
    cookie = door.cookies[settings.DEVICE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    assert door.get("/site/today")[0] == 200


def test_a_number_is_set_with_the_password_alone(here):
    door = Counter(here)
    wrong = door.send("PUT", "/site/pin", {"pin": PIN, "password": "guessed"})
    assert (wrong[0], wrong[1]["code"]) == (422, "wrong_password")
    simple = {"pin": "111111", "password": "a long enough pass-phrase"}
    assert door.send("PUT", "/site/pin", simple)[1]["code"] == "pin_too_simple"
    assert door.send("PUT", "/site/pin", simple | {"pin": PIN})[0] == 204
    kept = SiteStaff.objects.get(user_id=here.assistant.user_id).pin
    assert PIN not in kept
    assert door.get("/site/station")[1]["pin_set"]


def test_a_walk_in_is_registered_measured_and_read(here, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    door, of = Counter(here), f"/site/walk-ins/{ids.new()}"
    form = body()
    status, told = door.send("PUT", of, form)
    assert (status, told["number"], told["patient"]["name"]) == (200, 1, "林小满")
    assert door.send("PUT", of, form) == (200, told)
    differs = door.send("PUT", of, form | {"complaint": "头痛"})
    assert (differs[0], differs[1]["code"]) == (409, "walk_in_differs")
    here_already = door.send("PUT", f"/site/walk-ins/{ids.new()}", form)
    assert (here_already[0], here_already[1]["walk_in_id"]) == (409, told["id"])
    reading = f"{of}/readings/{ids.new()}"
    assert door.send("PUT", reading, pressure())[0] == 200
    picture = door.upload()
    _, told = door.send("PUT", f"{of}/pictures", {"picture_ids": [picture]})
    assert (told["picture_ids"], len(told["readings"])) == ([picture], 1)
    holder = services.open_walk_in(here.assistant, told["id"], at=clock.now()).holder_id
    assert File.objects.get(pk=picture).owner_id == holder
    theirs = door.send("PUT", f"{of}/pictures", {"picture_ids": [str(ids.new())]})
    assert theirs[0] == 422
    assert door.send("DELETE", reading)[0] == 204
    assert door.get(of)[1]["readings"] == []
    (line,) = door.get("/site/today")[1]["items"]
    assert line["id"] == told["id"]
    assert not {"complaint", "readings", "picture_ids"} & line.keys()
    assert door.post(f"{of}/leave", {"reason": "no_time"})[1]["state"] == "left"


def test_the_card_of_a_regular_is_looked_up(here):
    door, number = Counter(here), id_number()
    unknown = door.post("/site/identities", {"name": "林小满", "id_number": number})[1]
    assert (unknown["known"], unknown["patient"], unknown["visits_here"]) == (False, None, 0)
    door.send("PUT", f"/site/walk-ins/{ids.new()}", body(id_number=number))
    known = door.post("/site/identities", {"name": "林小满", "id_number": number})[1]
    assert (known["known"], known["account"], known["visits_here"]) == (True, "own", 1)
    assert known["patient"]["name"] == "林小满"


def test_the_screen_goes_to_the_patient_and_comes_back(here):
    door = Counter(here)
    services.set_pin(here.assistant, PIN, at=clock.now())
    identifier = registered(door)
    assert door.post(f"/site/walk-ins/{identifier}/screen")[0] == 201
    cookie = door.cookies[settings.SCREEN_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")
    status, told = door.get("/site/screen")
    assert (status, told["walk_in_id"], told["patient"]["name"]) == (200, identifier, "林小满")
    assert door.get("/site/today")[0] in {403, 404}
    told = door.send("PUT", "/site/screen/wishes", {"stays": True})[1]
    assert (told["stays"], told["chat_shared"]) == (True, False)
    told = door.send("PUT", "/site/screen/complaint", {"complaint": "咳嗽五天"})[1]
    assert told["complaint"] == "咳嗽五天"
    assert door.post("/site/screen/done")[0] == 204
    wrong = door.post("/site/screen/back", {"pin": "246810"})
    assert (wrong[0], wrong[1]["code"]) == (422, "wrong_pin")
    assert door.post("/site/screen/back", {"pin": PIN})[0] == 204
    assert door.get("/site/screen")[0] in {403, 404}
    assert door.get("/site/today")[1]["queue"]["at_terminal"] == 0


def test_on_the_screen_nobody_agrees_for_a_relative(here):
    holder, number = patient_viewer(), id_number(MAN, "male")
    register_at_home(holder)
    register_at_home(holder, name="林大山", born=MAN, sex="male", relation="parent", number=number)
    consent = {"kind": "service", "version": required_text().version}
    give_consent(holder, at=clock.now(), **consent)
    door = Counter(here)
    services.set_pin(here.assistant, PIN, at=clock.now())
    form = body(name="林大山", id_number=number, relative_sees=True)
    identifier = door.send("PUT", f"/site/walk-ins/{ids.new()}", form)[1]["id"]
    assert door.post(f"/site/walk-ins/{identifier}/screen")[0] == 201
    assert door.post("/consents", {"kind": "face", "version": "1"})[0] == 404
    withdraw_consent(holder, kind="service", at=clock.now())
    status, told = door.post("/consents", consent)
    assert (status, told["code"]) == (409, "relative_consent_needed")
    assert consent_status(holder.user_id).withdrawn


def test_a_session_that_slept_ends_when_it_would_have_ended(here):
    door = Counter(here)
    services.set_pin(here.assistant, PIN, at=clock.now())
    identifier, ends = registered(door), timezone.now() + timedelta(hours=1)
    Session.objects.update(expire_date=ends)
    for _ in range(2):
        assert door.post(f"/site/walk-ins/{identifier}/screen")[0] == 201
        assert door.post("/site/screen/back", {"pin": PIN})[0] == 204
    assert door.get("/site/today")[0] == 200
    key = door.cookies[settings.SESSION_COOKIE_NAME].value
    assert Session.objects.get(session_key=key).expire_date == ends


def test_a_device_that_is_used_stays_enrolled(here):
    door = Counter(here)
    assert door.get("/site/station")[1]["state"] == "ready"
    cookie = door.cookies[settings.DEVICE_COOKIE_NAME]
    assert (cookie.value, cookie["max-age"], cookie["httponly"]) == (here.cookie, 31536000, True)
    stranger = Counter(counter())
    stranger.cookies[settings.DEVICE_COOKIE_NAME] = here.cookie
    stranger.get("/site/station")
    assert stranger.cookies[settings.DEVICE_COOKIE_NAME]["max-age"] == ""


def test_five_wrong_numbers_leave_nobody_signed_in(here):
    door = Counter(here)
    services.set_pin(here.assistant, PIN, at=clock.now())
    door.post(f"/site/walk-ins/{registered(door)}/screen")
    codes = [door.post("/site/screen/back", {"pin": "246810"})[1]["code"] for _ in range(5)]
    assert codes == ["wrong_pin"] * 4 + ["screen_over"]
    assert door.get("/site/screen")[0] == 401
    assert door.get("/site/today")[0] == 401
    assert door.post("/site/screen/back", {"pin": PIN})[0] == 401


def test_a_list_costs_the_same_however_long_it_is(here):
    cuff(here)
    token = services.make_gateway_token(SYSTEM, here.site.pk, at=clock.now())
    door, keeper = Counter(here), Browser(staff("administrator"))

    def grow() -> None:
        of = walk_in(here)
        door.send("PUT", f"/site/walk-ins/{of.id}/readings/{ids.new()}", pressure())
        said = observation(identifier=[{"value": str(of.id)}])
        Browser().post("/gateway/observations", said, Authorization=f"Bearer {token}")
        counter()

    def looks(browser, path) -> int:
        with CaptureQueriesContext(connection) as asked:
            status, told = browser.get(path)
        assert (status, len(told["items"]) > 0) == (200, True)
        return len(asked)

    grow()
    paths = ((door, "/site/today"), (door, "/site/readings"), (keeper, "/sites"))
    for browser, path in paths:
        looks(browser, path)  # What is read once for all is read here.
    few = [looks(*each) for each in paths]
    for _ in range(4):
        grow()
    assert [looks(*each) for each in paths] == few


def staff(role: str) -> Viewer:
    return staff_viewer(role, institution_id=Site.objects.first().institution_id)


def test_who_opens_a_walk_in_again_and_again_is_written_down_once_in_a_while(here):
    card, at = walk_in(here), clock.now()
    for minutes in (0, 1, 14, 16):
        services.open_walk_in(here.assistant, card.id, at=at + timedelta(minutes=minutes))
    lines = AuditLine.objects.filter(action="sites.read_walk_in", thing_id=card.id)
    assert lines.count() == 2


def test_who_sits_there_takes_the_own_consent_back_and_nothing_else(here):
    door = Counter(here)
    services.set_pin(here.assistant, PIN, at=clock.now())
    door.post(f"/site/walk-ins/{registered(door)}/screen")
    assert door.get("/site/screen")[1]["may_withdraw"]
    assert door.post("/consents/face/withdraw")[0] == 404
    assert door.post("/consents/service/withdraw")[0] == 200
    told = door.get("/site/screen")[1]
    assert (told["may_withdraw"], len(told["consents"])) == (False, 1)
    Patient.objects.update(relation="parent")
    assert door.post("/consents/service/withdraw")[0] == 404
