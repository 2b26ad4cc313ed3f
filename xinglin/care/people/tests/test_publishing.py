"""Consent texts: a new version from a day to come, never a change of what is in force."""

import json
from datetime import timedelta

import pytest

from xinglin.care.people import queries
from xinglin.care.people.models import ConsentText
from xinglin.care.people.tests.factories import as_viewer, hospital, patient_viewer
from xinglin.care.people.tests.test_setup import client_of
from xinglin.foundation.accounts.services import create_staff
from xinglin.foundation.changes.queries import changes_of
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return hospital()


def browser(house, role="administrator"):
    account = create_staff(
        username=role,
        password="",
        password_hash="!x",
        display_name=role,
        roles=[role],
        institution_id=house.id,
    )
    return client_of(as_viewer(account))


def text() -> dict:
    row = ConsentText.objects.get(kind="service", version="2026-11-01")
    day = (clock.now() + timedelta(days=3)).date().isoformat()
    return {
        "kind": "service",
        "text_zh": row.text_zh + "\n\n十、补充说明。",
        "text_en": row.text_en + "\n\n10. A word more.",
        "min_seconds": 8,
        "in_force_on": day,
    }


def send(client, method, path="", **body):
    call = getattr(client, method)
    return call(f"/api/v1/consent-texts{path}", json.dumps(body), "application/json")


def test_a_new_version_binds_from_its_day_and_asks_again(house):
    admin, patient = browser(house), patient_viewer()
    made = send(admin, "post", **text())
    assert made.status_code == 201
    assert queries.consent_status(patient.user_id).binds
    states = [
        (t["version"], t["state"])
        for t in admin.get("/api/v1/consent-texts").json()["items"]
        if t["kind"] == "service"
    ]
    assert states == [(made.json()["version"], "coming"), ("2026-11-01", "in_force")]
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert not queries.consent_status(patient.user_id).binds
        assert queries.required_text().min_seconds == 8
    line = changes_of("consent_text", f"service/{made.json()['version']}")[0]
    assert line.action == "people.publish_consent"


def test_it_may_be_changed_and_taken_back_until_it_is_in_force(house):
    admin = browser(house)
    version = send(admin, "post", **text()).json()["version"]
    again = send(admin, "post", **text())
    assert (again.status_code, again.json()["code"]) == (409, "text_coming")
    form = text() | {"min_seconds": 20}
    assert send(admin, "put", f"/service/{version}", **form).status_code == 204
    assert ConsentText.objects.get(version=version).min_seconds == 20
    assert send(admin, "delete", f"/service/{version}").status_code == 204
    assert send(admin, "delete", f"/service/{version}").status_code == 404
    bound = send(admin, "put", "/service/2026-11-01", **form)
    assert (bound.status_code, bound.json()["code"]) == (409, "text_in_force")
    assert send(admin, "delete", "/service/2026-11-01").status_code == 409


@pytest.mark.parametrize(
    ("without", "rule"),
    [("敏感", "R49"), ("sensitive", "R49"), ("撤回", "R52"), ("withdraw", "R52"), ("复制", "R52")],
)
def test_what_must_be_said_and_is_not_is_named_with_its_rule(house, without, rule):
    form = text()
    form = {
        k: v.replace(without, "…").replace(without.capitalize(), "…") if isinstance(v, str) else v
        for k, v in form.items()
    }
    answer = send(browser(house), "post", **form)
    assert answer.status_code == 422
    assert rule in {each["rule_id"] for each in answer.json()["refusals"]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text_zh": "短"}, "text_zh"),
        ({"text_en": " "}, "text_en"),
        ({"min_seconds": 0}, "min_seconds"),
        ({"in_force_on": "2020-01-01"}, "in_force_on"),
    ],
)
def test_what_is_wrong_is_named(house, wrong, field):
    answer = send(browser(house), "post", **(text() | wrong))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_only_an_administrator_publishes(house):
    doctor = browser(house, "doctor")
    assert doctor.get("/api/v1/consent-texts").status_code == 403
    assert send(doctor, "post", **text()).status_code == 403
    assert send(browser(house), "post", **(text() | {"kind": "marketing"})).status_code == 404


def test_published_twice_it_is_published_once(house):
    admin, form = browser(house), json.dumps(text())
    answers = [
        admin.post(
            "/api/v1/consent-texts", form, "application/json", headers={"Idempotency-Key": "k"}
        ).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert ConsentText.objects.filter(kind="service").count() == 2
