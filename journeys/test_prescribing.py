"""A prescription, from why there is none to the doctor's signature, as doctor and patient see it."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.test_followup import (
    COMPLAINT,
    accept,
    ask,
    at_the_desk,
    choose_follow_up,
    keep_a_paper,
)

pytestmark = pytest.mark.slow

# No other story prescribes for these families.
PHONES = {"zh": "13800138007", "en": "13800138003"}
MEDICINES = (("bhsaldp", "M0001"), ("spironolactone", "M0044"), ("氯化钾", "M0303"))
COPIED = 6  # fields of each that are seen: the medicine, dose, unit, route, how often, days
WHY_LONGER = {"zh": "高血压病情稳定，减少往返", "en": "Stable hypertension, fewer journeys"}
WHY = {"zh": "已复查血钾，短期合用并监测", "en": "Potassium was checked and is watched"}

RETURN = {"zh": "请把天数改为10天", "en": "Please make it 10 days"}
SET = "降压补钾三联"
KEPT = """() => new Promise((done) => {
    const asked = indexedDB.open('xinglin-kept')
    asked.onerror = () => done(false)
    asked.onsuccess = () => {
        const all = asked.result.transaction('forms').objectStore('forms').getAll()
        all.onsuccess = () => {
            asked.result.close()
            done(all.result.some((form) => Object.keys(form.value.of ?? {}).length > 0))
        }
    }
})"""


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_writes_signs_and_voids_and_the_patient_reads_where_it_stands(
    cast: Cast, locale: str
) -> None:
    doctor = at_the_desk(cast, locale)
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    patient.sees("ask")
    keep_a_paper(patient, locale)
    ask(patient, COMPLAINT[locale])
    choose_follow_up(patient)
    patient.press("ask-any")
    accept(doctor, patient)
    says_why_there_is_none(doctor)
    opens_once_the_paper_is_accepted(doctor)
    writes(doctor)
    if locale == "zh":
        keeps_what_is_written_often(doctor)
    is_asked_why_so_long(doctor, locale)
    goes_on_over_a_warning(doctor, locale)
    comes_back_to_what_was_written(doctor)
    signs(doctor)
    reads_that_it_is_not_valid_yet(patient)
    prescription = patient.page.url.rsplit("/", 1)[-1]
    pharmacist = Pharmacist(cast, locale, prescription)
    pharmacist.sends_back(RETURN[locale])
    is_amended_and_signed_again(doctor, locale)
    pharmacist.approves(2)
    shows_the_code(patient)
    voids(doctor)
    expect(patient.get("rx-state")).to_have_attribute("data-state", "voided", timeout=PATIENCE_MS)
    patient.look("rx-patient-voided")
    patient.go("/history/prescriptions")
    own = patient.page.locator(f'[data-testid="prescription"][href$="/{prescription}"]')
    expect(own).to_have_attribute("data-state", "voided", timeout=PATIENCE_MS)
    patient.look("rx-patient-all")
    if locale == "zh":
        copies_into_the_next_visit(doctor, patient, locale)
        puts_a_favourite_on_a_sheet(doctor)


def says_why_there_is_none(doctor: Doctor) -> None:
    doctor.sees("papers")
    doctor.press("side-rx")
    expect(doctor.get("rx-against")).to_contain_text("R08", timeout=PATIENCE_MS)
    doctor.sees("rx-start-western", 0)
    doctor.look("rx-against")


def opens_once_the_paper_is_accepted(doctor: Doctor) -> None:
    doctor.press("side-papers")
    doctor.choose("judge-accepted")
    doctor.sees("diagnosis", 1)
    doctor.press("judge-submit")
    doctor.sees("follow-up")
    doctor.page.keyboard.press("Alt+g")
    doctor.sees("rx-start-western")
    doctor.look("rx-begin")
    doctor.press("rx-start-western")
    doctor.sees("rx-draft")
    doctor.look("rx-empty")


def writes(doctor: Doctor) -> None:
    """By keyboard; nothing is kept on the server while a line is unfinished."""
    keys = doctor.page.keyboard
    for place, (words, code) in enumerate(MEDICINES):
        doctor.write("medicine-search", words)
        option = doctor.get("medicine-option").and_(doctor.page.locator(f'[data-code="{code}"]'))
        expect(option).to_be_visible(timeout=PATIENCE_MS)
        if place == 0:
            doctor.look("rx-search")
        while option.get_attribute("aria-selected") != "true":
            keys.press("ArrowDown")
        keys.press("Enter")
        expect(doctor.page.locator(f"#rx-{place}-dose")).to_be_focused(timeout=PATIENCE_MS)
        keeps(doctor, "unfinished")
        keys.type("1")
        # Tablets or milligrams: the first is the medicine's own, and nobody has chosen it yet.
        item(doctor, place).get_by_test_id("rx-dose-unit").select_option(index=1)
        item(doctor, place).get_by_test_id("rx-frequency").select_option("qd")
        item(doctor, place).get_by_test_id("rx-days").fill("7")
        keeps(doctor, "saved")
    expect(item(doctor, 0).get_by_test_id("rx-quantity")).to_contain_text("7")
    doctor.press("rx-sign")
    expect(doctor.get("rx-missing")).to_have_attribute("data-count", "1")
    expect(doctor.get("rx-diagnosis")).to_be_focused()
    keys.press("Space")
    keeps(doctor, "saved")


def is_asked_why_so_long(doctor: Doctor, locale: str) -> None:
    item(doctor, 0).get_by_test_id("rx-days").fill("14")
    expect(doctor.get("problem").first).to_contain_text("R34", timeout=PATIENCE_MS)
    expect(item(doctor, 0).get_by_test_id("rx-quantity")).to_contain_text("14")
    expect(doctor.get("rx-longer-for")).to_be_visible()
    doctor.press("rx-sign")
    doctor.look("rx-too-long")
    doctor.get("rx-longer-for").select_option("chronic")
    doctor.write("rx-longer-reason", WHY_LONGER[locale])
    doctor.sees("problem", 0)


def goes_on_over_a_warning(doctor: Doctor, locale: str) -> None:
    doctor.sees("rx-level-warn")
    doctor.press("rx-sign")
    expect(doctor.get("rx-reason")).to_be_focused(timeout=PATIENCE_MS)
    doctor.look("rx-warning")
    doctor.write("rx-reason", WHY[locale])


def comes_back_to_what_was_written(doctor: Doctor) -> None:
    """Reload and all, once the reason lies on the device."""
    doctor.waits_until(KEPT)
    doctor.page.reload()
    doctor.sees("side-rx")
    doctor.page.keyboard.press("Alt+g")
    doctor.press("rx-row")
    doctor.sees("rx-item", len(MEDICINES))
    expect(doctor.field("rx-reason")).not_to_have_value("", timeout=PATIENCE_MS)


def signs(doctor: Doctor) -> None:
    doctor.page.keyboard.press("Alt+s")
    doctor.sees("rx-sign-confirm")
    doctor.sees("rx-sign-reason")
    doctor.look("rx-sign")
    doctor.press("rx-sign-confirm")
    doctor.sees("rx-signed")
    expect(doctor.get("rx-signed")).to_have_attribute("data-state", "signed_by_doctor")
    doctor.look("rx-signed")


def reads_that_it_is_not_valid_yet(patient: Patient) -> None:
    patient.sees("visit-prescription")
    patient.look("rx-patient-visit")
    patient.press("visit-prescription")
    patient.sees("rx-item", len(MEDICINES))
    expect(patient.get("rx-state")).to_have_attribute("data-state", "signed_by_doctor")
    patient.sees("show-ticket", 0)
    patient.look("rx-patient-waits")


class Pharmacist:
    """Whoever reviews, through the door that the room of review uses."""

    def __init__(self, cast: Cast, locale: str, prescription: str) -> None:
        self._person = cast.staff(locale, "pharmacist")
        self._person.sign_in("pharmacist1")
        self._at = f"{cast.hospital.url}/api/v1/review/{prescription}"

    def sends_back(self, words: str) -> None:
        self._post("claim", {})
        self._post("return", {"version": 1, "reason": "dose", "words": words})

    def approves(self, version: int) -> None:
        self._post("claim", {})
        seen = self._person.context.request.get(self._at).json()
        codes = [each["code"] for each in seen["checks"]]
        self._post("approve", {"version": version, "checks": codes})

    def _post(self, act: str, form: dict[str, Any]) -> None:
        cookies = self._person.context.cookies()
        csrf = next(c["value"] for c in cookies if c["name"] == "csrf")
        headers = {"X-CSRFToken": csrf, "Idempotency-Key": str(uuid4())}
        answer = self._person.context.request.post(f"{self._at}/{act}", headers=headers, data=form)
        assert answer.ok, answer.text()


def is_amended_and_signed_again(doctor: Doctor, locale: str) -> None:
    expect(doctor.get("rx-returned")).to_contain_text(RETURN[locale], timeout=PATIENCE_MS)
    doctor.look("rx-returned")
    item(doctor, 0).get_by_test_id("rx-days").fill("10")
    keeps(doctor, "saved")
    doctor.page.keyboard.press("Alt+s")
    doctor.press("rx-sign-confirm")
    doctor.sees("rx-signed")


def shows_the_code(patient: Patient) -> None:
    expect(patient.get("rx-state")).to_have_attribute(
        "data-state", "effective", timeout=PATIENCE_MS
    )
    patient.press("show-ticket")
    patient.sees("ticket-qr")
    patient.look("rx-patient-effective")


def voids(doctor: Doctor) -> None:
    expect(doctor.get("rx-signed")).to_have_attribute(
        "data-state", "effective", timeout=PATIENCE_MS
    )
    doctor.look("rx-effective")
    doctor.press("rx-void")
    doctor.press("void-submit")
    doctor.choose("void-reason-condition_changed")
    doctor.look("rx-void")
    doctor.press("void-submit")
    expect(doctor.get("rx-signed")).to_have_attribute("data-state", "voided", timeout=PATIENCE_MS)
    doctor.press("rx-back")
    doctor.sees("rx-row", 1)


def copies_into_the_next_visit(doctor: Doctor, patient: Patient, locale: str) -> None:
    """Nothing that was copied is signed before each field has the doctor's own yes."""
    doctor.end_visits()
    ask(patient, COMPLAINT[locale])
    choose_follow_up(patient)
    patient.press("ask-any")
    accept(doctor, patient)
    doctor.sees("papers")
    doctor.choose("judge-accepted")
    doctor.press("judge-submit")
    doctor.sees("follow-up")
    doctor.page.keyboard.press("Alt+g")
    doctor.press("rx-copy")
    doctor.sees("rx-item", len(MEDICINES))
    doctor.look("rx-copied")
    item(doctor, 0).get_by_test_id("rx-days").fill("5")
    doctor.sees("rx-confirm", len(MEDICINES) * COPIED - 1)
    doctor.press("rx-sign")
    doctor.sees("rx-sign-confirm", 0)
    while doctor.get("rx-confirm").count():
        doctor.press("rx-confirm")
    keeps(doctor, "saved")
    doctor.press("rx-diagnosis")
    keeps(doctor, "saved")
    expect(doctor.get("rx-missing")).to_have_attribute("data-count", "0", timeout=PATIENCE_MS)


def keeps_what_is_written_often(doctor: Doctor) -> None:
    """One medicine under its own name, and all three as a set."""
    item(doctor, 0).get_by_test_id("favourite-keep").click()
    doctor.press("favourite-save")
    doctor.sees("favourite-kept")
    doctor.get("favourite-keep").last.click()
    doctor.write("favourite-name", SET)
    doctor.look("rx-favourite-name")
    doctor.press("favourite-save")
    doctor.sees("favourite-kept", 2)
    doctor.press("favourites-open")
    doctor.sees("favourite-row", 2)
    doctor.page.get_by_test_id("favourite-remove").first.click()
    doctor.sees("favourite-row", 1)
    expect(doctor.get("favourite-undo")).to_be_focused(timeout=PATIENCE_MS)
    doctor.page.keyboard.press("Enter")
    doctor.sees("favourite-row", 2)
    doctor.page.keyboard.press("Escape")


def puts_a_favourite_on_a_sheet(doctor: Doctor) -> None:
    """By key, and nothing of it is the doctor's before each field was confirmed."""
    doctor.press("rx-back")
    doctor.press("rx-start-western")
    doctor.sees("rx-empty")
    doctor.get("medicine-search").focus()
    doctor.sees("favourite-option", 2)
    doctor.look("rx-favourites")
    doctor.page.keyboard.press("ArrowDown")
    doctor.page.keyboard.press("ArrowDown")
    doctor.page.keyboard.press("Enter")
    doctor.sees("rx-item", len(MEDICINES))
    expect(doctor.get("rx-confirm").first).to_be_focused(timeout=PATIENCE_MS)
    doctor.look("rx-favourite-put")
    keeps(doctor, "saved")
    doctor.press("rx-diagnosis")
    keeps(doctor, "saved")
    doctor.page.keyboard.press("Alt+s")
    doctor.sees("rx-sign-confirm", 0)
    expect(doctor.get("rx-missing")).to_have_attribute(
        "data-count", str(len(MEDICINES) * COPIED), timeout=PATIENCE_MS
    )


def item(doctor: Doctor, place: int) -> Locator:
    return doctor.get("rx-item").nth(place)


def keeps(doctor: Doctor, state: str) -> None:
    expect(doctor.get("rx-keep")).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
