"""A link lets somebody into one visit and nowhere else, under an own name, for as long as it may."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from xinglin.care.consultation import rules, services
from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.models import Guest, JoinLink
from xinglin.care.consultation.tests import factories as make
from xinglin.config.api import api
from xinglin.foundation.accounts.services import BY_TOKEN, PUBLIC
from xinglin.kernel import clock, ids
from xinglin.kernel.errors import Conflict

pytestmark = pytest.mark.django_db
ASKED = {"relation": "daughter", "name": "林小雨"}


class Visitor:
    """A browser that is signed in nowhere."""

    def __init__(self) -> None:
        self.client = Client(headers={"Accept-Language": "zh"})
        self.device = str(uuid4())

    def ask(self, method, path, body=None):
        return self.client.generic(
            method, f"/api/v1{path}", json.dumps(body or {}), "application/json"
        )

    def look(self, token):
        return self.ask("POST", "/guest/look", {"token": token})

    def enter(self, token, **changed):
        body = {"token": token, "name": "林小雨", "device": self.device, "agreed": True}
        return self.ask("POST", "/guest/enter", body | changed)

    def room(self):
        return self.ask("GET", "/guest/room")

    def words(self):
        found = self.ask("GET", "/guest/messages").json()["messages"]
        return [m["body"]["text"] for m in found if m["kind"] == "text"]


@pytest.fixture
def visit(cast):
    return make.active(cast.patient, cast.doctor)


def link_of(browser, visit, **more):
    made = browser.post(f"/consultations/{visit}/links", ASKED | more)
    assert made.status_code == 201, made.content
    return made.json()


def token_of(made):
    path, _, token = made["path"].partition("#")
    assert path == "/join"
    return token


@pytest.fixture
def token(at_the_door, visit):
    return token_of(link_of(at_the_door.patient, visit))


def inside(token):
    visitor = Visitor()
    assert visitor.enter(token).status_code == 201
    return visitor


def test_a_link_says_what_it_is_for_and_nothing_of_the_patient(token):
    found = Visitor().look(token).json()
    assert found["relation_text"] == {"zh": "女儿", "en": "daughter"}
    assert (found["name"], found["invited_by"], found["sees_earlier"]) == (
        "林小雨",
        "patient",
        False,
    )
    assert "林小满" not in json.dumps(found, ensure_ascii=False)
    assert "咳嗽" not in json.dumps(found, ensure_ascii=False)


def test_the_token_has_256_bits_and_is_stored_only_as_a_digest(token):
    assert len(token) >= 43
    with connection.cursor() as cursor:
        cursor.execute("select j::text from consultation_join_link j")
        (stored,) = cursor.fetchone()
    assert token not in stored
    assert "林小雨" not in stored


def test_a_guest_sees_what_is_said_from_now_on(cast, visit, token):
    make.say(visit, cast.patient, words="这句在进来之前")
    visitor = inside(token)
    make.say(visit, cast.doctor, words="这句在进来之后")
    assert visitor.words() == ["这句在进来之后"]
    assert visitor.ask("GET", "/guest/messages?since=0").json()["messages"][0]["seq"] > 2


def test_the_patient_may_show_what_was_said_before(cast, at_the_door, visit):
    visitor = inside(token_of(link_of(at_the_door.patient, visit, sees_earlier=True)))
    assert visitor.words() == ["咳嗽三天，晚上更重"]


def test_a_doctor_invites_too_but_shows_nothing_said_before(cast, at_the_door, visit):
    made = link_of(at_the_door.doctor, visit, sees_earlier=True)
    assert inside(token_of(made)).words() == []
    assert "guest_invited" in make.cards(visit)


def test_everybody_is_told_who_has_come_in(at_the_door, visit, token):
    inside(token)
    assert make.cards(visit)[-1] == "guest_joined"
    for browser in (at_the_door.patient, at_the_door.doctor):
        [link] = browser.get(f"/consultations/{visit}/links").json()["items"]
        assert link["guests"][0]["name"] == "林小雨"
        assert link["relation_text"]["zh"] == "女儿"
    assert "consultation.enter_as_guest" in {action for action, _ in make.audited(visit)}


def test_coming_in_twice_from_one_device_is_coming_in_once(visit, token):
    visitor = inside(token)
    assert visitor.enter(token).status_code == 201
    assert Guest.objects.count() == 1
    assert visitor.room().status_code == 200
    assert make.cards(visit).count("guest_joined") == 1


def test_a_link_lets_in_two_devices_and_no_third(token):
    inside(token), inside(token)
    refused = Visitor().enter(token)
    assert (refused.status_code, refused.json()["code"]) == (409, "link_used_up")
    assert set(refused.json()["text"]) == {"zh", "en"}


@pytest.mark.parametrize(
    ("changed", "field"), [({"agreed": False}, "agreed"), ({"name": " \n"}, "name")]
)
def test_nobody_comes_in_unnamed_or_without_agreeing(token, changed, field):
    refused = Visitor().enter(token, **changed)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
    assert not Guest.objects.exists()


def test_a_link_that_is_none_is_not_there(visit):
    for path in ("look", "enter"):
        visitor = Visitor()
        answer = getattr(visitor, path)("x" * 43)
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_link")


def test_too_late_a_link_opens_nothing(token):
    visitor = inside(token)
    JoinLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert visitor.look(token).json()["code"] == "link_over"
    assert Visitor().enter(token).json()["code"] == "link_over"
    assert (visitor.room().status_code, visitor.room().json()["code"]) == (401, "guest_over")


def test_the_end_of_the_visit_is_the_end_of_its_guests(cast, visit, token):
    visitor = inside(token)
    make.sign(visit, cast.doctor)
    services.close(cast.doctor.viewer, visit, reason="treated", at=make.now())
    assert visitor.room().json()["code"] == "guest_over"
    assert visitor.ask("GET", "/guest/messages").status_code == 401
    assert Visitor().enter(token).json()["code"] == "link_over"


def test_who_invited_takes_it_back_and_the_guest_is_out(at_the_door, visit):
    made = link_of(at_the_door.patient, visit)
    visitor = inside(token_of(made))
    path = f"/consultations/{visit}/links/{made['id']}"
    for _ in range(2):
        assert at_the_door.patient._client.delete(f"/api/v1{path}").status_code == 204
    assert visitor.room().json()["code"] == "guest_over"
    assert Visitor().enter(token_of(made)).json()["code"] == "link_over"
    assert make.cards(visit)[-1] == "guest_dismissed"
    assert at_the_door.doctor.get(f"/consultations/{visit}/links").json()["items"] == []


def test_a_doctor_does_not_take_back_the_patients_link(at_the_door, visit):
    made = link_of(at_the_door.patient, visit)
    path = f"/api/v1/consultations/{visit}/links/{made['id']}"
    assert at_the_door.doctor._client.delete(path).status_code == 404
    by_doctor = link_of(at_the_door.doctor, visit)
    path = f"/api/v1/consultations/{visit}/links/{by_doctor['id']}"
    assert at_the_door.patient._client.delete(path).status_code == 204


def test_a_guest_may_leave(visit, token):
    visitor = inside(token)
    assert visitor.ask("POST", "/guest/leave").status_code == 204
    assert visitor.room().status_code == 401
    assert make.cards(visit)[-1] == "guest_left"


def test_who_left_and_comes_back_is_told_of_and_did_not_hear_what_was_said(cast, visit, token):
    visitor = inside(token)
    visitor.ask("POST", "/guest/leave")
    make.say(visit, cast.patient, words="趁她不在才说的话")
    assert visitor.enter(token).status_code == 201
    make.say(visit, cast.doctor, words="回来以后的话")
    assert visitor.words() == ["回来以后的话"]
    assert make.cards(visit)[-3:] == ["guest_joined", "guest_left", "guest_joined"]
    assert Guest.objects.count() == 1


def test_who_comes_back_finds_no_room_that_others_have_filled(at_the_door, visit, token):
    first = inside(token)
    first.ask("POST", "/guest/leave")
    for _ in range(rules.MOST_GUESTS):
        inside(token_of(link_of(at_the_door.patient, visit)))
    assert first.enter(token).json()["code"] == "room_full"


@pytest.mark.parametrize("who", ["other_patient", "other_doctor", "operator", "stranger"])
def test_nobody_else_invites(at_the_door, visit, who):
    status = {"operator": 403, "stranger": 401}.get(who, 404)
    browser = getattr(at_the_door, who)
    assert browser.post(f"/consultations/{visit}/links", ASKED).status_code == status


def test_an_ended_visit_takes_no_guests(cast, at_the_door):
    visit = make.ended(cast.patient, cast.doctor)
    refused = at_the_door.patient.post(f"/consultations/{visit}/links", ASKED)
    assert (refused.status_code, refused.json()["code"]) == (409, "visit_over")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"relation": "boss"}, "relation"), ({"name": "名" * 31}, "name"), ({"phone": "12"}, "phone")],
)
def test_a_wrong_invitation_says_which_field(at_the_door, visit, wrong, field):
    refused = at_the_door.patient.post(f"/consultations/{visit}/links", ASKED | wrong)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


def test_links_are_few_a_day(at_the_door, visit):
    for _ in range(rules.LINKS_A_DAY):
        link_of(at_the_door.patient, visit)
    refused = at_the_door.patient.post(f"/consultations/{visit}/links", ASKED)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_links")


def test_one_press_is_one_link(at_the_door, visit):
    answers = [
        at_the_door.patient.post(f"/consultations/{visit}/links", ASKED, key="once")
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert JoinLink.objects.count() == 1


def test_what_a_guest_said_is_nobody_elses_to_change(cast, visit):
    by = {"guest": str(ids.new()), "name": "林小雨", "relation": "daughter"}
    seq = messages.post(visit, cast.patient.id, "text", {"text": "妈妈夜里也咳", "by": by})
    for kind, body in (("edit", {"of": seq, "text": "不咳"}), ("withdrawal", {"of": seq})):
        with pytest.raises(Conflict) as refused:
            messages.post(visit, cast.patient.id, kind, body)
        assert refused.value.code == "not_yours"


def test_the_cookie_of_a_guest_opens_no_other_operation(cast, visit, token, settings):
    """Every operation of the house, with everything that the patient and the doctor have."""
    visitor = inside(token)
    other = make.active(cast.other_patient, cast.doctor)
    known = {
        "consultation_id": [visit, other],
        "patient_id": [cast.patient.patient_id],
        "practitioner_id": [cast.doctor.card.id],
    }
    own = {"guest", "session", "departments", "rating-tags", "demo"}
    tried = 0
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            if path.strip("/").split("/")[0] in own:
                continue
            for operation in view.operations:
                # Who sends by a token of its own has no session, and no cookie is asked for.
                if operation.view_func.xinglin_permission in {PUBLIC, BY_TOKEN}:
                    continue
                # Each once: who asks too often is told so, whoever it is.
                visits = known["consultation_id"][: 2 if "{consultation_id}" in path else 1]
                for each in visits:
                    at = path.replace("{consultation_id}", str(each))
                    for name in ("patient_id", "practitioner_id"):
                        at = at.replace(f"{{{name}}}", str(known[name][0]))
                    at = at.replace("{uuid:picture_id}", str(ids.new()))
                    while "{" in at:
                        at = f"{at[: at.index('{')]}{ids.new()}{at[at.index('}') + 1 :]}"
                    answer = visitor.ask(operation.methods[0], at)
                    assert answer.status_code in {401, 404}, (operation.methods, at, answer)
                    tried += 1
    assert tried > 50
    # Nor is it good as a session.
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = visitor.client.cookies["guest"].value
    assert visitor.ask("GET", "/consultations").status_code == 401


def test_a_changed_cookie_opens_nothing(visit, token):
    visitor = inside(token)
    value = visitor.client.cookies["guest"].value
    for changed in (value[:-1], value[:-1] + ("A" if value[-1] != "A" else "B"), "", "x" * 5000):
        visitor.client.cookies["guest"] = changed
        assert visitor.room().status_code == 401
    assert visitor.client.cookies["guest"]["httponly"] is not None


def test_the_cookie_is_kept_from_scripts_and_other_sites(token):
    visitor = Visitor()
    cookie = visitor.enter(token).cookies[settings.GUEST_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")


def test_a_guest_sees_a_picture_only_where_its_message_is_seen(cast, visit, token):
    def sent():
        picture = make.picture(cast.doctor)
        body = {"picture_id": str(picture), "width": 4, "height": 3}
        messages.post(visit, cast.doctor.id, "picture", body)
        return picture

    before = sent()
    visitor = inside(token)
    after = sent()
    assert visitor.ask("GET", f"/guest/pictures/{before}").status_code == 404
    assert visitor.ask("GET", f"/guest/pictures/{after}").status_code == 302


def test_the_house_sends_the_link_and_keeps_no_number(at_the_door, visit):
    link_of(at_the_door.patient, visit, phone="13800138000")
    with connection.cursor() as cursor:
        cursor.execute("select j::text from consultation_join_link j")
        (stored,) = cursor.fetchone()
    assert "13800138000" not in stored
    [link] = at_the_door.patient.get(f"/consultations/{visit}/links").json()["items"]
    assert link["by_sms"] is True


def test_what_a_guest_reads_is_told_to_the_patient(at_the_door, cast, visit, token):
    visitor = inside(token)
    visitor.room()
    visitor.words()
    lines = at_the_door.patient.get(f"/patients/{cast.patient.patient_id}/access-log").json()[
        "items"
    ]
    guests = [line for line in lines if line["who"]["role"]["zh"] == "受邀的人"]
    assert {line["action"]["zh"] for line in guests} >= {
        "受邀加入问诊",
        "受邀查看问诊",
        "查看对话",
    }


def test_reading_as_a_guest_costs_few_queries(cast, visit, token):
    visitor = inside(token)

    def cost(ask):
        with CaptureQueriesContext(connection) as asked:
            ask()
        return len(asked)

    make.say(visit, cast.doctor)
    few = cost(visitor.words)
    for _ in range(20):
        make.say(visit, cast.doctor)
    assert cost(visitor.words) == few <= 6
    assert len(visitor.words()) == 21
    assert cost(visitor.room) <= 8
