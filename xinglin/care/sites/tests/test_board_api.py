"""The heartbeat and the board over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.sites.models import DeviceHealth, HeardSpan
from xinglin.care.sites.tests.shops import Chain
from xinglin.config.tests.asking import browser
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)


@pytest.fixture
def chain(db) -> Chain:
    return Chain(NOON)


def test_the_refusal_over_http_says_what_to_do(chain):
    answer = Client().post("/api/v1/site/heartbeat", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (401, "device_not_enrolled")
    assert "登记码" in answer.json()["text"]["zh"]


def test_a_device_needs_no_sign_in_and_hears_when_to_come_again(chain):
    browser = Client()
    browser.cookies[settings.DEVICE_COOKIE_NAME] = chain.device(chain.site())
    told = {"camera": True, "microphone": True, "printer": None, "reader": False, "pending": 1}
    answer = browser.post("/api/v1/site/heartbeat", told, content_type="application/json")
    assert (answer.status_code, answer.json()["next_s"]) == (200, 60)
    assert DeviceHealth.objects.get().pending == 1


def test_a_heartbeat_sent_twice_is_one(chain):
    device = Client()
    device.cookies[settings.DEVICE_COOKIE_NAME] = chain.device(chain.site())
    with clock.frozen(NOON):
        answers = [
            device.post("/api/v1/site/heartbeat", {"pending": n}, content_type="application/json")
            for n in (1, 2)
        ]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert (HeardSpan.objects.count(), DeviceHealth.objects.get().pending) == (1, 1)


@pytest.fixture
def operator(chain) -> Client:
    return browser(staff_viewer("operator", institution_id=chain.institution.id))


def test_an_operator_reads_the_own_board_and_the_walk_ins_behind_a_number(chain, operator):
    site = chain.site(name_zh="百草堂", telephone="0851-1")
    chain.hear(chain.device(site))
    walk_in = chain.walk_in(site, state="left", ended_at=NOON)
    other = Chain(NOON).site()
    with clock.frozen(NOON + timedelta(seconds=30)):
        board = operator.get("/api/v1/sites/board").json()
        lines = operator.get(f"/api/v1/sites/{site.pk}/walk-ins").json()
        for path in (other.pk, ids.new()):
            assert operator.get(f"/api/v1/sites/{path}/walk-ins").status_code == 404
    (item,) = board["items"]
    assert (item["name"]["zh"], item["telephone"], item["state"]) == ("百草堂", "0851-1", "open")
    assert (item["registered"], item["left"], item["dispensing"]) == (1, 1, None)
    assert board["totals"]["registered"] == 1
    assert item["devices"][0]["is_ok"]
    assert [line["id"] for line in lines["items"]] == [str(walk_in.pk)]
    assert not {"name", "patient", "complaint"} & lines["items"][0].keys()


@pytest.mark.parametrize("role", ["doctor", "pharmacist", "auditor"])
def test_whoever_does_not_watch_over_sites_reads_no_board(chain, role):
    who = browser(staff_viewer(role, institution_id=chain.institution.id))
    assert who.get("/api/v1/sites/board").status_code == 403


def test_the_board_costs_the_same_for_many_sites_as_for_few(chain, operator):
    asked = []
    for more in (3, 27):
        for _ in range(more):
            site = chain.site()
            chain.hear(chain.device(site), chain.device(site))
            chain.walk_in(site)
        for _ in range(more):
            chain.walk_in(site)
        paths = ("/api/v1/sites/board", f"/api/v1/sites/{site.pk}/walk-ins")
        for path in paths:
            with clock.frozen(NOON), CaptureQueriesContext(connection) as counted:
                assert len(operator.get(path).json()["items"]) >= more
            asked.append(len(counted))
    assert asked[:2] == asked[2:]
