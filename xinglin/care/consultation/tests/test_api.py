"""The operations over HTTP: the path of a visit and the shapes of the contract."""

import pytest

from xinglin.care.consultation import services
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.tests import factories as make

PATIENT = {"id", "name", "sex", "age_text", "relation", "is_minor", "allergies", "synthetic"}
SHORT = {
    "channel",
    "in_call_since",
    "id",
    "state",
    "ending",
    "ending_text",
    "ended_for",
    "kind",
    "kind_text",
    "may_prescribe",
    "department",
    "language",
    "urgency",
    "complaint",
    "requested_at",
    "accepted_at",
    "first_reply_at",
    "ended_at",
    "due_at",
    "due_step",
    "patient",
    "asked_by",
    "doctor",
    "named_doctor",
    "last_seq",
    "turns_used",
    "max_turns",
    "closes_at",
    "may",
    "record",
    "returned",
}
INTAKE = {
    "complaint",
    "summary",
    "about",
    "urgency",
    "reasons",
    "findings",
    "contradictions",
    "picture_ids",
}
WHOLE = SHORT | {"kind_rules", "intake", "stopped", "last_word", "rating", "site"}


def open_visit(cast, browser):
    asked = {"intake_id": str(make.intake(cast.patient)), "department": make.department()}
    return browser.post("/consultations", asked)


def test_the_whole_path_over_http(cast, at_the_door):
    opened = open_visit(cast, at_the_door.patient)
    assert opened.status_code == 201
    path = f"/consultations/{opened.json()['id']}"
    make.accept(opened.json()["id"], cast.doctor)
    saved = at_the_door.doctor.put(f"{path}/record", {"fields": make.RECORD, "revision": 0})
    assert (saved.status_code, saved.json()["revision"]) == (200, 1)
    signed = at_the_door.doctor.post(f"{path}/record/sign", {"revision": 1})
    assert signed.status_code == 201
    assert set(signed.json()["signature"]) == {"algorithm", "key_id", "sha256", "value"}
    closed = at_the_door.doctor.post(f"{path}/close", {"reason": "treated", "note": "祝早日康复"})
    assert (closed.status_code, closed.json()["ending"]) == (200, "closed")
    assert closed.json()["ending_text"]["zh"] == "医生已完成问诊。"
    summary = at_the_door.patient.get(f"{path}/summary").json()
    assert (summary["verified"], summary["versions"]) == (True, 1)
    assert set(summary["visit"]) == SHORT | {"last_patient_at", "last_doctor_at"}
    rated = at_the_door.patient.post(
        f"{path}/rating", {"score": 5, "tags": ["kind"], "comment": "好"}
    )
    assert rated.status_code == 201
    amended = at_the_door.doctor.post(
        f"{path}/record/amend", {"fields": make.RECORD, "reason": "补充建议的细节"}
    )
    assert (amended.status_code, amended.json()["version"]) == (201, 2)
    assert len(at_the_door.patient.get(f"{path}/record/versions").json()["items"]) == 2


def test_a_visit_has_the_members_of_the_contract(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    for browser in (at_the_door.patient, at_the_door.doctor):
        found = browser.get(f"/consultations/{visit}").json()
        assert set(found) == WHOLE
        assert set(found["patient"]) == PATIENT
        assert set(found["doctor"]) == {"id", "name", "title", "hospital", "synthetic"}
        assert set(found["intake"]) == INTAKE
        assert found["record"] == {"signed_version": None, "needed": True}
    [listed] = at_the_door.doctor.get("/consultations", state="active").json()["items"]
    assert set(listed) == SHORT | {"last_patient_at", "last_doctor_at"}


def test_both_sides_read_that_it_is_advice_and_by_which_rule(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    for browser in (at_the_door.patient, at_the_door.doctor):
        found = browser.get(f"/consultations/{visit}").json()
        assert (found["kind"], found["may_prescribe"]) == ("advice", False)
        assert found["kind_text"]["zh"] == "仅提供健康咨询建议，不可开具处方"
        assert "R08" in {rule["rule_id"] for rule in found["kind_rules"]}


@pytest.mark.parametrize(
    ("begin", "patient_may", "doctor_may"),
    [
        (
            lambda cast: make.visit(cast.patient),
            {"change_department", "leave_message", "cancel", "write"},
            None,
        ),
        (
            lambda cast: make.nobody(cast.patient),
            {"wait", "change_department", "leave_message", "cancel", "write"},
            None,
        ),
        (
            lambda cast: make.active(cast.patient, cast.doctor),
            {"write"},
            {"close", "stop", "hand_over", "transfer", "write"},
        ),
        (lambda cast: make.ended(cast.patient, cast.doctor), {"rate"}, set()),
    ],
)
def test_each_side_is_told_what_it_may_do(cast, at_the_door, begin, patient_may, doctor_may):
    path = f"/consultations/{begin(cast)}"
    assert set(at_the_door.patient.get(path).json()["may"]) == patient_may
    seen = at_the_door.doctor.get(path)
    if doctor_may is None:
        assert seen.status_code == 404
    else:
        assert set(seen.json()["may"]) == doctor_may


def test_an_active_visit_tells_whose_turn_it_is(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    path = f"/consultations/{visit}"
    assert at_the_door.patient.get(path).json()["due_step"] == "no_reply"
    make.say(visit, cast.doctor)
    assert at_the_door.patient.get(path).json()["due_step"] == "patient_absent"


def test_lists_are_paged_by_key_and_filtered_by_state(cast, at_the_door):
    made = [make.visit(cast.patient, where=where) for where in range(3)]
    services.choose(cast.patient.viewer, made[0], choice="cancel", at=make.now())
    first = at_the_door.patient.get("/consultations", limit=2).json()
    assert [item["id"] for item in first["items"]] == [str(made[2]), str(made[1])]
    rest = at_the_door.patient.get("/consultations", limit=2, after=first["next"]).json()
    assert ([item["id"] for item in rest["items"]], rest["next"]) == ([str(made[0])], None)
    for state, count in (("open", 2), ("cancelled", 1), ("active", 0), ("dreaming", 0)):
        found = at_the_door.patient.get("/consultations", state=state).json()["items"]
        assert len(found) == count


def test_a_doctor_lists_the_own_visits_and_no_waiting_ones(cast, at_the_door):
    mine = make.active(cast.patient, cast.doctor)
    make.visit(cast.other_patient)
    assert [v["id"] for v in at_the_door.doctor.get("/consultations").json()["items"]] == [
        str(mine)
    ]
    assert at_the_door.other_doctor.get("/consultations").json()["items"] == []
    assert at_the_door.doctor.get("/consultations", **{"as": "patient"}).json()["items"] == []


def test_a_choice_answers_with_the_visit(cast, at_the_door):
    path = f"/consultations/{make.nobody(cast.patient)}/choice"
    changed = at_the_door.patient.post(
        path, {"choice": "change_department", "department": make.department(1)}
    )
    assert (changed.status_code, changed.json()["state"]) == (200, "waiting")
    assert changed.json()["department"]["slug"] == make.department(1)
    assert at_the_door.patient.post(path, {"choice": "fly"}).status_code == 422


def test_handing_over_answers_once_more_and_then_no_more(cast, at_the_door):
    path = f"/consultations/{make.active(cast.patient, cast.doctor)}"
    left = at_the_door.doctor.post(f"{path}/hand-over", {"reason": "not_my_field"})
    assert (left.status_code, left.json()["state"], left.json()["may"]) == (200, "waiting", [])
    assert at_the_door.doctor.get(path).status_code == 404


def test_stopping_shows_the_referral_to_both(cast, at_the_door):
    path = f"/consultations/{make.active(cast.patient, cast.doctor)}"
    stopped = at_the_door.doctor.post(f"{path}/stop", make.REFERRAL)
    assert stopped.json()["ending"] == "stopped"
    told = at_the_door.patient.get(path).json()["stopped"]
    assert (told["hospital"], told["reason"]["en"]) == (
        make.REFERRAL["hospital"],
        "This is an emergency",
    )


def test_a_save_over_an_old_revision_is_told_the_new_one(cast, at_the_door):
    path = f"/consultations/{make.active(cast.patient, cast.doctor)}/record"
    draft = at_the_door.doctor.get(path).json()["draft"]
    assert (draft["revision"], draft["fields"]["advice"]) == (0, "")
    form = {"fields": make.RECORD, "revision": 0}
    assert at_the_door.doctor.put(path, form).status_code == 200
    late = at_the_door.doctor.put(path, form)
    assert (late.status_code, late.json()["code"], late.json()["revision"]) == (
        409,
        "record_changed",
        1,
    )


def test_an_open_visit_is_named_when_a_second_is_asked_for(cast, at_the_door):
    visit = open_visit(cast, at_the_door.patient).json()["id"]
    again = open_visit(cast, at_the_door.patient)
    assert (again.status_code, again.json()["consultation_id"]) == (409, visit)


def test_a_request_sent_twice_opens_one_visit(cast, at_the_door):
    asked = {"intake_id": str(make.intake(cast.patient)), "department": make.department()}
    first, second = (at_the_door.patient.post("/consultations", asked, key="k-1") for _ in range(2))
    assert (first.json(), first.status_code) == (second.json(), second.status_code)
    assert Consultation.objects.count() == 1


def test_diagnoses_are_found_over_http(at_the_door):
    [found] = at_the_door.doctor.get("/diagnoses", q="J069").json()["items"]
    assert found == {
        "code": "J06.9",
        "name_zh": "急性上呼吸道感染",
        "name_en": "Acute upper respiratory infection",
    }
    assert at_the_door.patient.get("/diagnoses", q="J069").json()["items"] == [found]
    assert at_the_door.operator.get("/diagnoses", q="J069").status_code == 403


def test_rating_tags_are_public(at_the_door):
    found = at_the_door.stranger.get("/rating-tags").json()
    assert {"code": "kind", "text": {"zh": "服务态度好", "en": "Kind and polite"}} in found["good"]
    assert len(found["bad"]) == 6
