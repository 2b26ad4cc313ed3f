"""Finding a doctor and asking for that doctor, from the search to the answer."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Patient
from journeys.stories import STORIES
from journeys.talk import ANSWERS

pytestmark = pytest.mark.slow

PHONES = {"zh": "13800138004", "en": "13800138003"}
SECOND = "13800138007"
SKIN = {"zh": "dr.dermatology2", "en": "dr.dermatology3"}
ILLNESS = {"zh": "湿疹", "en": "eczema"}
DANGER = {
    "zh": "我爸刚才突然胸口压着疼，出冷汗，喘不上气，半个小时了还没好",
    "en": "Crushing chest pain for half an hour, sweating, and I cannot get my breath",
}


def enter(patient: Patient, phone: str) -> None:
    """Signed in: going elsewhere before that would lead back to the door."""
    patient.sign_in(phone)
    patient.sees("ask")


def name_of(cast: Cast, username: str, locale: str) -> str:
    return str(cast.hospital.person(username)["name"][locale])


def search(patient: Patient, words: str) -> None:
    patient.write("doctor-search", words)
    patient.page.wait_for_url("**q=**")


def open_page(cast: Cast, patient: Patient, username: str, locale: str) -> None:
    name = name_of(cast, username, locale)
    patient.go("/doctors")
    search(patient, name)
    patient.get("doctor-line").filter(has_text=name).first.click()
    patient.sees("doctor-page")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_is_found_and_read_about(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    enter(patient, PHONES[locale])
    patient.press("doctors")
    patient.sees("doctor-line")
    patient.look("patient-doctors")
    search(patient, ILLNESS[locale])
    patient.sees("doctor-line")
    patient.press("department-dermatology")
    patient.page.wait_for_url("**department=dermatology**")
    patient.page.reload()
    expect(patient.get("doctor-search")).to_have_value(ILLNESS[locale], timeout=PATIENCE_MS)
    expect(patient.get("department-dermatology")).to_have_attribute("aria-pressed", "true")
    patient.sees("doctor-line")
    patient.look("patient-doctors-found")
    search(patient, "zzzz")
    patient.sees("no-doctors")
    patient.look("patient-doctors-none")
    open_page(cast, patient, "dr.neurology2", locale)  # Of the demo's own past; in no other story.
    patient.sees("few-ratings")
    expect(patient.get("number-patients")).to_contain_text("1", timeout=PATIENCE_MS)
    patient.look("patient-doctor")
    patient.go("/doctors")
    patient.sees("recent")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_danger_stops_whoever_asks_for_a_doctor_by_name(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    enter(patient, PHONES[locale])
    open_page(cast, patient, "dr.cardiology2", locale)
    patient.press("ask-named")
    patient.sees("chosen-doctor")
    patient.write("complaint", DANGER[locale])
    patient.press("send-complaint")
    patient.sees("emergency")
    patient.sees("ask-doctor", 0)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_doctor_who_was_asked_for_takes_the_visit_and_the_last_place_is_gone(
    cast: Cast, locale: str
) -> None:
    username = SKIN[locale]
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.get("named").locator("summary").click()
    doctor.write("named-limit", "1")
    doctor.get("named-limit").locator("input").press("Tab")
    doctor.press("named-save")
    expect(doctor.get("named-today")).to_contain_text("0/1", timeout=PATIENCE_MS)
    doctor.go_on_duty(username)
    doctor.look("doctor-named")

    patient = cast.patient(locale)
    enter(patient, PHONES[locale])
    open_page(cast, patient, username, locale)
    expect(patient.get("next-free")).to_have_attribute("data-state", "now", timeout=PATIENCE_MS)
    patient.press("ask-named")
    patient.sees("chosen-doctor")
    patient.page.reload()
    patient.sees("chosen-doctor")
    patient.look("patient-ask-named")
    patient.write("complaint", STORIES[locale].complaint)
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.sees("doctor-step")
    patient.look("patient-doctor-step")

    second = cast.patient(locale, "second")
    enter(second, SECOND)
    open_page(cast, second, username, locale)
    second.press("ask-named")
    second.write("complaint", STORIES[locale].complaint)
    second.press("send-complaint")
    second.answer_interview(ANSWERS)
    second.sees("ask-doctor")

    patient.press("ask-doctor")
    patient.sees("visit-page")
    second.press("ask-doctor")
    expect(second.page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE_MS)
    second.look("patient-doctor-full")
    second.press("ask-anyone")
    second.sees("ask-any")

    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    open_page(cast, second, username, locale)
    expect(second.get("next-free")).to_have_attribute("data-state", "full", timeout=PATIENCE_MS)
    second.look("patient-doctor-page-full")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_off_duty_leaves_every_way_open(cast: Cast, locale: str) -> None:
    username = {"zh": "dr.ophthalmology1", "en": "dr.ophthalmology2"}[locale]
    patient = cast.patient(locale)
    enter(patient, PHONES[locale])
    open_page(cast, patient, username, locale)
    patient.press("ask-named")
    patient.write(
        "complaint",
        {
            "zh": "最近两只眼睛又干又涩，看手机久了就发红，滴了人工泪液好一点。",
            "en": "Both my eyes are dry and gritty and get red when I look at the phone for long.",
        }[locale],
    )
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.press("ask-doctor")
    patient.sees("nobody")
    patient.look("patient-named-nobody")
    patient.press("choice-wait")
    patient.sees("queue")
    patient.look("patient-named-queue")
    patient.press("ask-anyone")
    patient.sees("nobody")
    expect(patient.get("choice-ask_anyone")).to_have_count(0, timeout=PATIENCE_MS)
    patient.press("choice-cancel")
    patient.press("confirm-yes")
    expect(patient.get("ending")).to_have_attribute(
        "data-ending", "cancelled_by_patient", timeout=PATIENCE_MS
    )
