"""The house's own words for notices and codes: the same places to fill in, and nothing lost."""

import json

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.test import Client

from xinglin.foundation.accounts.services import create_staff
from xinglin.foundation.changes.models import Change
from xinglin.foundation.notices import queries, services
from xinglin.foundation.notices.models import Wording
from xinglin.foundation.notices.rules.wording import fields_of, what_is_wrong
from xinglin.foundation.notices.services import wording as writing
from xinglin.foundation.notices.tasks import send_pending
from xinglin.kernel.text import Text

ENDING = "awaited"
OWN = {"zh": "还有{minutes}分钟。", "en": "{minutes} minutes left."}


@pytest.fixture(autouse=True)
def _forget():
    queries.forget_wordings()
    yield
    queries.forget_wordings()


def browser(role="administrator") -> Client:
    account = create_staff(
        username=role, password="", password_hash="!x", display_name=role, roles=[role]
    )
    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=account),
        backend=django_settings.AUTHENTICATION_BACKENDS[0],
    )
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(account)
    session.save()
    return client


def send(client, method, path, **body):
    call = getattr(client, method)
    return call(f"/api/v1/notice-texts/{path}", json.dumps(body), "application/json")


def line(client, name):
    items = client.get("/api/v1/notice-texts").json()["items"]
    return next(each for each in items if each["name"] == name)


@pytest.mark.django_db
def test_own_words_are_said_and_the_shipped_ones_come_back():
    admin = browser()
    assert send(admin, "put", ENDING, **OWN, revision=0).status_code == 204
    assert queries.text_of(ENDING, {"minutes": 5}) == Text("还有5分钟。", "5 minutes left.")
    shown = line(admin, ENDING)
    assert (shown["own"], shown["revision"], shown["fields"]) == (OWN, 1, ["minutes"])
    assert send(admin, "post", f"{ENDING}/reset", revision=1).status_code == 204
    assert queries.text_of(ENDING, {"minutes": 5}).en == "5 minutes are left."
    assert line(admin, ENDING)["own"] is None
    history = admin.get(f"/api/v1/notice-texts/{ENDING}/changes").json()["items"]
    assert [each["after"].get("en") for each in history][-1] == OWN["en"]
    assert Change.objects.filter(action="notices.reset_wording").count() == 1


@pytest.mark.django_db
def test_a_code_is_sent_in_the_houses_words(settings):
    settings.DEMO = True
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "demo"}
    admin = browser()
    send(admin, "put", "login_code", zh="【青山】{code}", en="[Qingshan] {code}", revision=0)
    services.send(
        channel="sms",
        to="+8613800138009",
        template="login_code",
        values={"code": "123456"},
        locale="zh",
    )
    send_pending()
    assert queries.demo_inbox()[0].text.zh == "【青山】123456"


@pytest.mark.django_db
def test_two_who_write_at_once_do_not_overwrite_each_other():
    admin = browser()
    send(admin, "put", ENDING, **OWN, revision=0)
    late = send(admin, "put", ENDING, **OWN, revision=0)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert send(admin, "post", f"{ENDING}/reset", revision=0).status_code == 409


@pytest.mark.django_db
def test_of_two_who_write_first_at_once_the_second_is_told(monkeypatch):
    """Neither has found a row to lock."""
    Wording.objects.create(name=ENDING, **OWN)
    monkeypatch.setattr(writing, "_locked", lambda *_: None)
    late = send(browser(), "put", ENDING, zh="{minutes}", en="{minutes}", revision=0)
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert Wording.objects.get(name=ENDING).zh == OWN["zh"]


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "还有几分钟。",
        "还有{minutes}分钟，{name}。",
        "还有{minutes:>1000000}分钟。",
        "还有{minutes!r}分钟。",
        "还有{minutes.__class__}分钟。",
        "还有{minutes[0]}分钟。",
        "还有{0}分钟。",
        "还有{minutes分钟。",
        "{minutes}" + "长" * 300,
    ],
)
def test_only_the_places_of_the_shipped_text_may_be_filled(words):
    assert what_is_wrong(words, shipped="约{minutes}分钟") is not None


def test_a_text_with_the_same_places_is_right():
    assert what_is_wrong("还有{minutes}分钟", shipped="约{minutes}分钟") is None
    assert what_is_wrong("请查看", shipped="您有新消息") is None


@pytest.mark.django_db
def test_every_shipped_text_may_be_said_in_its_own_words():
    for name, text in queries.shipped_texts().items():
        assert fields_of(text.zh) == fields_of(text.en) is not None, name
        assert what_is_wrong(text.zh, shipped=text.zh) is None, name
        assert what_is_wrong(text.en, shipped=text.en) is None, name


@pytest.mark.django_db
def test_wrong_words_are_named_by_language():
    admin = browser()
    answer = send(admin, "put", ENDING, zh=OWN["zh"], en="soon", revision=0)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "en")
    assert not Wording.objects.exists()
    assert send(admin, "put", "no_such", **OWN, revision=0).status_code == 404


@pytest.mark.django_db
def test_words_that_no_longer_fit_give_way_to_the_shipped():
    Wording.objects.create(name=ENDING, zh="{gone}", en="{gone}")
    assert queries.text_of(ENDING, {"minutes": 5}).en == "5 minutes are left."


@pytest.mark.django_db
def test_a_thousand_notices_cost_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        for n in range(1000):
            queries.text_of(ENDING, {"minutes": n})


@pytest.mark.django_db
def test_only_an_administrator_writes():
    doctor = browser("doctor")
    assert doctor.get("/api/v1/notice-texts").status_code == 403
    assert send(doctor, "put", ENDING, **OWN, revision=0).status_code == 403


@pytest.mark.django_db
def test_the_history_costs_one_statement(django_assert_max_num_queries):
    admin = browser()
    for n in range(6):
        send(admin, "put", ENDING, zh=OWN["zh"] + str(n), en=OWN["en"], revision=n)
    with django_assert_max_num_queries(4):
        found = admin.get(f"/api/v1/notice-texts/{ENDING}/changes").json()["items"]
    assert len(found) == 6
