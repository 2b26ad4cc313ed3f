"""Phone codes for patients, password and one-time code for staff, through the real door."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client

from xinglin.foundation.accounts import queries, services
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.foundation.notices.queries import demo_inbox
from xinglin.foundation.notices.tasks import send_pending
from xinglin.kernel.errors import NotFound

DOOR = "/_allauth/browser/v1"
PHONE = "+8613800138001"
PASSWORD = "long-and-unusual-7"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "demo"}
    cache.clear()


def post(client, path, **body):
    return client.post(f"{DOOR}/{path}", json.dumps(body), content_type="application/json")


def code_for(phone) -> str:
    send_pending()
    return next(item.code for item in demo_inbox() if item.to == phone)


def one_time_code(secret, offset=0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + offset))


def signed_in_patient(client, phone=PHONE):
    post(client, "auth/code/request", phone=phone)
    return post(client, "auth/code/confirm", code=code_for(phone))


def doctor(totp_secret=None, **changes):
    known = {
        "username": "dr.gp1",
        "password": PASSWORD,
        "display_name": "林医生",
        "roles": ["doctor"],
    }
    return services.create_staff(**known | changes, totp_secret=totp_secret)


def session_of(client):
    return client.get("/api/v1/session").json()


def test_a_first_code_makes_an_account_when_it_is_confirmed_and_not_before(client):
    post(client, "auth/code/request", phone=PHONE)
    assert not User.objects.exists()
    answer = post(client, "auth/code/confirm", code=code_for(PHONE))
    assert answer.status_code == 200
    user = User.objects.get()
    assert (user.roles, user.phone_verified, user.has_usable_password()) == (
        ["patient"],
        True,
        False,
    )
    said = session_of(client)
    assert said["signed_in"]
    assert said["user"]["id"] == str(user.pk)
    assert "people.register_patient" in said["user"]["permissions"]
    assert not said["user"]["needs_second_factor"]


def test_the_second_code_signs_the_same_account_in(client):
    known = services.create_patient_account(phone="138 0013 8001", display_name="王秀英")
    assert signed_in_patient(client).status_code == 200
    assert session_of(client)["user"]["id"] == str(known)
    assert User.objects.count() == 1


@pytest.mark.parametrize("written", ["138 0013 8001", "13800138001", "+86 138-0013-8001"])
def test_a_number_may_be_written_as_people_write_it(client, written):
    assert post(client, "auth/code/request", phone=written).status_code == 401
    assert code_for(PHONE).isdigit()


@pytest.mark.parametrize("wrong", ["12345", "010 6552 9999", "+86138", "x", ""])
def test_what_is_no_mobile_number_gets_no_code(client, wrong):
    answer = post(client, "auth/code/request", phone=wrong)
    assert answer.status_code == 400
    assert {e["param"] for e in answer.json()["errors"]} == {"phone"}


def test_nobody_learns_whether_a_number_is_known():
    services.create_patient_account(phone=PHONE)
    answers = []
    for phone in (PHONE, "+8613800138002"):
        client = Client()
        asked = post(client, "auth/code/request", phone=phone)
        wrong = post(client, "auth/code/confirm", code="000000x")
        answers.append((asked.status_code, asked.json(), wrong.status_code, wrong.json()))
        assert code_for(phone)
    assert answers[0] == answers[1]


def test_four_wrong_codes_end_the_attempt(client):
    post(client, "auth/code/request", phone=PHONE)
    code = code_for(PHONE)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        assert post(client, "auth/code/confirm", code=wrong).status_code == 400
    assert post(client, "auth/code/confirm", code=code).status_code == 409
    assert not User.objects.exists()


def test_a_code_is_of_no_use_in_another_browser(client):
    post(client, "auth/code/request", phone=PHONE)
    assert post(Client(), "auth/code/confirm", code=code_for(PHONE)).status_code == 409


def test_a_fourth_code_in_a_minute_is_refused(client):
    answers = [post(client, "auth/code/request", phone=PHONE).status_code for _ in range(4)]
    assert answers[:3] == [401, 401, 401]
    assert answers[3] in {400, 429}


def test_an_account_that_is_closed_is_not_opened_by_a_code(client):
    known = services.create_patient_account(phone=PHONE)
    User.objects.filter(pk=known).update(is_active=False)
    signed_in_patient(client)
    assert not session_of(client)["signed_in"]


def test_a_doctor_signs_in_with_password_and_code(client):
    secret = generate_totp_secret()
    doctor(secret)
    first = post(client, "auth/login", username="dr.gp1", password=PASSWORD)
    assert first.status_code == 401
    assert [f["id"] for f in first.json()["data"]["flows"] if f.get("is_pending")] == [
        "mfa_authenticate"
    ]
    assert not session_of(client)["signed_in"]
    assert post(client, "auth/2fa/authenticate", code=one_time_code(secret)).status_code == 200
    said = session_of(client)["user"]
    assert (said["second_factor"], said["needs_second_factor"]) == (True, False)
    assert "dispatch.be_on_duty" in said["permissions"]


def test_a_doctor_without_a_second_factor_has_no_permission_until_it_is_enrolled(client):
    doctor()
    assert post(client, "auth/login", username="dr.gp1", password=PASSWORD).status_code == 200
    said = session_of(client)["user"]
    assert (said["permissions"], said["needs_second_factor"]) == ([], True)
    refused = client.get("/api/v1/media/0190a0b0-0000-7000-8000-000000000000")
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_required")

    secret = client.get(f"{DOOR}/account/authenticators/totp").json()["meta"]["secret"]
    enrolled = post(client, "account/authenticators/totp", code=one_time_code(secret))
    assert enrolled.status_code == 200
    said = session_of(client)["user"]
    assert said["second_factor"]
    assert "dispatch.be_on_duty" in said["permissions"]


def test_staff_cannot_lay_their_second_factor_down(client):
    secret = generate_totp_secret()
    doctor(secret)
    post(client, "auth/login", username="dr.gp1", password=PASSWORD)
    post(client, "auth/2fa/authenticate", code=one_time_code(secret))
    client.delete(f"{DOOR}/account/authenticators/totp")
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_wrong_password_and_an_unknown_name_are_answered_alike():
    doctor()
    answers = [
        post(Client(), "auth/login", username=name, password="wrong-password-1").json()
        for name in ("dr.gp1", "dr.nobody")
    ]
    assert answers[0] == answers[1]


def test_nobody_signs_up_by_themselves(client):
    for path in ("auth/signup", "account/phone", "account/email", "auth/password/request"):
        assert post(client, path, username="me", password=PASSWORD).status_code == 404


def test_a_sign_in_without_the_csrf_token_is_refused():
    client = Client(enforce_csrf_checks=True)
    assert post(client, "auth/code/request", phone=PHONE).status_code == 403


def test_neither_number_nor_code_nor_secret_is_readable_in_the_database(client):
    post(client, "auth/code/request", phone=PHONE)
    doctor(secret := generate_totp_secret())
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(t::text, '') from ("
            " select session_data as t from django_session"
            " union all select n::text from notices_delivery n"
            " union all select u::text from accounts_user u"
            " union all select a::text from mfa_authenticator a) all_rows (t)"
        )
        whole = cursor.fetchone()[0]
    code = code_for(PHONE)
    assert whole
    for plain in (PHONE, PHONE[3:], secret, PHONE[3:].encode().hex(), f'"{code}"'):
        assert plain not in whole


def test_a_code_is_checked_once(client):
    del client
    user_id = doctor(secret := generate_totp_secret())
    code = one_time_code(secret)
    assert not services.verify_totp(user_id, "x" + code[1:])
    assert services.verify_totp(user_id, code)
    assert not services.verify_totp(user_id, code)
    assert not services.verify_totp(services.create_patient_account(phone=PHONE), code)


def test_the_language_of_the_account_can_be_changed(client):
    signed_in_patient(client)
    changed = client.patch(
        "/api/v1/session", json.dumps({"locale": "en"}), content_type="application/json"
    )
    assert changed.json()["user"]["locale"] == "en"
    assert session_of(client)["user"]["locale"] == "en"
    wrong = client.patch(
        "/api/v1/session", json.dumps({"locale": "xx"}), content_type="application/json"
    )
    assert wrong.status_code == 422


def test_a_stranger_is_told_so_and_gets_the_csrf_cookie(client):
    answer = client.get("/api/v1/session")
    assert answer.json() == {"signed_in": False, "user": None, "demo": True}
    assert "csrf" in answer.cookies
    refused = client.patch("/api/v1/session", "{}", content_type="application/json")
    assert refused.status_code in {401, 422}


def test_signing_out_ends_the_session(client):
    signed_in_patient(client)
    client.delete(f"{DOOR}/auth/session")
    assert not session_of(client)["signed_in"]


def test_a_card_of_an_account_tells_what_others_may_see():
    user_id = doctor(synthetic=True)
    card = queries.user_card(user_id)
    assert (card.display_name, card.roles, card.synthetic) == ("林医生", ("doctor",), True)
    with pytest.raises(NotFound):
        queries.user_card(SYSTEM_ID)


def test_a_role_outside_the_matrix_is_refused():
    with pytest.raises(ValueError, match="king"):
        doctor(roles=["king"])


def test_the_demo_people_are_shown_with_their_code_of_now(client, settings, tmp_path):
    settings.DEMO_PEOPLE_FILE = tmp_path / "people.json"
    words = {"zh": "全科医生", "en": "General practitioner"}
    person = {
        "kind": "staff",
        "role": words,
        "name": words,
        "username": "dr.gp1",
        "password": PASSWORD,
        "totp_secret": generate_totp_secret(),
        "page": "/staff",
        "note": {"zh": "", "en": ""},
    }
    settings.DEMO_PEOPLE_FILE.write_text(json.dumps({"people": [person]}))
    before = one_time_code(person["totp_secret"])
    (shown,) = client.get("/api/v1/demo/people").json()["items"]
    assert shown["totp"] in {before, one_time_code(person["totp_secret"])}
    assert 0 < shown["totp_left_s"] <= 30
    assert "totp_secret" not in shown


@pytest.mark.parametrize("page", ["people", "inbox"])
def test_outside_a_demo_there_are_no_demo_pages(client, settings, page):
    settings.DEMO = False
    assert client.get(f"/api/v1/demo/{page}").status_code == 404


def test_a_recovery_code_opens_the_door_once_in_the_place_of_the_phone(client):
    secret = generate_totp_secret()
    doctor(secret)
    post(client, "auth/login", username="dr.gp1", password=PASSWORD)
    post(client, "auth/2fa/authenticate", code=one_time_code(secret))
    made = post(client, "account/authenticators/recovery-codes")
    code = made.json()["data"]["unused_codes"][0]
    assert len(code) == 8
    assert code.isdigit()
    for expected in (200, 400):
        other = Client()
        post(other, "auth/login", username="dr.gp1", password=PASSWORD)
        assert post(other, "auth/2fa/authenticate", code=code).status_code == expected
        assert session_of(other)["signed_in"] is (expected == 200)
