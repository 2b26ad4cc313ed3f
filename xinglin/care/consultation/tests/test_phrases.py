"""Quick phrases: whose they are, what they may say, and how they are found (D02)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.models import Phrase
from xinglin.care.consultation.services import phrases as limits
from xinglin.care.consultation.services.blanks import blanks_in, filled, unknown_names
from xinglin.care.consultation.services.spelling import spelt
from xinglin.care.consultation.tests import factories
from xinglin.care.consultation.tests.factories import Browser, Person
from xinglin.care.people import queries as people
from xinglin.care.people.tests.factories import staff_viewer
from xinglin.foundation.outbox.services import relay_pending
from xinglin.kernel import ids

HELLO = {"text": "您好，我是{doctor}。请问不舒服[多久]了？"}
HELLO_EN = {"text": "Hello, I am Dr {doctor}. How long has it been [how long]?"}


@pytest.fixture
def door(at_the_door, cast):
    """The cast, an administrator, and a doctor of another department."""
    house = people.default_institution().id
    admin = Person(staff_viewer("administrator", institution_id=house))
    viewer, card = factories.people.doctor(factories.department(2))
    elsewhere = Browser(Person(viewer, card=card))
    return SimpleNamespace(**vars(at_the_door), admin=Browser(admin), elsewhere=elsewhere)


def add(browser: Browser, *, zh=HELLO, en=None, kind="reply", department=None, key=""):
    body = {"kind": kind, "department": department, "zh": zh or {}, "en": en or {}}
    return browser.post("/phrases", body, key=key or str(ids.new()))


def listed(browser: Browser, kind="reply"):
    return browser.get("/phrases", kind=kind).json()["items"]


class TestWhose:
    def test_a_doctor_writes_and_finds_an_own_phrase(self, door):
        made = add(door.doctor, en=HELLO_EN)
        assert made.status_code == 201, made.json()
        (found,) = listed(door.doctor)
        assert found == made.json()
        assert (found["zh"], found["en"], found["is_own"]) == (HELLO, HELLO_EN, True)
        assert listed(door.other_doctor) == []

    def test_a_phrase_of_a_department_is_for_its_doctors(self, door):
        where = factories.department()
        made = add(door.admin, department=where)
        assert made.status_code == 201, made.json()
        assert [p["department"]["slug"] for p in listed(door.doctor)] == [where]
        assert listed(door.other_doctor) == listed(door.doctor)
        assert listed(door.elsewhere) == []

    def test_a_doctor_may_use_but_not_write_those_of_the_department(self, door):
        made = add(door.admin, department=factories.department()).json()
        path, body = f"/phrases/{made['id']}", {"zh": HELLO, "revision": 1}
        assert add(door.doctor, department=factories.department()).status_code == 403
        assert door.doctor.put(path, body).status_code == 403
        assert door.doctor.put(f"{path}/used", {}).status_code == 204
        assert door.elsewhere.put(path, body).status_code == 404
        assert door.elsewhere.put(f"{path}/used", {}).status_code == 404

    def test_an_own_phrase_is_there_for_nobody_else(self, door):
        made = add(door.doctor).json()
        for other in (door.other_doctor, door.admin):
            answer = other.put(f"/phrases/{made['id']}", {"zh": HELLO, "revision": 1})
            assert answer.status_code == 404

    def test_an_administrator_sees_a_department_and_no_own_ones(self, door):
        where = factories.department()
        add(door.doctor)
        made = add(door.admin, department=where).json()
        answer = door.admin.get(f"/departments/{where}/phrases", kind="reply").json()
        assert [p["id"] for p in answer["items"]] == [made["id"]]
        assert door.admin.get("/departments/no_such/phrases", kind="reply").status_code == 404
        assert door.admin.get("/phrases", kind="reply").status_code == 403
        assert door.patient.get("/phrases", kind="reply").status_code == 403

    def test_another_house_has_its_own(self, door, cast):
        where = factories.department()
        add(door.admin, department=where)
        Phrase.objects.update(institution_id=ids.new())
        assert listed(door.doctor) == []
        found = queries.phrases_of_department(cast.doctor.viewer, "reply", where)
        assert found == []


class TestWords:
    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, ["zh.text"]),
            ({"zh": {"text": "   "}}, ["zh.text"]),
            ({"zh": {"text": "多" * 1001}}, ["zh.text"]),
            ({"en": {"text": "Dear {nobody}"}}, ["en.text"]),
            ({"zh": {"name": "模板"}}, ["zh.name", "zh.text"]),
        ],
        ids=["nothing", "blank", "too long", "unknown name", "no text"],
    )
    def test_what_is_wrong_is_named(self, door, body, fields):
        answer = door.doctor.post("/phrases", {"kind": "reply", **body}, key="k")
        assert answer.status_code == 422
        assert sorted({e["field"] for e in answer.json()["errors"]}) == fields

    def test_one_language_is_enough(self, door):
        assert add(door.doctor, zh=None, en=HELLO_EN).status_code == 201
        assert listed(door.doctor)[0]["zh"] == {}

    def test_what_is_there_already_is_refused_in_either_language(self, door):
        add(door.doctor, en=HELLO_EN)
        twice = add(door.doctor, zh={"text": f" {HELLO['text']} "})
        assert (twice.status_code, twice.json()["code"]) == (422, "phrase_exists")
        assert [e["field"] for e in twice.json()["errors"]] == ["zh.text"]
        english = add(door.doctor, zh={"text": "另一句"}, en=HELLO_EN)
        assert [e["field"] for e in english.json()["errors"]] == ["en.text"]
        assert add(door.other_doctor).status_code == 201

    def test_a_shelf_is_full_at_some_time(self, door, monkeypatch):
        monkeypatch.setattr(limits, "MOST", 2)
        made = [add(door.doctor, zh={"text": f"第{n}句"}) for n in range(3)]
        assert [m.status_code for m in made] == [201, 201, 409]
        assert made[2].json()["code"] == "too_many_phrases"

    def test_emoji_and_rare_characters_are_kept(self, door):
        text = "𠮷野家👍🏽 \u202eabc"
        assert add(door.doctor, zh={"text": text}).json()["zh"] == {"text": text}


class TestChanges:
    def test_two_tabs_that_write_the_same_are_told(self, door):
        path = f"/phrases/{add(door.doctor).json()['id']}"
        first = door.doctor.put(path, {"zh": {"text": "第一"}, "revision": 1})
        assert (first.status_code, first.json()["revision"]) == (200, 2)
        second = door.doctor.put(path, {"zh": {"text": "第二"}, "revision": 1})
        assert (second.status_code, second.json()["code"]) == (409, "phrase_changed")
        assert listed(door.doctor)[0]["zh"] == {"text": "第一"}

    def test_a_removed_one_can_be_taken_back(self, door):
        made = [add(door.doctor, zh={"text": f"第{n}句"}).json()["id"] for n in range(3)]
        path = f"/phrases/{made[1]}"
        assert [door.doctor.delete(path).status_code for _ in range(2)] == [204, 204]
        assert [p["id"] for p in listed(door.doctor)] == [made[0], made[2]]
        assert door.doctor.put(path, {"zh": HELLO, "revision": 1}).status_code == 404
        back = door.doctor.post(f"{path}/restore", key="k")
        assert back.status_code == 200, back.json()
        assert [p["id"] for p in listed(door.doctor)] == made

    def test_it_is_not_taken_back_beside_its_double(self, door):
        path = f"/phrases/{add(door.doctor).json()['id']}"
        door.doctor.delete(path)
        add(door.doctor)
        again = door.doctor.post(f"{path}/restore", key="k")
        assert (again.status_code, again.json()["code"]) == (422, "phrase_exists")

    def test_what_was_removed_is_forgotten_after_a_day(self, door, cast):
        old, new = (add(door.doctor, zh={"text": t}).json()["id"] for t in ("甲句", "乙句"))
        at = factories.now()
        services.note_use(cast.doctor.viewer, old, at=at)
        services.remove_phrase(cast.doctor.viewer, old, at=at)
        services.remove_phrase(cast.doctor.viewer, new, at=at + timedelta(days=1, seconds=1))
        assert [str(p.pk) for p in Phrase.objects.all()] == [new]
        connection.check_constraints()

    def test_they_stand_in_the_order_that_was_given(self, door):
        made = [add(door.doctor, zh={"text": f"第{n}句"}).json()["id"] for n in range(3)]
        foreign = add(door.other_doctor).json()["id"]
        wanted = [made[2], foreign, made[0], made[1]]
        body = {"kind": "reply", "phrase_ids": wanted}
        assert door.doctor.put("/phrases/order", body).status_code == 204
        assert [p["id"] for p in listed(door.doctor)] == [made[2], made[0], made[1]]

    def test_the_last_use_is_of_each_doctor(self, door):
        made = add(door.admin, department=factories.department()).json()
        door.doctor.put(f"/phrases/{made['id']}/used", {})
        door.doctor.put(f"/phrases/{made['id']}/used", {})
        assert listed(door.doctor)[0]["used_at"] is not None
        assert listed(door.other_doctor)[0]["used_at"] is None


class TestFinding:
    def test_the_worker_spells_what_was_saved(self, door):
        add(door.doctor, zh={"text": "您好，请问 ok 吗"})
        assert listed(door.doctor)[0]["spelt"] == ""
        relay_pending()
        assert listed(door.doctor)[0]["spelt"] == "nh ninhao qw qingwen m ma"

    def test_a_change_is_spelt_anew(self, door):
        path = f"/phrases/{add(door.doctor).json()['id']}"
        relay_pending()
        door.doctor.put(path, {"zh": {"text": "多久"}, "revision": 1})
        relay_pending()
        assert listed(door.doctor)[0]["spelt"] == "dj duojiu"

    def test_characters_of_several_readings_are_read_as_in_the_word(self):
        assert spelt("长期") == "cq changqi"


class TestBlanks:
    @pytest.mark.parametrize(
        ("text", "blanks"),
        [
            ("疼[几天]了，[哪边]，[几天]", ["[几天]", "[哪边]"]),
            ("见文献[1]、[2-3]，[ ]，[]", []),
            ("[a\nb] [[内]] [" + "长" * 31 + "]", ["[内]"]),
        ],
    )
    def test_a_blank_is_words_in_brackets(self, text, blanks):
        assert blanks_in(text) == blanks

    def test_names_are_filled_and_unknown_ones_found(self):
        assert filled("{patient}您好{x}", {"patient": "{doctor}"}) == "{doctor}您好{x}"
        assert unknown_names("{patient}{他}{}") == ["他", ""]
