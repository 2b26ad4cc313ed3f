"""The door of notices: one's own, paged, in both languages, and nothing of anybody else."""

import json
from uuid import UUID

import pytest
from django.conf import settings as house
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinglin.foundation.notices import services
from xinglin.foundation.notices.models import Device, Notice
from xinglin.foundation.notices.tests.browser import subscription
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
GOOD = "https://push.example.com/send/abc"


class Door:
    def __init__(self, viewer=None):
        self.client = Client()
        if viewer:
            user = get_user_model().objects.get(pk=viewer.user_id)
            self.client.force_login(user, backend=house.AUTHENTICATION_BACKENDS[0])

    def ask(self, method, path, body=None, **headers):
        answer = self.client.generic(
            method,
            f"/api/v1{path}",
            "" if body is None else json.dumps(body),
            content_type="application/json",
            headers=headers,
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None


@pytest.fixture
def mine(person):
    return Door(person)


def tell(person, dedup="a", link="/visits/1"):
    return services.tell(person.user_id, "calm", link=link, dedup=dedup, at=clock.now())


def test_one_reads_ones_own_and_nothing_of_others(person, other, mine):
    tell(person)
    tell(other)
    status, found = mine.ask("GET", "/notices")
    assert (status, len(found["items"]), found["unread"], found["next"]) == (200, 1, 1, None)
    (line,) = found["items"]
    assert line["text"] == {"zh": "有新内容。", "en": "There is something new."}
    assert line["read_at"] is None


def test_pages_follow_each_other_by_key(person, mine):
    for n in range(5):
        tell(person, dedup=f"{n}")
    _, first = mine.ask("GET", "/notices?limit=3")
    _, second = mine.ask("GET", f"/notices?limit=3&before={first['next']}")
    assert [len(first["items"]), len(second["items"]), second["next"]] == [3, 2, None]


def test_the_list_asks_the_database_four_times_however_long_it_is(person, mine):
    for n in range(60):
        tell(person, dedup=f"{n}")
    mine.ask("GET", "/notices")
    with CaptureQueriesContext(connection) as asked:
        mine.ask("GET", "/notices?limit=100")
    own = [q["sql"] for q in asked if "notices_" in q["sql"]]
    assert len(own) == 2, own
    assert len(asked) <= 6, [q["sql"][:80] for q in asked]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=x"])
def test_a_page_that_cannot_be_is_refused_in_both_languages(mine, query):
    status, found = mine.ask("GET", f"/notices?{query}")
    assert status == 422
    assert found["errors"][0]["text"].keys() == {"zh", "en"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ids": []},
        {"ids": ["x"]},
        {"ids": [str(ids.new())] * 101},
        {"link": ""},
        {"link": "x" * 201},
        {"link": "/a", "up_to": str(ids.new())},
        {"all": True},
        [],
        None,
        {"link": 7},
    ],
)
def test_what_cannot_be_read_is_refused(mine, body):
    assert mine.ask("POST", "/notices/read", body)[0] == 422


def test_reading_says_what_is_left(person, other, mine):
    tell(person, "1")
    second = tell(person, "2", link="/visits/2")
    assert mine.ask("POST", "/notices/read", {"link": "/visits/1"}) == (200, {"unread": 1})
    assert mine.ask("POST", "/notices/read", {"ids": [str(tell(other))]}) == (200, {"unread": 1})
    assert mine.ask("POST", "/notices/read", {"up_to": str(second)}) == (200, {"unread": 0})
    assert mine.ask("GET", "/notices/unread") == (200, {"unread": 0})
    assert Notice.objects.filter(read_at__isnull=True).count() == 1


def test_settings_say_what_is_on_and_take_one_change_at_a_time(mine):
    status, found = mine.ask("GET", "/notices/settings")
    assert status == 200
    assert (found["quiet"], found["quiet_from"], found["quiet_to"]) == (True, "22:00", "08:00")
    assert found["zone"] == "Asia/Shanghai"
    assert {k["kind"]: k["channels"] for k in found["kinds"]} == {
        "calm": {"push": True, "sms": False, "mail": False},
        "awaited": {"push": True, "sms": True},
    }
    assert found["reachable"] == ["push", "sms"]
    assert len(found["push_key"]) == 87
    status, found = mine.ask(
        "PATCH", "/notices/settings", {"quiet_to": "07:30", "choices": {"calm": {"push": False}}}
    )
    assert (status, found["quiet_from"], found["quiet_to"]) == (200, "22:00", "07:30")
    assert found["kinds"][0]["channels"]["push"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"quiet_from": "25:00"}, 422),
        ({"quiet_from": "8:00"}, 422),
        ({"quiet_from": "08:00"}, 422),  # the same as the end
        ({"quiet": "yes"}, 422),
        ({"quiet": 1}, 422),
        ({"zone": "Mars"}, 422),
        ({"zone": "x" * 41}, 422),
        ({"choices": {"calm": {"fax": True}}}, 422),
        ({"choices": {"calm": {"push": "on"}}}, 422),
        ({"choices": {"poem": {"push": True}}}, 422),
        ({"choices": {f"k{n}": {} for n in range(51)}}, 422),
        ({"colour": "red"}, 422),
        ([], 422),
    ],
)
def test_a_choice_that_is_none_is_refused_in_both_languages(mine, body, status):
    found_status, found = mine.ask("PATCH", "/notices/settings", body)
    assert found_status == status
    assert {"zh", "en"} <= found["errors"][0]["text"].keys()


def device(endpoint=GOOD, **changes):
    return subscription(endpoint).as_json() | {"name": "我的手机"} | changes


def test_a_device_is_added_twice_as_one_and_taken_away(person, mine):
    asked = device()
    status, made = mine.ask("POST", "/notices/devices", asked)
    assert status == 201
    assert mine.ask("POST", "/notices/devices", asked) == (201, made)
    (shown,) = mine.ask("GET", "/notices/settings")[1]["devices"]
    assert (shown["name"], shown["here"]) == ("我的手机", True)
    assert mine.ask("DELETE", f"/notices/devices/{made['id']}") == (204, None)
    assert mine.ask("DELETE", f"/notices/devices/{made['id']}")[0] == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "http://push.example.com/x"},
        {"endpoint": "https://10.0.0.1/x"},
        {"endpoint": "https://localhost/x"},
        {"endpoint": ""},
        {"endpoint": "https://push.example.com/" + "x" * 1000},
        {"endpoint": 7},
        {"keys": {}},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": None},
        {"name": "x" * 61},
        {"name": None},
    ],
)
def test_a_device_that_we_must_not_call_is_refused(mine, changes):
    status, found = mine.ask("POST", "/notices/devices", device(**changes))
    assert status == 422
    assert {"zh", "en"} <= found["errors"][0]["text"].keys()
    assert not Device.objects.exists()


def test_signing_out_gives_the_device_back(person, mine):
    mine.ask("POST", "/notices/devices", device())
    assert Device.objects.exists()
    answer = mine.client.delete("/_allauth/browser/v1/auth/session")
    assert answer.status_code == 401
    assert not Device.objects.exists()


def test_another_who_signs_in_on_the_same_browser_has_it_alone(person, other, mine):
    asked = device()
    mine.ask("POST", "/notices/devices", asked)
    theirs = Door(other)
    assert theirs.ask("POST", "/notices/devices", asked)[0] == 201
    assert mine.ask("GET", "/notices/settings")[1]["devices"] == []
    assert Device.objects.get().user_id == other.user_id


def test_a_browser_forgets_itself(mine):
    mine.ask("POST", "/notices/devices", device())
    assert mine.ask("POST", "/notices/devices/forget", {"endpoint": GOOD}) == (204, None)
    assert mine.ask("POST", "/notices/devices/forget", {"endpoint": GOOD}) == (204, None)
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/notices"),
        ("GET", "/notices/unread"),
        ("POST", "/notices/read"),
        ("GET", "/notices/settings"),
        ("PATCH", "/notices/settings"),
        ("POST", "/notices/devices"),
        ("POST", "/notices/devices/forget"),
        ("DELETE", f"/notices/devices/{UUID(int=7)}"),
    ],
)
def test_strangers_are_asked_to_sign_in(method, path, db):
    assert Door().ask(method, path, {})[0] == 401
