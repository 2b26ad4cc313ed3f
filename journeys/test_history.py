"""What the family has had here, in one place, and one search that leads to the very message."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.stories import STORIES, Story
from journeys.talk import COMPLAINT, begin_talk, sign_record, write_record
from journeys.test_first_consultation import rash

pytestmark = pytest.mark.slow
BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]
NEEDLE = {"zh": "银杏叶滴耳液", "en": "Ginkgo ear drops"}
ASKED = {"zh": "银杏", "en": "ginkgo"}


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_history_and_search(cast: Cast, locale: str, phone: str, username: str) -> None:
    story = STORIES[locale]
    patient, doctor = begin_talk(cast, locale, phone, username)
    a_long_talk(patient, doctor, locale)
    sign_and_end(doctor, story)
    patient.sees("ending")
    visits(patient, locale)
    records(patient, story)
    files(patient)
    search(patient, locale, story)


def a_long_talk(patient: Patient, doctor: Doctor, locale: str) -> None:
    doctor.say("hello")
    patient.hears("hello")
    patient.say(NEEDLE[locale])
    doctor.hears(NEEDLE[locale])
    send_picture(patient)
    for number in range(30):
        doctor.say(f"line {number:02}.")
    patient.hears("line 29.")


def send_picture(patient: Patient) -> None:
    patient.get("picture-input").set_input_files(
        {"name": "rash.png", "mimeType": "image/png", "buffer": rash()}
    )
    expect(patient.get("message").get_by_test_id("picture").first).to_be_visible(
        timeout=PATIENCE_MS
    )


def sign_and_end(doctor: Doctor, story: Story) -> None:
    write_record(doctor, story)
    sign_record(doctor)
    doctor.press("close")
    doctor.choose("close-reason-advice_given")
    doctor.press("close-submit")
    doctor.sees("visit-over")


def visits(patient: Patient, locale: str) -> None:
    patient.go("/history")
    first = patient.get("history-visit").first
    expect(first).to_contain_text(COMPLAINT[locale][:10], timeout=PATIENCE_MS)
    patient.look("history-visits")
    patient.go("/history?year=2000")
    patient.sees("none")
    patient.look("history-none")
    patient.press("clear")
    patient.sees("history-visit")
    patient.get("by-state").select_option("ended")
    patient.page.reload()
    expect(patient.get("by-state")).to_have_value("ended")
    patient.sees("history-visit")


def records(patient: Patient, story: Story) -> None:
    patient.press("part-records")
    expect(patient.get("history-record").first).to_contain_text(
        story.record["advice"][:12], timeout=PATIENCE_MS
    )
    patient.look("history-records")
    patient.press("history-record")
    patient.sees("summary")
    patient.page.go_back()
    patient.sees("history-record")


def files(patient: Patient) -> None:
    patient.press("part-files")
    patient.sees("history-file")
    thumb = patient.get("thumb").first.locator("img")
    patient.page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=thumb.element_handle()
    )
    patient.look("history-files")
    patient.press("thumb")
    patient.sees("viewer")
    patient.press("viewer-close")
    with patient.page.expect_download() as download:
        patient.press("download")
    picture = Image.open(io.BytesIO(download.value.path().read_bytes()))
    assert picture.size == (900, 700)
    patient.press("kind-voice")
    expect(
        patient.page.locator('[data-testid="history-file"]:not([data-kind="voice"])')
    ).to_have_count(0, timeout=PATIENCE_MS)


def search(patient: Patient, locale: str, story: Story) -> None:
    patient.go("/search")
    patient.write("search", ASKED[locale][0])
    patient.sees("too-short")
    patient.write("search", ASKED[locale])
    patient.sees("hit-message", 1)
    expect(patient.get("hit-message").locator("mark").first).to_be_visible()
    patient.look("search-found")
    patient.press("hit-message")
    found = patient.get("message").filter(has_text=NEEDLE[locale])
    expect(found).to_be_in_viewport(timeout=PATIENCE_MS)
    patient.look("search-at-message")
    patient.page.go_back()
    patient.sees("hit-message", 1)
    patient.write("search", story.record["advice"][:2] if locale == "zh" else "powder")
    patient.sees("hit-record")
    patient.look("search-records")
    patient.write("search", "麒麟瑞兽" if locale == "zh" else "unicorn")
    patient.sees("nothing-found")
    patient.look("search-none")
    patient.go("/search")
    patient.sees("recent")
    patient.look("search-recent")
    patient.press("recent")
    patient.sees("hit-record")
    patient.go("/search")
    patient.press("forget")
    patient.sees("recent", 0)
