"""What a doctor has to do: the doctor's own, what runs out first comes first, and nothing twice."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import services
from xinglin.care.consultation.models import Consultation
from xinglin.care.consultation.queries.due import SIGN_WITHIN
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests import proofs
from xinglin.foundation.database import services as database

pytestmark = pytest.mark.django_db


def due(browser):
    answer = browser.get("/desk/due")
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]


def kinds(browser):
    return [(item["kind"], item["consultation_id"]) for item in due(browser)]


def read_by(doctor, visit):
    """All that is there now."""
    last = database.fetch(
        "select last_seq from consultation_thread where consultation_id = %s", [visit]
    )[0][0]
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from mark_batch(%s::uuid[], %s::uuid[], %s::integer[], %s::integer[])",
            [[visit], [doctor.id], [last], [last]],
        )


def unsigned(person, doctor, *, ended_at=None):
    """Stopped, which asks for no record first."""
    visit = make.active(person, doctor)
    services.stop(doctor.viewer, visit, referral=make.referral(), at=make.now())
    if ended_at:
        Consultation.objects.filter(pk=visit).update(ended_at=ended_at)
    return visit


def test_nothing_is_due_to_whoever_has_no_visit(at_the_door):
    assert due(at_the_door.doctor) == []


def test_an_answer_is_due_with_what_is_unread(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.patient, words="医生在吗")
    [item] = due(at_the_door.doctor)
    assert (item["kind"], item["consultation_id"], item["count"]) == ("reply", str(visit), 2)
    assert item["patient"]["name"] == "林小满"
    row = at_the_door.doctor.get(f"/consultations/{visit}").json()
    assert item["due_at"] == row["due_at"]


def test_what_was_read_and_answered_is_due_no_more(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    read_by(cast.doctor, visit)
    assert due(at_the_door.doctor) == []


def test_a_visit_that_ends_soon_is_there(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    read_by(cast.doctor, visit)
    closes_at = make.now() + timedelta(minutes=90)
    with connection.cursor() as cursor:
        cursor.execute(
            "update consultation_thread set closes_at = %s where consultation_id = %s",
            [closes_at, visit],
        )
    [item] = due(at_the_door.doctor)
    assert (item["kind"], datetime.fromisoformat(item["due_at"])) == ("ends", closes_at)


def test_a_paper_is_due_until_it_is_judged(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    read_by(cast.doctor, visit)
    paper = proofs.proof(cast.patient)
    services.show_proof(cast.patient.viewer, visit, paper, at=make.now())
    assert [item["kind"] for item in due(at_the_door.doctor) if item["count"] == 1] == ["paper"]
    answer = at_the_door.doctor.post(
        f"/consultations/{visit}/proofs/{paper}/judgements",
        {"outcome": "not_accepted", "reason": "unreadable", "after": 0},
    )
    assert answer.status_code == 201, answer.content
    assert "paper" not in dict(kinds(at_the_door.doctor))


def test_a_record_is_due_a_day_after_the_end_until_it_is_signed(cast, at_the_door):
    visit = unsigned(cast.patient, cast.doctor)
    [item] = due(at_the_door.doctor)
    assert (item["kind"], item["consultation_id"]) == ("sign", str(visit))
    ended = make.row(visit).ended_at
    assert datetime.fromisoformat(item["due_at"]) == ended + SIGN_WITHIN
    make.sign(visit, cast.doctor)
    assert due(at_the_door.doctor) == []


def test_what_runs_out_first_comes_first(cast, at_the_door):
    late = unsigned(cast.patient, cast.doctor, ended_at=make.now() - timedelta(days=2))
    fresh = unsigned(cast.patient, cast.doctor)
    waiting = make.active(cast.other_patient, cast.doctor)
    assert kinds(at_the_door.doctor) == [
        ("sign", str(late)),
        ("reply", str(waiting)),
        ("sign", str(fresh)),
    ]


def test_another_doctor_sees_nothing_of_it(cast):
    make.active(cast.patient, cast.doctor)
    unsigned(cast.other_patient, cast.doctor)
    assert due(make.Browser(cast.other_doctor)) == []


@pytest.mark.parametrize("who", ["patient", "operator"])
def test_only_doctors_have_such_a_list(cast, who):
    assert make.Browser(getattr(cast, who)).get("/desk/due").status_code == 403
    assert make.Browser(None).get("/desk/due").status_code == 401


def test_the_patient_sees_that_it_was_shown(cast, at_the_door):
    visit = make.active(cast.patient, cast.doctor)
    due(at_the_door.doctor)
    assert ("consultation.list_due", cast.doctor.id) in make.audited(visit)


def test_the_list_costs_the_same_however_long_it_is(cast, at_the_door):
    def cost():
        with CaptureQueriesContext(connection) as asked:
            found = due(at_the_door.doctor)
        return len(asked), len(found)

    make.active(cast.other_patient, cast.doctor)
    unsigned(cast.patient, cast.doctor)
    cost()
    few, _ = cost()
    for _ in range(6):
        unsigned(cast.patient, cast.doctor)
    for _ in range(2):
        make.active(make.patient(), cast.doctor)
    many, length = cost()
    assert (many, length) == (few, 10)
