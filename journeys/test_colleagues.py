"""Between doctors: a visit given on by name and refused, an assistant who is named, a question without identity."""

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient, Staff
from journeys.talk import ask

pytestmark = pytest.mark.slow
COUGH = {
    "zh": "咳嗽快两个星期了，晚上躺下更厉害，痰不多，是白色的。",
    "en": "I have been coughing for almost two weeks, worse when I lie down. Little phlegm, white.",
}
SUGAR = {
    "zh": "二型糖尿病三年，空腹血糖最近总在八以上，饭量没变。",
    "en": "I have had type 2 diabetes for three years. My fasting sugar keeps above 8 lately.",
}
FIRST, SECOND = "dr.respiratory1", "dr.respiratory2"
BOTH = [("zh", "13800138001"), ("en", "13800138003")]
NOTE = {
    "zh": "咳嗽两周，考虑咳嗽变异性哮喘，请接着看肺功能。",
    "en": "Cough for two weeks, perhaps cough variant asthma; please look at lung function.",
}


def name_of(cast: Cast, username: str) -> str:
    found: str = cast.hospital.person(username)["name"]["zh"]
    return found


def on_duty(cast: Cast, locale: str, username: str) -> Doctor:
    doctor = cast.doctor(locale, username)
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    return doctor


def asks(cast: Cast, locale: str, phone: str, complaint: str) -> Patient:
    patient = cast.patient(locale)
    patient.sign_in(phone)
    ask(patient, complaint)
    return patient


def takes(doctor: Doctor) -> None:
    doctor.press("offer-accept")
    doctor.sees("visit-pane")


def card(patient: Patient, name: str) -> None:
    """The patient reads it in the conversation, also once the visit is taken again."""
    found = patient.page.locator(f'[data-testid="card"][data-card="{name}"]')
    expect(found.first).to_be_visible(timeout=PATIENCE_MS)


def picks(doctor: Doctor, words: str) -> None:
    doctor.write("colleague-words", words)
    found = doctor.get("colleague").filter(has_text=words)
    expect(found).to_have_count(1, timeout=PATIENCE_MS)
    found.click()
    doctor.sees("colleague-chosen")


@pytest.mark.parametrize(("locale", "phone"), BOTH)
def test_a_visit_is_given_on_by_name_and_never_lost(cast: Cast, locale: str, phone: str) -> None:
    first = on_duty(cast, locale, FIRST)
    patient = asks(cast, locale, phone, COUGH[locale])
    takes(first)
    second = on_duty(cast, locale, SECOND)
    gives_on(cast, first, SECOND, locale)
    second.sees("offer-accept")
    second.look("colleagues-offer")
    takes(second)
    second.press("side-colleagues")
    expect(second.get("transfer-note-shown")).to_contain_text(NOTE[locale])
    second.look("colleagues-note")
    card(patient, "transferred")
    expect(patient.page.get_by_text(NOTE[locale])).to_have_count(0)
    patient.look("colleagues-transferred")
    gives_on(cast, second, FIRST, locale)
    first.press("offer-refuse")
    first.choose("refuse-busy")
    first.press("refuse-submit")
    expect(patient.get("visit-page")).to_have_attribute(
        "data-state", "waiting", timeout=PATIENCE_MS
    )
    # Else the next story's doctor is offered this visit.
    patient.leave_queue()


def gives_on(cast: Cast, doctor: Doctor, to: str, locale: str) -> None:
    doctor.press("transfer")
    doctor.sees("transfer-dialog")
    doctor.press("transfer-submit")
    expect(doctor.get("transfer-dialog").get_by_role("alert").first).to_be_visible()
    doctor.look("colleagues-transfer")
    doctor.choose("transfer-to-colleague")
    picks(doctor, name_of(cast, to) if locale == "zh" else cast.hospital.person(to)["name"]["en"])
    doctor.write("transfer-note", NOTE[locale])
    doctor.look("colleagues-transfer-filled")
    doctor.press("transfer-submit")
    expect(doctor.get("transfer-dialog")).to_have_count(0, timeout=PATIENCE_MS)
    doctor.sees("visit-pane", 0)


@pytest.mark.parametrize(("locale", "phone"), BOTH)
def test_an_assistant_is_named_and_can_do_nothing_else(cast: Cast, locale: str, phone: str) -> None:
    username, helper = ("dr.endocrinology1", "assistant1")
    if locale == "en":
        username, helper = ("dr.endocrinology2", "assistant2")
    lead = on_duty(cast, locale, username)
    lead.press("team-open")
    lead.get("team-wanted").select_option(label=name_of(cast, helper))
    lead.press("team-add")
    lead.sees("team-member", 1)
    lead.get("team-switch").first.click()
    expect(lead.get("team-switch").locator("input")).to_be_checked(timeout=PATIENCE_MS)
    patient = asks(cast, locale, phone, SUGAR[locale])
    takes(lead)
    lead.look("colleagues-team")
    assistant = cast.staff(locale, "assistant")
    assistant.sign_in(helper)
    assistant.press("assisted")
    assistant.sees("assist-as")
    assistant.write("assist-words", "您好，请先测一次空腹血糖。")
    assistant.press("assist-send")
    said = assistant.get("message").filter(has_text="请先测一次空腹血糖")
    expect(said.get_by_test_id("by")).to_contain_text(name_of(cast, helper), timeout=PATIENCE_MS)
    assistant.look("colleagues-assisting")
    for page in ("workbench", "board"):
        assistant.sees(f"nav-{page}", 0)
    heard = patient.get("message").filter(has_text="请先测一次空腹血糖")
    expect(heard.get_by_test_id("by")).to_contain_text(name_of(cast, helper), timeout=PATIENCE_MS)
    expect(heard.get_by_test_id("by")).to_contain_text("助理" if locale == "zh" else "assistant")
    patient.look("colleagues-patient-reads-assistant")
    sent_away(lead, assistant)


def sent_away(lead: Doctor, assistant: Staff) -> None:
    """At once: the page of the assistant says so without being loaded again."""
    lead.press("team-remove")
    lead.sees("team-member", 0)
    assistant.sees("assisting-off")
    assistant.look("colleagues-assisting-off")
    lead.get("team-switch").first.click()


@pytest.mark.parametrize(("locale", "phone"), BOTH)
def test_a_colleague_is_asked_without_identity_and_answers(
    cast: Cast, locale: str, phone: str
) -> None:
    doctor = on_duty(cast, locale, FIRST)
    patient = asks(cast, locale, phone, COUGH[locale])
    takes(doctor)
    name = doctor.get("patient-name").inner_text()
    patient.say(f"我是{name}，电话{phone}")
    doctor.hears(phone)
    doctor.press("side-colleagues")
    doctor.look("colleagues-empty")
    doctor.press("ask-open")
    doctor.press("ask-submit")
    expect(doctor.get("ask-dialog").get_by_role("alert").first).to_be_visible()
    picks(doctor, cast.hospital.person(SECOND)["name"][locale])
    doctor.write("ask-words", f"{name} 的咳嗽需要做肺功能检查吗？")
    doctor.look("colleagues-ask")
    doctor.press("ask-submit")
    doctor.sees("question-of-visit")
    card(patient, "colleague_asked")
    answers_unknowing(cast, locale, name, phone)
    expect(doctor.get("answer-shown")).to_contain_text("建议做一次肺功能检查", timeout=PATIENCE_MS)
    doctor.look("colleagues-answered")
    patient.look("colleagues-patient-told")


def answers_unknowing(cast: Cast, locale: str, name: str, phone: str) -> None:
    """The colleague reads neither name nor number, and answers."""
    colleague = cast.doctor(locale, SECOND)
    colleague.sign_in(SECOND)
    colleague.press("inbox-open")
    colleague.get("inbox-question").and_(
        colleague.page.locator('[data-state="asked"]')
    ).first.click()
    colleague.sees("question-given")
    told = colleague.get("question-dialog").inner_text()
    assert name not in told
    assert phone not in told
    assert "[***]" in told
    colleague.look("colleagues-question")
    colleague.press("answer-submit")
    expect(colleague.get("question-dialog").get_by_role("alert").first).to_be_visible()
    colleague.write("answer-words", "建议做一次肺功能检查，必要时支气管激发试验。")
    colleague.press("answer-submit")
    colleague.sees("question-answered")
