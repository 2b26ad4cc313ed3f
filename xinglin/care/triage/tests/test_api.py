"""Triage over HTTP."""

import pytest

from xinglin.care.people.tests import factories as people
from xinglin.care.people.tests.factories import Browser
from xinglin.care.triage.models import Intake
from xinglin.care.triage.tests.factories import ANSWERS, man, opened
from xinglin.foundation.audit.queries import accesses_of
from xinglin.kernel import ids


@pytest.fixture(autouse=True)
def house(db):
    people.hospital()


def test_from_the_complaint_to_the_last_answer():
    viewer, patient = man()
    browser = Browser(viewer)
    status, intake = browser.post(
        "/intakes", {"patient_id": str(patient.id), "complaint": "胃痛两天，反酸"}
    )
    assert status == 201
    assert intake["outcome"] == "interview"
    assert intake["suggestion"]["department"] == "gastroenterology"
    assert intake["suggestion"]["sure"] is True
    assert set(intake["suggestion"]["name"]) == set(intake["suggestion"]["why"]) == {"zh", "en"}
    which = next(q for q in intake["questions"] if q["link_id"] == "allergies_which")
    assert which["enabled_when"] == {"question": "allergies", "answer": "yes"}
    assert intake["questions"][0]["options"][0] == {
        "code": "today",
        "text": {"zh": "今天才开始", "en": "Since today"},
    }
    status, after = browser.post(f"/intakes/{intake['id']}/answers", {"answers": ANSWERS})
    assert (status, after["outcome"], after["answers"]) == (200, "ready", ANSWERS)
    assert browser.get(f"/intakes/{intake['id']}") == (200, after)
    assert accesses_of(patient.id)[0].action == "triage.read_intake"


def test_an_emergency_over_http():
    viewer, patient = man()
    status, intake = Browser(viewer).post(
        "/intakes", {"patient_id": str(patient.id), "complaint": "I can't breathe"}
    )
    assert (status, intake["outcome"]) == (201, "emergency")
    assert intake["emergency"]["number"] == "120"
    (flag,) = intake["red_flags"]
    assert set(flag) == {"id", "text", "advice", "source"}
    assert (intake["questions"], intake["suggestion"]) == ([], None)


def test_a_wrong_answer_is_named():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    status, problem = Browser(viewer).post(
        f"/intakes/{intake_id}/answers", {"answers": ANSWERS | {"severity": "7"}}
    )
    assert status == 422
    assert [e["field"] for e in problem["errors"]] == ["answers.severity"]


@pytest.mark.parametrize("answer", [7, None, {"a": 1}, [1], [["a"]]], ids=str)
def test_an_answer_of_no_known_shape_is_refused_and_nothing_breaks(answer):
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    status, _ = Browser(viewer).post(
        f"/intakes/{intake_id}/answers", {"answers": ANSWERS | {"more": answer}}
    )
    assert status == 422


def test_a_complaint_sent_twice_with_one_key_is_one_intake():
    viewer, patient = man()
    browser = Browser(viewer)
    body = {"patient_id": str(patient.id), "complaint": "胃痛"}
    headers = {"Idempotency-Key": "once"}
    first = browser.post("/intakes", body, **headers)
    assert browser.post("/intakes", body, **headers) == first
    assert Intake.objects.count() == 1


def test_strangers_get_404_and_unknown_people_401():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    stranger = Browser(people.patient_viewer())
    body = {"patient_id": str(patient.id), "complaint": "胃痛"}
    assert stranger.post("/intakes", body)[0] == 404
    assert stranger.get(f"/intakes/{intake_id}")[0] == 404
    assert stranger.post(f"/intakes/{intake_id}/answers", {"answers": ANSWERS})[0] == 404
    assert Browser(viewer).get(f"/intakes/{ids.new()}")[0] == 404
    assert Browser().post("/intakes", body)[0] == 401


def test_a_doctor_reads_an_intake_through_the_visit_only():
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    doctor, _ = people.doctor()
    assert Browser(doctor).get(f"/intakes/{intake_id}")[0] == 403


def test_the_administrator_reads_the_danger_signs_with_source_and_status():
    status, page = Browser(people.staff_viewer("administrator")).get("/triage/red-flags")
    assert status == 200
    assert len(page["items"]) == 29
    fever = next(f for f in page["items"] if f["id"] == "infant_fever_told")
    assert (fever["year"], fever["status"]) == (2019, "memory")
    assert "新生儿" in fever["terms"]["zh"][0]
    assert " + " in fever["terms"]["en"][0]
    assert "120" in fever["advice"]["zh"]
    assert {"confirmed", "memory"} == {f["status"] for f in page["items"]}


def test_nobody_else_reads_them():
    for viewer in (people.patient_viewer(), people.staff_viewer("operator")):
        assert Browser(viewer).get("/triage/red-flags")[0] == 403


def test_reading_an_intake_takes_few_queries(django_assert_max_num_queries):
    viewer, patient = man()
    intake_id = opened(viewer, patient)
    browser = Browser(viewer)
    with django_assert_max_num_queries(9):
        browser.get(f"/intakes/{intake_id}")
