"""Templates of records: into what is empty, marked until edited, never signed with a blank (D03, R24)."""

import pytest

from xinglin.care.consultation import queries, rules
from xinglin.care.consultation.services.phrases import PARTS
from xinglin.care.consultation.tests import factories
from xinglin.care.consultation.tests.factories import RECORD
from xinglin.care.people.queries import department
from xinglin.kernel import ids
from xinglin.policy.rules import local_date

TOLD = {
    "name": "皮疹初诊",
    "present_illness": "皮疹[几天]，部位[哪里]。",
    "findings": "{patient}，{department}，{date}，接诊{doctor}。",
    "advice": "三天不好转请线下就诊。",
}
_WITHOUT = {k: v for k, v in RECORD.items() if k not in {"present_illness", "findings", "advice"}}


@pytest.fixture
def visit(cast):
    return factories.active(cast.patient, cast.doctor)


@pytest.fixture
def template(at_the_door) -> str:
    body = {"kind": "template", "zh": TOLD}
    made = at_the_door.doctor.post("/phrases", body, key=str(ids.new()))
    assert made.status_code == 201, made.json()
    return made.json()["id"]


def use(browser, visit, template, *, revision=0, language="zh", append=(), key=""):
    body = {
        "template_id": template,
        "language": language,
        "revision": revision,
        "append": list(append),
    }
    path = f"/consultations/{visit}/record/template"
    return browser.post(path, body, key=key or str(ids.new()))


def save(browser, visit, *, revision, **changed):
    path = f"/consultations/{visit}/record"
    fields = browser.get(path).json()["draft"]["fields"] | changed
    answer = browser.put(path, {"fields": fields, "revision": revision})
    assert answer.status_code == 200, answer.json()
    return browser.get(path).json()["draft"]


def test_it_writes_what_is_empty_and_leaves_the_patients_words(at_the_door, cast, visit, template):
    answer = use(at_the_door.doctor, visit, template)
    assert answer.status_code == 200, answer.json()
    told, draft = answer.json(), answer.json()["record"]["draft"]
    assert (told["wrote"], told["left"]) == (["findings", "advice"], ["present_illness"])
    assert draft["fields"]["advice"] == TOLD["advice"]
    assert (draft["templated"], draft["blanks"]) == (["findings", "advice"], {})
    assert "present_illness" in draft["prefilled"]
    where, today = department(factories.department()).name.zh, local_date(factories.now())
    doctor = cast.doctor.card.name.zh
    assert draft["fields"]["findings"] == f"林小满，{where}，{today}，接诊{doctor}。"
    assert ("record.use_template", cast.doctor.id) in factories.audited(visit)


def test_it_is_put_after_the_words_when_that_is_asked(at_the_door, visit, template):
    before = at_the_door.doctor.get(f"/consultations/{visit}/record").json()["draft"]["fields"]
    told = use(at_the_door.doctor, visit, template, append=["present_illness"]).json()
    draft = told["record"]["draft"]
    words = f"{before['present_illness']}\n{TOLD['present_illness']}"
    assert draft["fields"]["present_illness"] == words
    assert draft["blanks"] == {"present_illness": ["[几天]", "[哪里]"]}
    assert "present_illness" not in draft["prefilled"]


def test_the_mark_goes_with_the_first_change_and_a_blank_when_it_is_filled(
    at_the_door, visit, template
):
    doctor = at_the_door.doctor
    use(doctor, visit, template, append=["present_illness"])
    draft = save(doctor, visit, revision=1, present_illness="皮疹三天，部位[哪里]。")
    assert draft["templated"] == ["findings", "advice"]
    assert draft["blanks"] == {"present_illness": ["[哪里]"]}
    draft = save(doctor, visit, revision=2, present_illness="皮疹三天。", advice="另写")
    assert (draft["templated"], draft["blanks"]) == (["findings"], {})


def test_undone_it_leaves_nothing(at_the_door, visit, template):
    doctor = at_the_door.doctor
    before = doctor.get(f"/consultations/{visit}/record").json()["draft"]["fields"]
    use(doctor, visit, template, append=["present_illness"])
    draft = save(doctor, visit, revision=1, **before)
    assert (draft["fields"], draft["templated"], draft["blanks"]) == (before, [], {})


def test_a_record_with_a_blank_of_a_template_is_not_signed(at_the_door, visit, template):
    doctor, path = at_the_door.doctor, f"/consultations/{visit}/record"
    use(doctor, visit, template, append=["present_illness"])
    save(doctor, visit, revision=1, **_WITHOUT)
    refused = doctor.post(f"{path}/sign", {"revision": 2}, key="k1")
    assert (refused.status_code, refused.json()["code"]) == (422, "record_has_blanks")
    (error,) = refused.json()["errors"]
    assert error["field"] == "fields.present_illness"
    assert error["text"] == {
        "zh": "现病史里还有没填的内容：[几天]、[哪里]",
        "en": "History of present illness: still to fill in: [几天], [哪里]",
    }
    save(doctor, visit, revision=2, present_illness="皮疹三天，在手背。")
    assert doctor.post(f"{path}/sign", {"revision": 3}, key="k2").status_code == 201


def test_brackets_of_the_doctor_are_signed(at_the_door, visit):
    doctor, path = at_the_door.doctor, f"/consultations/{visit}/record"
    save(doctor, visit, revision=0, **RECORD | {"advice": "按[说明书]使用，见[1]。"})
    assert doctor.post(f"{path}/sign", {"revision": 1}, key="k").status_code == 201


def test_an_old_revision_is_told_and_nothing_is_written(at_the_door, visit, template):
    save(at_the_door.doctor, visit, revision=0, advice="自己写的")
    late = use(at_the_door.doctor, visit, template)
    assert (late.status_code, late.json()["code"]) == (409, "record_changed")
    fields = at_the_door.doctor.get(f"/consultations/{visit}/record").json()["draft"]["fields"]
    assert (fields["advice"], fields["findings"]) == ("自己写的", "")


def test_it_is_refused_in_a_language_that_it_has_not(at_the_door, visit, template):
    answer = use(at_the_door.doctor, visit, template, language="en")
    assert (answer.status_code, answer.json()["code"]) == (409, "template_not_in_language")


def test_it_is_refused_when_the_record_would_be_too_long(at_the_door, visit, template):
    save(at_the_door.doctor, visit, revision=0, advice="长" * rules.LONGEST_FIELD)
    answer = use(at_the_door.doctor, visit, template, revision=1, append=["advice"])
    assert [e["field"] for e in answer.json()["errors"]] == ["fields.advice"]


def test_a_signed_record_takes_none(at_the_door, cast, visit, template):
    factories.sign(visit, cast.doctor)
    answer = use(at_the_door.doctor, visit, template, revision=2)
    assert (answer.status_code, answer.json()["code"]) == (409, "record_signed")


@pytest.mark.parametrize("who", ["other_doctor", "patient", "stranger"])
def test_others_are_kept_out(at_the_door, visit, template, who):
    expected = {"other_doctor": 404, "patient": 403, "stranger": 401}
    assert use(getattr(at_the_door, who), visit, template).status_code == expected[who]


def test_a_template_of_another_doctor_is_not_there(at_the_door, cast, template):
    visit = factories.active(cast.other_patient, cast.other_doctor)
    assert use(at_the_door.other_doctor, visit, template).status_code == 404


def test_a_template_writes_no_diagnosis_and_nothing_of_a_prescription():
    assert set(PARTS["template"]) == {"name", *rules.RECORD_FIELDS} - {"diagnoses"}


def test_a_template_without_an_element_or_a_name_is_refused(at_the_door):
    for zh, field in (({"name": "空"}, "zh.chief_complaint"), ({"advice": "休息"}, "zh.name")):
        answer = at_the_door.doctor.post("/phrases", {"kind": "template", "zh": zh}, key="k")
        assert [e["field"] for e in answer.json()["errors"]] == [field]


def test_what_a_template_left_is_told_of_a_draft_read_anew(at_the_door, cast, visit, template):
    use(at_the_door.doctor, visit, template, append=["present_illness"])
    draft = queries.draft(cast.doctor.viewer, visit)["draft"]
    assert draft["blanks"] == {"present_illness": ["[几天]", "[哪里]"]}
