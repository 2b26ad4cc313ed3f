"""Before the visit: the complaint's own questions, danger in an answer, nothing lost, another door."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Patient
from journeys.talk import ANSWERS, COMPLAINT, InTalk, complain

pytestmark = pytest.mark.slow

PHONES = {"zh": "13800138001", "en": "13800138003"}
COUGH = {
    "zh": "咳嗽一个多星期了，有点痰，晚上咳得多。",
    "en": "I have been coughing for more than a week with some phlegm, mostly at night.",
}
CHEST = {
    "zh": "胸口闷疼，走路的时候会有，歇一会儿就好。",
    "en": "I have chest pain when I walk; it goes away when I rest.",
}
DESPAIR = {
    "zh": "最近每天都睡不着，觉得活着没意思，不想活了。",
    "en": "I cannot sleep any more and I do not want to live.",
}

CALLED = {
    "zh": "已通话，家人在身边，约好明天复诊。",
    "en": "Spoke by phone, family is there; a visit is set for tomorrow.",
}
FRENCH = "J'ai mal au ventre depuis trois jours et je vomis."


def question(patient: Patient) -> str:
    found = patient.get("question").get_attribute("data-question", timeout=PATIENCE_MS)
    assert found
    return found


def until(patient: Patient, link_id: str) -> None:
    """Goes on, answering as somebody who is not very ill, until this is asked."""
    patient.sees("interview")
    for _ in range(15):
        now = question(patient)
        if now == link_id:
            return
        patient.answer_one(ANSWERS)
    raise AssertionError(f"{link_id} is not asked")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_cough_is_asked_about_as_a_cough_and_no_answer_is_lost(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    complain(patient, COUGH[locale])
    until(patient, "cough_with")
    expect(patient.get("interview")).to_have_attribute("data-about", "Cough")
    patient.press("option-wheeze")
    patient.look("interview-question")
    patient.press("next")
    assert question(patient) == "temperature"
    patient.write("measured-temperature", "385")
    patient.press("next")
    expect(patient.page.locator("#fault-temperature")).to_be_visible(timeout=PATIENCE_MS)
    patient.look("interview-measured")
    patient.lose_line()
    patient.write("measured-temperature", "37,2")
    patient.press("next")
    expect(patient.get("question")).to_have_attribute("data-question", "cough_sputum")
    patient.find_line()
    patient.page.reload()
    patient.sees("interview")
    assert question(patient) == "cough_sputum"
    patient.press("previous")
    expect(patient.field("measured-temperature")).to_have_value("37,2")
    patient.press("previous")
    expect(patient.get("option-wheeze")).to_be_checked()
    patient.answer_interview(ANSWERS)
    patient.sees("urgency")
    patient.sees("made-by-software")
    patient.get("urgency-why").locator("summary").click()
    patient.look("interview-outcome")
    patient.press("change-department")
    patient.press("department-general_practice")
    expect(patient.get("department")).to_have_attribute("data-department", "general_practice")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_danger_in_an_answer_stops_at_once(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    complain(patient, CHEST[locale])
    patient.sees("interview")
    until(patient, "d_chest_with")
    patient.choose("option-sweat")
    patient.press("next")
    patient.sees("emergency")
    expect(patient.get("call").first).to_have_attribute("href", "tel:120")
    patient.page.reload()
    patient.sees("emergency")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_another_device_has_finished_goes_on_from_there(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    complain(patient, COUGH[locale])
    until(patient, "more")
    here, patient.page = patient.page, patient.context.new_page()
    patient.page.goto(here.url)
    patient.answer_interview(ANSWERS)
    patient.sees("urgency")
    patient.page.close()
    patient.page = here
    patient.press("next")
    patient.sees("urgency")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_who_does_not_want_to_live_is_not_left_alone(cast: Cast, locale: str) -> None:
    """The card speaks to the person, and the operators are told within a moment."""
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    complain(patient, DESPAIR[locale])
    patient.sees("emergency")
    expect(patient.get("emergency")).to_have_attribute("data-crisis", "true")
    expect(patient.get("crisis-line").first).to_have_attribute("href", "tel:12356")
    patient.look("interview-crisis")
    operator = cast.member(locale, "operator", path="/staff/monitor?kind=crisis_told")
    row = operator.page.locator('[data-testid="abnormal-row"][data-kind="crisis_told"]').first
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    # The newest stands first; of the other language's story there may be one below it.
    row.get_by_test_id("crisis-call").click()
    expect(row.get_by_test_id("crisis-contact")).to_contain_text(
        PHONES[locale], timeout=PATIENCE_MS
    )
    operator.look("monitor-crisis")
    row.get_by_test_id("crisis-note").fill(CALLED[locale])
    row.get_by_test_id("crisis-acknowledge").click()
    expect(row.get_by_test_id("crisis-acknowledged")).to_contain_text(
        CALLED[locale], timeout=PATIENCE_MS
    )
    operator.look("monitor-acknowledged")
    operator.get("filter-unsettled").check()
    expect(operator.page.get_by_text(CALLED[locale])).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_who_writes_in_another_language_reads_whom_to_call_in_it(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(PHONES[locale])
    complain(patient, FRENCH)
    expect(patient.get("unread")).to_contain_text("appelez le 120", timeout=PATIENCE_MS)
    patient.sees("interview")
    patient.look("interview-unread")


@pytest.mark.parametrize(("locale", "username"), [("zh", "dr.ent1"), ("en", "dr.ent2")])
def test_the_doctor_reads_the_words_and_on_what_the_urgency_rests(
    in_talk: InTalk,
    locale: str,
    username: str,
) -> None:
    _, doctor = in_talk(locale, PHONES[locale], username)
    doctor.sees("intake-level")
    if doctor.get("intake").get_attribute("open") is None:
        doctor.page.locator('[data-focus="interview"]').click()
    doctor.get("intake-why").locator("summary").click()
    expect(doctor.get("intake")).to_contain_text(COMPLAINT[locale])
    expect(doctor.get("field-chief_complaint")).not_to_have_value("", timeout=PATIENCE_MS)
    doctor.sees("prefilled")
    doctor.look("doctor-intake")
