"""Earlier diagnoses over HTTP: V01 to V03, strangers, shapes and budgets."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation.models import Proof, ProofJudgement
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.policy.rules import local_date

JUDGED = {"outcome": "accepted", "codes": [proofs.HYPERTENSION], "after": 0}


def body(cast, **changed):
    return {
        "patient_id": str(cast.patient.patient_id),
        "kind": "discharge_summary",
        "diagnosis_code": proofs.HYPERTENSION,
        "hospital": "杏林市第一医院",
        "issued_on": str(local_date(make.now()) - timedelta(days=90)),
        "file_ids": [str(make.picture(cast.patient))],
        **changed,
    }


def open_visit(cast, browser, **more):
    asked = {"intake_id": str(make.intake(cast.patient)), "department": make.department()}
    return browser.post("/consultations", asked | more)


def test_v01_at_the_door(cast, at_the_door):
    opened = open_visit(cast, at_the_door.patient, wants_follow_up=True)
    assert opened.status_code == 201
    visit = opened.json()["id"]
    make.accept(visit, cast.doctor)
    for browser in (at_the_door.patient, at_the_door.doctor):
        seen = browser.get(f"/consultations/{visit}").json()
        assert (seen["kind"], seen["may_prescribe"]) == ("advice", False)
        assert {rule["rule_id"] for rule in seen["kind_rules"]} == {"R02", "R04", "R08"}


def test_v02_at_the_door(cast, at_the_door):
    added = at_the_door.patient.post("/proofs", body(cast))
    assert added.status_code == 201
    paper = added.json()["id"]
    visit = open_visit(cast, at_the_door.patient, proof_ids=[paper]).json()["id"]
    make.accept(visit, cast.doctor)
    path = f"/consultations/{visit}"
    [shown] = at_the_door.doctor.get(f"{path}/proofs").json()["items"]
    assert (shown["state"], shown["may"], shown["hospital"]) == (
        "waiting",
        ["judge"],
        "杏林市第一医院",
    )
    seen = at_the_door.doctor.get(f"{path}/proofs/{paper}/files/{shown['files'][0]['id']}")
    assert (seen.status_code, seen["Cache-Control"]) == (302, "no-store")
    judged = at_the_door.doctor.post(f"{path}/proofs/{paper}/judgements", JUDGED)
    assert judged.status_code == 201
    [judgement] = judged.json()["items"][0]["judgements"]
    assert set(judgement["rule_ids"]) == {"R04", "R05"}
    assert len(judgement["evidence"]) == 64
    for browser in (at_the_door.patient, at_the_door.doctor):
        found = browser.get(path).json()
        assert (found["kind"], found["may_prescribe"]) == ("follow_up", True)
        assert found["kind_text"]["zh"].startswith("复诊")
    mine = at_the_door.patient.get("/proofs", patient_id=str(cast.patient.patient_id)).json()
    [kept] = mine["items"]
    assert (kept["state"], kept["last"]["doctor"]["name"]["zh"]) == (
        "accepted",
        cast.doctor.card.name.zh,
    )


def test_v03_at_the_door(cast, at_the_door):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    path = f"/consultations/{visit}/proofs/{paper}/judgements"
    stopped = at_the_door.doctor.post(path, {"outcome": "condition_changed", "after": 0})
    assert stopped.status_code == 422
    told = stopped.json()
    assert (told["code"], told["verdict"]) == ("rule_refused", "stop_and_refer")
    [refusal] = told["refusals"]
    assert refusal["rule_id"] == "R06"
    assert "120" in refusal["instead"]["zh"]
    assert not ProofJudgement.objects.exists()


def test_a_paper_sent_twice_is_kept_once(cast, at_the_door):
    sent = body(cast)
    first, second = (at_the_door.patient.post("/proofs", sent, key="p-1") for _ in range(2))
    assert (first.status_code, first.json()) == (201, second.json())
    assert Proof.objects.count() == 1


def test_two_tabs_of_a_doctor(cast, at_the_door):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    path = f"/consultations/{visit}/proofs/{paper}/judgements"
    refusal = {"outcome": "not_accepted", "reason": "unreadable", "after": 0}
    first = at_the_door.doctor.post(path, JUDGED, key="tab-1")
    second = at_the_door.doctor.post(path, refusal, key="tab-2")
    again = at_the_door.doctor.post(path, JUDGED, key="tab-1")
    assert [each.status_code for each in (first, second, again)] == [201, 409, 201]
    assert second.json()["code"] == "judged_meanwhile"
    assert ProofJudgement.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"issued_on": "yesterday"},
        {"issued_on": None},
        {"file_ids": "all of them"},
        {"file_ids": ["x"]},
        {"file_ids": []},
        {"file_ids": [str(UUID(int=n)) for n in range(101)]},
        {"kind": 7},
        {"kind": "k" * 65},
        {"hospital": "医" * 121},
        {"hospital": None},
        {"diagnosis": "病" * 20_001},
        {"patient_id": "me"},
    ],
    ids=str,
)
def test_a_wrong_value_is_told(cast, at_the_door, changed):
    answer = at_the_door.patient.post("/proofs", body(cast) | changed)
    assert answer.status_code == 422
    assert {"zh", "en"} <= set(answer.json()["text"])
    assert not Proof.objects.exists()


def test_somebody_elses_file_is_not_there(cast, at_the_door):
    theirs = str(make.picture(cast.other_patient))
    assert at_the_door.patient.post("/proofs", body(cast, file_ids=[theirs])).status_code == 404


@pytest.mark.parametrize("who", ["other_patient", "other_doctor", "operator", "stranger"])
def test_no_stranger_learns_of_a_paper(cast, at_the_door, who):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    [file] = at_the_door.doctor.get(f"/consultations/{visit}/proofs").json()["items"][0]["files"]
    browser = getattr(at_the_door, who)
    unseen = {"stranger": {401}, "operator": {403}}.get(who, {403, 404})
    mine, seen = f"/proofs/{paper}", f"/consultations/{visit}/proofs"
    reads = (mine, f"{mine}/files/{file['id']}", seen, f"{seen}/{paper}/files/{file['id']}")
    answers = [browser.get(path) for path in reads]
    answers.append(browser.get("/proofs", patient_id=str(cast.patient.patient_id)))
    answers.append(browser.post(f"{mine}/withdraw"))
    answers.append(browser.post(seen, {"proof_id": str(paper)}))
    answers.append(browser.post(f"{seen}/{paper}/judgements", JUDGED))
    assert {answer.status_code for answer in answers} <= unseen


def test_a_file_is_read_only_through_its_own_paper(cast, at_the_door):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    other = proofs.proof(cast.patient)
    [file] = at_the_door.patient.get(f"/proofs/{other}").json()["files"]
    for path in (f"/proofs/{paper}", f"/consultations/{visit}/proofs/{paper}"):
        assert at_the_door.patient.get(f"{path}/files/{file['id']}").status_code == 404
    unshown = f"/consultations/{visit}/proofs/{other}/files/{file['id']}"
    assert at_the_door.doctor.get(unshown).status_code == 404


def test_every_look_at_a_paper_leaves_a_line(cast, at_the_door):
    visit, paper = proofs.to_judge(cast.patient, cast.doctor)
    before = len(make.audited(paper))
    [shown] = at_the_door.doctor.get(f"/consultations/{visit}/proofs").json()["items"]
    at_the_door.doctor.get(f"/consultations/{visit}/proofs/{paper}/files/{shown['files'][0]['id']}")
    at_the_door.patient.get(f"/proofs/{paper}")
    assert make.audited(paper)[before:] == [
        ("proof.list", cast.doctor.id),
        ("proof.read_file", cast.doctor.id),
        ("proof.read", cast.patient.id),
    ]


def test_the_terms_are_told_in_both_languages(at_the_door):
    for browser in (at_the_door.patient, at_the_door.doctor):
        told = browser.get("/proof-terms").json()
        assert {each["code"] for each in told["kinds"]} >= {"discharge_summary"}
        assert {each["code"] for each in told["reasons"]} >= {"another_person", "other"}
        assert all(set(each["text"]) == {"zh", "en"} for each in told["reasons"])


def queries_of(read):
    with CaptureQueriesContext(connection) as counted:
        assert read().status_code == 200
    return len(counted)


def test_own_papers_are_paged_by_key_within_a_budget(cast, at_the_door):
    patient_id = str(cast.patient.patient_id)

    def read(**more):
        return at_the_door.patient.get("/proofs", patient_id=patient_id, **more)

    proofs.follow_up(cast.patient, cast.doctor)
    read()
    one = queries_of(read)
    made = [proofs.proof(cast.patient) for _ in range(4)]
    assert queries_of(read) == one
    assert one <= 10
    first = read(limit=2).json()
    assert [each["id"] for each in first["items"]] == [str(made[3]), str(made[2])]
    rest = read(limit=50, after=first["next"]).json()
    assert (len(rest["items"]), rest["next"]) == (3, None)


def test_the_papers_of_a_visit_take_as_many_queries_for_many_as_for_one(cast, at_the_door):
    visit, _ = proofs.follow_up(cast.patient, cast.doctor)

    def read():
        return at_the_door.doctor.get(f"/consultations/{visit}/proofs")

    read()
    one = queries_of(read)
    for _ in range(3):
        more = {"proof_id": str(proofs.proof(cast.patient))}
        assert at_the_door.patient.post(f"/consultations/{visit}/proofs", more).status_code == 201
    assert (len(read().json()["items"]), queries_of(read)) == (4, one)
    assert one <= 13
