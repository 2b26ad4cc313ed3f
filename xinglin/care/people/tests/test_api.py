"""People over HTTP."""

import pytest

from xinglin.care.people.tests.factories import (
    Browser,
    doctor,
    hospital,
    id_number,
    patient_viewer,
    register,
    staff_viewer,
)
from xinglin.foundation.audit.queries import accesses_of
from xinglin.kernel import ids


@pytest.fixture(autouse=True)
def house(db):
    hospital()


def form(**changes) -> dict:
    known = {
        "name": "林小满",
        "id_type": "01",
        "id_number": id_number(),
        "relation": "self",
        "sensitive_data_consent": True,
    }
    return known | changes


def test_a_newcomer_agrees_registers_and_is_found_again():
    browser = Browser(patient_viewer(agreed=False))
    status, me = browser.get("/people/me")
    assert (status, me["patients"], me["consent"]["given_version"]) == (200, [], None)
    agreed = browser.post(
        "/consents", {"kind": "service", "version": me["consent"]["required_version"]}
    )
    assert agreed[0] == 201
    sent = form()
    status, patient = browser.post("/patients", sent)
    assert status == 201
    number = sent["id_number"]
    assert patient["id_number_masked"] == "*" * 14 + number[-4:]
    assert number not in str(browser.get("/people/me"))
    assert browser.get("/people/me")[1]["patients"] == [patient]


def test_reading_ones_people_is_audited():
    viewer = patient_viewer()
    card = register(viewer)
    Browser(viewer).get("/people/me")
    assert accesses_of(card.id)[0].action == "people.read_patient"


def test_a_wrong_form_names_its_fields():
    status, problem = Browser(patient_viewer()).post("/patients", form(name="", id_number="1"))
    assert status == 422
    assert {e["field"] for e in problem["errors"]} == {"name", "id_number"}


def test_a_refused_registration_names_the_rule():
    browser = Browser(patient_viewer(agreed=False))
    status, problem = browser.post("/patients", form(sensitive_data_consent=False))
    assert status == 422
    assert problem["code"] == "rule_refused"
    assert [r["rule_id"] for r in problem["refusals"]] == ["R49"]


def test_somebody_registered_elsewhere_is_not_told_by_whom():
    number = id_number()
    register(patient_viewer(), number=number)
    status, problem = Browser(patient_viewer()).post("/patients", form(id_number=number))
    assert (status, problem["code"]) == (409, "identity_registered")


def test_the_access_log_is_the_holders_alone():
    viewer = patient_viewer()
    card = register(viewer)
    path = f"/patients/{card.id}/access-log"
    status, page = Browser(viewer).get(path)
    assert status == 200
    assert page["items"][-1]["action"]["code"] == "people.register_patient"
    assert set(page["items"][0]) == {"at", "who", "own", "action", "purpose", "thing"}
    assert accesses_of(card.id)[0].action == "people.read_access_log"
    assert Browser(patient_viewer()).get(path)[0] == 404
    assert Browser(viewer).get(f"/patients/{ids.new()}/access-log")[0] == 404
    assert Browser(doctor()[0]).get(path)[0] == 403
    assert Browser().get(path)[0] == 401
    assert Browser(viewer).get(f"{path}?limit=0")[0] == 422


def test_the_access_log_has_pages():
    viewer = patient_viewer()
    card = register(viewer)
    browser = Browser(viewer)
    for _ in range(3):
        browser.get(f"/patients/{card.id}/access-log")
    _, first = browser.get(f"/patients/{card.id}/access-log?limit=2")
    assert first["next"]
    _, second = browser.get(f"/patients/{card.id}/access-log?limit=2&before={first['next']}")
    assert second["items"]
    assert second["items"] != first["items"]


def test_consent_is_withdrawn_and_a_second_time_there_is_none():
    browser = Browser(patient_viewer())
    status, after = browser.post("/consents/service/withdraw")
    assert (status, after["withdrawn"]) == (200, True)
    assert browser.post("/consents/service/withdraw")[0] == 409
    assert browser.post("/consents/marketing/withdraw")[0] == 404


def test_departments_are_read_without_signing_in():
    status, page = Browser().get("/departments")
    assert status == 200
    assert len(page["items"]) == 17
    assert set(page["items"][0]) == {"slug", "name", "aliases"}


def test_a_doctors_card_is_read_by_who_is_signed_in():
    _, card = doctor()
    path = f"/practitioners/{card.id}"
    status, found = Browser(patient_viewer()).get(path)
    assert (status, found["name"]) == (200, {"zh": "沈听澜", "en": "Shen Tinglan"})
    assert Browser().get(path)[0] == 401
    assert Browser(patient_viewer()).get(f"/practitioners/{ids.new()}")[0] == 404


def test_only_doctors_prove_their_identity():
    assert Browser(patient_viewer()).post("/duty/identity-check", {"code": "1"})[0] == 403
    assert Browser(staff_viewer("operator")).post("/duty/identity-check", {"code": "1"})[0] == 403
    status, problem = Browser(doctor()[0]).post("/duty/identity-check", {"code": "000000"})
    assert (status, problem["code"]) == (422, "wrong_code")


def test_ones_people_take_few_queries(django_assert_max_num_queries):
    viewer = patient_viewer()
    register(viewer)
    for _ in range(5):
        register(viewer, relation="other")
    browser = Browser(viewer)
    with django_assert_max_num_queries(14):
        browser.get("/people/me")
