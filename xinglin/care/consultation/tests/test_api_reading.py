"""Who reads a visit over HTTP: nobody else, never unseen, and at a bounded cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel import ids

READS = ("", "/messages", "/record", "/record/versions", "/summary")
WRITES = (
    ("/choice", {"choice": "cancel"}),
    ("/close", {"reason": "treated"}),
    ("/stop", make.REFERRAL),
    ("/hand-over", {"reason": "doctor_unable"}),
    ("/rating", {"score": 5, "tags": [], "comment": ""}),
    ("/record/sign", {"revision": 1}),
    ("/record/amend", {"fields": make.RECORD, "reason": "because I can"}),
)


@pytest.mark.parametrize("who", ["other_patient", "other_doctor", "operator", "stranger"])
def test_no_stranger_learns_that_a_visit_exists(cast, at_the_door, who):
    of_intake = make.picture(cast.patient)
    visit = make.active(cast.patient, cast.doctor, picture_ids=[str(of_intake)])
    make.sign(visit, cast.doctor)
    browser = getattr(at_the_door, who)
    # 403 says only that this role never does such a thing, whatever the id.
    unseen = {"stranger": {401}, "operator": {403}}.get(who, {403, 404})
    paths = [*READS, f"/pictures/{of_intake}"]
    answers = [browser.get(f"/consultations/{visit}{path}") for path in paths]
    answers += [browser.post(f"/consultations/{visit}{path}", body) for path, body in WRITES]
    answers.append(
        browser.put(f"/consultations/{visit}/record", {"fields": make.RECORD, "revision": 2})
    )
    assert {answer.status_code for answer in answers} <= unseen
    invented = [browser.get(f"/consultations/{ids.new()}{path}") for path in paths]
    assert [a.status_code for a in answers[: len(paths)]] == [a.status_code for a in invented]
    assert make.row(visit).state == "active"


def test_a_former_doctor_reads_what_was_signed_and_no_more(cast, at_the_door):
    visit = make.signed(cast.patient, cast.doctor)
    services.hand_back(cast.doctor.viewer, visit, reason="not_my_field", at=make.now())
    make.accept(visit, cast.other_doctor)
    assert at_the_door.doctor.get(f"/consultations/{visit}/messages").status_code == 404
    for path in ("", "/record/versions"):
        assert at_the_door.doctor.get(f"/consultations/{visit}{path}").status_code == 200
    for path, body in WRITES:
        answer = at_the_door.doctor.post(f"/consultations/{visit}{path}", body)
        assert answer.status_code in {403, 404}
    assert at_the_door.doctor.get(f"/consultations/{visit}/record").status_code == 404


def test_every_reading_leaves_a_line(cast, at_the_door):
    visit = make.ended(cast.patient, cast.doctor)
    before = len(make.audited(visit))
    for path in ("", "/messages", "/record", "/record/versions"):
        at_the_door.doctor.get(f"/consultations/{visit}{path}")
    at_the_door.patient.get(f"/consultations/{visit}/summary")
    at_the_door.doctor.get("/consultations")
    assert make.audited(visit)[before:] == [
        ("consultation.read", cast.doctor.id),
        ("consultation.read_messages", cast.doctor.id),
        ("record.read", cast.doctor.id),
        ("record.read_versions", cast.doctor.id),
        ("record.read_summary", cast.patient.id),
        ("consultation.list", cast.doctor.id),
    ]


def test_a_reading_that_is_refused_leaves_none(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    before = make.audited(visit)
    at_the_door.other_doctor.get(f"/consultations/{visit}")
    assert make.audited(visit) == before


def queries_of(read):
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert read().status_code == 200
    return len(counted)


def test_a_list_takes_as_many_queries_for_many_as_for_one(cast, at_the_door):
    make.ended(cast.patient, cast.doctor)

    def read():
        return at_the_door.doctor.get("/consultations", limit=50)

    read()
    one = queries_of(read)
    for _ in range(5):
        make.ended(make.patient(), cast.doctor)
    assert len(read().json()["items"]) == 6
    assert queries_of(read) == one
    assert one <= 11


def test_a_screen_takes_as_many_queries_however_long_the_visit(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)

    def read():
        return at_the_door.doctor.get(f"/consultations/{visit}")

    read()
    short = queries_of(read)
    for _ in range(20):
        make.say(visit, cast.doctor)
    make.sign(visit, cast.doctor)
    assert queries_of(read) == short
    assert short <= 12
