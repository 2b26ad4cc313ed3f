"""A doctor's day at the desk: a whole visit without a mouse, words that nothing loses, what was before."""

import pytest
from playwright.sync_api import Page, expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, field_in
from journeys.stories import STORIES, Story
from journeys.talk import COMPLAINT, InTalk, ask

pytestmark = pytest.mark.slow

HELLO = {"zh": "您好，耳朵闷有没有伴随耳鸣？", "en": "Hello, is there any ringing in your ears?"}
AGAIN = {"zh": "还有别的不舒服吗？", "en": "Does anything else trouble you?"}
HALF = {"zh": "我想先问一下，您以前", "en": "May I first ask whether you have ever"}
# Whoever uses a mouse, or is helped by the test to do so, is found out.
_NO_MOUSE = (
    """addEventListener('pointerdown', () => { window.mice = (window.mice ?? 0) + 1 }, true)"""
)


class Keys:
    """A keyboard, and nothing else. `stands_on`: where the focus is, by the name of its field."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def stands_on(self, selector: str) -> None:
        expect(self.page.locator(selector).first).to_be_focused(timeout=PATIENCE_MS)

    def tab_to(self, selector: str, *, most: int = 40) -> None:
        for _ in range(most):
            if self.page.locator(f":is({selector}):focus").count():
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")


@pytest.mark.parametrize(
    ("locale", "phone", "who"), [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]
)
def test_a_whole_visit_by_keyboard_alone(cast: Cast, locale: str, phone: str, who: str) -> None:
    doctor = cast.doctor(locale, "doctor")
    doctor.page.add_init_script(_NO_MOUSE)
    keys = Keys(doctor.page)
    sign_in(doctor, keys, who)
    go_on_duty(doctor, keys, who)
    patient = cast.patient(locale)
    patient.sign_in(phone)
    ask(patient, COMPLAINT[locale])
    doctor.sees("offer")
    keys.press("a")
    doctor.sees("visit-pane")
    expect(doctor.get("chat-tab")).to_have_attribute("aria-current", "true", timeout=PATIENCE_MS)
    look_up_the_keys(doctor, keys)
    keys.press("Alt+c")
    keys.stands_on('[data-testid="conversation"]')
    keys.press("Alt+m")
    keys.stands_on('[data-testid="composer"] textarea, textarea[data-testid="composer"]')
    keys.type(HELLO[locale])
    keys.press("Enter")
    patient.hears(HELLO[locale])
    keys.press("Escape")
    write_the_record(doctor, keys, STORIES[locale])
    end(doctor, keys)
    keys.press("Escape", "d")
    expect(doctor.get("duty-state")).to_have_attribute("data-on", "false", timeout=PATIENCE_MS)
    assert doctor.page.evaluate("window.mice ?? 0") == 0


def sign_in(doctor: Doctor, keys: Keys, who: str) -> None:
    doctor.go("/staff")
    doctor.sees("username")
    keys.tab_to('[data-testid="username"], [data-testid="username"] input')
    keys.type(who)
    keys.tab_to('[data-testid="password"], [data-testid="password"] input')
    keys.type(str(doctor.hospital.person(who)["password"]))
    keys.press("Enter")
    doctor.sees("code")
    keys.tab_to('[data-testid="code"], [data-testid="code"] input')
    keys.type(doctor.hospital.authenticator(who))
    keys.press("Enter")
    doctor.sees("who")
    doctor.sees("today")


def go_on_duty(doctor: Doctor, keys: Keys, who: str) -> None:
    """With the identity check that R16 asks for, when the last one is too old."""
    expect(doctor.get("duty-switch")).to_be_enabled(timeout=PATIENCE_MS)
    keys.press("d")
    check = doctor.get("identity-code")
    on = doctor.page.locator('[data-testid="duty-state"][data-on="true"]')
    expect(check.or_(on).first).to_be_visible(timeout=PATIENCE_MS)
    if check.count():
        keys.tab_to('[data-testid="identity-code"] input, input[data-testid="identity-code"]')
        keys.type(doctor.hospital.authenticator(who))
        keys.press("Enter")
    expect(on).to_be_visible(timeout=PATIENCE_MS)
    expect(doctor.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE_MS)


def look_up_the_keys(doctor: Doctor, keys: Keys) -> None:
    keys.press("?")
    doctor.sees("keys-help")
    doctor.look("desk-keys")
    keys.press("Escape")
    expect(doctor.get("keys-help")).to_be_hidden(timeout=PATIENCE_MS)


def write_the_record(doctor: Doctor, keys: Keys, story: Story) -> None:
    keys.press("Alt+r")
    for name in ("chief_complaint", "present_illness", "past_history", "allergy", "findings"):
        keys.tab_to(f'[data-testid="record-{name}"] textarea')
        keys.press("Control+a")
        keys.type(story.record.get(name, story.allergy))
    keys.tab_to('[data-testid="diagnosis-search"]')
    keys.type(story.diagnosis)
    doctor.sees("diagnosis-option")
    keys.press("ArrowDown", "ArrowUp", "Enter")
    doctor.sees("diagnosis", 1)
    keys.tab_to('[data-testid="record-advice"] textarea')
    keys.type(story.record["advice"])
    expect(doctor.get("missing")).to_have_attribute("data-count", "0", timeout=PATIENCE_MS)
    keys.press("Alt+s")
    doctor.sees("sign-confirm")
    keys.tab_to('[data-testid="sign-confirm"]')
    keys.press("Enter")
    doctor.sees("signed-record")


def end(doctor: Doctor, keys: Keys) -> None:
    keys.press("Alt+Enter")
    doctor.sees("close-submit")
    keys.tab_to('[data-testid="close-reason-advice_given"]')
    keys.press("Space")
    keys.tab_to('[data-testid="close-submit"]')
    keys.press("Enter")
    doctor.sees("visit-over")
    expect(doctor.page.get_by_role("dialog")).to_have_count(0, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("locale", "phone", "who"), [("zh", "13800138001", "dr.ent2"), ("en", "13800138003", "dr.ent1")]
)
def test_what_is_half_written_outlives_tabs_reloads_and_a_second_window(
    in_talk: InTalk, locale: str, phone: str, who: str
) -> None:
    _, doctor = in_talk(locale, phone, who)
    page = doctor.page
    doctor.write("composer", HALF[locale])
    doctor.press("today-open")
    doctor.sees("today")
    doctor.sees("due-item")
    doctor.look("desk-today")
    doctor.sees("chat-draft")
    # Closed by the middle button; it is still among the open visits, with its words.
    doctor.get("chat-tab").click(button="middle")
    doctor.sees("chat-tab", 0)
    doctor.press("visit")
    expect(doctor.field("composer")).to_have_value(HALF[locale], timeout=PATIENCE_MS)
    doctor.sees("chat-tab", 1)
    doctor.look("desk-visit")
    page.keyboard.press("Alt+x")
    doctor.sees("chat-tab", 0)
    doctor.press("visit")
    page.reload()
    expect(doctor.field("composer")).to_have_value(HALF[locale], timeout=PATIENCE_MS)
    two_windows(doctor, locale)
    the_record_outlives_a_lost_line(doctor, locale)


def two_windows(doctor: Doctor, locale: str) -> None:
    """What one window writes stands in the other; a record written in both says so and loses neither."""
    other = doctor.context.new_page()
    other.goto(doctor.page.url)
    expect(field_in(other, "composer")).to_have_value(HALF[locale], timeout=PATIENCE_MS)
    field_in(other, "composer").fill(AGAIN[locale])
    expect(doctor.field("composer")).to_have_value(AGAIN[locale], timeout=PATIENCE_MS)
    field = field_in(other, "field-past_history")
    expect(field).to_be_visible(timeout=PATIENCE_MS)
    field.fill("A")
    expect(other.get_by_test_id("save-state")).to_have_attribute("data-state", "saved")
    doctor.field("field-past_history").fill("B")
    doctor.sees("conflict")
    expect(doctor.get("conflict")).to_contain_text("A")
    doctor.look("desk-conflict")
    doctor.press("keep-mine")
    expect(doctor.get("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
    other.close()


def the_record_outlives_a_lost_line(doctor: Doctor, locale: str) -> None:
    """Never saved, and the window gone without a word."""
    doctor.context.route(
        "**/record",
        lambda route: (
            route.abort("internetdisconnected")
            if route.request.method == "PUT"
            else route.continue_()
        ),
    )
    doctor.field("field-findings").fill(HALF[locale])
    expect(doctor.get("save-state")).to_have_attribute("data-state", "failed", timeout=PATIENCE_MS)
    url = doctor.page.url
    fresh = doctor.context.new_page()
    doctor.page.close(run_before_unload=False)
    doctor.context.unroute("**/record")
    doctor.page = fresh
    doctor.watch.follow(fresh, doctor.name)
    fresh.goto(url)
    expect(doctor.field("field-findings")).to_have_value(HALF[locale], timeout=PATIENCE_MS)
    expect(doctor.get("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)


@pytest.mark.parametrize(("locale", "phone", "who"), [("zh", "13800138001", "dr.ent1")])
def test_earlier_visits_are_at_hand_and_the_patient_sees_who_read_them(
    in_talk: InTalk, locale: str, phone: str, who: str
) -> None:
    patient, doctor = in_talk(locale, phone, who)
    doctor.press("side-earlier")
    doctor.sees("earlier-line")
    doctor.look("desk-earlier")
    # Other stories leave visits without a record.
    doctor.page.locator('[data-testid="earlier-line"][data-signed="true"]').first.click()
    doctor.sees("earlier-record")
    doctor.press("earlier-talk")
    doctor.sees("earlier-message")
    expect(doctor.get("allergies")).to_be_in_viewport()
    doctor.look("desk-earlier-visit")
    doctor.press("earlier-back")
    doctor.sees("earlier-line")
    api = f"{patient.hospital.url}/api/v1"
    family = patient.page.request.get(f"{api}/people/me").json()["patients"]
    (oneself,) = [one["id"] for one in family if one["relation"] == "self"]
    told = patient.page.request.get(f"{api}/patients/{oneself}/access-log").json()
    assert "接诊时查看往次问诊的对话" in {line["action"]["zh"] for line in told["items"]}
