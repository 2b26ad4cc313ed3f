"""Doctors over HTTP: who may look, what is refused, and the doctor's own setting."""

import base64
import json
from datetime import timedelta

import pytest

from xinglin.care.dispatch.models import Duty
from xinglin.care.dispatch.services import profiles
from xinglin.care.people.models import Practitioner
from xinglin.care.people.tests import factories as make
from xinglin.care.people.tests.factories import Browser
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db):
    return make.hospital()


@pytest.fixture
def doctor(house):
    viewer, card = make.doctor("dermatology")
    while relay_pending() or profiles.follow():
        pass
    return viewer, card


def test_a_stranger_is_asked_to_sign_in_and_everybody_else_may_look(doctor):
    _, card = doctor
    assert Browser().get("/doctors")[0] == 401
    assert Browser().get(f"/doctors/{card.id}")[0] == 401
    for viewer in (make.patient_viewer(), make.staff_viewer("operator"), doctor[0]):
        status, found = Browser(viewer).get("/doctors")
        assert (status, [d["id"] for d in found["items"]]) == (200, [str(card.id)])
        assert found["order"]["en"].startswith("First")
        status, page = Browser(viewer).get(f"/doctors/{card.id}")
        assert (status, page["price_fen"], page["scores"]) == (200, 0, None)
        assert set(page["how"]) == {"score", "patients", "accept", "price", "online", "order"}


SOMEBODY = "01a2221f-0000-7000-8000-000000000001"


def place(*keys: object) -> str:
    """Somebody's own idea of a `next`."""
    return "after=" + base64.urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=51",
        "limit=x",
        "on_duty=perhaps",
        "after=WzMsIlx1MDAwMCIsIngiXQ",
        place(3, "\0", SOMEBODY),
        place(3, "\ud800", SOMEBODY),
        place(1, "99999999999", "li", SOMEBODY),
        place(2, "tomorrow", "li", SOMEBODY),
        f"after={'x' * 601}",
        f"q={'x' * 61}",
        f"department={'x' * 33}",
    ],
)
def test_what_makes_no_sense_is_refused_in_words(doctor, query):
    status, problem = Browser(make.patient_viewer()).get(f"/doctors?{query}")
    assert (status, problem["code"]) == (422, "invalid")
    assert problem["errors"]


@pytest.mark.parametrize("query", ["q=%F0%9F%98%80", "q=%E2%80%AE", "title=none"])
def test_what_leads_nowhere_is_an_empty_list(doctor, query):
    status, found = Browser(make.patient_viewer()).get(f"/doctors?{query}")
    assert (status, found["items"], found["next"]) == (200, [], None)


def test_a_department_that_is_not_open_and_a_doctor_who_is_not_there_are_not_found(doctor):
    browser = Browser(make.patient_viewer())
    assert browser.get("/doctors?department=astrology")[0] == 404
    assert browser.get(f"/doctors/{ids.new()}")[0] == 404
    assert browser.get("/doctors/nobody")[0] == 422


def test_a_doctor_sets_the_places_for_those_who_ask_by_name(doctor):
    viewer, card = doctor
    back = (clock.now() + timedelta(days=2)).isoformat()
    for _ in range(2):
        status, duty = Browser(viewer).send(
            "PUT", "/duty/named", {"named_a_day": 7, "back_at": back}
        )
        assert (status, duty["named_a_day"], duty["named_today"]) == (200, 7, 0)
    assert Practitioner.objects.get(pk=card.id).named_a_day == 7
    assert AuditLine.objects.filter(action="people.set_named_a_day").count() == 2
    assert Browser(viewer).get("/duty")[1]["most_named_a_day"] == 50


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"named_a_day": 51}, "named_a_day"),
        ({"named_a_day": -1}, "named_a_day"),
        ({"named_a_day": "many"}, "named_a_day"),
        ({"named_a_day": 5, "back_at": "2020-01-01T00:00:00Z"}, "back_at"),
        ({"named_a_day": 5, "back_at": "2099-01-01T00:00:00Z"}, "back_at"),
        ({}, "named_a_day"),
    ],
)
def test_a_number_out_of_bounds_changes_nothing(doctor, wish, field):
    viewer, card = doctor
    status, problem = Browser(viewer).send("PUT", "/duty/named", wish)
    assert status == 422
    assert field in problem["errors"][0]["field"]
    assert Practitioner.objects.get(pk=card.id).named_a_day is None
    assert not Duty.objects.exists()


def test_only_a_doctor_has_places(doctor):
    assert Browser(make.patient_viewer()).send("PUT", "/duty/named", {"named_a_day": 5})[0] == 403
    assert Browser().send("PUT", "/duty/named", {"named_a_day": 5})[0] == 401
