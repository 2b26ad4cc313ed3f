"""More than four weeks of medicine: the doctor asks, the patient signs on the phone, a pharmacist passes it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from journeys import prescriptions
from journeys.cast import PATIENCE_MS, Cast, Doctor, Pharmacist
from journeys.prescriptions import FollowUp, Newcomer

pytestmark = pytest.mark.slow

NEWCOMERS = {
    "zh": Newcomer("13900139077", "许长宁", "19680521", 77),
    "en": Newcomer("13900139078", "Martha Collins", "19700117", 78),
}
DOCTOR = "dr.cardiology1"
MEDICINE = "缬沙坦胶囊"
DAYS = 60
EVALUATION = {
    "zh": "近三个月血压平稳，没有不良反应，可以继续原来的药。",
    "en": "Blood pressure was steady for three months, with no side effects; the same medicine goes on.",
}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_patient_signs_for_a_long_supply(cast: Cast, locale: str) -> None:
    told = prescriptions.follow_up(cast, locale, NEWCOMERS[locale], DOCTOR)
    prescription = is_begun(told)
    is_asked_for(told.doctor, locale)
    is_read_and_signed(told, locale)
    comes_by_itself_and_is_signed(told.doctor)
    is_passed(cast, locale, prescription)
    is_shown_to_the_patient(told)


def is_begun(told: FollowUp) -> str:
    """All but the evaluation."""
    prescription = prescriptions.begin(told)
    says = {"long_term": True, "stable": True, "first_issued_offline": True}
    form: dict[str, Any] = {
        "revision": 0,
        "items": [prescriptions.item(told.doctor, MEDICINE, days=DAYS)],
        "diagnoses": [told.diagnosis],
        "patient_facts": {"is_pregnant": False, "is_breast_feeding": False},
        "told": says,
    }
    told.doctor.ask_house("PUT", f"/prescriptions/{prescription}", form)
    return prescription


def is_asked_for(doctor: Doctor, locale: str) -> None:
    """Only once the evaluation is written: nothing is asked that could not be signed then."""
    doctor.page.keyboard.press("Alt+g")
    doctor.press("rx-row")
    stands(doctor, "none")
    doctor.sees("rx-consent-ask", 0)
    doctor.get("rx-told-evaluated").check()
    doctor.write("rx-evaluation", EVALUATION[locale])
    doctor.press("rx-consent-ask")
    stands(doctor, "asked")
    doctor.look("rx-consent-asked")


def is_read_and_signed(told: FollowUp, locale: str) -> None:
    patient = told.patient
    patient.look("consent-card")
    patient.press("card-consent")
    expect(patient.get("consent-evaluation")).to_have_text(EVALUATION[locale], timeout=PATIENCE_MS)
    expect(patient.get("consent-item")).to_contain_text(str(DAYS))
    patient.press("consent-sign")
    expect(patient.get("consent-state")).to_have_attribute("data-state", "asked")
    patient.look("consent-read")
    patient.get("consent-read").check()
    patient.press("consent-sign")
    expect(patient.get("consent-state")).to_have_attribute(
        "data-state", "signed", timeout=PATIENCE_MS
    )
    patient.look("consent-signed")


def comes_by_itself_and_is_signed(doctor: Doctor) -> None:
    stands(doctor, "signed")
    doctor.sees("rx-ready")
    doctor.look("rx-consent-signed")
    doctor.page.keyboard.press("Alt+s")
    doctor.press("rx-sign-confirm")
    doctor.sees("rx-patient-signed")
    doctor.look("rx-long-term")


def is_passed(cast: Cast, locale: str, prescription: str) -> None:
    pharmacist: Pharmacist = cast.pharmacist(locale, "pharmacist2")
    pharmacist.sign_in("pharmacist2", path=f"/staff/review/{prescription}")
    pharmacist.sees("patient-signed")
    pharmacist.claim()
    pharmacist.confirm_checks()
    pharmacist.look("review-long-term")
    pharmacist.page.keyboard.press("Alt+Enter")
    expect(pharmacist.get("outcome")).to_have_attribute(
        "data-outcome", "approved", timeout=PATIENCE_MS
    )


def is_shown_to_the_patient(told: FollowUp) -> None:
    patient = told.patient
    expect(patient.get("consent-state")).to_have_attribute(
        "data-state", "used", timeout=PATIENCE_MS
    )
    patient.press("consent-see")
    expect(patient.get("rx-state")).to_have_attribute(
        "data-state", "effective", timeout=PATIENCE_MS
    )
    patient.sees("rx-consent")
    patient.look("rx-patient-long-term")


def stands(doctor: Doctor, state: str) -> None:
    expect(doctor.get("rx-consent")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
