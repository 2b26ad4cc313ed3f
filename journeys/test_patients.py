"""What a patient meets beside the straight path: danger, nobody on duty, advice to go to hospital."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast
from journeys.talk import complain

pytestmark = pytest.mark.slow

FAMILIES = {"zh": "13800138001", "en": "13800138003"}
DANGER = {
    "zh": "我爸刚才突然胸口压着疼，出冷汗，喘不上气，半个小时了还没好",
    "en": "Crushing chest pain for half an hour, sweating, and I cannot get my breath",
}
LONELY = {
    "zh": "最近两只眼睛又干又涩，看手机久了就发红，滴了人工泪液好一点。",
    "en": "Both my eyes are dry and gritty and get red when I look at the phone for long.",
}
ANSWERS = {
    "duration": "w1_4",
    "severity": "mild",
    "allergies": "none",
    "medicines": "none",
    "pregnancy": "no",
    "past_illness": "none",
}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_danger_stops_the_flow_and_shows_the_number_to_call(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(FAMILIES[locale])
    complain(patient, DANGER[locale])
    patient.sees("emergency")
    expect(patient.get("call").first).to_have_attribute("href", "tel:120")
    patient.look("patient-emergency")
    patient.page.reload()
    patient.sees("emergency")
    patient.sees("ask-any", 0)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_nobody_on_duty_is_told_and_leaves_a_choice(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(FAMILIES[locale])
    complain(patient, LONELY[locale])
    patient.answer_interview(ANSWERS)
    expect(patient.get("department")).to_have_attribute(
        "data-department", "ophthalmology", timeout=PATIENCE_MS
    )
    patient.press("ask-any")
    patient.sees("nobody")
    patient.look("patient-nobody")
    patient.press("choice-leave_message")
    patient.sees("left-message")
    patient.look("patient-left-message")
    patient.press("cancel")
    patient.press("confirm-yes")
    expect(patient.get("ending")).to_have_attribute(
        "data-ending", "cancelled_by_patient", timeout=PATIENCE_MS
    )
    patient.look("patient-cancelled")
    patient.go("/visits")
    patient.sees("visit")
    patient.look("patient-history")
    patient.go("/family")
    patient.sees("person")
    patient.look("patient-family")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_stops_online_care_and_says_where_to_go(cast: Cast, locale: str) -> None:
    """R06: the patient reads how soon, where, and what to do."""
    advice = {
        "zh": "症状需要当面检查，请今天到耳鼻喉科就诊，途中如出现呼吸困难请拨打120。",
        "en": "This needs an examination: see an ear, nose and throat clinic today.",
    }[locale]
    username = {"zh": "dr.ent1", "en": "dr.ent2"}[locale]
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    patient = cast.patient(locale)
    patient.sign_in(FAMILIES[locale])
    complaint = {
        "zh": "耳朵里流脓两周了，听声音发闷，鼻子也不通气。",
        "en": "My ear has been running for two weeks and sounds are muffled; my nose is blocked.",
    }[locale]
    complain(patient, complaint)
    patient.answer_interview(ANSWERS)
    patient.press("ask-any")
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    doctor.press("stop")
    doctor.choose("stop-reason-unsuitable")
    doctor.write("stop-advice", advice)
    doctor.write("stop-hospital", {"zh": "县人民医院", "en": "County hospital"}[locale])
    doctor.write("stop-department", {"zh": "耳鼻喉科", "en": "ENT"}[locale])
    doctor.choose("stop-urgency-today")
    doctor.look("doctor-stop")
    doctor.press("stop-submit")
    patient.sees("referral")
    expect(patient.get("referral")).to_contain_text(advice)
    patient.look("patient-referral")
