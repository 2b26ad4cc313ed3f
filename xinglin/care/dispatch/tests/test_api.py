"""Duty, offers, queue and board over HTTP, for everybody who might ask."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.rules import UNTIL_ANSWERED
from xinglin.care.dispatch.services import promising
from xinglin.care.dispatch.tests.cast import GP, House, asked, offer_of, state_of
from xinglin.care.people import queries as people
from xinglin.care.people import services as staffing
from xinglin.care.people.models import Practitioner
from xinglin.care.people.services.employ import LicencePaper, add_licence
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.models import AuditLine
from xinglin.kernel import ids
from xinglin.kernel.text import Text

pytestmark = pytest.mark.django_db
API = "/api/v1"


class Person:
    """Signed in, staff with a second factor unless `weak`."""

    def __init__(self, user_id: UUID | None = None, *, weak: bool = False) -> None:
        self.client = Client()
        if user_id is None:
            return
        self.client.force_login(
            User.objects.get(pk=user_id),
            backend="xinglin.foundation.accounts.sign_in.backend.Backend",
        )
        session = self.client.session
        session["account_authentication_methods_user"] = str(user_id)
        session["account_authentication_methods"] = [] if weak else [{"method": "mfa"}]
        session.save()

    def get(self, path: str):
        return self.client.get(API + path)

    def put(self, path: str, body: dict):
        return self.client.put(API + path, body, content_type="application/json")

    def post(self, path: str, body: dict | None = None):
        return self.client.post(
            API + path,
            body or {},
            content_type="application/json",
            headers={"Idempotency-Key": str(ids.new())},
        )


def person(role: str) -> Person:
    user = User.objects.create(username=f"{role}{ids.new().hex}", roles=[role], password="!")
    return Person(user.pk)


def doctor(house: House, practitioner: UUID) -> Person:
    return Person(people.practitioner(practitioner).user_id)


def asked_for(house: House):
    """A doctor on duty who is asked for a visit."""
    who = house.on_duty()
    visit = house.visit()
    house.dispatch()
    return doctor(house, who), visit, offer_of(visit)


def test_a_doctor_says_that_he_is_there_and_sets_his_hours(house):
    me = doctor(house, house.on_duty())
    Duty.objects.update(missed=3, paused_at=house.at, away_until=UNTIL_ANSWERED)
    asked = me.get("/duty").json()
    assert (asked["missed"], asked["away_until"]) == (3, None)
    assert asked["paused_at"] is not None
    assert me.post("/duty/here").json()["paused_at"] is None
    hours = [{"day": 0, "start": "08:00", "end": "12:00"}]
    assert me.put("/duty/windows", {"windows": hours}).json()["windows"] == hours
    assert me.put("/duty/windows", {"windows": hours * 2}).status_code == 422


def test_a_patient_reads_what_was_promised_and_a_stranger_does_not(house):
    visit = house.visit()
    promising.promise(visit, made_at=house.at)
    path = f"/consultations/{visit}/promises"
    shown = Person(house.holder.user_id).get(path).json()["items"]
    assert [p["kind"] for p in shown] == ["first_answer", "taken", "served"]
    assert doctor(house, house.doctor()).get(path).status_code == 403


def test_a_doctor_goes_on_and_off_duty(house):
    me = doctor(house, house.doctor())
    before = me.get("/duty").json()
    assert before == {
        "on_since": None,
        "capacity": 3,
        "reserved": 0,
        "away_until": None,
        "off_reason": None,
        "usual_capacity": 3,
        "most": 10,
        "named_a_day": 20,
        "most_named_a_day": 50,
        "named_today": 0,
        "back_at": None,
        "paused_at": None,
        "missed": 0,
        "slowed": 0,
        "slowed_text": None,
        "full_time": False,
        "windows": [],
        "ends_at": None,
    }
    on = me.post("/duty/start", {"capacity": 4}).json()
    assert on["on_since"] is not None
    assert on["capacity"] == 4
    assert me.post("/duty/start", {"capacity": None}).json()["capacity"] == 3
    off = me.post("/duty/stop").json()
    assert off["on_since"] is None
    assert set(off["off_reason"]) == {"zh", "en"}


def test_a_capacity_out_of_range_names_its_field(house):
    answer = doctor(house, house.doctor()).post("/duty/start", {"capacity": 11})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "capacity"
    assert not Duty.objects.exists()


def test_r17_a_doctor_goes_on_duty_elsewhere_only_where_filed(house):
    person = house.doctor()
    me = doctor(house, person)
    second = staffing.found_institution(
        code="second", name=Text("第二院", "Second"), licence_number="PDY0002"
    )
    told = {"institution_id": str(second.id)}
    refused = me.post("/duty/start", told)
    assert "R17" in {each["rule_id"] for each in refused.json()["refusals"]}
    assert not Duty.objects.filter(on_since__isnull=False).exists()
    filed = LicencePaper(
        number="1",
        valid_from=house.at.date() - timedelta(days=400),
        registered_here=False,
        multi_site_filed=True,
    )
    add_licence(Practitioner.objects.get(pk=person), second.id, filed)
    assert me.post("/duty/start", told).status_code == 200
    assert Duty.objects.get(pk=person).institution_id == second.id


def test_an_offer_is_shown_without_a_name_and_accepted(house):
    me, visit, offer = asked_for(house)
    (shown,) = me.get("/offers").json()["items"]
    assert set(shown) == {
        "id",
        "consultation_id",
        "department",
        "patient",
        "complaint",
        "urgency",
        "waited_s",
        "expires_at",
        "returned",
        "why",
        "language",
        "channel",
        "site",
    }
    assert set(shown["patient"]) == {"sex", "age_text"}
    assert shown["department"]["slug"] == GP
    assert set(shown["why"]) == {"zh", "en"}
    answer = me.post(f"/offers/{offer.pk}/accept")
    assert answer.json() == {"consultation_id": str(visit)}
    assert state_of(visit) == "active"
    assert me.get("/offers").json()["items"] == []


def test_an_offer_is_refused_with_a_reason(house):
    me, visit, offer = asked_for(house)
    assert me.post(f"/offers/{offer.pk}/refuse", {"reason": "tired"}).status_code == 422
    done = me.post(f"/offers/{offer.pk}/refuse", {"reason": "other", "note": " 有急事 "})
    assert (done.status_code, done.json()) == (200, {})
    again = me.post(f"/offers/{offer.pk}/accept")
    assert (again.status_code, again.json()["code"]) == (409, "offer_refused")
    assert asked(visit) is None


def test_reading_an_offer_leaves_one_line_in_the_record_however_often_it_is_polled(house):
    me, _, offer = asked_for(house)
    for _ in range(3):
        me.get("/offers")
    (line,) = AuditLine.objects.filter(action="dispatch.read_offer")
    assert (line.subject_id, line.thing_id) == (offer.patient_id, offer.pk)
    offer.refresh_from_db()
    assert offer.seen_at is not None


def test_reading_the_queue_leaves_one_line_with_the_ids_and_none_when_it_is_empty(house):
    me = doctor(house, house.doctor())
    assert me.get("/dispatch/queue").json()["items"] == []
    assert not AuditLine.objects.filter(action="dispatch.read_queue").exists()
    visit = house.visit(complaint="咳嗽")
    (shown,) = me.get("/dispatch/queue").json()["items"]
    assert shown.pop("department")["slug"] == GP
    assert shown == {
        "consultation_id": str(visit),
        "complaint": "咳嗽",
        "urgency": 3,
        "waited_s": shown["waited_s"],
        "returned": 0,
        "left_message": False,
        "language": None,
        "channel": "text",
        "site": None,
    }
    line = AuditLine.objects.get(action="dispatch.read_queue")
    assert line.detail == {"consultation_ids": [str(visit)]}


def test_a_patient_reads_the_own_place(house):
    visit = house.visit()
    found = Person(house.holder.user_id).get(f"/consultations/{visit}/place").json()
    told = {"estimate_s", "low_s", "high_s", "text", "why"}
    assert set(found) == {"state", "place", "ahead", "doctors_on_duty"} | told
    assert (found["state"], found["place"], found["ahead"]) == ("waiting", 1, 0)


def test_the_operator_reads_the_board(house):
    house.on_duty()
    house.visit("ent")
    found = person("operator").get("/dispatch/board").json()
    assert set(found) == {"at", "strict", "totals", "departments"}
    figures = {
        *("waiting", "left_messages", "oldest_wait_s", "offers_out", "due_soon", "active"),
        *("on_duty", "unreachable", "paused", "free_doctors", "free_slots", "served_today"),
        *("first_reply_p50_s", "first_reply_p90_s", "today", "last_week"),
    }
    assert set(found["totals"]) == figures
    assert set(found["departments"][0]) == figures | {"department", "spared"}
    assert (found["totals"]["waiting"], found["totals"]["on_duty"]) == (1, 1)


def test_everybody_who_is_signed_in_sees_which_departments_have_doctors(house):
    house.on_duty()
    for who in (person("patient"), person("auditor")):
        items = who.get("/dispatch/departments").json()["items"]
        assert items[0]["slug"] == GP
        assert items[0]["doctors_on_duty"] == 1
    assert Person().get("/dispatch/departments").status_code == 401


READS = ["/duty", "/offers", "/dispatch/queue", "/dispatch/board", "/dispatch/departments"]
ACTS = ["/duty/start", "/duty/stop", f"/offers/{UUID(int=7)}/accept"]


@pytest.mark.parametrize("path", READS)
def test_a_stranger_reads_nothing(house, path):
    assert Person().get(path).status_code == 401


@pytest.mark.parametrize("path", ACTS)
def test_a_stranger_does_nothing(house, path):
    assert Person().post(path).status_code == 401


@pytest.mark.parametrize("path", ["/duty", "/offers", "/dispatch/queue", "/dispatch/board"])
def test_a_patient_reads_nothing_of_the_staff(house, path):
    assert person("patient").get(path).status_code == 403


def test_a_doctor_without_a_second_factor_reads_nothing(house):
    user = people.practitioner(house.doctor()).user_id
    answer = Person(user, weak=True).get("/offers")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_required")


def test_what_is_somebody_elses_does_not_exist(house):
    _, visit, offer = asked_for(house)
    stranger = doctor(house, house.doctor())
    assert stranger.post(f"/offers/{offer.pk}/accept").status_code == 404
    refused = stranger.post(f"/offers/{offer.pk}/refuse", {"reason": "busy"})
    assert refused.status_code == 404
    assert person("patient").get(f"/consultations/{visit}/place").status_code == 404
    assert Offer.objects.get().state == "offered"
    assert stranger.get("/offers").json()["items"] == []


def test_a_doctors_account_without_a_practitioner_is_told_that_there_is_nothing(house):
    nobody = person("doctor")
    for answer in (nobody.get("/duty"), nobody.post("/duty/start"), nobody.get("/dispatch/queue")):
        assert answer.status_code == 404
