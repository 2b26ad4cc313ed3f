"""The operator's room: from a number to the visit behind it, and what can be done there and then."""

import re

import pytest
from playwright.sync_api import Locator, expect

from journeys.cast import PATIENCE_MS, Cast, Patient, Staff
from journeys.people import identity_number
from journeys.talk import COMPLAINT, ask, describe

pytestmark = pytest.mark.slow
NEWCOMERS = {
    "zh": ("13900139091", "19920314", 91, "宋一帆", "dr.ent1"),
    "en": ("13900139092", "19870921", 92, "Harriet Boyle", "dr.ent2"),
}
MASKED = {"zh": "宋*帆", "en": "H** B**"}
LAPSE_MS = 45_000  # thirty seconds to answer, a second for the sweeper, and a slow machine


def newcomer(cast: Cast, locale: str) -> Patient:
    phone, born, sequence, name, _ = NEWCOMERS[locale]
    patient = cast.patient(locale)
    patient.go("/")
    patient.sees("phone")
    patient.sign_in(phone)
    patient.press("ask")
    patient.write("name", name)
    patient.write("id-number", identity_number(born=born, sequence=sequence))
    patient.press("agree-sensitive")
    patient.press("save-person")
    patient.consent()
    describe(patient, COMPLAINT[locale])
    return patient


def number_of(operator: Staff, column: str) -> None:
    """Press the number of the department, which is one by now."""
    cell = operator.get("row-ent").locator(f'[data-column="{column}"] button')
    expect(cell).to_be_visible(timeout=PATIENCE_MS)
    cell.click()


def my_visit(operator: Staff, locale: str) -> Locator:
    """By the masked name."""
    operator.sees("look-into")
    found = operator.get("visit-row").filter(has_text=MASKED[locale])
    expect(found).to_have_count(1, timeout=PATIENCE_MS)
    return found


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_from_a_number_to_the_visit_and_its_end(cast: Cast, locale: str) -> None:
    _, _, _, name, username = NEWCOMERS[locale]
    operator = cast.member(locale, "operator", path="/staff/board")
    operator.sees("totals")
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    patient = newcomer(cast, locale)
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    expect(operator.get("board-freshness")).to_have_attribute("data-state", "live")
    operator.look("operator-board")
    number_of(operator, "active")
    visit = my_visit(operator, locale)
    expect(operator.get("look-into")).not_to_contain_text(name)
    operator.look("operator-visits")
    assert "figure=active" in operator.page.url
    visit.get_by_role("button").first.click()
    operator.sees("course")
    expect(operator.get("look-into")).not_to_contain_text(COMPLAINT[locale][:8])
    remind(operator, doctor)
    give_time(operator)
    operator.look("operator-course")
    close(operator, patient)
    put_off_duty(operator, doctor, str(cast.hospital.person(username)["name"][locale]))
    on_the_wall(operator)


def remind(operator: Staff, doctor: Staff) -> None:
    operator.press("act-remind_doctor")
    operator.sees("remedy-done")
    doctor.sees("reminder")
    operator.press("act-remind_doctor")
    expect(operator.get("problem")).to_have_attribute(
        "data-code", "someone_was_first", timeout=PATIENCE_MS
    )
    doctor.look("doctor-reminded")
    doctor.press("reminder-done")
    doctor.sees("reminder", 0)


def give_time(operator: Staff) -> None:
    operator.press("act-extend")
    operator.write("remedy-minutes", "3")
    operator.get("reason-doctor_asked").check(force=True)
    operator.look("operator-extend")
    operator.press("remedy-submit")
    expect(operator.get("act-extend")).to_have_count(0, timeout=PATIENCE_MS)


def close(operator: Staff, patient: Patient) -> None:
    operator.press("act-close")
    operator.get("reason-system_fault").focus()  # by its key: the dialog may be moving still
    operator.page.keyboard.press("Space")
    operator.sees("close-preview")
    operator.look("operator-close")
    operator.press("remedy-submit")
    expect(operator.get("course-state")).to_have_attribute(
        "data-state", "ended", timeout=PATIENCE_MS
    )
    patient.sees("ending")
    expect(patient.get("ending-text")).to_contain_text(
        re.compile("很抱歉|We are sorry"), timeout=PATIENCE_MS
    )
    patient.look("patient-closed-by-house")


def put_off_duty(operator: Staff, doctor: Staff, name: str) -> None:
    operator.go("/staff/board?doctors=on_duty&department=ent")
    row = operator.get("doctor-row").filter(has_text=name)
    expect(row).to_have_count(1, timeout=PATIENCE_MS)
    operator.look("operator-doctors")
    row.get_by_test_id("off-duty").click()
    operator.get("reason-doctor_asked").check(force=True)
    operator.press("off-duty-submit")
    expect(row).to_have_count(0, timeout=PATIENCE_MS)
    expect(doctor.get("duty-state")).to_have_attribute("data-on", "false", timeout=PATIENCE_MS)
    doctor.sees("off-reason")


def on_the_wall(operator: Staff) -> None:
    operator.press("look-close")
    operator.press("wall")
    operator.sees("wall-board")
    operator.look("operator-wall")
    operator.lose_line()
    expect(operator.get("board-freshness")).to_have_attribute(
        "data-state", "offline", timeout=PATIENCE_MS
    )
    operator.look("operator-wall-offline")
    operator.find_line()
    expect(operator.get("board-freshness")).to_have_attribute(
        "data-state", "live", timeout=PATIENCE_MS
    )
    operator.press("wall-leave")
    operator.sees("totals")


def test_an_offer_that_nobody_answered_is_seen_and_reminded_of(cast: Cast) -> None:
    """From the monitor, whose filters stand in the address bar; the drawer takes the focus."""
    doctor = cast.doctor("zh", "doctor")
    doctor.sign_in("dr.ent1")
    doctor.go_on_duty("dr.ent1")
    patient = cast.patient("zh")
    patient.sign_in("13800138005")
    ask(patient, COMPLAINT["zh"])
    doctor.sees("offer")
    operator = cast.member("zh", "operator", path="/staff/monitor?kind=offer_lapsed&department=ent")
    expect(operator.get("filter-kind")).to_have_value("offer_lapsed", timeout=PATIENCE_MS)
    # Other stories may have left events of other doctors.
    name = str(cast.hospital.person("dr.ent1")["name"]["zh"])
    mine = operator.get("abnormal-row").filter(has_text=name).first
    expect(mine).to_be_visible(timeout=LAPSE_MS)
    operator.look("operator-monitor")
    mine.get_by_test_id("choose").check()
    operator.press("remind-many")
    operator.sees("reminded")
    doctor.sees("reminder")
    doctor.press("reminder-done")
    doctor.sees("reminder", 0)
    operator.get("filter-reminded").select_option("true")
    operator.page.wait_for_url("**reminded=true**")
    operator.sees("abnormal-row")
    operator.get("open-visit").first.press("Enter")
    operator.sees("course")
    expect(operator.page.locator("[data-testid='look-into'] h2")).to_be_focused()
    operator.page.keyboard.press("Escape")
    expect(operator.get("look-into")).to_be_hidden(timeout=PATIENCE_MS)
    # Else the next story's doctor is offered this visit.
    patient.leave_queue()
