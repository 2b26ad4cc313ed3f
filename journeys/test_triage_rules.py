"""Whoever knows better than triage is kept, and the administrator sees it beside the rules and their sources."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Patient
from journeys.talk import ANSWERS, COMPLAINT

pytestmark = pytest.mark.slow
TABS = ("rules", "interviews", "model", "overrides")
DOCTOR = {"zh": "医生", "en": "Doctor"}
SENT_ON_TO = {"zh": "全科", "en": "General practice"}
NOTE = {"zh": "耳闷两周，请全科接着看。", "en": "Ears blocked for two weeks; please go on with it."}


@pytest.mark.parametrize(("locale", "phone"), [("zh", "13800138001"), ("en", "13800138003")])
def test_who_knew_better_is_seen_beside_the_rules(cast: Cast, locale: str, phone: str) -> None:
    doctor = cast.doctor(locale, "dr.ophthalmology1")
    doctor.sign_in("dr.ophthalmology1")
    doctor.go_on_duty("dr.ophthalmology1")
    patient = cast.patient(locale)
    patient.sign_in(phone)
    chooses_another_department(patient, locale)
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    doctor.press("transfer")
    doctor.get("transfer-department").select_option("general_practice")
    doctor.choose("transfer-wrong")
    doctor.write("transfer-note", NOTE[locale])
    doctor.look("triage-wrong-department")
    doctor.press("transfer-submit")
    doctor.sees("visit-pane", 0)
    doctor.leave_duty()
    # Nobody of that department is on duty in this story.
    patient.leave_queue()
    admin = cast.member(locale, "administrator", path="/staff/red-flags")
    admin.sees("stop-rate")
    admin.sees("unchecked")
    for tab in TABS:
        admin.press(f"tab-{tab}")
        admin.sees(
            {"rules": "rule", "interviews": "rule", "model": "model-card"}.get(tab, "override")
        )
        admin.look(f"triage-{tab}")
    admin.get("override-who").select_option("doctor")
    # The newest is this story's: the doctor who sent this complaint on, and where to.
    newest = admin.get("override").first
    expect(newest).to_contain_text(DOCTOR[locale], timeout=PATIENCE_MS)
    expect(newest).to_contain_text(COMPLAINT[locale])
    expect(newest.locator("strong")).to_have_text(SENT_ON_TO[locale])
    for line in admin.get("override").all():
        expect(line).to_contain_text(DOCTOR[locale])
    with admin.page.expect_download() as saved:
        admin.press("override-csv")
    assert saved.value.suggested_filename.startswith("xinglin-overrides-")


def chooses_another_department(patient: Patient, locale: str) -> None:
    patient.press("ask")
    patient.write("complaint", COMPLAINT[locale])
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.press("change-department")
    patient.press("department-ophthalmology")
    patient.press("ask-any")
