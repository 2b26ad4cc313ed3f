"""A patient reads who read the record, in words that need no explanation."""

import pytest

from xinglin.care.people import queries
from xinglin.care.people.queries.access import _words
from xinglin.care.people.tests.factories import doctor, hospital, patient_viewer, register
from xinglin.config.roles import ROLES
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit.services import record
from xinglin.kernel import ids
from xinglin.kernel.errors import NotFound


@pytest.fixture
def patient(db):
    hospital()
    viewer = patient_viewer()
    return viewer, register(viewer)


def note(who: Viewer, subject, action: str, purpose: str = "care") -> None:
    record(who, action, subject=subject, thing="record", thing_id=ids.new(), purpose=purpose)


def newest(patient):
    viewer, card = patient
    return queries.access_log(viewer, card.id)[0]


def test_a_doctor_is_named_with_title_and_hospital(patient):
    who, card = doctor()
    note(who, patient[1].id, "consultation.read_record")
    line = newest(patient)
    assert (line.who.name, line.who.role, line.who.hospital) == (
        card.name,
        card.title,
        card.hospital,
    )
    assert (line.action.zh, line.action.en, line.own) == ("查看", "Read", False)
    assert line.purpose.en == "Care"


def test_ones_own_reading_says_so(patient):
    note(patient[0], patient[1].id, "people.read_patient", "own")
    line = newest(patient)
    assert line.own
    assert line.action.en == "Read the basic information"
    assert line.who.role.en == "Your own account"


def test_the_system_is_a_reader_too(patient):
    note(Viewer.system("worker"), patient[1].id, "consultation.close")
    assert newest(patient).who.name.zh == "系统"


def test_an_act_without_words_of_its_own_is_another_act(patient):
    note(patient[0], patient[1].id, "consultation.juggle", "fun")
    line = newest(patient)
    assert (line.action.en, line.purpose.en) == ("Another act", "Another act")


def test_who_has_no_name_is_still_shown(patient):
    viewer = patient_viewer()
    note(viewer, patient[1].id, "people.read_patient")
    assert newest(patient).who.name.zh == "未留姓名的账号"
    note(
        Viewer(user_id=ids.new(), roles=frozenset(), permissions=frozenset()),
        patient[1].id,
        "x.read",
    )
    assert newest(patient).who.name.zh == "未留姓名的账号"


def test_lines_come_in_pages_newest_first(patient):
    viewer, card = patient
    for _ in range(5):
        note(viewer, card.id, "people.read_patient")
    first = queries.access_log(viewer, card.id, limit=4)
    rest = queries.access_log(viewer, card.id, limit=4, before=first[-1].id)
    assert len(first) == 4
    assert [line.id for line in first + rest] == [
        line.id for line in queries.access_log(viewer, card.id)
    ]


def test_nobody_else_reads_it(patient):
    with pytest.raises(NotFound):
        queries.access_log(patient_viewer(), patient[1].id)
    who, _ = doctor()
    with pytest.raises(NotFound):
        queries.access_log(who, patient[1].id)


def test_every_role_has_its_word():
    assert set(ROLES) <= set(_words()["roles"])
    for table in ("roles", "actions", "verbs", "purposes"):
        for word in _words()[table].values():
            assert set(word) == {"zh", "en"}
