"""Limits by address, device and person."""

import time

import pytest
from django.test import Client

from xinglin.edge.api import limits
from xinglin.edge.api.tests.conftest import client_of
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.services import create_patient_account
from xinglin.kernel import ids
from xinglin.kernel.errors import TooMany

pytestmark = pytest.mark.django_db


def statuses(client, path, count, **headers):
    return [client.get(path, headers=headers).status_code for _ in range(count)]


def test_an_address_that_asks_too_often_is_told_when_to_come_again(settings):
    settings.ADDRESS_REQUESTS_PER_MINUTE = 3
    client = Client()
    here = {"X-Forwarded-For": "10.0.0.1, 192.0.2.7"}
    began = time.monotonic()
    assert [client.get("/api/t/anybody", headers=here).status_code for _ in range(3)] == [200] * 3
    refused = client.get("/api/t/anybody", headers=here)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    took = time.monotonic() - began
    assert int(refused["Retry-After"]) == refused.json()["retry_after_s"]
    assert round(20 - took) <= int(refused["Retry-After"]) <= 20, "one in 20 s, some of it over"
    forged = {"X-Forwarded-For": "10.9.9.9, 192.0.2.7"}
    assert client.get("/api/t/anybody", headers=forged).status_code == 429
    other = {"X-Forwarded-For": "192.0.2.8"}
    assert client.get("/api/t/anybody", headers=other).status_code == 200


def test_a_device_has_a_limit_of_its_own(settings):
    settings.PERSON_REQUESTS_PER_MINUTE = 2
    client = Client()
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}=made-up"}
    assert statuses(client, "/api/t/anybody", 3, **cookie) == [200, 200, 429]
    assert client.get("/healthz").status_code == 200


def test_what_a_recorder_sends_are_no_clicks(settings):
    """Neither of the device, nor of the person, nor of the house's address."""
    settings.PERSON_REQUESTS_PER_MINUTE = settings.ADDRESS_REQUESTS_PER_MINUTE = 2
    settings.RECORDER_REQUESTS_PER_MINUTE = 5
    client = client_of(create_patient_account(phone="13800138001"))
    chunk = f"/api/v1/calls/{ids.new()}/segments/{ids.new()}/chunks/7"
    assert statuses(client, chunk, 6) == [405] * 5 + [429]
    assert statuses(client, "/api/t/somebody", 3) == [200, 200, 429]
    user = ids.new()
    for path, most in ((chunk, 5), ("/api/v1/calls/now", 2)):
        for _ in range(most):
            limits.spend_person(user, path)
        with pytest.raises(TooMany):
            limits.spend_person(user, path)


def test_a_person_has_one_limit_for_all_devices(settings):
    settings.PERSON_REQUESTS_PER_MINUTE = 4
    user_id = create_patient_account(phone="13800138001")
    phone, tablet = client_of(user_id), client_of(user_id)
    assert statuses(phone, "/api/t/somebody", 3) == [200] * 3
    assert statuses(tablet, "/api/t/somebody", 2) == [200, 429]
    other = client_of(create_patient_account(phone="13800138002"))
    assert other.get("/api/t/somebody").status_code == 200
    assert User.objects.count() == 2
