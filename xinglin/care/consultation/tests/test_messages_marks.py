"""How far each side has got and read: marks only rise."""

import json

import pytest
from django.db import connection

from xinglin.care.consultation.messages import queries, services
from xinglin.care.consultation.tests.threads import post_batch, thread, words
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db
HOLDER, DOCTOR = ids.new(), ids.new()


def mark(*told):
    """(consultation, user, got, read) each; answers what moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select consultation_id, side, got, read, holder, doctor from"
            " mark_batch(%s::uuid[], %s::uuid[], %s::integer[], %s::integer[]) order by 1, 2",
            [list(column) for column in zip(*told, strict=True)],
        )
        return cursor.fetchall()


@pytest.fixture
def visit():
    visit = thread(HOLDER, DOCTOR)
    post_batch(*(words(visit, HOLDER) for _ in range(5)))
    return visit


def test_a_mark_only_rises_and_only_what_moved_is_told(visit):
    assert mark((visit, DOCTOR, 3, 1)) == [(visit, "doctor", 3, 1, HOLDER, DOCTOR)]
    assert mark((visit, DOCTOR, 2, 0)) == []
    assert mark((visit, DOCTOR, 2, 2)) == [(visit, "doctor", 3, 2, HOLDER, DOCTOR)]
    assert mark((visit, DOCTOR, 3, 2)) == []


def test_what_is_read_was_got_and_nothing_is_marked_that_was_not_written(visit):
    assert mark((visit, HOLDER, 0, 4)) == [(visit, "patient", 4, 4, HOLDER, DOCTOR)]
    assert mark((visit, HOLDER, 10**9, 10**9)) == [(visit, "patient", 5, 5, HOLDER, DOCTOR)]
    assert mark((visit, DOCTOR, -3, -1), (visit, DOCTOR, 0, 0)) == []


def test_strangers_mark_nothing(visit):
    assert mark((visit, ids.new(), 1, 1), (ids.new(), HOLDER, 1, 1)) == []


def test_many_marks_of_one_batch_are_the_highest(visit):
    other = thread(HOLDER)
    post_batch(words(other, HOLDER))
    moved = mark(
        (other, HOLDER, 1, 0),
        (visit, DOCTOR, 2, 2),
        (visit, HOLDER, 5, 1),
        (visit, DOCTOR, 4, 1),
    )
    assert moved == [
        (visit, "doctor", 4, 2, HOLDER, DOCTOR),
        (visit, "patient", 5, 1, HOLDER, DOCTOR),
        (other, "patient", 1, 0, HOLDER, None),
    ]


def test_the_next_doctor_has_read_nothing_yet_and_the_patients_marks_stay(visit):
    mark((visit, DOCTOR, 5, 5), (visit, HOLDER, 4, 4))
    services.admit_doctor(visit, None)
    second = ids.new()
    services.admit_doctor(visit, second)
    assert mark((visit, second, 1, 0)) == [(visit, "doctor", 1, 0, HOLDER, second)]
    assert mark((visit, HOLDER, 4, 4)) == [], "what the patient has read is read"


def test_who_joins_is_told_marks_and_limits(visit):
    mark((visit, DOCTOR, 3, 1))
    with connection.cursor() as cursor:
        cursor.execute(queries.PARTIES.replace("$1", "%s"), [[visit]])
        names = [column.name for column in cursor.description]
        found = dict(zip(names, cursor.fetchone(), strict=True))
    marks = found.pop("marks")
    assert (json.loads(marks) if isinstance(marks, str) else marks) == {
        "patient": {"got": 0, "read": 0},
        "doctor": {"got": 3, "read": 1},
    }
    assert found == {
        "consultation_id": visit,
        "last_seq": 5,
        "holder_id": HOLDER,
        "doctor_user_id": DOCTOR,
        "turns": 1,
        "max_turns": None,
        "closes_at": None,
        "is_open": True,
    }
