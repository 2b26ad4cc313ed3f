"""Visits, records and files of one's own patients: all of them, in pages, and nobody else's."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.services import indexing
from xinglin.care.consultation.tests import factories as make
from xinglin.care.people.tests import factories as people
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
LISTS = ("/history/visits", "/history/records", "/history/files")


def index_all():
    while indexing.follow():
        pass


def relative(person, **told):
    """Somebody else of the same account."""
    card = people.register(person.viewer, relation="child", name="林小果", born=people.GIRL, **told)
    return make.Person(person.viewer, patient_id=card.id)


def in_year(visit, year):
    Consultation.objects.filter(pk=visit).update(requested_at=datetime(year, 6, 1, tzinfo=UTC))


def ids_of(answer):
    return [item["id"] for item in answer.json()["items"]]


def send_picture(visit, owner):
    picture = make.picture(owner)
    body = {"picture_id": str(picture), "width": 4, "height": 3}
    return picture, messages.post(visit, owner.id, "picture", body)


def close(visit, doctor):
    make.sign(visit, doctor)
    services.close(doctor.viewer, visit, reason="treated", at=make.now())


def test_all_patients_of_the_account_are_there_newest_first(cast, at_the_door):
    first = make.ended(cast.patient, cast.doctor)
    second = make.visit(relative(cast.patient), where=1)
    found = at_the_door.patient.get("/history/visits")
    assert ids_of(found) == [str(second), str(first)]
    assert {i["patient"]["name"] for i in found.json()["items"]} == {"林小满", "林小果"}
    assert found.json()["facets"]["total"] == 2


def test_they_are_chosen_by_person_department_year_and_state(cast, at_the_door):
    old = make.ended(cast.patient, cast.doctor)
    in_year(old, 2024)
    other = relative(cast.patient)
    waiting = make.visit(other, where=1)

    def chosen(**by):
        return ids_of(at_the_door.patient.get("/history/visits", **by))

    assert chosen(patient=str(other.patient_id)) == [str(waiting)]
    assert chosen(patient=str(cast.other_patient.patient_id)) == []
    assert chosen(department=make.department(0)) == [str(old)]
    assert chosen(year=2024) == [str(old)]
    assert chosen(year=2023) == []
    assert chosen(state="open") == [str(waiting)]
    assert chosen(state="ended") == [str(old)]
    facets = at_the_door.patient.get("/history/visits").json()["facets"]
    assert facets["years"] == sorted({2024, make.now().year}, reverse=True)
    assert {d["slug"] for d in facets["departments"]} == {make.department(0), make.department(1)}


def test_a_year_begins_at_the_hospitals_midnight(cast, at_the_door):
    visit = make.visit(cast.patient)
    new_year_in_beijing = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    Consultation.objects.filter(pk=visit).update(requested_at=new_year_in_beijing)
    assert ids_of(at_the_door.patient.get("/history/visits", year=2026)) == [str(visit)]
    assert ids_of(at_the_door.patient.get("/history/visits", year=2025)) == []


def test_pages_follow_each_other_and_none_is_missed(cast, at_the_door):
    visits = [make.ended(cast.patient, cast.doctor) for _ in range(5)]
    for path, key in (
        ("/history/visits", lambda i: i["id"]),
        ("/history/records", lambda i: i["visit"]["id"]),
    ):
        read, after = [], None
        while True:
            more = {"after": after} if after else {}
            page = at_the_door.patient.get(path, limit=2, **more).json()
            read += [key(item) for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert read == [str(visit) for visit in reversed(visits)]


def test_a_record_is_there_in_its_newest_version(cast, at_the_door):
    visit = make.ended(cast.patient, cast.doctor)
    fields = make.RECORD | {"advice": "改为每日两次，三天后复诊，有变化随时就医。"}
    services.amend(cast.doctor.viewer, visit, fields=fields, reason="补充用法用量", at=make.now())
    [record] = at_the_door.patient.get("/history/records").json()["items"]
    assert (record["version"], record["advice"]) == (2, fields["advice"])
    assert record["diagnoses"] == [
        {"code": "J06.9", "zh": "急性上呼吸道感染", "en": "Acute upper respiratory infection"}
    ]
    assert record["visit"]["id"] == str(visit)


def test_an_unsigned_visit_has_no_record_yet(cast, at_the_door):
    make.active(cast.patient, cast.doctor)
    assert at_the_door.patient.get("/history/records").json()["items"] == []


@pytest.mark.parametrize("settled", ["open", "closed, not indexed", "indexed"])
def test_files_are_the_same_however_far_the_index_is(cast, at_the_door, settled):
    visit = make.active(cast.patient, cast.doctor)
    _, first = send_picture(visit, cast.patient)
    theirs, second = send_picture(visit, cast.doctor)
    _, gone = send_picture(visit, cast.patient)
    messages.post(visit, cast.patient.id, "withdrawal", {"of": gone})
    if settled != "open":
        close(visit, cast.doctor)
    if settled == "indexed":
        index_all()
    found = at_the_door.patient.get("/history/files").json()["items"]
    assert [(f["seq"], f["sender"]) for f in found] == [(second, "doctor"), (first, "patient")]
    assert found[0]["path"] == f"/consultations/{visit}/pictures/{theirs}"
    assert found[1]["visit"]["patient"]["name"] == "林小满"
    for file in found:
        answer = at_the_door.patient.get(file["path"], size="thumb")
        assert answer.status_code == 302


def test_files_come_in_pages_over_open_and_closed_visits(cast, at_the_door):
    sent = []
    for nth in range(3):
        visit = make.active(cast.patient, cast.doctor, where=0)
        sent += [(str(visit), send_picture(visit, cast.patient)[1]) for _ in range(3)]
        if nth < 2:
            close(visit, cast.doctor)
        if nth == 0:
            index_all()
    for limit in (1, 2, 4, 9):
        read, after = [], None
        while True:
            more = {"after": after} if after else {}
            page = at_the_door.patient.get("/history/files", limit=limit, **more).json()
            read += [(f["visit"]["id"], f["seq"]) for f in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert read == sent[::-1], limit


def test_files_of_one_person_or_kind(cast, at_the_door):
    other = relative(cast.patient)
    visit = make.active(other, cast.doctor, where=1)
    send_picture(visit, cast.patient)
    chosen = at_the_door.patient.get
    assert len(chosen("/history/files", patient=str(other.patient_id)).json()["items"]) == 1
    assert chosen("/history/files", patient=str(cast.patient.patient_id)).json()["items"] == []
    assert chosen("/history/files", kind="voice").json()["items"] == []


@pytest.mark.parametrize("path", LISTS)
def test_nobody_elses_history_is_there(cast, at_the_door, path):
    visit = make.active(cast.patient, cast.doctor)
    send_picture(visit, cast.patient)
    close(visit, cast.doctor)
    index_all()
    assert len(at_the_door.patient.get(path).json()["items"]) == 1
    asked = {"patient": str(cast.patient.patient_id)}
    for query in ({}, asked):
        assert at_the_door.other_patient.get(path, **query).json()["items"] == []
    for stranger, status in (("doctor", 403), ("operator", 403), ("stranger", 401)):
        assert getattr(at_the_door, stranger).get(path).status_code == status


def test_whoever_lost_the_visit_to_another_account_sees_its_files_no_more(cast, at_the_door):
    """The row of the index may lag behind; what it says of the holder is not trusted alone."""
    visit = make.active(cast.patient, cast.doctor)
    send_picture(visit, cast.patient)
    close(visit, cast.doctor)
    index_all()
    Consultation.objects.filter(pk=visit).update(holder_id=cast.other_patient.id)
    assert at_the_door.patient.get("/history/files").json()["items"] == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/history/visits", {"year": 20}),
        ("/history/visits", {"patient": "me"}),
        ("/history/visits", {"limit": 51}),
        ("/history/records", {"after": "x"}),
        ("/history/files", {"kind": "card"}),
        ("/history/files", {"after": "1:2"}),
    ],
)
def test_a_wrong_question_is_refused(cast, at_the_door, path, query):
    assert at_the_door.patient.get(path, **query).status_code == 422


@pytest.mark.parametrize("path", LISTS)
def test_a_page_costs_as_many_queries_however_much_is_there(cast, at_the_door, path):
    def more():
        visit = make.active(cast.patient, cast.doctor)
        send_picture(visit, cast.patient)
        close(visit, cast.doctor)

    def cost(rows):
        with CaptureQueriesContext(connection) as asked:
            assert len(at_the_door.patient.get(path).json()["items"]) == rows
        return len(asked)

    more()
    index_all()
    more()
    at_the_door.patient.get(path)
    few = cost(2)
    for _ in range(4):
        more()
    assert cost(6) == few <= 9


def test_a_page_of_files_reads_the_index_and_not_the_table(cast):
    """Among a hundred thousand files of others, a page opens as few blocks as it shows rows."""
    holder = ids.new()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into consultation_file select gen_random_uuid(), 1, gen_random_uuid(),"
            " gen_random_uuid(), 'picture', '{}', 'patient', now() from generate_series(1, 100000)"
        )
        cursor.execute("analyze consultation_file")
        cursor.execute(
            "explain (format text) select * from consultation_file where holder_id = %s"
            " order by consultation_id desc, seq desc limit 30",
            [holder],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "consultation_file_of_holder" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
