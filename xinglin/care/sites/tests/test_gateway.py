"""A gateway sends what the site's instruments have measured; the assistant takes it for a patient."""

from datetime import timedelta

import pytest

from xinglin.care.people.tests.factories import Browser
from xinglin.care.sites import services
from xinglin.care.sites.models import Observed
from xinglin.care.sites.tests.browser import Counter, observation, registered
from xinglin.care.sites.tests.factories import cuff
from xinglin.foundation.accounts.types import Viewer
from xinglin.kernel import clock

pytestmark = pytest.mark.usefixtures("house")

SYSTEM = Viewer.system("tests")


def quantity(code: str, value: float, unit: str):
    return {
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "component": [],
        "valueQuantity": {"value": value, "system": "http://unitsofmeasure.org", "code": unit},
    }


def test_a_gateway_sends_and_the_assistant_takes_it_for_the_patient(here):
    cuff(here)
    token = services.make_gateway_token(SYSTEM, here.site.pk, at=clock.now())
    gateway, said = Browser(), observation()
    bearer = {"Authorization": f"Bearer {token}"}
    status, kept = gateway.post("/gateway/observations", said, **bearer)
    assert status == 201, kept
    assert gateway.post("/gateway/observations", said, **bearer) == (200, kept)
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {token}"}):
        assert gateway.post("/gateway/observations", said, **wrong)[0] == 401
    door = Counter(here)
    (waiting,) = door.get("/site/readings")[1]["items"]
    assert (waiting["id"], waiting["values"]) == (kept["id"], {"systolic": 128, "diastolic": 82})
    of = f"/site/walk-ins/{registered(door)}/readings/{kept['id']}/take"
    assert door.post(of)[1]["by"] == "gateway"
    assert door.get("/site/readings")[1]["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"status": "preliminary"}, 422, "not_final"),
        (quantity("1234-5", 1, "1"), 422, "unknown_observation"),
        (quantity("8310-5", 98.6, "Cel"), 422, "impossible_value"),
        (quantity("8310-5", 37, "K"), 422, "wrong_unit"),
        ({"component": []}, 422, "wrong_values"),
        (quantity("8867-4", 72, "/min"), 404, "instrument_unknown"),
        ({"device": {"identifier": {"value": "BP-9"}}}, 404, "instrument_unknown"),
        ({"effectiveDateTime": "2001-01-01T00:00:00Z"}, 422, "wrong_time"),
        ({"resourceType": "Patient"}, 422, "invalid"),
    ],
)
def test_a_gateway_is_told_what_is_wrong(here, changes, status, code):
    cuff(here)
    token = services.make_gateway_token(SYSTEM, here.site.pk, at=clock.now())
    answer = Browser().post(
        "/gateway/observations", observation(**changes), Authorization=f"Bearer {token}"
    )
    assert (answer[0], answer[1]["code"]) == (status, code)


def test_the_inbox_is_of_the_last_quarter_of_an_hour(here):
    cuff(here)
    token = services.make_gateway_token(SYSTEM, here.site.pk, at=clock.now())
    Browser().post("/gateway/observations", observation(), Authorization=f"Bearer {token}")
    Observed.objects.update(received_at=clock.now() - timedelta(minutes=16))
    assert Counter(here).get("/site/readings")[1]["items"] == []
    since = (clock.now() - timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert len(Counter(here).get(f"/site/readings?since={since}")[1]["items"]) == 1


def test_what_was_sent_long_ago_is_asked_for_with_since(here):
    cuff(here)
    token = services.make_gateway_token(SYSTEM, here.site.pk, at=clock.now())
    Browser().post("/gateway/observations", observation(), Authorization=f"Bearer {token}")
    later = (clock.now() + timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert Counter(here).get(f"/site/readings?since={later}")[1]["items"] == []
