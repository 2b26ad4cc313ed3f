"""From an empty hospital to one that patients may come to."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from xinglin.care.people import queries, services
from xinglin.care.people.models import Institution, Practitioner
from xinglin.care.people.queries import hospital as house_queries
from xinglin.care.people.tests.factories import as_viewer, patient_viewer, register
from xinglin.care.triage.services import open_intake
from xinglin.foundation.accounts.services import create_staff
from xinglin.foundation.changes.queries import changes_of
from xinglin.kernel import clock
from xinglin.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db
DOCTOR = {
    "username": "dr.lin",
    "name_zh": "林建国",
    "name_en": "Lin Jianguo",
    "title": "231",
    "departments": ["general_practice"],
    "licence_number": "110000000000001",
    "licence_from": "2015-01-01",
    "independent_since": "2016-01-01",
}
HOSPITAL = {
    "name_zh": "青山互联网医院",
    "name_en": "Qingshan Internet Hospital",
    "licence_number": "PDY-7",
    "place": "cn",
}


def client_of(viewer):
    """A browser in which this person has signed in with the second factor."""
    client = Client()
    user = get_user_model().objects.get(pk=viewer.user_id)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session["account_authentication_methods_user"] = str(viewer.user_id)
    session.save()
    return client


class Founder:
    """The first administrator of an empty hospital."""

    def __init__(self):
        services.seed_departments()
        services.seed_consent_texts()
        self.house = services.found_institution(code="main", name=services.UNNAMED, opened=False)
        services.close_departments(self.house.id)
        account = create_staff(
            username="admin",
            password="long-and-unusual-7",
            display_name="",
            roles=["administrator"],
            institution_id=self.house.id,
        )
        self.viewer = as_viewer(account)
        self.client = client_of(self.viewer)

    def send(self, method, path, **body):
        call = getattr(self.client, method)
        return call(f"/api/v1/setup{path}", json.dumps(body), "application/json")

    def look(self):
        return self.client.get("/api/v1/setup").json()

    def done(self):
        return {step["name"] for step in self.look()["steps"] if step["done"]}

    def everything_that_must_be(self):
        assert self.send("put", "/hospital", **HOSPITAL).status_code == 204
        assert self.send("put", "/departments", departments=["general_practice"]).status_code == 204
        assert self.send("post", "/doctors", **DOCTOR).status_code == 201
        assert self.send("post", "/marks", step="consent").status_code == 204


@pytest.fixture(autouse=True)
def _an_open_house_is_forgotten():
    house_queries._opened.clear()
    house_queries.forget_departments()
    yield
    house_queries._opened.clear()
    house_queries.forget_departments()


@pytest.fixture
def founder(settings):
    settings.NOTICE_GATEWAYS = {"sms": "http_json", "mail": "null"}
    return Founder()


def test_an_empty_hospital_has_everything_before_it(founder):
    found = founder.look()
    assert not found["complete"]
    assert not found["ready"]
    assert founder.done() == {"sms"}


def test_each_step_is_done_when_it_is_and_the_last_lets_patients_in(founder):
    early = founder.send("post", "/open")
    assert (early.status_code, early.json()["code"]) == (409, "setup_not_ready")
    founder.everything_that_must_be()
    assert founder.done() == {"hospital", "departments", "doctors", "consent", "sms"}
    assert founder.look()["ready"]
    assert not Client().get("/api/v1/hospital").json()["open"]
    assert founder.send("post", "/open").status_code == 204
    assert Client().get("/api/v1/hospital").json()["open"]
    assert not founder.look()["complete"]
    founder.send("post", "/marks", step="staff")
    founder.send("post", "/marks", step="first_visit")
    assert founder.look()["complete"]
    actions = {line.action for line in changes_of("institution", founder.house.id)}
    assert actions >= {"people.describe_hospital", "people.open_hospital", "people.mark_setup"}


def test_opened_twice_it_is_open_since_the_first_time(founder):
    founder.everything_that_must_be()
    founder.send("post", "/open")
    first = Institution.objects.get(pk=founder.house.id).opened_at
    assert founder.send("post", "/open").status_code == 204
    assert Institution.objects.get(pk=founder.house.id).opened_at == first


def test_nothing_is_possible_for_patients_before_it_is_open(founder):
    someone = patient_viewer()
    with pytest.raises(Unavailable) as refused:
        register(someone)
    assert refused.value.code == "hospital_not_open"
    assert "120" in refused.value.text.zh
    founder.everything_that_must_be()
    founder.send("post", "/open")
    patient = register(someone)
    house_queries._opened.clear()
    Institution.objects.update(opened_at=None)
    with pytest.raises(Unavailable):
        open_intake(
            someone, patient_id=patient.id, complaint="咳嗽", picture_ids=[], at=clock.now()
        )


def test_without_an_sms_gateway_it_does_not_open(founder, settings):
    founder.everything_that_must_be()
    settings.NOTICE_GATEWAYS = {"sms": "null", "mail": "null"}
    assert founder.send("post", "/open").status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name_zh": " "}, "name_zh"),
        ({"name_en": ""}, "name_en"),
        ({"licence_number": ""}, "licence_number"),
        ({"place": "atlantis"}, "place"),
        ({"grade": "9Z"}, "grade"),
        ({"licence_until": "2020-01-01T00:00:00+08:00"}, "licence_until"),
    ],
)
def test_what_is_wrong_with_the_hospital_is_named(founder, wrong, field):
    answer = founder.send("put", "/hospital", **(HOSPITAL | wrong))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("slugs", [[], ["dermatology"], ["general_practice", "alchemy"]])
def test_departments_open_from_the_catalogue_with_one_for_the_unsure(founder, slugs):
    answer = founder.send("put", "/departments", departments=slugs)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "departments")


def test_a_department_that_closes_keeps_its_name(founder):
    founder.send("put", "/departments", departments=["general_practice", "dermatology"])
    assert [d.slug for d in queries.departments()] == ["general_practice", "dermatology"]
    founder.send("put", "/departments", departments=["general_practice"])
    assert [d.slug for d in queries.departments()] == ["general_practice"]
    assert queries.department("dermatology").name.en
    line = changes_of("department", "dermatology")[0]
    assert (line.action, line.before, line.after) == (
        "people.close_department",
        {"open": True},
        {"open": False},
    )


def test_a_doctor_who_could_see_nobody_is_refused_whole(founder):
    founder.everything_that_must_be()
    young = DOCTOR | {
        "username": "dr.young",
        "licence_number": "110000000000002",
        "independent_since": (clock.now().date() - timedelta(days=300)).isoformat(),
    }
    answer = founder.send("post", "/doctors", **young)
    assert answer.status_code == 422
    assert answer.json()["refusals"][0]["rule_id"] == "R14"


def test_the_consent_of_another_institution_is_not_taken_for_granted(founder):
    founder.everything_that_must_be()
    elsewhere = DOCTOR | {
        "username": "dr.elsewhere",
        "licence_number": "110000000000003",
        "registered_here": False,
        "multi_site_filed": True,
    }
    answer = founder.send("post", "/doctors", **elsewhere)
    assert answer.status_code == 422
    assert [each["rule_id"] for each in answer.json()["refusals"]] == ["R14"]


def test_a_doctor_by_hand_gets_a_link_and_a_place(founder):
    founder.everything_that_must_be()
    card = queries.practitioner(Practitioner.objects.get().pk)
    assert (card.name.zh, card.departments) == ("林建国", ("general_practice",))
    again = founder.send("post", "/doctors", **DOCTOR)
    assert again.status_code in {409, 422}


def test_only_an_administrator_walks_this_way(founder):
    doctor = create_staff(
        username="dr",
        password="x",
        display_name="",
        roles=["doctor"],
        institution_id=founder.house.id,
    )
    client = client_of(as_viewer(doctor))
    assert client.get("/api/v1/setup").status_code == 403
    assert Client().get("/api/v1/setup").status_code == 401


def test_a_hospital_that_was_open_from_the_first_has_no_first_steps(founder):
    house = services.found_institution(code="old", name=services.UNNAMED)
    account = create_staff(
        username="other",
        password="x",
        display_name="",
        roles=["administrator"],
        institution_id=house.id,
    )
    assert client_of(as_viewer(account)).get("/api/v1/setup").json()["complete"]


def test_taken_on_twice_it_is_one_doctor(founder):
    founder.send("put", "/departments", departments=["general_practice"])
    answers = [
        founder.client.post(
            "/api/v1/setup/doctors",
            json.dumps(DOCTOR),
            "application/json",
            headers={"Idempotency-Key": "k"},
        ).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert Practitioner.objects.count() == 1
