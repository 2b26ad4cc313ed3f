"""The auditor searches the audit, opens a name with a reason, and has the chains checked."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import OperationalError, connection

from xinglin.care.people.tests.factories import (
    Browser,
    doctor,
    hospital,
    patient_viewer,
    register,
    staff_viewer,
)
from xinglin.foundation.accounts.models import User
from xinglin.foundation.accounts.types import Viewer
from xinglin.foundation.audit import queries, services
from xinglin.foundation.audit.models import AuditCheck
from xinglin.foundation.audit.tests.test_audit import tamper
from xinglin.foundation.audit.types import Wanted
from xinglin.foundation.database import services as database
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db
LINES = "/audit/lines"
WHY = {"reason": "complaint", "reference": "2026-118"}


@pytest.fixture
def house():
    return hospital()


@pytest.fixture
def auditor(house):
    return Browser(staff_viewer("auditor", institution_id=house.id))


def stranger_line(action="record.read", **changes):
    who = Viewer(
        user_id=ids.new(), roles=frozenset({"doctor"}), permissions=frozenset(), address="192.0.2.7"
    )
    about = {"subject": ids.new(), "thing": "record", "thing_id": ids.new(), "purpose": "care"}
    about |= changes
    who = about.pop("by", who)
    services.record(who, action, **about)
    return who.user_id, about["subject"], about["thing_id"]


def lines(**asked):
    return f"{LINES}?{urlencode(asked)}"


def found(auditor, **asked):
    status, page = auditor.get(lines(**asked))
    assert status == 200, page
    return page["items"]


def test_lines_are_found_by_person_patient_thing_action_and_purpose(auditor):
    began = clock.now().isoformat()  # a test that commits leaves lines of before
    actor, subject, thing = stranger_line(purpose="registration")
    stranger_line("record.sign")
    for asked in (
        {"subject": subject},
        {"actor": actor},
        {"thing": thing},
        {"action": "record.read"},
        {"purpose": "registration"},
        {"actor": actor, "action": "record.read", "thing": thing},
    ):
        (line,) = found(auditor, since=began, **asked)
        assert (line["actor"]["id"], line["subject"]["id"]) == (str(actor), str(subject))
        assert (line["visit_id"], line["sealed"]) == (str(thing), False)
        assert line["action_name"] == {"zh": "查看病历", "en": "Read the record"}


def test_a_span_of_time_takes_its_beginning_and_leaves_its_end(auditor):
    actor, _, _ = stranger_line()
    (line,) = queries.lines(actor=actor)
    at, moment = line.at, timedelta(milliseconds=2)
    inside = {"since": (at - moment).isoformat(), "until": (at + moment).isoformat()}
    assert len(found(auditor, actor=actor, **inside)) == 1
    assert found(auditor, actor=actor, since=(at + moment).isoformat()) == []
    assert found(auditor, actor=actor, until=(at - moment).isoformat()) == []


def test_pages_follow_each_other_newest_first(auditor):
    _, subject, _ = stranger_line("record.first")
    for action in ("record.second", "record.third"):
        stranger_line(action, subject=subject)
    seen, asked = [], {"limit": 1, "subject": subject}
    while len(seen) < 3:
        status, page = auditor.get(lines(**asked))
        assert status == 200
        seen += [line["action"] for line in page["items"] if line["action"] != "audit.read"]
        asked["before"] = page["next"]
    assert seen == ["record.third", "record.second", "record.first"]


def test_a_search_is_a_line_that_says_who_searched_for_what(auditor):
    actor, subject, _ = stranger_line()
    found(auditor, subject=subject, actor=actor, action="record.read")
    newest = queries.accesses_of(subject)[0]
    assert (newest.action, newest.actor_roles) == ("audit.read", ("auditor",))
    assert newest.detail["actor"] == str(actor)
    assert (newest.detail["action"], newest.detail["lines"]) == ("record.read", 1)


def test_staff_stand_there_by_name_and_patients_masked(auditor):
    patient = patient_viewer()
    card = register(patient)
    treating, _ = doctor()
    for who in (patient, treating):
        stranger_line(by=who, subject=card.id)
    by_patient, by_doctor = sorted(
        (line["actor"] for line in found(auditor, subject=card.id, action="record.read")),
        key=lambda actor: not actor["masked"],
    )
    assert by_doctor["name"]
    assert not by_doctor["masked"]
    assert by_patient["patient_id"] == str(card.id)
    assert by_patient["name"] != card.name
    assert "*" in by_patient["name"]


def test_a_doctor_who_was_a_patient_first_stands_there_by_name_and_as_a_patient_masked(auditor):
    treating, _ = doctor()
    User.objects.filter(pk=treating.user_id).update(phone_verified=True)
    own = register(treating)
    before, now = (
        replace(treating, roles=frozenset(roles)) for roles in (["patient"], ["doctor", "patient"])
    )
    for who in (before, now):
        stranger_line(by=who, subject=own.id)
    by_role = {
        tuple(line["actor"]["roles"]): line["actor"]
        for line in found(auditor, subject=own.id, action="record.read")
    }
    assert by_role["doctor", "patient"]["masked"] is False
    assert by_role["doctor", "patient"]["patient_id"] is None
    names = [by_role[roles]["name"] for roles in (("patient",), ("doctor", "patient"))]
    assert "*" in names[0]
    assert "*" not in names[1]
    assert names[1]


def test_a_search_that_takes_too_long_says_so_and_another_failure_does_not(auditor, monkeypatch):
    def asks(sql):
        def ask(*_):
            database.fetch(sql)
            return []

        return ask

    monkeypatch.setattr(queries, "LONGEST_SEARCH", "20ms")
    monkeypatch.setattr(queries, "_accesses", asks("select pg_sleep(5)"))
    status, problem = auditor.get(LINES)
    assert (status, problem["code"]) == (409, "search_too_wide")
    monkeypatch.setattr(
        queries, "_accesses", asks("do $$ begin raise 'x' using errcode = '53100'; end $$")
    )
    with pytest.raises(OperationalError):
        queries.search(Wanted(), limit=1)


def test_a_name_is_opened_with_a_reason_and_leaves_a_line(auditor):
    card = register(patient_viewer())
    assert auditor.post(f"/audit/patients/{card.id}/name", {"reason": "gossip"})[0] == 422
    status, told = auditor.post(f"/audit/patients/{card.id}/name", WHY)
    assert (status, told["name"]) == (200, card.name)
    newest = queries.accesses_of(card.id)[0]
    assert (newest.action, newest.detail) == ("audit.open_name", WHY)


def test_a_patient_of_another_institution_has_no_name_here(house):
    card = register(patient_viewer())
    other = Browser(staff_viewer("auditor", institution_id=ids.new()))
    assert other.post(f"/audit/patients/{card.id}/name", WHY)[0] == 404
    stranger_line(subject=card.id)
    (line,) = found(other, subject=card.id, action="record.read")
    assert line["subject"]["name"] == ""


def test_people_are_found_by_name_phone_or_number(auditor):
    patient = patient_viewer(phone="13912345678")
    card = register(patient)
    for words in ("13912345678", str(card.id)):
        status, told = auditor.post("/audit/people", {"words": words})
        (one,) = told["items"]
        assert (status, one["kind"], one["id"]) == (200, "patient", str(card.id))
        assert "*" in one["name"]
    last = queries.accesses_of(card.id)[0]
    assert last.action == "audit.find_person"
    assert "13912345678" not in str(last.detail)
    _, told = auditor.post("/audit/people", {"words": "nobody of this name"})
    assert told == {"items": []}


def test_nobody_else_reads_the_audit(house):
    for who in (
        patient_viewer(),
        doctor()[0],
        staff_viewer("operator"),
        staff_viewer("administrator"),
    ):
        browser = Browser(who)
        assert browser.get(LINES)[0] == 403
        assert browser.get("/audit/chains")[0] == 403
        assert browser.post("/audit/checks", {})[0] == 403


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 201},
        {"subject": "x"},
        {"action": "\0"},
        {"since": "yesterday"},
        {"until": "0.5"},
        {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"},
    ],
    ids=["none", "too many", "no id", "nul", "no time", "a number", "backwards"],
)
def test_a_question_that_makes_no_sense_is_refused(auditor, asked):
    assert auditor.get(lines(**asked))[0] == 422


def test_a_check_is_made_by_the_worker_and_its_result_is_kept(auditor):
    stranger_line()
    services.seal()
    status, asked = auditor.post("/audit/checks", {})
    assert (status, asked["state"]) == (201, "asked")
    assert auditor.post("/audit/checks", {})[1]["id"] == asked["id"]
    assert services.make_next_check()
    _, told = auditor.get("/audit/chains")
    (check,) = told["checks"]
    assert (check["state"], check["faults"]) == ("done", 0)
    assert check["sealed"] == check["total"] > 0
    assert told["waiting"] >= 1  # the line of asking itself
    assert not services.make_next_check()


def test_a_deleted_row_is_found_and_named(auditor):
    actor, _, _ = stranger_line()
    services.seal()
    (line,) = queries.lines(actor=actor)
    tamper("delete from audit_line where id = %s", [line.id])
    auditor.post("/audit/checks", {})
    services.make_next_check()
    (check,) = auditor.get("/audit/chains")[1]["checks"]
    (fault,) = check["first_faults"]
    assert (fault["kind"], fault["line_id"]) == ("removed", str(line.id))


def test_a_chain_that_lost_its_end_is_found_by_its_anchor(auditor):
    actor, _, _ = stranger_line()
    services.seal()
    services.anchor()
    (line,) = queries.lines(actor=actor)
    tamper(
        "with l as (delete from audit_link where line_id = %s)"
        " delete from audit_line where id = %s",
        [line.id, line.id],
    )
    (fault,) = services.verify().faults
    assert (fault.kind, fault.chain) == ("cut", actor.int % 16)


def test_an_anchor_that_was_changed_is_forged(auditor):
    stranger_line()
    services.seal()
    services.anchor()
    with connection.cursor() as cursor:
        cursor.execute("alter table audit_anchor disable trigger user")
        cursor.execute("update audit_anchor set at = at + interval '1 day'")
        cursor.execute("alter table audit_anchor enable trigger user")
    assert [fault.kind for fault in services.verify().faults] == ["forged"]


def test_a_check_that_was_left_is_taken_up_again(auditor):
    auditor.post("/audit/checks", {})
    AuditCheck.objects.update(retry_at=clock.now() + timedelta(minutes=1), tries=1)
    assert not services.make_next_check()
    AuditCheck.objects.update(retry_at=clock.now())
    assert services.make_next_check()


def test_each_filter_is_answered_from_an_index(auditor):
    """Plans as they are for many lines: no table is read through, nothing is sorted whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into audit_line select md5(n::text)::uuid, n % 16, now(), md5('a'||n%900)::uuid,"
            " '{doctor}', 'act.'||n%40, md5('s'||n%900)::uuid, 'record', md5('t'||n%5000)::uuid,"
            " case when n%1000 = 0 then 'supervision' else 'care' end, '', '', '{}'"
            " from generate_series(1, 20000) n"
        )
        cursor.execute("analyze audit_line")
        for wanted in (
            "subject_id = md5('s7')::uuid",
            "actor_id = md5('a7')::uuid",
            "thing_id = md5('t7')::uuid",
            "action = 'act.7'",
            "purpose = 'supervision'",
            "purpose = 'care'",
            "id > '80000000-0000-0000-0000-000000000000'",
        ):
            cursor.execute(
                f"explain select * from audit_line where {wanted} order by id desc limit 50"
            )
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert "Index" in plan, plan
            assert "Seq Scan" not in plan, plan
