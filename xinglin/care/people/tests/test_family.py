"""Asking for another: by a relative's own word, or as the guardian of a minor."""

import re
from datetime import timedelta

import pytest

from xinglin.care.people import queries, services
from xinglin.care.people.models import Patient, ProxyConsent
from xinglin.care.people.tests.factories import (
    BOY,
    Browser,
    hospital,
    id_number,
    patient_viewer,
    register,
)
from xinglin.foundation.audit.queries import accesses_of
from xinglin.foundation.notices.models import DemoMessage
from xinglin.foundation.notices.queries import demo_inbox
from xinglin.foundation.notices.tasks import send_sms
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, Invalid, NotFound, RuleRefused, TooMany

PHONE = "13900139001"


@pytest.fixture(autouse=True)
def house(db, settings):
    settings.DEMO = True
    settings.NOTICE_GATEWAYS = {"sms": "demo", "mail": "demo"}
    hospital()


@pytest.fixture
def family():
    """The account, an adult relative, and the last four of the relative's number."""
    viewer = patient_viewer(phone="13800138111")
    register(viewer)
    number = id_number()
    return viewer, register(viewer, name="张桂芳", relation="parent", number=number), number[-4:]


def ask(viewer, patient, phone: str = PHONE, at=None):
    return services.ask_relative(viewer, patient.id, phone=phone, at=at or clock.now())


def link_sent() -> str:
    """The secret, as it stands in the newest message."""
    DemoMessage.objects.all().delete()
    send_sms()
    text = demo_inbox()[0].text.zh
    return re.search(r"/agree#([\w-]+)", text).group(1)


def answer(token, answer, tail, at=None):
    return services.answer_question(token, answer, id_tail=tail, at=at or clock.now())


def test_a_relative_who_was_not_asked_has_not_agreed(family):
    _, patient, _ = family
    asking = queries.asking_for(patient)
    assert (asking.role, asking.relation, asking.consent_id) == ("proxy", "parent", None)
    assert queries.asking_facts(asking) == {
        "relation": "parent",
        "asker_known": True,
        "guardian_named": False,
        "patient_agreed": False,
    }


def test_the_message_goes_to_the_relatives_phone_and_names_nobody_in_full(family):
    viewer, patient, _ = family
    assert ask(viewer, patient).state == "waiting"
    DemoMessage.objects.all().delete()
    send_sms()
    (sent,) = demo_inbox()
    assert sent.to == "+86" + PHONE
    assert "林*满" in sent.text.zh
    assert "张桂芳" not in sent.text.zh + sent.text.en
    assert "咳" not in sent.text.zh


def test_the_relative_agrees_with_the_link_and_the_own_number(family):
    viewer, patient, tail = family
    ask(viewer, patient)
    token = link_sent()
    seen = services.look_at_question(token, clock.now())
    assert (seen.asker, seen.patient, seen.status.state) == ("林*满", "张*芳", "waiting")
    assert seen.asker_is.zh == "子女"
    assert answer(token, "agree", tail).status.state == "given"
    assert queries.asking_for(patient).consent_id is not None
    assert {line.action for line in accesses_of(patient.id)} >= {
        "people.ask_relative",
        "people.agree_proxy",
    }


def test_agreeing_twice_is_agreeing_once_and_refusing_afterwards_is_too_late(family):
    viewer, patient, tail = family
    ask(viewer, patient)
    token = link_sent()
    answer(token, "agree", tail)
    assert answer(token, "agree", tail).status.state == "given"
    with pytest.raises(Conflict) as caught:
        answer(token, "refuse", tail)
    assert caught.value.code == "link_over"


def test_the_relative_withdraws_by_the_same_link_and_it_is_announced(family):
    viewer, patient, tail = family
    ask(viewer, patient)
    token = link_sent()
    answer(token, "agree", tail)
    assert answer(token, "withdraw", tail).status.state == "withdrawn"
    assert queries.asking_for(patient).consent_id is None
    event = OutboxEvent.objects.get(kind="ProxyConsentWithdrawn")
    assert event.payload["patient_id"] == str(patient.id)
    assert ask(viewer, patient).state == "waiting"


def test_a_stranger_with_the_message_cannot_agree(family):
    viewer, patient, tail = family
    ask(viewer, patient)
    token = link_sent()
    wrong = "0000" if tail != "0000" else "1111"
    for _ in range(5):
        with pytest.raises(Invalid):
            answer(token, "agree", wrong)
    with pytest.raises(TooMany):
        answer(token, "agree", tail)
    assert queries.asking_for(patient).consent_id is None


def test_a_stranger_does_not_get_there_by_trying_all_week(family):
    viewer, patient, tail = family
    at = clock.now()
    ask(viewer, patient, at=at)
    token = link_sent()
    wrong = "0000" if tail != "0000" else "1111"
    for hour in range(0, 30, 10):
        for _ in range(5):
            with pytest.raises(Invalid):
                answer(token, "agree", wrong, at=at + timedelta(hours=hour))
    with pytest.raises(TooMany):
        answer(token, "agree", tail, at=at + timedelta(days=6, hours=23))


def test_who_has_agreed_may_withdraw_however_often_somebody_mistyped(family):
    viewer, patient, tail = family
    at = clock.now()
    ask(viewer, patient, at=at)
    token = link_sent()
    answer(token, "agree", tail, at=at)
    wrong = "0000" if tail != "0000" else "1111"
    for hour in range(10, 50, 10):
        for _ in range(5):
            with pytest.raises(Invalid):
                answer(token, "withdraw", wrong, at=at + timedelta(hours=hour))
    later = at + timedelta(days=3)
    assert answer(token, "withdraw", tail, at=later).status.state == "withdrawn"


def test_a_link_is_good_for_a_week_and_a_newer_one_replaces_it(family):
    viewer, patient, tail = family
    at = clock.now()
    ask(viewer, patient)
    token = link_sent()
    with pytest.raises(Conflict):
        answer(token, "agree", tail, at=at + timedelta(days=7, seconds=1))
    ask(viewer, patient)
    newer = link_sent()
    with pytest.raises(Conflict):
        answer(token, "agree", tail)
    assert answer(newer, "agree", tail).status.state == "given"


def test_an_unknown_link_says_nothing():
    with pytest.raises(NotFound):
        services.look_at_question("x" * 32, clock.now())


def test_the_accounts_own_phone_is_not_the_relatives(family):
    viewer, patient, _ = family
    with pytest.raises(Invalid) as caught:
        ask(viewer, patient, phone="13800138111")
    assert caught.value.code == "own_phone"


def test_one_phone_gets_three_questions_a_day(family):
    viewer, patient, _ = family
    for _ in range(3):
        ask(viewer, patient)
    with pytest.raises(TooMany) as caught:
        ask(viewer, patient)
    assert caught.value.code == "phone_asked_too_often"


def test_nobody_is_asked_for_oneself_or_for_a_child(family):
    viewer, _, _ = family
    child = register(viewer, name="林乐", born=BOY, sex="male", relation="child")
    with pytest.raises(Conflict) as caught:
        ask(viewer, child)
    assert caught.value.code == "no_consent_needed"


def test_who_asks_is_registered_first():
    viewer = patient_viewer()
    relative = register(viewer, relation="parent")
    with pytest.raises(Conflict) as caught:
        ask(viewer, relative)
    assert caught.value.code == "register_yourself_first"
    assert queries.asking_facts(queries.asking_for(relative))["asker_known"] is False


def test_another_account_does_not_learn_of_the_relative(family):
    _, patient, _ = family
    with pytest.raises(NotFound):
        ask(patient_viewer(), patient)


def test_a_child_has_the_accounts_adult_as_guardian(family):
    viewer, _, _ = family
    child = register(viewer, name="林乐", born=BOY, sex="male", relation="child")
    asking = queries.asking_for(child)
    assert (asking.role, asking.guardian_named) == ("guardian", True)
    assert queries.guardian_name(child.id) == "林小满"


def test_a_grandparent_declares_to_be_the_guardian(family):
    viewer, _, _ = family
    with pytest.raises(RuleRefused):
        register(viewer, name="林乐", born=BOY, sex="male", relation="other")
    child = services.register_patient(
        viewer,
        name="林乐",
        id_type="01",
        id_number=id_number(BOY, "male"),
        relation="other",
        is_guardian=True,
        sensitive_data_consent=True,
        at=clock.now(),
    )
    assert queries.asking_for(child).guardian_named


def test_whose_child_has_grown_up_is_asked_like_any_adult(family):
    viewer, _, _ = family
    child = register(viewer, name="林乐", born=BOY, sex="male", relation="child")
    Patient.objects.filter(pk=child.id).update(birth_date="1999-01-01")
    grown = queries.patient_card(child.id)
    assert queries.asking_for(grown).role == "proxy"
    assert ask(viewer, grown).state == "waiting"


def test_the_phone_is_sealed(family):
    viewer, patient, _ = family
    ask(viewer, patient)
    row = ProxyConsent.objects.get()
    assert PHONE.encode() not in bytes(row.phone_sealed)
    assert PHONE.encode() not in bytes(row.phone_index)


def test_over_http_the_family_is_asked_and_shown(family):
    viewer, patient, tail = family
    browser = Browser(viewer)
    path = f"/patients/{patient.id}/proxy-consent"
    assert browser.post(path, {"phone": "12"})[0] == 422
    assert browser.post(path, {})[0] == 422
    assert Browser(patient_viewer()).post(path, {"phone": PHONE})[0] == 404
    assert Browser().post(path, {"phone": PHONE})[0] == 401
    status, told = browser.post(path, {"phone": PHONE})
    assert (status, told["state"], told["phone_masked"]) == (201, "waiting", "+86139****9001")
    token = link_sent()
    stranger = Browser()
    assert stranger.post("/proxy-consents/look", {"token": token})[0] == 200
    assert stranger.post("/proxy-consents/look", {"token": "short"})[0] == 422
    assert stranger.post("/proxy-consents/look", {"token": "y" * 40})[0] == 404
    wrong = {"token": token, "answer": "agree", "id_tail": "zzzz"}
    assert stranger.post("/proxy-consents/answer", wrong)[1]["code"] == "wrong_tail"
    status, told = stranger.post("/proxy-consents/answer", wrong | {"id_tail": tail})
    assert (status, told["status"]["state"]) == (200, "given")
    _, me = browser.get("/people/me")
    shown = next(p for p in me["patients"] if p["id"] == str(patient.id))
    assert (shown["needs_consent"], shown["proxy"]["state"]) == (True, "given")
