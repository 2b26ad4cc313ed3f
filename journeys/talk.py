"""A conversation that has just begun, and what can be done to its line."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient, Person
from journeys.stories import Story

ANSWERS = {
    "duration": "w1_4",
    "severity": "mild",
    "allergies": "none",
    "medicines": "none",
    "pregnancy": "no",
    "past_illness": "none",
}
COMPLAINT = {
    "zh": "耳朵里发闷两周了，听声音不清楚，鼻子也不通气。",
    "en": "My ears have felt blocked for two weeks, sounds are muffled and my nose is stuffed.",
}
InTalk = Callable[[str, str, str], tuple[Patient, Doctor]]


@pytest.fixture
def in_talk(cast: Cast) -> InTalk:
    """Begins a conversation (locale, phone, user name); the cast ends it when it leaves."""
    return partial(begin_talk, cast)


def begin_talk(cast: Cast, locale: str, phone: str, username: str) -> tuple[Patient, Doctor]:
    """A patient and a doctor in a conversation that has just begun."""
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    patient = cast.patient(locale)
    patient.sign_in(phone)
    ask(patient, COMPLAINT[locale])
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    return patient, doctor


def complain(patient: Patient, complaint: str) -> None:
    """From the first page to what triage makes of it."""
    patient.press("ask")
    patient.write("complaint", complaint)
    patient.press("send-complaint")


def ask(patient: Patient, complaint: str) -> None:
    """From the first page to the queue, for whichever doctor comes."""
    patient.press("ask")
    describe(patient, complaint)


def describe(patient: Patient, complaint: str) -> None:
    """On the page that asks what is wrong, which is open."""
    patient.write("complaint", complaint)
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.press("ask-any")


def write_record(doctor: Doctor, story: Story) -> None:
    """All of it, until it is saved."""
    expect(doctor.get("field-allergy")).not_to_have_value("", timeout=PATIENCE_MS)
    for name, text in story.record.items():
        doctor.write(f"field-{name}", text)
    doctor.write("diagnosis-search", story.diagnosis)
    doctor.press("diagnosis-option")
    doctor.sees("diagnosis", 1)
    expect(doctor.get("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)


def sign_record(doctor: Doctor) -> None:
    doctor.press("sign")
    doctor.press("sign-confirm")
    doctor.sees("signed-record")


def is_in_state(person: Person, text: str, state: str) -> None:
    message = person.get("message").filter(has_text=text)
    expect(message.get_by_test_id("message-state")).to_have_attribute(
        "data-state", state, timeout=PATIENCE_MS
    )


# No socket opens in this tab until it is freed; pages and pictures come as ever.
_BLOCK = """(() => {
    const Real = window.WebSocket
    window.isFreed = false
    window.WebSocket = class extends EventTarget {
        constructor(...given) {
            super()
            if (window.isFreed) return new Real(...given)
            setTimeout(() => this.onclose?.({ code: 1006 }), 0)
        }
        send() {}
        close() {}
    }
})()"""


def block_line(page: Page) -> None:
    """Now, and after every load; a socket that is open stays."""
    page.add_init_script(_BLOCK)
    page.evaluate(_BLOCK)


def free_line(page: Page) -> None:
    page.evaluate("isFreed = true; dispatchEvent(new Event('online'))")
