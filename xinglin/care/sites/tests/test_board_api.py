"""The heartbeat and the board over HTTP."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.test import Client

from xinglin.care.sites.models import DeviceHealth
from xinglin.care.sites.tests.shops import Chain

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
