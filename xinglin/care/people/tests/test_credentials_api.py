"""Applications and licences at the door: wrong words, wrong people, twice, too late."""

import pytest

from xinglin.care.people.models import Application, Practitioner
from xinglin.care.people.tests import papers
from xinglin.care.people.tests.factories import (
    Browser,
    doctor,
    hospital,
    id_number,
    patient_viewer,
    staff_viewer,
)
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.audit.services import seal
from xinglin.kernel import ids


@pytest.fixture(autouse=True)
def house(db):
    return hospital()


@pytest.fixture
def checker(house):
    return Browser(staff_viewer("operator", institution_id=house.id))


@pytest.fixture
def approver(house):
    return Browser(staff_viewer("administrator", institution_id=house.id))


def body(application, who) -> dict:
    """As the client saves it."""
    return {
        "revision": Application.objects.get(pk=application).revision,
        "form": papers.form().as_json(),
        "id_number": id_number(papers.BORN),
        "files": [{"file_id": str(f), "kind": kind} for f, kind in papers.evidence(who)],
    }


def test_the_whole_way_at_the_door(checker, approver):
    who = patient_viewer()
    mine = Browser(who)
    status, begun = mine.post("/applications", {})
    assert (status, begun["state"]) == (201, "draft")
    assert {"licence_number", "files.identity"} <= {m["field"] for m in begun["missing"]}
    path = f"/applications/{begun['id']}"
    status, saved = mine.send("PUT", path, body(begun["id"], who))
    assert (status, saved["missing"]) == (200, [])
    status, sent = mine.post(f"{path}/submit", {"revision": saved["revision"]})
    assert (status, sent["state"]) == (200, "submitted")
    assert "withdraw" in sent["may"]
    status, page = checker.get("/credentials")
    assert [line["id"] for line in page["items"]] == [begun["id"]]
    room = f"/credentials/{begun['id']}"
    read = checker.get(room)[1]
    assert {"check", "return", "refuse"} == set(read["may"])
    told = {"evidence_hash": read["evidence_hash"]}
    assert checker.post(f"{room}/check", told)[1]["state"] == "checked"
    assert checker.post(f"{room}/approve", told)[0] == 403
    status, done = approver.post(f"{room}/approve", told)
    assert (status, done["state"]) == (200, "approved")
    assert Practitioner.objects.filter(user_id=who.user_id).exists()
    assert done["checked_by"] != done["approved_by"]


def test_the_applicant_reads_no_names_of_the_house(checker):
    who, application = papers.handed_in()
    told = {"reason": "执业证书看不清"}
    assert checker.post(f"/credentials/{application}/return", told)[0] == 200
    mine = Browser(who).get(f"/applications/{application}")[1]
    assert {step["by"] for step in mine["steps"]} == {""}
    assert mine["reason"] == told["reason"]
    assert mine["id_number"].startswith("*")


def test_a_file_is_seen_by_a_link_and_the_seeing_is_audited(checker):
    who, application = papers.handed_in()
    file_id = Application.objects.get(pk=application).files.first().file_id
    assert checker.get(f"/credentials/{application}/files/{file_id}")[0] == 302
    assert Browser(who).get(f"/applications/{application}/files/{file_id}")[0] == 302
    assert checker.get(f"/credentials/{application}/files/{ids.new()}")[0] == 404
    assert Browser(patient_viewer()).get(f"/applications/{application}/files/{file_id}")[0] == 404
    seal()
    assert len(lines(action="people.read_evidence")) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"revision": "1"}, 422),
        ({"revision": -1}, 422),
        ({"revision": 99}, 409),
        ({"form": {"licence_until": "9999-12-31"}}, 422),
        ({"form": {"licence_until": "soon"}}, 422),
        ({"form": {"full_time": "yes"}}, 422),
        ({"form": {"name_zh": "长" * 65}}, 422),
        ({"id_number": "110101199001011234"}, 422),
        ({"files": [{"file_id": "x", "kind": "licence"}]}, 422),
        ({"form": None}, 422),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_and_nothing_is_kept(change, status):
    who, application = papers.draft()
    before = Application.objects.get(pk=application)
    told = body(application, who) | change
    answer, problem = Browser(who).send("PUT", f"/applications/{application}", told)
    assert answer == status, problem
    assert problem["text"]["zh"]
    assert problem["text"]["en"]
    assert Application.objects.get(pk=application).form == before.form


def test_an_approval_under_three_years_is_refused_in_both_languages(checker, approver):
    who = patient_viewer()
    today = papers.clock.now().date()
    since = today.replace(year=today.year - 2)
    _, application = papers.handed_in(who, independent_since=since)
    told = {"evidence_hash": papers.seen(application)}
    checker.post(f"/credentials/{application}/check", told)
    status, problem = approver.post(f"/credentials/{application}/approve", told)
    assert (status, problem["code"]) == (422, "rule_refused")
    (refusal,) = problem["refusals"]
    assert refusal["rule_id"] == "R14"
    assert "3" in refusal["text"]["zh"]
    assert "3" in refusal["text"]["en"]


@pytest.mark.parametrize("role", ["doctor", "auditor"])
def test_other_roles_have_no_key_to_the_room(role, house):
    _, application = papers.handed_in()
    them = Browser(staff_viewer(role, institution_id=house.id))
    for path in ("/credentials", f"/credentials/{application}", f"/credentials/{ids.new()}"):
        assert them.get(path)[0] == 403


def test_each_act_sent_twice_is_done_once(checker, approver):
    who, application = papers.draft()
    mine = Browser(who)
    room = f"/credentials/{application}"

    def twice(client, path, told):
        first, again = (client.post(path, told, **{"Idempotency-Key": path}) for _ in range(2))
        assert first[0] in {200, 204}, first
        assert first == again
        # The same act under another key finds it done.
        return client.post(path, told)[0]

    revision = Application.objects.get(pk=application).revision
    assert twice(mine, f"/applications/{application}/submit", {"revision": revision}) == 200
    why = {"reason": "请重拍执业证书"}
    assert twice(checker, f"{room}/return", why) == 409
    papers.submit(who, application)
    told = {"evidence_hash": papers.seen(application)}
    assert twice(checker, f"{room}/check", told) == 200
    assert twice(approver, f"{room}/approve", told) == 200
    doctor_id = Application.objects.get(pk=application).practitioner_id
    for act in ("suspend", "reinstate"):
        assert twice(approver, f"/practitioners/{doctor_id}/{act}", why) == 204
    _, second = papers.handed_in()
    assert twice(checker, f"/credentials/{second}/refuse", why) == 409
    third, mine_too = papers.handed_in()
    assert twice(Browser(third), f"/applications/{mine_too}/withdraw", {}) == 200
    acts = [line.action for line in lines(action="people.approve_application")]
    assert len(acts) == 1


def test_a_doctor_reads_the_own_licences_and_the_house_all_of_them(checker):
    viewer, card = doctor()
    doctor()
    (mine,) = Browser(viewer).get("/licences")[1]["items"]
    assert (mine["practitioner_id"], mine["state"]) == (str(card.id), "holds")
    first = checker.get("/credentials/licences?limit=1")[1]
    second = checker.get(f"/credentials/licences?limit=1&after={first['next']}")[1]
    assert len({first["items"][0]["id"], second["items"][0]["id"]}) == 2
    assert second["next"] is None
    assert Browser(patient_viewer()).get("/licences")[0] == 403
