"""A patient asks for a doctor who speaks English, is told that nobody does, waits, and gets that one."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast
from journeys.talk import ANSWERS

pytestmark = pytest.mark.slow

PHONES = {"zh": "13800138004", "en": "13800138003"}
# Of one department; the second speaks no more than is said of everybody. Of the demo's doctors.
SPEAKER, IDLE = "dr.cardiology1", "dr.cardiology2"
COMPLAINT = {
    "zh": "这两天偶尔觉得心跳漏一拍，平时血压有点高，想问问要不要做检查。",
    "en": "My heart skips a beat now and then these days, and my blood pressure is a little high.",
}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_whoever_asks_for_english_gets_the_doctor_who_speaks_it(cast: Cast, locale: str) -> None:
    idle, speaker = cast.doctor(locale, "idle"), cast.doctor(locale, "doctor")
    for doctor, username in ((idle, IDLE), (speaker, SPEAKER)):
        doctor.sign_in(username)
        doctor.go_on_duty(username)

    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    patient.press("ask")
    patient.write("complaint", COMPLAINT[locale])
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.sees("department")
    patient.press("change-department")
    patient.press("department-cardiology")
    patient.sees("language-en")
    patient.look("patient-language-offered")
    patient.choose("language-en")
    patient.look("patient-language-chosen")

    speaker.press("duty-switch")  # the last who speaks it leaves just then
    expect(speaker.get("duty-state")).to_have_attribute("data-on", "false", timeout=PATIENCE_MS)
    patient.press("ask-any")
    patient.sees("nobody")
    patient.sees("choice-ask_anyone")
    patient.look("patient-language-nobody")
    patient.press("choice-wait")
    patient.sees("queue")
    patient.look("patient-language-queue")
    idle.sees("offer", 0)

    speaker.press("duty-switch")
    speaker.sees("offer-language")
    speaker.look("doctor-language-offer")
    idle.sees("offer", 0)
    speaker.press("offer-accept")
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)

    patient.go("/doctors")
    name = str(cast.hospital.person(SPEAKER)["name"][locale])
    patient.write("doctor-search", name)
    patient.page.wait_for_url("**q=**")
    patient.get("doctor-line").filter(has_text=name).first.click()
    patient.sees("doctor-page")
    patient.sees("doctor-languages")
    patient.look("patient-language-doctor")
