"""Signing in with a passkey, alone or after the password; and showing anew who it is."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from xinglin.foundation.accounts.models import User
from xinglin.foundation.passkeys.tests.member import MINE, PASSWORD, Member
from xinglin.foundation.passkeys.tests.softkey import FROM_ELSEWHERE, SoftKey

pytestmark = pytest.mark.django_db
ALONE = "auth/webauthn/login"
SECOND = "auth/webauthn/authenticate"
ANEW = "auth/webauthn/reauthenticate"


@pytest.fixture
def key(doctor):
    held = doctor.add()
    doctor.client = Client()
    return held


def test_one_passkey_is_two_factors(doctor, key):
    asked = doctor.asked(ALONE)
    assert (asked["rpId"], asked["userVerification"]) == ("localhost", "required")
    assert not asked.get("allowCredentials")
    assert doctor.answer(ALONE, key).status_code == 200
    said = doctor.session()["user"]
    assert (said["second_factor"], said["needs_second_factor"]) == (True, False)
    assert "dispatch.be_on_duty" in said["permissions"]
    assert doctor.passkeys()[0]["last_used_at"] is not None


def test_after_the_password_it_takes_the_place_of_the_code(doctor, key):
    login = doctor.send("post", "auth/login", username="dr.lin", password=PASSWORD)
    (pending,) = [f for f in login.json()["data"]["flows"] if f.get("is_pending")]
    assert "webauthn" in pending["types"]
    assert doctor.answer(SECOND, key).status_code == 200
    assert doctor.session()["user"]["second_factor"]


def test_the_code_is_still_good_for_who_has_passkeys(doctor, key):
    del key
    doctor.send("post", "auth/login", username="dr.lin", password=PASSWORD)
    cache.clear()  # the code of now was used to sign in before
    assert doctor.send("post", "auth/2fa/authenticate", code=doctor.code()).status_code == 200


@FROM_ELSEWHERE
@pytest.mark.parametrize("path", [ALONE, SECOND])
def test_an_answer_from_elsewhere_or_that_checked_nobody_lets_nobody_in(doctor, key, wrong, path):
    doctor.send("post", "auth/login", username="dr.lin", password=PASSWORD)
    for name, value in wrong.items():
        setattr(key, name, value)
    assert doctor.answer(path, key).status_code == 400
    assert not doctor.session()["signed_in"]


def test_an_answer_is_good_once_in_one_browser(doctor, key):
    answer = key.get(doctor.asked(ALONE))
    assert doctor.send("post", ALONE, credential=answer).status_code == 200
    doctor.send("delete", "auth/session")
    assert doctor.send("post", ALONE, credential=answer).status_code == 400
    doctor.client = Client()
    doctor.asked(ALONE)
    assert doctor.send("post", ALONE, credential=answer).status_code == 400
    doctor.client = Client()
    assert doctor.send("post", ALONE, credential=answer).status_code == 400
    assert not doctor.session()["signed_in"]


def test_a_challenge_that_was_answered_wrongly_is_gone(doctor, key):
    asked = doctor.asked(ALONE)
    key.origin = "https://evil.example"
    assert doctor.send("post", ALONE, credential=key.get(asked)).status_code == 400
    key.origin = "http://localhost:8000"
    assert doctor.send("post", ALONE, credential=key.get(asked)).status_code == 400


def test_one_persons_key_does_not_open_anothers_account(doctor, key):
    other = Member("dr.wang").sign_in()
    theirs = other.add()
    stranger = Client()
    key.owner, mine = theirs.owner, key.owner
    assert doctor.answer(ALONE, key, stranger).status_code == 400
    key.owner = mine
    assert other.answer(ANEW, key).status_code == 400
    other.client = Client()
    other.send("post", "auth/login", username="dr.wang", password=PASSWORD)
    assert other.answer(SECOND, key).status_code == 400
    assert not other.session()["signed_in"]


def test_a_signature_of_another_key_is_refused(doctor, key):
    forged = SoftKey(id=key.id, owner=key.owner, counter=50)
    assert doctor.answer(ALONE, forged).status_code == 400


def test_a_key_whose_count_goes_back_has_a_copy_and_is_refused(doctor, key):
    assert doctor.answer(ALONE, key).status_code == 200
    copy = SoftKey(id=key.id, owner=key.owner, secret=key.secret, counter=key.counter - 1)
    assert doctor.answer(ALONE, copy, Client()).status_code == 400
    assert doctor.answer(ALONE, key, Client()).status_code == 200


def test_a_key_that_does_not_count_works_again_and_again():
    doctor = Member().sign_in()
    synced = doctor.add(SoftKey(counts=False))
    for _ in range(3):
        assert doctor.answer(ALONE, synced, Client()).status_code == 200


def test_a_removed_key_and_a_disabled_account_open_nothing(doctor, key):
    User.objects.filter(pk=doctor.id).update(is_active=False)
    assert doctor.answer(ALONE, key).status_code == 401
    assert not doctor.session()["signed_in"]
    User.objects.filter(pk=doctor.id).update(is_active=True)
    Authenticator.objects.filter(type="webauthn").delete()
    assert doctor.answer(ALONE, key, Client()).status_code == 400


def test_too_many_tries_are_stopped(doctor, key):
    key.origin = "https://evil.example"
    doctor.send("post", "auth/login", username="dr.lin", password=PASSWORD)
    said = [doctor.answer(SECOND, key).json()["errors"][0]["code"] for _ in range(6)]
    assert said[:5] == ["incorrect_code"] * 5
    assert said[5] == "too_many_login_attempts"
    key.origin = "http://localhost:8000"
    assert doctor.answer(SECOND, key).status_code == 400


def test_too_many_tries_from_one_address_are_stopped(doctor, key, settings):
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    key.origin = "https://evil.example"
    said = [doctor.answer(ALONE, key).status_code for _ in range(4)]
    assert said == [400, 400, 400, 429]


def test_who_is_signed_in_does_not_become_somebody_else(doctor, key):
    other = Member("dr.wang").sign_in()
    refused = other.send("post", ALONE, credential=key.get(doctor.asked(ALONE)))
    assert refused.status_code == 409
    assert other.send("get", ALONE).status_code == 409
    assert other.session()["user"]["id"] == str(other.id)


def test_a_stranger_is_asked_for_nothing_behind_the_door():
    stranger = Member()
    for path in (SECOND, ANEW, MINE):
        assert stranger.send("get", path).status_code == 401, path
        assert stranger.send("post", path, credential={}).status_code == 401, path


@pytest.mark.parametrize(
    "unreadable",
    [
        {},
        [],
        "x",
        {"id": "eA"},
        {"rawId": "eA", "response": None},
        {"rawId": "eA", "response": "x"},
        {"rawId": "eA", "response": {"userHandle": 5}},
        {
            "rawId": "eA",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "eA",
                "signature": "eA",
                "userHandle": "bm9ib2R5",
            },
        },
    ],
    ids=str,
)
@pytest.mark.parametrize("path", [ALONE, ANEW])
def test_what_no_browser_sends_is_refused(doctor, path, unreadable):
    if path == ALONE:
        doctor.client = Client()
    doctor.asked(path)
    assert doctor.send("post", path, credential=unreadable).status_code == 400
