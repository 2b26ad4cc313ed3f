"""An earlier diagnosis, from the paper to the follow-up visit: V01, V02 and V03, seen from both sides."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.talk import ANSWERS

pytestmark = pytest.mark.slow

PHONES = {"zh": "13800138007", "en": "13800138003"}
DOCTOR = "dr.cardiology1"
COMPLAINT = {
    "zh": "高血压两年了，一直按时吃药，最近血压都在130/80左右，想复诊。",
    "en": "High blood pressure for two years, on tablets, lately about 130 over 80. A follow-up.",
}
CHEST_PAIN = {
    "zh": "胸痛两个小时了，压着疼，还出冷汗。",
    "en": "Chest pain for two hours, it feels like pressure, and I am sweating.",
}
HOSPITAL = {"zh": "杏林市第一人民医院", "en": "Xinglin First People's Hospital"}
SEARCH = {"zh": "高血压", "en": "I10"}
WORDS = {"zh": "页面上的姓名与就诊人不一致。", "en": "The name on the page is another one."}
ADVICE = {
    "zh": "新出现胸痛，请立即到急诊检查心电图。",
    "en": "New chest pain: go to an emergency department now for an ECG.",
}
HOSPITAL = {"zh": "最近的医院", "en": "The nearest hospital"}
EMERGENCY = {"zh": "急诊科", "en": "Emergency department"}

KEPT = """() => new Promise((done) => {
    const asked = indexedDB.open('xinglin-kept')
    asked.onupgradeneeded = () => asked.transaction.abort()
    asked.onerror = () => done(false)
    asked.onsuccess = () => {
        const all = asked.result.transaction('forms').objectStore('forms').getAll()
        all.onsuccess = () => {
            asked.result.close()
            done(all.result.some((form) => form.value.issued_on && form.value.files.length))
        }
    }
})"""


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_paper_makes_a_follow_up_and_a_changed_condition_ends_it(cast: Cast, locale: str) -> None:
    doctor = at_the_desk(cast, locale)
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    patient.sees("ask")
    keep_a_paper(patient, locale)
    ask(patient, COMPLAINT[locale])
    choose_follow_up(patient)
    patient.press("ask-any")
    accept(doctor, patient)
    before_the_judgement(patient, doctor)
    accept_the_paper(doctor, patient)
    change_of_mind(doctor, patient, locale)
    the_condition_changes(doctor, patient, locale)
    after_the_visit(patient)
    chest_pain_opens_no_visit(patient, locale)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_without_a_paper_it_is_advice_and_both_sides_read_why(cast: Cast, locale: str) -> None:
    doctor = at_the_desk(cast, locale)
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    patient.sees("ask")
    ask(patient, COMPLAINT[locale])
    patient.choose("wish-follow-up")
    patient.sees("wish-note")
    patient.press("ask-any")
    accept(doctor, patient)
    doctor.sees("advice-only")
    doctor.sees("papers", 0)
    patient.press("kind")
    for rule in ("R02", "R04", "R08"):
        expect(patient.get("kind")).to_contain_text(rule)
    patient.look("followup-advice")


def at_the_desk(cast: Cast, locale: str) -> Doctor:
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(DOCTOR)
    doctor.go_on_duty(DOCTOR)
    return doctor


def keep_a_paper(patient: Patient, locale: str) -> None:
    """What is missing is told; what was typed and chosen outlives a reload."""
    patient.go("/proofs")
    patient.sees("add-proof")
    patient.look("proofs-none")
    patient.press("add-proof")
    patient.sees("save-proof")
    patient.press("save-proof")
    expect(patient.page.locator(".field-error").first).to_be_visible()
    patient.look("proof-faults")
    patient.choose("kind-discharge_summary")
    patient.write("diagnosis-words", SEARCH[locale])
    patient.press("diagnosis-found")
    patient.write("hospital", HOSPITAL[locale])
    past = datetime.now(UTC) - timedelta(days=90)
    patient.write("issued-on", f"{past:%Y-%m-%d}")
    patient.get("picture-input").first.set_input_files(
        {"name": "paper.png", "mimeType": "image/png", "buffer": paper()}
    )
    expect(patient.get("picture")).to_have_attribute("data-ready", "true", timeout=PATIENCE_MS)
    is_kept(patient)
    patient.page.reload()
    expect(patient.get("hospital")).to_have_value(HOSPITAL[locale], timeout=PATIENCE_MS)
    expect(patient.get("picture")).to_have_attribute("data-ready", "true", timeout=PATIENCE_MS)
    patient.look("proof-form")
    patient.press("save-proof")
    patient.sees("proof")
    patient.look("proofs-kept")
    patient.press("proof")
    patient.sees("proof-card")
    patient.look("proof-one")


def is_kept(patient: Patient) -> None:
    """What was written and chosen last, the file, lies on the device."""
    patient.waits_until(KEPT)


def ask(patient: Patient, complaint: str) -> None:
    patient.go("/ask")
    patient.write("complaint", complaint)
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.sees("department")
    if patient.get("department").get_attribute("data-department") != "cardiology":
        patient.press("change-department")
        patient.press("department-cardiology")


def choose_follow_up(patient: Patient) -> None:
    patient.choose("wish-follow-up")
    patient.sees("choose-proof")
    patient.look("followup-wish-without")
    patient.choose("choose-proof")
    patient.look("followup-wish")


def accept(doctor: Doctor, patient: Patient) -> None:
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)


def before_the_judgement(patient: Patient, doctor: Doctor) -> None:
    doctor.sees("papers")
    doctor.sees("advice-only")
    stands(patient, "waiting")
    patient.look("followup-waiting")
    doctor.look("followup-papers")
    doctor.press("paper-picture")
    doctor.sees("viewer")
    doctor.look("followup-viewer")
    doctor.press("viewer-close")


def accept_the_paper(doctor: Doctor, patient: Patient) -> None:
    """V02."""
    doctor.press("judge-submit")
    doctor.sees("judge-missing")
    doctor.choose("judge-accepted")
    doctor.sees("diagnosis", 1)
    doctor.look("followup-judge")
    doctor.press("judge-submit")
    judged(doctor, "accepted")
    doctor.sees("follow-up")
    expect(doctor.get("judgement")).to_contain_text("R04 R05")
    stands(patient, "accepted")
    doctor.look("followup-accepted-doctor")
    patient.look("followup-accepted")


def change_of_mind(doctor: Doctor, patient: Patient, locale: str) -> None:
    """A new judgement, and the old one stays to be read."""
    doctor.press("judge-again")
    doctor.choose("judge-not_accepted")
    doctor.choose("judge-reason-another_person")
    doctor.write("judge-words", WORDS[locale])
    doctor.look("followup-reasons")
    doctor.press("judge-submit")
    judged(doctor, "not_accepted")
    doctor.sees("advice-only")
    stands(patient, "not_accepted")
    patient.press("visit-proofs")
    expect(patient.get("verdict").first).to_contain_text(WORDS[locale])
    patient.sees("verdict", 2)
    patient.look("followup-sheet")
    patient.press("proofs-close")
    doctor.press("judge-again")
    doctor.choose("judge-accepted")
    doctor.press("judge-submit")
    judged(doctor, "accepted")
    stands(patient, "accepted")


def the_condition_changes(doctor: Doctor, patient: Patient, locale: str) -> None:
    """V03: the rule says stop, and the form of the stop is open."""
    doctor.press("judge-again")
    doctor.choose("judge-condition_changed")
    doctor.press("judge-submit")
    expect(doctor.get("stop-reason-changed_condition")).to_be_checked(timeout=PATIENCE_MS)
    expect(doctor.get("papers").get_by_test_id("problem")).to_contain_text("120")
    doctor.write("stop-advice", ADVICE[locale])
    doctor.write("stop-hospital", HOSPITAL[locale])
    doctor.write("stop-department", EMERGENCY[locale])
    doctor.choose("stop-urgency-now")
    doctor.look("followup-stop")
    doctor.press("stop-submit")
    doctor.sees("visit-over")
    patient.sees("referral")
    expect(patient.get("referral")).to_contain_text(ADVICE[locale])


def after_the_visit(patient: Patient) -> None:
    stands(patient, "accepted")
    patient.look("followup-ended")
    patient.go("/proofs")
    expect(patient.get("proof-state").first).to_have_attribute(
        "data-state", "accepted", timeout=PATIENCE_MS
    )
    patient.look("proofs-accepted")


def chest_pain_opens_no_visit(patient: Patient, locale: str) -> None:
    """V03 once more, told before the visit: the emergency card, whatever was proven."""
    patient.go("/ask")
    patient.write("complaint", CHEST_PAIN[locale])
    patient.press("send-complaint")
    patient.sees("emergency")
    expect(patient.get("call")).to_contain_text("120")


def judged(doctor: Doctor, outcome: str) -> None:
    expect(doctor.get("judgement").first).to_have_attribute(
        "data-outcome", outcome, timeout=PATIENCE_MS
    )


def stands(patient: Patient, state: str) -> None:
    expect(patient.get("visit-proofs")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)


def paper() -> bytes:
    """A drawing of a page, of nobody."""
    page = Image.new("RGB", (900, 1200), "white")
    pen = ImageDraw.Draw(page)
    pen.rectangle((40, 40, 860, 1160), outline="black", width=3)
    pen.text((300, 80), "DISCHARGE SUMMARY", fill="black", font_size=32)
    for line in range(22):
        for word in range(6):
            x, y = 80 + word * 128, 180 + line * 42
            pen.rectangle((x, y, x + 60 + (line * word * 7) % 50, y + 14), fill=(60, 60, 60))
    pen.ellipse((600, 900, 800, 1100), outline=(190, 40, 40), width=6)
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()
