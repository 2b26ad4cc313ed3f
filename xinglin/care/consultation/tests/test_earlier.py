"""Earlier visits: for the doctor who has the patient now, as long as that lasts, and the patient sees it."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db


def list_of(browser, visit, **query):
    return browser.get(f"/consultations/{visit}/earlier", **query)


def ids_of(answer):
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["items"]]


def lines(visit, action):
    return [(a, who) for a, who in make.audited(visit) if a == action]


@pytest.fixture
def before(cast) -> UUID:
    """A visit with the other doctor that has ended, with a picture in it."""
    visit = make.signed(cast.patient, cast.other_doctor)
    body = {"picture_id": str(make.picture(cast.patient)), "width": 4, "height": 3}
    messages.post(visit, cast.patient.id, "picture", body)
    services.close(cast.other_doctor.viewer, visit, reason="treated", at=make.now())
    return visit


@pytest.fixture
def now(cast, before) -> UUID:
    del before
    return make.active(cast.patient, cast.doctor, where=1)


def test_the_doctor_of_the_open_visit_reads_what_another_has_written(
    cast, at_the_door, before, now
):
    [line] = list_of(at_the_door.doctor, now).json()["items"]
    assert (line["id"], line["files"], line["signed_version"]) == (str(before), 1, 1)
    assert line["diagnoses"][0]["code"] == "J06.9"
    found = at_the_door.doctor.get(f"/consultations/{now}/earlier/{before}").json()
    assert found["version"]["fields"]["advice"] == make.RECORD["advice"]
    assert [file["kind"] for file in found["files"]] == ["picture"]
    thread = at_the_door.doctor.get(f"/consultations/{now}/earlier/{before}/messages").json()
    assert thread["messages"][-1]["seq"] == thread["last_seq"] == found["last_seq"]
    picture = found["files"][0]["file_id"]
    answer = at_the_door.doctor.get(f"/consultations/{now}/earlier/{before}/pictures/{picture}")
    assert (answer.status_code, answer["Cache-Control"]) == (302, "no-store")
    assert cast.doctor.id != cast.other_doctor.id


def test_each_reading_leaves_a_line_that_the_patient_can_see(cast, at_the_door, before, now):
    doctor = at_the_door.doctor
    [picture] = doctor.get(f"/consultations/{now}/earlier/{before}").json()["files"]
    list_of(doctor, now)
    doctor.get(f"/consultations/{now}/earlier/{before}/messages")
    doctor.get(f"/consultations/{now}/earlier/{before}/pictures/{picture['file_id']}")
    for act in ("list_earlier", "read_earlier", "read_earlier_messages", "read_earlier_file"):
        action = f"consultation.{act}"
        assert lines(before, action) == [(action, cast.doctor.id)]
    seen = at_the_door.patient.get(f"/patients/{cast.patient.patient_id}/access-log").json()[
        "items"
    ]
    assert "接诊时查看往次问诊的对话" in {line["action"]["zh"] for line in seen}


def test_with_the_visit_the_reading_ends(cast, at_the_door, before, now):
    make.sign(now, cast.doctor)
    services.close(cast.doctor.viewer, now, reason="treated", at=make.now())
    for path in ("", f"/{before}", f"/{before}/messages", f"/{before}/transcripts"):
        answer = at_the_door.doctor.get(f"/consultations/{now}/earlier{path}")
        assert (answer.status_code, answer.json()["code"]) == (403, "visit_not_open")
    assert lines(before, "consultation.read_earlier") == []


def test_after_a_hand_over_the_doctor_before_reads_no_more(cast, at_the_door, before, now):
    services.hand_back(cast.doctor.viewer, now, reason="not_my_field", at=make.now())
    for path in ("", f"/{before}"):
        answer = at_the_door.doctor.get(f"/consultations/{now}/earlier{path}")
        assert answer.status_code == 404


@pytest.mark.parametrize("who", ["other_doctor", "patient", "operator"])
def test_nobody_else_reads_by_this_door(cast, before, now, who):
    browser = make.Browser(getattr(cast, who))
    expected = 404 if who == "other_doctor" else 403
    for path in ("", f"/{before}", f"/{before}/messages"):
        assert browser.get(f"/consultations/{now}/earlier{path}").status_code == expected


def test_of_another_patient_there_is_nothing(cast, at_the_door, now):
    strange = make.ended(cast.other_patient, cast.other_doctor)
    assert str(strange) not in ids_of(list_of(at_the_door.doctor, now))
    for path in ("", "/messages", f"/pictures/{ids.new()}", f"/voices/{ids.new()}"):
        answer = at_the_door.doctor.get(f"/consultations/{now}/earlier/{strange}{path}")
        assert answer.status_code == 404


def test_what_is_open_cancelled_or_this_one_is_no_earlier_visit(cast, at_the_door, before, now):
    waiting = make.visit(cast.patient, where=2)
    assert ids_of(list_of(at_the_door.doctor, now)) == [str(before)]
    for visit in (waiting, now):
        answer = at_the_door.doctor.get(f"/consultations/{now}/earlier/{visit}")
        assert answer.status_code == 404


def test_another_institution_keeps_its_own(cast, at_the_door, before, now):
    Consultation.objects.filter(pk=before).update(institution_id=ids.new())
    assert ids_of(list_of(at_the_door.doctor, now)) == []
    assert at_the_door.doctor.get(f"/consultations/{now}/earlier/{before}").status_code == 404


def test_a_file_is_found_only_in_its_own_visit(cast, at_the_door, before, now):
    newer = make.ended(cast.patient, cast.other_doctor)
    [file] = at_the_door.doctor.get(f"/consultations/{now}/earlier/{before}").json()["files"]
    path = f"/consultations/{now}/earlier/{newer}/pictures/{file['file_id']}"
    assert at_the_door.doctor.get(path).status_code == 404


def test_pages_follow_each_other_and_cost_the_same_however_many_there_are(cast, at_the_door, now):
    def cost(limit):
        with CaptureQueriesContext(connection) as asked:
            list_of(at_the_door.doctor, now, limit=limit)
        return len(asked)

    visits = [make.ended(cast.patient, cast.other_doctor) for _ in range(2)]
    cost(2)
    few = cost(50)
    visits += [make.ended(cast.patient, cast.other_doctor) for _ in range(4)]
    assert cost(50) == few
    read, after = [], None
    while True:
        page = list_of(at_the_door.doctor, now, limit=3, **({"after": after} if after else {}))
        read += ids_of(page)
        after = page.json()["next"]
        if after is None:
            break
    assert read[: len(visits)] == [str(visit) for visit in reversed(visits)]


def test_one_of_them_costs_the_same_however_much_is_in_it(cast, at_the_door, now):
    def with_files(count):
        visit = make.signed(cast.patient, cast.other_doctor)
        for kind in ("picture", "voice"):
            for _ in range(count):
                body = {f"{kind}_id": str(ids.new())}
                messages.post(visit, cast.patient.id, kind, body)
        services.close(cast.other_doctor.viewer, visit, reason="treated", at=make.now())
        return visit

    def cost(visit, path):
        with CaptureQueriesContext(connection) as asked:
            answer = at_the_door.doctor.get(f"/consultations/{now}/earlier/{visit}{path}")
        assert answer.status_code == 200, answer.content
        return len(asked)

    little, much = with_files(1), with_files(9)
    for path in ("", "/messages", "/transcripts"):
        cost(little, path)
        assert cost(much, path) == cost(little, path)


@pytest.mark.parametrize(
    ("path", "query"),
    [("", {"limit": 0}), ("", {"after": "x"}), ("/x", {}), ("/{before}/messages", {"before": 0})],
)
def test_what_is_wrong_is_told(at_the_door, before, now, path, query):
    path = path.format(before=before)
    answer = at_the_door.doctor.get(f"/consultations/{now}/earlier{path}", **query)
    assert answer.status_code == 422
