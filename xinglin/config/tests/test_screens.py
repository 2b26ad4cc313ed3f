"""A patient who holds the screen of a site tries every operation of the api and every other door.

What `config/screens.py` does not name is not there; what it names is there for the own walk-in, and for
no other visit of the same account. Whoever is signed in in that browser sleeps meanwhile.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils.module_loading import import_string

from xinglin.care.consultation.tests import factories
from xinglin.care.people.services import withdraw_consent
from xinglin.care.people.tests.factories import as_viewer, hospital
from xinglin.care.sites.models import ScreenPass, SiteStaff, WalkIn
from xinglin.care.sites.queries.devices import hash_of
from xinglin.care.sites.tests import factories as sites
from xinglin.config.api import api
from xinglin.config.roles import PATIENT, SITE_PATIENT
from xinglin.config.screens import KEPT_OUT, SCREENS
from xinglin.config.tests.asking import (
    NO_OBJECTS,
    PARAMETER,
    PIECES,
    body_of,
    browser,
    contents,
    operations,
)
from xinglin.foundation.accounts.services import PUBLIC, SIGNED_IN
from xinglin.kernel import clock, ids

SECRET = "held-by-the-patient"
# Parameters of a path beside the one to which the call is held.
BESIDE = {"picture_id", "voice_id", "document_id", "seat"}


def id_of(operation) -> str:
    return operation.operation_id or api.get_openapi_operation_id(operation)


def walked_in(counter: sites.Counter, patient, **changes) -> WalkIn:
    now = clock.now()
    known = {
        "id": ids.new(),
        "site": counter.site,
        "device": counter.device,
        "patient_id": patient.patient_id,
        "institution_id": counter.site.institution_id,
        "holder_id": patient.id,
        "assistant_id": counter.assistant.user_id,
        "day": now.date(),
        "number": WalkIn.objects.count() + 1,
        "state": "ended",
        "digest": b"",
        "registered_at": now,
        "asked_at": now,
        "ended_at": now,
    }
    return WalkIn.objects.create(**(known | changes))


def handed_over(counter: sites.Counter, walk_in: WalkIn) -> Client:
    """The browser of the counter: its assistant sleeps, and the patient holds the screen."""
    client = browser(counter.assistant)
    session = client.session
    session["asleep"] = True
    session.save()
    now = clock.now()
    ScreenPass.objects.filter(device=counter.device, ended_at=None).update(ended_at=now)
    ScreenPass.objects.create(
        walk_in=walk_in,
        device=counter.device,
        staff_id=counter.assistant.user_id,
        cookie_hash=hash_of(SECRET),
        given_at=now,
        expires_at=now + timedelta(hours=3),
    )
    client.cookies[settings.DEVICE_COOKIE_NAME] = counter.cookie
    client.cookies[settings.SCREEN_COOKIE_NAME] = SECRET
    return client


def ask(client: Client, path: str, operation, values: dict[str, UUID]) -> int:
    name = operation.view_func.__name__
    where = PARAMETER.sub(lambda found: str(values.get(found[1], "zzz")), path)
    if SCREENS.get(id_of(operation), "").startswith("asked "):
        where += f"?consultation_id={values['consultation_id']}"
    how = PIECES.get(name, {"content_type": "application/json"})
    answer = client.generic(
        operation.methods[0], f"/api/v1{where}", json.dumps(body_of(name)), **how
    )
    if answer.streaming:
        b"".join(answer.streaming_content)  # to its end, which closes the file
    return answer.status_code


def held_to(operation) -> str:
    return SCREENS.get(id_of(operation), "").removeprefix("asked ")


def confined() -> Iterator[tuple[str, str]]:
    for path, operation in operations():
        if held_to(operation) not in {"", "agreed to here", "nothing", "own consent", "service"}:
            yield path, operation


def tries(path: str, operation, objects: dict[str, list[UUID]]) -> list[dict[str, UUID]]:
    names = list(dict.fromkeys([held_to(operation), *PARAMETER.findall(path)]))
    return [dict(zip(names, each, strict=True)) for each in product(*(objects[n] for n in names))]


@pytest.fixture
def counter(request, db) -> sites.Counter:
    """In the furnished house, for those who ask for it; else in an empty one, which costs less."""
    if "house" not in request.fixturenames:
        hospital()
    return sites.counter()


def test_whatever_a_patient_or_anybody_may_call_is_decided_on():
    """A new operation stands in one of the two tables, or this fails."""
    reachable = {
        id_of(operation)
        for _, operation in operations()
        if operation.view_func.xinglin_permission in PATIENT | SITE_PATIENT | {PUBLIC, SIGNED_IN}
    }
    assert SCREENS.keys() | KEPT_OUT.keys() == reachable
    assert SCREENS.keys() & KEPT_OUT.keys() == set()


def test_the_screen_has_the_permissions_of_its_operations_and_no_others():
    asked = {
        operation.view_func.xinglin_permission
        for _, operation in operations()
        if id_of(operation) in SCREENS
    }
    by_the_line = {"consultation.write_message"}
    assert (asked - {PUBLIC, SIGNED_IN}) | by_the_line == SITE_PATIENT


def test_what_the_table_does_not_name_is_not_there(house, counter):
    _, active, *_ = house.objects["consultation_id"]
    client = handed_over(counter, walked_in(counter, house.cast.patient, consultation_id=active))
    before = contents()
    for path, operation in operations():
        if id_of(operation) in SCREENS:
            continue
        names = [n for n in PARAMETER.findall(path) if n not in NO_OBJECTS]
        values = {n: house.objects[n][-1] if n in house.objects else ids.new() for n in names}
        assert ask(client, path, operation, values) == 404, id_of(operation)
    assert contents() == before


def own_of(house) -> list[dict[str, object]]:
    """Two walk-ins of the account: with the call, and with the prescription."""
    _, active, _, _, follow_up = house.objects["consultation_id"]
    _, answered = house.objects["intake_id"]
    effective, asked = house.objects["prescription_id"]
    (call,), (picture,) = house.objects["call_id"], house.objects["picture_id"]
    return [
        {"consultation_id": active, "intake_id": answered, "call_id": call, "picture_id": picture},
        {"consultation_id": follow_up, "prescription_id": [effective, asked]},
    ]


def with_walk_in(own: dict[str, object], house, walk_in: WalkIn) -> tuple[dict, dict]:
    """The same with the walk-in itself, and all that can be tried, with a walk-in of somebody else."""
    walk_ins = {"walk_in_id": [walk_in.pk, ids.new()]}
    return own | {"walk_in_id": walk_in.pk}, house.objects | walk_ins


def is_own(own: dict[str, object], name: str, value: UUID) -> bool:
    known = own.get(name)
    return value in known if isinstance(known, list) else value == known


@pytest.mark.parametrize("which", [0, 1], ids=["call", "prescription"])
def test_of_other_visits_of_the_same_account_nothing_is_there(house, counter, which):
    own = own_of(house)[which]
    walk_in = walked_in(
        counter,
        house.cast.patient,
        consultation_id=own["consultation_id"],
        intake_id=own.get("intake_id"),
    )
    client = handed_over(counter, walk_in)
    WalkIn.objects.update(registered_at=clock.now() + timedelta(seconds=1))  # after the old files
    own, objects = with_walk_in(own, house, walk_in)
    before = contents()
    for path, operation in confined():
        name = held_to(operation)
        for values in tries(path, operation, objects):
            if name == "picture_id" or not is_own(own, name, values[name]):
                assert ask(client, path, operation, values) == 404, (id_of(operation), values)
                made_up = {n: ids.new() for n in values}
                assert ask(client, path, operation, made_up) == 404, id_of(operation)
    assert contents() == before


def test_of_the_own_visit_everything_that_is_read_is_there(house, counter):
    found, asked = set(), set()
    for own in own_of(house):
        pictures = [str(own["picture_id"])] if "picture_id" in own else []
        walk_in = walked_in(
            counter,
            house.cast.patient,
            consultation_id=own["consultation_id"],
            intake_id=own.get("intake_id"),
            picture_ids=pictures,
        )
        client = handed_over(counter, walk_in)
        mine, objects = with_walk_in(own, house, walk_in)
        for path, operation in confined():
            name = held_to(operation)
            if operation.methods[0] != "GET":
                continue
            asked.add(id_of(operation))
            for values in tries(path, operation, objects):
                if is_own(mine, name, values[name]) and (
                    ask(client, path, operation, values) in {200, 302, 409}
                ):
                    found.add(id_of(operation))
        ScreenPass.objects.all().delete()
    # Of a visit that was stopped, or has ended, which these two are not; see the modules' own tests.
    assert asked - found <= {"print_letter", "read_summary", "hear_voice", "open_document"}


def test_before_the_doctor_is_asked_no_visit_is_there(house, counter):
    walk_in = walked_in(
        counter, house.cast.patient, state="registered", asked_at=None, ended_at=None
    )
    client = handed_over(counter, walk_in)
    objects = house.objects | {"walk_in_id": [ids.new()]}
    for path, operation in confined():
        for values in tries(path, operation, objects):
            assert ask(client, path, operation, values) == 404, id_of(operation)


def whoever(client: Client) -> dict | None:
    return client.get("/api/v1/session").json()["user"]


@pytest.fixture
def patient(counter):
    return factories.patient()


@pytest.fixture
def screen(counter, patient) -> Client:
    return handed_over(counter, walked_in(counter, patient))


OTHER_DOORS = [
    ("GET", "/_allauth/browser/v1/auth/session"),
    ("DELETE", "/_allauth/browser/v1/auth/session"),
    ("POST", "/_allauth/browser/v1/auth/login"),
    ("POST", "/_allauth/browser/v1/auth/reauthenticate"),
    ("POST", "/_allauth/browser/v1/account/password/change"),
    ("GET", "/_allauth/browser/v1/account/authenticators"),
    ("GET", "/admin/"),
    ("GET", "/files/recordings/whatever"),
]


def test_the_patient_is_who_calls_and_nobody_else(patient, screen):
    user = whoever(screen)
    assert user["id"] == str(patient.id)
    assert (user["roles"], user["needs_second_factor"]) == (["site_patient"], False)
    assert set(user["permissions"]) == SITE_PATIENT


@pytest.mark.parametrize(("method", "path"), OTHER_DOORS)
def test_the_session_sleeps_at_every_other_door(screen, method, path):
    answer = screen.generic(method, path, "{}", content_type="application/json")
    assert answer.status_code == 404
    assert screen.session[SESSION_KEY]  # and is not ended either


@pytest.mark.parametrize("gone", ["pass", "device", "both", "over", "revoked", "not staff"])
def test_a_session_that_sleeps_opens_nothing_when_the_pass_is_gone(screen, counter, gone):
    if gone in {"pass", "both"}:
        del screen.cookies[settings.SCREEN_COOKIE_NAME]
    if gone in {"device", "both"}:
        del screen.cookies[settings.DEVICE_COOKIE_NAME]
    if gone == "over":
        ScreenPass.objects.update(expires_at=clock.now())
    if gone == "revoked":
        type(counter.device).objects.update(revoked_at=clock.now())
    if gone == "not staff":
        counter.site.staff.update(removed_at=clock.now())
    assert whoever(screen) is None
    assert screen.get("/api/v1/notices").status_code == 401
    assert screen.get("/_allauth/browser/v1/auth/session").status_code == 401
    assert screen.get("/admin/").status_code == 302  # to the sign-in
    assert screen.get("/files/recordings/whatever").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/session", "/api/v1/site/today"])
def test_a_late_answer_takes_no_pass_out_of_the_browser(screen, path):
    """A poll of the last patient may come back when the screen is the next one's already."""
    ScreenPass.objects.update(ended_at=clock.now())
    answer = screen.get(path)
    assert settings.SCREEN_COOKIE_NAME not in answer.cookies


def test_a_pass_is_of_no_use_in_another_browser(screen, counter):
    _, cookie = sites.device(counter.site, "柜台2")
    other = Client()
    other.cookies[settings.SCREEN_COOKIE_NAME] = SECRET
    assert whoever(other) is None
    other.cookies[settings.DEVICE_COOKIE_NAME] = cookie
    assert whoever(other) is None


# A registration, the hand-over and the return, as the pages do them.


@pytest.fixture
def desk(counter) -> Client:
    client = browser(counter.assistant)
    client.cookies[settings.DEVICE_COOKIE_NAME] = counter.cookie
    SiteStaff.objects.update(pin=make_password(sites.PIN))
    return client


def hand_over(desk: Client, counter: sites.Counter) -> str:
    """Where the patient may look, and the assistant not any more."""
    walk_in = sites.walk_in(counter)
    answer = desk.post(f"/api/v1/site/walk-ins/{walk_in.id}/screen", "{}", "application/json")
    assert answer.status_code == 201, answer.content
    return f"/api/v1/site/walk-ins/{walk_in.id}"


def give_back(desk: Client, pin: str) -> int:
    told = json.dumps({"pin": pin})
    return desk.post("/api/v1/site/screen/back", told, "application/json").status_code


def test_the_screen_goes_over_and_comes_back(desk, counter):
    before = desk.session.session_key
    where = hand_over(desk, counter)
    cookie = desk.cookies[settings.SCREEN_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Strict")
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    assert not store().exists(before), "sockets and copies of it are over"
    assert desk.get(where).status_code == 404
    assert desk.get("/api/v1/site/screen").status_code == 200
    assert give_back(desk, "000000") == 422
    assert desk.get(where).status_code == 404
    assert give_back(desk, sites.PIN) == 204
    assert desk.get("/api/v1/site/screen").status_code == 403
    assert desk.get(where).status_code == 200
    assert whoever(desk)["id"] == str(counter.assistant.user_id)


def test_five_wrong_numbers_leave_a_browser_in_which_nobody_is_signed_in(desk, counter):
    where = hand_over(desk, counter)
    assert [give_back(desk, f"00000{n}") for n in range(5)] == [422, 422, 422, 422, 409]
    assert whoever(desk) is None
    assert desk.get(where).status_code == 401
    assert give_back(desk, sites.PIN) == 401


def test_who_signs_in_after_a_pass_that_ended_does_not_wake_the_session_before(desk, counter):
    hand_over(desk, counter)
    asleep = desk.session.session_key
    ScreenPass.objects.update(ended_at=clock.now())
    user = get_user_model().objects.get(pk=counter.assistant.user_id)
    user.set_password("a-long-one-for-the-counter")
    user.save()
    told = json.dumps({"username": user.username, "password": "a-long-one-for-the-counter"})
    answer = desk.post("/_allauth/browser/v1/auth/login", told, "application/json")
    assert answer.cookies[settings.SCREEN_COOKIE_NAME].value == "", "the dead pass goes, too"
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    assert desk.session.session_key != asleep
    assert not store().exists(asleep)
    assert whoever(desk)["needs_second_factor"]


def test_what_is_still_to_be_agreed_to_is_told_and_agreed_to_at_the_screen(desk, counter):
    """What was captured without a line may have agreed to an older text."""
    hand_over(desk, counter)
    assert desk.get("/api/v1/site/screen").json()["consents"] == []
    withdraw_consent(as_viewer(WalkIn.objects.get().holder_id), kind="service", at=clock.now())
    (owed,) = desk.get("/api/v1/site/screen").json()["consents"]
    told = json.dumps({"kind": owed["kind"], "version": owed["version"]})
    assert desk.post("/api/v1/consents", told, "application/json").status_code == 201
    assert desk.get("/api/v1/site/screen").json()["consents"] == []
