"""A patient is sent to a hospital, has the letter, is asked days later whether they went, and answers."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.talk import begin_talk
from journeys.test_family import in_the_house

pytestmark = pytest.mark.slow

WORDS = {
    "zh": {
        "hospital": "市第一医院",
        "department": "耳鼻喉科",
        "advice": "请今天到医院检查鼓膜；如果突然听不见，立即就诊。",
        "clinical": "双耳闷胀两周伴鼻塞，线上不能看鼓膜。",
        "answer": "周三上午的号",
    },
    "en": {
        "hospital": "First City Hospital",
        "department": "Ear, nose and throat",
        "advice": "Please have your eardrums looked at today; if you suddenly hear nothing, go at once.",
        "clinical": "Two weeks of blocked ears and nose; the drum cannot be seen online.",
        "answer": "On Wednesday morning",
    },
}
BOOKING = "https://booking.example.cn/ent"
# The days go by.
_ASK = """
from datetime import timedelta
from xinglin.care.consultation import services
from xinglin.kernel import clock
services.ask_who_was_referred(at=clock.now() + timedelta(days=9))
"""


@pytest.mark.parametrize(
    ("locale", "phone", "username"),
    [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")],
)
def test_a_referral_from_the_letter_to_the_answer(
    cast: Cast, locale: str, phone: str, username: str
) -> None:
    patient, doctor = begin_talk(cast, locale, phone, username)
    refer(doctor, locale)
    the_patient_has_the_letter(patient)
    patient.sees("went", 0)
    in_the_house(cast.hospital, _ASK)
    the_patient_answers(patient, locale)
    the_doctor_reads_it(doctor, locale)


def refer(doctor: Doctor, locale: str) -> None:
    words = WORDS[locale]
    doctor.press("close")
    doctor.press("close-to-stop")
    doctor.choose("stop-reason-unsuitable")
    doctor.choose("stop-urgency-today")
    for field in ("hospital", "department", "advice", "clinical"):
        doctor.write(f"stop-{field}", words[field])
    doctor.write("stop-booking", "http://booking.example.cn")
    doctor.press("stop-submit")
    expect(doctor.get("problem").first).to_be_visible(timeout=PATIENCE_MS)
    doctor.write("stop-booking", BOOKING)
    doctor.look("referral-dialog")
    doctor.press("stop-submit")
    doctor.sees("visit-over")
    doctor.sees("referral-note")
    doctor.look("referral-doctor")


def the_patient_has_the_letter(patient: Patient) -> None:
    patient.sees("referral")
    expect(patient.get("referral-book")).to_have_attribute("href", BOOKING)
    for form, begins in (("pdf", b"%PDF-"), ("json", b'{"resourceType":"Bundle"')):
        with patient.page.expect_download() as coming:
            patient.press(f"letter-{form}")
        got = Path(coming.value.path()).read_bytes()
        assert got.startswith(begins), got[:80]
    patient.look("referral-patient")


def the_patient_answers(patient: Patient, locale: str) -> None:
    patient.page.reload()
    patient.sees("went")
    patient.look("referral-went")
    patient.choose("went-booked")
    patient.write("went-words", WORDS[locale]["answer"])
    patient.press("went-send")
    patient.sees("went-answered")


def the_doctor_reads_it(doctor: Doctor, locale: str) -> None:
    doctor.page.reload()
    doctor.press("today-open")
    item = doctor.page.locator('[data-testid="due-item"][data-kind="went"]').first
    expect(item).to_be_visible(timeout=PATIENCE_MS)
    doctor.look("referral-due")
    item.click()
    expect(doctor.get("referral-answer")).to_contain_text(WORDS[locale]["answer"])
    doctor.look("referral-answer")
    doctor.press("referral-noted")
    expect(doctor.get("referral-noted")).to_have_count(0, timeout=PATIENCE_MS)
