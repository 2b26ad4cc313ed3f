"""Review by sample through the door: as head of pharmacy, reviewer and doctor, and as everybody else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation.tests.factories import Browser, Person
from xinglin.care.people import queries as people
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.care.prescribing.tests import rx
from xinglin.config.tests.asking import contents
from xinglin.foundation.audit.models import AuditLine
from xinglin.kernel import clock
from xinglin.policy import rules as law

pytestmark = pytest.mark.usefixtures("at_noon")
PATH = "/prescription-samples"
BAD = {"is_rational": False, "problems": ["3-3"], "comment": "超说明书用药，未写理由", "after": 0}
OBJECTED = {"words": "有指南依据，已在病历注明"}


@pytest.fixture
def door(chain):
    house = people.default_institution().id
    return {
        "head": Browser(Person(staff_viewer("pharmacy_head", institution_id=house))),
        "judge": Browser(Person(chain.other_pharmacist)),
        "doctor": Browser(chain.cast.doctor),
        "patient": Browser(chain.cast.patient),
        "auditor": Browser(Person(staff_viewer("auditor"))),
    }


def period(**changed):
    today = law.local_date(clock.now()).isoformat()
    return {"since": today, "until": today, **changed}


def judged(door, sample):
    for row in door["judge"].get(f"{PATH}/{sample}").json()["items"]:
        at = f"{PATH}/{sample}/prescriptions/{row['id']}"
        assert door["judge"].post(f"{at}/judgements", BAD).status_code == 201


def drawn(door, **changed):
    answer = door["head"].post(PATH, period(percent=100, **changed))
    assert answer.status_code == 201, answer.content
    return answer.json()["id"]


def test_from_the_seed_to_the_doctors_scorecard_through_the_door(chain, door):
    done = rx.effective(chain)
    head, judge, doctor = door["head"], door["judge"], door["doctor"]
    asked = "&".join(f"{name}={value}" for name, value in period().items())
    assert head.get(f"{PATH}/frame?{asked}").json() == {"size": 1}
    sample = drawn(door, seed="2026-11")
    (line,) = judge.get(PATH).json()["items"]
    assert (line["id"], line["frame_size"], line["judged"]) == (sample, 1, 0)
    (row,) = judge.get(f"{PATH}/{sample}").json()["items"]
    seen = judge.get(f"{PATH}/{sample}/prescriptions/{row['id']}")
    assert seen.json()["may_judge"]
    for name in (chain.cast.doctor.card.name.zh, "白药师", "birth_date", "patient_id"):
        assert name not in seen.content.decode()
    judged(door, sample)
    assert head.post(f"{PATH}/{sample}/announce").status_code == 204
    own = doctor.get(f"{PATH}/own").json()
    assert (own["score"]["rational_pct"], own["items"][0]["prescription_id"]) == (0.0, str(done))
    assert doctor.get(f"{PATH}/own/score").json() == own["score"]
    objection = f"{PATH}/own/{own['items'][0]['id']}/objection"
    assert doctor.post(objection, OBJECTED).status_code == 204
    assert doctor.post(objection, OBJECTED).json()["code"] == "not_open_to_objection"
    early = head.post(f"{PATH}/{sample}/close").json()
    assert early["code"] == "objection_not_answered"
    assert all(early["text"][each] for each in ("zh", "en"))
    answer = {**BAD, "after": 1}
    head.post(f"{PATH}/{sample}/prescriptions/{row['id']}/judgements", answer)
    assert head.post(f"{PATH}/{sample}/close").status_code == 204
    sheet = head.get(f"{PATH}/{sample}/export?format=csv&locale=en")
    assert sheet["Cache-Control"] == "no-store"
    assert "3-3" in sheet.content.decode("utf-8-sig")
    assert head.get(f"{PATH}/{sample}/export").content[:2] == b"PK"
    assert AuditLine.objects.filter(action="prescribing.export_sample").count() == 2


def test_each_comes_into_the_own_room_alone(chain, door):
    rx.effective(chain)
    sample = drawn(door)
    row = door["judge"].get(f"{PATH}/{sample}").json()["items"][0]["id"]
    heads = [f"{PATH}/{sample}/announce", f"{PATH}/{sample}/close", PATH]
    for who in ("judge", "doctor", "patient", "auditor"):
        assert [door[who].post(each, {}).status_code for each in heads] == [403] * 3
        assert door[who].get(f"{PATH}/{sample}/export").status_code == 403
        assert door[who].get(f"{PATH}/frame?since=2026-01-01&until=2026-01-02").status_code == 403
    for who in ("doctor", "patient", "auditor"):
        for path in ("", "/terms", f"/{sample}", f"/{sample}/prescriptions/{row}"):
            assert door[who].get(f"{PATH}{path}").status_code == 403
    for who in ("judge", "head", "patient", "auditor"):
        for path in ("", "/score"):
            assert door[who].get(f"{PATH}/own{path}").status_code == 403


def test_each_act_sent_twice_is_done_once(chain, door):
    rx.effective(chain)
    head = door["head"]
    first = sent_twice(head, PATH, period(count=1, seed="s"), "draw")
    sample = first.json()["id"]
    (row,) = door["judge"].get(f"{PATH}/{sample}").json()["items"]
    at = f"{PATH}/{sample}/prescriptions/{row['id']}/judgements"
    sent_twice(door["judge"], at, BAD, "judge")
    sent_twice(head, f"{PATH}/{sample}/announce", {}, "announce")
    sent_twice(door["doctor"], f"{PATH}/own/{row['id']}/objection", OBJECTED, "object")
    head.post(at, {**BAD, "after": 1})
    sent_twice(head, f"{PATH}/{sample}/close", {}, "close")


def sent_twice(browser, path, body, key):
    first = browser.post(path, body, key=f"sample-{key}")
    assert first.status_code in {201, 204}, (path, first.content)
    done = contents()
    again = browser.post(path, body, key=f"sample-{key}")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert contents() == done, path
    return first


def test_a_list_costs_the_same_however_long_it_is(chain, door):
    def look() -> dict[str, int]:
        asked = {}
        newest = door["head"].get(PATH).json()["items"][0]["id"]
        for who, path in (("head", PATH), ("head", f"{PATH}/{newest}"), ("doctor", f"{PATH}/own")):
            with CaptureQueriesContext(connection) as counted:
                answer = door[who].get(path)
            assert answer.status_code == 200, answer.content
            asked[path.replace(newest, "one")] = len(counted)
        return asked

    def grow(by: int, seed: str) -> None:
        for _ in range(by):
            rx.effective(chain)
        sample = drawn(door, seed=seed)
        judged(door, sample)
        door["head"].post(f"{PATH}/{sample}/announce")

    grow(2, "a")
    look()  # What is read once for all is read here.
    few = look()
    grow(2, "b")
    grow(1, "c")
    assert look() == few
