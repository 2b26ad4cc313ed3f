"""By a link from an SMS into one visit: nothing installed, no account, three taps; and out again."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.hospital import eventually
from journeys.talk import InTalk

pytestmark = pytest.mark.slow
BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]
NAME = {"zh": "林小雨", "en": "Amy Lin"}
PHONE = "13900139055"
SHE_SAYS = {"zh": "我妈夜里也听不清", "en": "At night she hears even less"}


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_a_relative_joins_by_a_link(
    cast: Cast, in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    patient, doctor = in_talk(locale, phone, username)
    patient.say("before she came")
    doctor.hears("before she came")
    url = invite(patient, locale)
    daughter = cast.patient(locale, "daughter")
    come_in(daughter, url, locale)
    everybody_sees_who_is_there(patient, doctor, daughter, locale)
    they_talk(patient, doctor, daughter, locale)
    no_other_page_opens(daughter)
    sent_away(patient, daughter)
    token = url.split("#")[1]
    assert cast.hospital.logs_with([token, NAME[locale], SHE_SAYS[locale]]) == {}


def invite(patient: Patient, locale: str) -> str:
    """By SMS in Chinese, by hand in English."""
    patient.press("invite")
    patient.look("join-invite")
    patient.press("make-link")
    expect(patient.page.get_by_role("alert").first).to_be_visible()
    patient.get("relation-daughter").check(force=True)
    patient.write("invite-name", NAME[locale])
    if locale == "zh":
        patient.write("invite-phone", PHONE)
    patient.press("make-link")
    patient.sees("link-made")
    patient.look("join-link-made")
    url = patient.get("link").inner_text().strip()
    patient.press("invite-close")
    if locale == "en":
        return url
    by_sms = eventually(lambda: in_the_inbox(patient), "the SMS with the link")
    assert by_sms == url
    return by_sms


def in_the_inbox(patient: Patient) -> str:
    _, inbox = patient.hospital.get("/api/v1/demo/inbox")
    texts = [m["text"]["zh"] for m in inbox["items"] if PHONE in m["to"]]
    found = [re.search(r"http\S+/join#\S+", text) for text in texts]
    return next((each[0] for each in found if each), "")


def come_in(daughter: Patient, url: str, locale: str) -> None:
    """Tap the link, tick, enter: her name stands there already."""
    answer = daughter.page.goto(url)
    assert answer is not None
    assert answer.headers["referrer-policy"] == "no-referrer"
    daughter.sees("agreement")
    expect(daughter.get("guest-name")).to_have_value(NAME[locale])
    assert "#" not in daughter.page.url, "the token does not stay in the address"
    daughter.look("join-page")
    daughter.press("enter")
    expect(daughter.page.get_by_role("alert").first).to_be_visible()
    daughter.get("agree").check()
    daughter.press("enter")
    expect(daughter.get("guest-room")).to_have_attribute(
        "data-state", "active", timeout=PATIENCE_MS
    )


def everybody_sees_who_is_there(
    patient: Patient, doctor: Doctor, daughter: Patient, locale: str
) -> None:
    for person in (patient, doctor):
        expect(person.get("who-is-here")).to_contain_text(NAME[locale], timeout=PATIENCE_MS)
        joined = person.page.locator('[data-card="guest_joined"]')
        expect(joined).to_contain_text(NAME[locale], timeout=PATIENCE_MS)
    expect(daughter.get("message").filter(has_text="before she came")).to_have_count(0)


def they_talk(patient: Patient, doctor: Doctor, daughter: Patient, locale: str) -> None:
    words = SHE_SAYS[locale]
    write(daughter, words)
    for person in (patient, doctor):
        said = person.get("message").filter(has_text=words)
        expect(said.get_by_test_id("by")).to_contain_text(NAME[locale], timeout=PATIENCE_MS)
    doctor.say("thank you, daughter")
    heard(daughter.page, "thank you, daughter")
    expect(daughter.get("pending")).to_have_count(0)
    daughter.look("join-room")
    doctor.look("join-doctor")
    patient.look("join-patient")
    daughter.page.reload()
    heard(daughter.page, words)
    heard(daughter.page, "thank you, daughter")
    daughter.lose_line()
    write(daughter, "kept while away")
    daughter.sees("pending")
    daughter.find_line()
    doctor.hears("kept while away")
    expect(daughter.get("pending")).to_have_count(0, timeout=PATIENCE_MS)


def write(daughter: Patient, words: str) -> None:
    daughter.write("guest-words", words)
    daughter.press("guest-send")


def heard(page: Page, words: str) -> None:
    found = page.get_by_test_id("message").filter(has_text=words)
    expect(found).to_have_count(1, timeout=PATIENCE_MS)


def no_other_page_opens(daughter: Patient) -> None:
    for path in ("/visits", "/history", "/search", "/family"):
        daughter.go(path)
        daughter.sees("phone")
    daughter.go("/join/room")
    daughter.sees("guest-room")


def sent_away(patient: Patient, daughter: Patient) -> None:
    patient.press("invite")
    patient.look("join-manage")
    patient.press("dismiss")
    patient.press("invite-close")
    daughter.sees("guest-over")
    daughter.look("join-over")
    daughter.page.reload()
    daughter.sees("guest-over")
    daughter.go("/join#not-a-link")
    daughter.sees("no-link")
    daughter.look("join-no-link")
    # That it is not there is what the page was to say.
    daughter.watch.complaints[:] = [c for c in daughter.watch.complaints if "404" not in c]
