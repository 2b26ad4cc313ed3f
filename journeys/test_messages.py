"""The conversation on bad days: no line, a reload, two tabs, a killed house, a dead socket, a foreign network."""

import re
from typing import Any

import pytest
from playwright.sync_api import Route, WebSocketRoute, expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.talk import InTalk, block_line, free_line, is_in_state

pytestmark = pytest.mark.slow

WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "hello": "您好，我是耳鼻喉科医生，请说说什么时候开始的。",
        "away": ("感冒以后开始的。", "左耳更闷一些。", "晚上躺下更明显。"),
        "more": "有没有流脓或者耳朵疼？",
        "wrong": "体温三十九度",
        "right": "体温三十七度九",
        "slip": "发错人了",
        "last": "没有流脓，也不疼。",
    },
    "en": {
        "hello": "Hello, I am an ENT doctor. When did it begin?",
        "away": ("It began after a cold.", "The left ear is worse.", "At night it is stronger."),
        "more": "Is there any discharge, or pain?",
        "wrong": "My temperature is 39",
        "right": "My temperature is 37.9",
        "slip": "This was meant for somebody else",
        "last": "No discharge and no pain.",
    },
}
BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_words_written_without_a_line_come_once_in_order(
    in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    words = WORDS[locale]
    patient, doctor = in_talk(locale, phone, username)
    doctor.say(words["hello"])
    patient.hears(words["hello"])
    is_in_state(doctor, words["hello"], "read")
    patient.lose_line()
    for said in words["away"]:
        patient.say(said)
    patient.sees("pending", 3)
    expect(patient.get("waits")).to_have_attribute("data-count", "3", timeout=PATIENCE_MS)
    patient.look("messages-offline")
    # The page itself comes from the house: it can be had, the line to the house cannot.
    block_line(patient.page)
    patient.find_line()
    patient.page.reload()
    patient.sees("pending", 3)
    second = patient.context.new_page()
    block_line(second)
    second.goto(patient.page.url)
    expect(second.get_by_test_id("pending")).to_have_count(3, timeout=PATIENCE_MS)
    free_line(patient.page)
    free_line(second)
    patient.hears(*words["away"])
    doctor.hears(*words["away"])
    expect(second.get_by_test_id("pending")).to_have_count(0, timeout=PATIENCE_MS)
    for said in words["away"]:
        is_in_state(patient, said, "read")
    presence_and_turns(patient, doctor)
    change_and_withdraw(patient, doctor, words)
    patient.look("messages-patient")
    doctor.look("messages-doctor")
    second.close()


def presence_and_turns(patient: Patient, doctor: Doctor) -> None:
    for person in (patient, doctor):
        expect(person.get("presence")).to_have_attribute(
            "data-present", "true", timeout=PATIENCE_MS
        )
        expect(person.get("turns-left")).to_contain_text("18", timeout=PATIENCE_MS)


def change_and_withdraw(patient: Patient, doctor: Doctor, words: dict[str, Any]) -> None:
    """Within two minutes, seen by both; nothing of it is hidden that was read before."""
    patient.say(words["wrong"])
    doctor.hears(words["wrong"])
    patient.get("message").filter(has_text=words["wrong"]).get_by_test_id("message-menu").click()
    patient.look("messages-menu")
    patient.press("menu-edit")
    patient.sees("editing")
    patient.look("messages-editing")
    patient.say(words["right"])
    for person in (patient, doctor):
        changed = person.get("message").filter(has_text=words["right"])
        expect(changed).to_have_count(1, timeout=PATIENCE_MS)
        changed.get_by_test_id("edited").click()
        expect(changed.get_by_test_id("earlier")).to_contain_text(words["wrong"])
    patient.say(words["slip"])
    doctor.hears(words["slip"])
    slip = patient.get("message").filter(has_text=words["slip"])
    slip.locator(".bubble").click(button="right")
    patient.press("menu-withdraw")
    for person in (patient, doctor):
        person.sees("withdrawn", 1)
        expect(person.get("message").filter(has_text=words["slip"])).to_have_count(0)
    patient.press("write-again")
    expect(patient.get("composer")).to_have_value(re.compile(re.escape(words["slip"])))
    patient.write("composer", "")


def test_a_house_that_is_killed_loses_no_word(cast: Cast, in_talk: InTalk) -> None:
    words = WORDS["zh"]
    patient, doctor = in_talk("zh", "13800138004", "dr.ent1")
    doctor.say(words["hello"])
    patient.hears(words["hello"])
    cast.hospital.kill("live")
    for said in words["away"]:
        patient.say(said)
    doctor.say(words["more"])
    patient.hears(*words["away"])
    doctor.hears(*words["away"])
    patient.hears(words["more"])
    doctor.hears(words["more"])


def test_a_socket_that_is_open_but_dead_is_found_out_on_waking(in_talk: InTalk) -> None:
    """After sleep, and after the switch from Wi-Fi to mobile: within seconds, not when TCP gives up."""
    words = WORDS["zh"]
    patient, doctor = in_talk("zh", "13800138005", "dr.ent1")
    swallow = Swallow()
    patient.page.route_web_socket(re.compile(r"/live$"), swallow.take)
    patient.page.reload()
    doctor.say(words["hello"])
    patient.hears(words["hello"])
    for sign in (
        "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
        "navigator.connection.dispatchEvent(new Event('change'))",
    ):
        swallow.dead_up_to = swallow.opened
        said = f"{words['more']} {swallow.opened}"
        doctor.say(said)
        doctor.hears(said)
        patient.page.evaluate(sign)
        patient.hears(said)
        assert swallow.opened > swallow.dead_up_to


def test_a_network_that_wants_its_own_page_first_is_named(in_talk: InTalk) -> None:
    words = WORDS["zh"]
    patient, doctor = in_talk("zh", "13800138006", "dr.ent2")
    page = patient.page

    def answers_itself(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Free Wi-Fi</h1>")

    page.route("**/healthz", answers_itself)
    block_line(page)
    page.reload()
    patient.sees("captive")
    patient.say(words["last"])
    patient.sees("pending", 1)
    patient.look("messages-captive")
    page.unroute("**/healthz")
    free_line(page)
    doctor.hears(words["last"])
    patient.sees("captive", 0)


class Swallow:
    """Between a page and the house: lines that are killed stay open, and carry nothing."""

    def __init__(self) -> None:
        self.opened = 0
        self.dead_up_to = 0

    def take(self, line: WebSocketRoute) -> None:
        self.opened += 1
        number = self.opened
        house = line.connect_to_server()
        line.on_message(lambda said: house.send(said) if number > self.dead_up_to else None)
        house.on_message(lambda said: line.send(said) if number > self.dead_up_to else None)
