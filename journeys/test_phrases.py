"""A doctor writes the words of every day once, and finds them by a few letters (D02, D03)."""

import re

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Person, field_in
from journeys.talk import InTalk

pytestmark = pytest.mark.slow

# Of each language: a phrase, what is typed to find it, what fills its blanks; the same for a template.
WORDS = {
    "zh": {
        "text": "{patient}，耳朵闷了[多久]，是[哪一边]？",
        "typed": "edm",
        "blanks": ("两周", "两边都闷"),
        "said": "，耳朵闷了两周，是两边都闷？",
        "name": "耳闷（线上）",
        "findings": "患者自述[哪边]耳闷；未查体。",
        "advice": "请到线下做听力检查。",
        "left": "左",
    },
    "en": {
        "text": "{patient}, how long: [how long]? Which ear: [which one]?",
        "typed": "how long",
        "blanks": ("two weeks", "both"),
        "said": ", how long: two weeks? Which ear: both?",
        "name": "Blocked ear (online)",
        "findings": "As told: [which] ear blocked; not examined.",
        "advice": "Please have your hearing tested in person.",
        "left": "left",
    },
}
BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]


def write_new(person: Person, **parts: str) -> None:
    """In the form of a new phrase, or of a template."""
    person.press("phrase-add")
    for test_id, text in parts.items():
        person.write(test_id, text)
    person.press("phrase-save")
    expect(person.get("phrase-save")).to_be_hidden(timeout=PATIENCE_MS)


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_a_phrase_is_written_once_and_inserted_by_the_keyboard_alone(
    in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    patient, doctor = in_talk(locale, phone, username)
    words, page = WORDS[locale], doctor.page
    doctor.press("nav-phrases")
    doctor.sees("phrases-page")
    write_new(doctor, **{f"phrase-{locale}-text": words["text"]})
    mine = doctor.get("phrase-row").filter(has_text=words["text"])
    expect(mine).to_have_count(1, timeout=PATIENCE_MS)
    doctor.press("kind-template")
    _write_template(doctor, locale)
    doctor.look("phrases-manage")
    # Spelt by the worker meanwhile; back in the conversation nothing but keys is used.
    page.go_back()
    doctor.sees("composer")
    composer = doctor.field("composer")
    composer.focus()
    page.keyboard.type(f"/{words['typed']}")
    offered = doctor.get("phrase-option")
    expect(offered.first).to_contain_text(words["text"].split("}")[1][:6], timeout=PATIENCE_MS)
    doctor.look("phrases-picker")
    page.keyboard.press("Enter")
    expect(composer).to_have_value(re.compile(r"\[.+\].*\[.+\]"))
    page.keyboard.press("Enter")
    doctor.sees("blank-left")
    doctor.look("phrases-blank")
    page.keyboard.type(words["blanks"][0])
    page.keyboard.press("Tab")
    page.keyboard.type(words["blanks"][1])
    page.keyboard.press("Enter")
    patient.hears(words["said"])
    page.keyboard.type("/")
    expect(offered.first).to_contain_text(words["text"].split("}")[1][:6], timeout=PATIENCE_MS)
    page.keyboard.press("Escape")
    expect(offered).to_have_count(0)
    expect(composer).to_be_focused()
    page.keyboard.press("Backspace")
    _use_template(doctor, words)


def _write_template(doctor: Doctor, locale: str) -> None:
    words = WORDS[locale]
    parts = {"name": words["name"], "findings": words["findings"], "advice": words["advice"]}
    write_new(doctor, **{f"phrase-{locale}-{part}": text for part, text in parts.items()})
    expect(doctor.get("phrase-row").filter(has_text=words["name"])).to_have_count(1)


def _use_template(doctor: Doctor, words: dict[str, str]) -> None:
    """By keys; taken back by one, used again, and not signed with a blank."""
    page, findings, advice = (doctor.page, doctor.field("field-findings"), "field-advice")
    for undone in (True, False):
        page.keyboard.press("Alt+Shift+P")
        doctor.field("template-search").press_sequentially(words["name"][:4])
        expect(doctor.get("phrase-option")).to_have_count(1, timeout=PATIENCE_MS)
        if undone:
            doctor.look("phrases-templates")
        page.keyboard.press("Enter")
        expect(findings).to_have_value(words["findings"], timeout=PATIENCE_MS)
        expect(findings).to_be_focused()
        if undone:
            doctor.look("phrases-template-used")
            page.keyboard.press("Control+Z")
            expect(findings).to_have_value("", timeout=PATIENCE_MS)
            expect(doctor.field(advice)).to_have_value("")
    expect(doctor.get("templated")).to_have_count(2)
    doctor.sees("blank-findings")
    page.keyboard.type(words["left"])
    expect(doctor.get("blank-findings")).to_have_count(0)
    expect(doctor.get("templated")).to_have_count(1)


def test_phrases_are_ordered_removed_and_taken_back(cast: Cast) -> None:
    locale = "en"
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in("dr.urology1", path="/staff/phrases")
    doctor.sees("phrases-page")
    for text in ("first words", "second words", "third words"):
        write_new(doctor, **{f"phrase-{locale}-text": text})
    expect(doctor.get("phrase-row")).to_have_count(3, timeout=PATIENCE_MS)
    last = doctor.get("phrase-row").nth(2)
    last.get_by_test_id("phrase-up").press("Enter")
    expect(doctor.get("phrase-row").nth(1)).to_contain_text("third", timeout=PATIENCE_MS)
    doctor.get("phrase-row").nth(1).get_by_test_id("phrase-edit").press("Alt+ArrowUp")
    expect(doctor.get("phrase-row").nth(0)).to_contain_text("third", timeout=PATIENCE_MS)
    doctor.get("phrase-row").nth(0).get_by_test_id("phrase-remove").click()
    expect(doctor.get("phrase-row")).to_have_count(2, timeout=PATIENCE_MS)
    doctor.look("phrases-removed")
    doctor.press("phrase-undo")
    expect(doctor.get("phrase-row").nth(0)).to_contain_text("third", timeout=PATIENCE_MS)
    doctor.press("phrase-add")
    doctor.write(f"phrase-{locale}-text", "second words")
    doctor.press("phrase-save")
    expect(doctor.get("problem")).to_have_attribute("data-code", "phrase_exists")
    doctor.look("phrases-form")


def test_two_tabs_that_change_the_same_are_told(cast: Cast) -> None:
    doctor = cast.doctor("zh", "doctor")
    doctor.sign_in("dr.obgyn1", path="/staff/phrases")
    doctor.sees("phrases-page")
    write_new(doctor, **{"phrase-zh-text": "原来的话"})
    doctor.press("phrase-edit")
    other = doctor.context.new_page()
    other.goto(doctor.page.url)
    other.get_by_test_id("phrase-edit").click()
    field_in(other, "phrase-zh-text").fill("另一处改的话")
    other.get_by_test_id("phrase-save").click()
    expect(other.get_by_test_id("phrase-save")).to_be_hidden(timeout=PATIENCE_MS)
    doctor.write("phrase-zh-text", "这里改的话")
    doctor.press("phrase-save")
    expect(doctor.get("phrase-changed")).to_contain_text("另一处改的话", timeout=PATIENCE_MS)
    doctor.look("phrases-changed")
    doctor.press("phrase-overwrite")
    expect(doctor.get("phrase-row")).to_contain_text("这里改的话", timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_administrator_writes_for_a_department(cast: Cast, locale: str) -> None:
    admin = cast.member(locale, "administrator", path="/staff/phrases")
    admin.sees("phrase-row")
    admin.get("shelf").select_option("ophthalmology")
    before = admin.get("phrase-row").filter(has_text="眼")
    expect(before.first).to_be_visible(timeout=PATIENCE_MS)
    write_new(admin, **{f"phrase-{locale}-text": f"for all eye doctors {locale}"})
    expect(admin.get("phrase-row").filter(has_text=f"eye doctors {locale}")).to_have_count(1)
    admin.look("phrases-department")
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in("dr.ophthalmology1", path="/staff/phrases")
    doctor.get("shelf").select_option("ophthalmology")
    row = doctor.get("phrase-row").filter(has_text=f"eye doctors {locale}")
    expect(row.get_by_test_id("phrase-copy")).to_be_visible(timeout=PATIENCE_MS)
    expect(row.get_by_test_id("phrase-edit")).to_have_count(0)
    doctor.look("phrases-department-doctor")
