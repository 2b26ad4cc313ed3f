"""The main job: from a complaint with a picture to "who read my record", seen from every side."""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.people import identity_number
from journeys.stories import STORIES, Story
from journeys.talk import sign_record, write_record

pytestmark = pytest.mark.slow

# Another family for each language: an identity is registered once.
NEWCOMERS = {"zh": ("13900139021", "19910416", 62), "en": ("13900139022", "19880925", 84)}


@pytest.fixture(autouse=True)
def _app_is_kept(cast: Cast) -> None:
    cast.keeps_app = True


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_first_consultation(cast: Cast, locale: str) -> None:
    story = STORIES[locale]
    operator = cast.member(locale, "operator")
    operator.sees("board")
    busy, free = cast.doctor(locale, "busy doctor"), cast.doctor(locale, "free doctor")
    # The chief of the department is spared, until the other one has declined for good.
    for doctor, username in ((busy, "dr.dermatology2"), (free, "dr.dermatology1")):
        doctor.sign_in(username)
        doctor.sees("duty-switch")
        doctor.look("doctor-off-duty")
        doctor.go_on_duty(username)
    patient = cast.patient(locale)
    become_a_patient(patient, story, locale)
    ask(patient, story)
    wait(patient)
    one_doctor_declines(busy)
    the_next_accepts(free, story)
    expect(operator.get("row-dermatology")).to_be_visible(timeout=PATIENCE_MS)
    operator.look("operator-board")
    talk(patient, free, story)
    write_and_sign(free, story)
    end_the_visit(free)
    read_and_rate(patient, story)
    amend(free, story)
    who_read_my_record(patient)
    operator.sees("board")
    nothing_personal_in_the_logs(cast, story, locale)


def become_a_patient(patient: Patient, story: Story, locale: str) -> None:
    phone, born, sequence = NEWCOMERS[locale]
    patient.go("/")
    patient.sees("phone")
    patient.look("patient-welcome")
    patient.sign_in(phone)
    patient.sees("ask")
    patient.look("patient-home")
    patient.press("ask")
    patient.sees("id-number")
    patient.write("name", story.name)
    patient.write("id-number", identity_number(born=born, sequence=sequence))
    patient.press("agree-sensitive")
    patient.look("patient-register")
    patient.press("save-person")
    patient.sees("consent-text")
    patient.look("patient-consent")
    patient.consent()


def ask(patient: Patient, story: Story) -> None:
    patient.sees("complaint")
    patient.write("complaint", story.complaint)
    patient.get("picture-input").set_input_files(
        {"name": "rash.png", "mimeType": "image/png", "buffer": rash()}
    )
    expect(patient.page.get_by_role("progressbar")).to_have_count(0, timeout=PATIENCE_MS)
    patient.look("patient-ask")
    patient.press("send-complaint")
    answer_the_interview(patient, story)
    expect(patient.get("department")).to_have_attribute(
        "data-department", "dermatology", timeout=PATIENCE_MS
    )
    expect(patient.get("on-duty")).to_contain_text("2", timeout=PATIENCE_MS)
    patient.look("patient-department")
    patient.press("ask-any")


def answer_the_interview(patient: Patient, story: Story) -> None:
    answers = {
        "duration": "d2_7",
        "severity": "moderate",
        "allergies": "yes",
        "medicines": "none",
        "pregnancy": "no",
        "past_illness": "none",
    }
    patient.sees("interview")
    patient.look("patient-interview")
    patient.answer_interview(answers, words=story.allergy)


def wait(patient: Patient) -> None:
    patient.sees("queue")
    patient.sees("place-text")
    patient.look("patient-queue")


def one_doctor_declines(doctor: Doctor) -> None:
    doctor.sees("offer")
    doctor.look("doctor-offer")
    doctor.press("offer-refuse")
    doctor.get("refuse-not_my_field").check(force=True)
    doctor.look("doctor-refuse")
    doctor.press("refuse-submit")
    doctor.sees("offer", 0)


def the_next_accepts(doctor: Doctor, story: Story) -> None:
    doctor.sees("offer")
    expect(doctor.get("offer")).not_to_contain_text(story.name)
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    expect(doctor.get("patient-name")).to_have_text(story.name, timeout=PATIENCE_MS)
    expect(doctor.get("allergies")).to_contain_text(story.allergy)
    doctor.sees("advice-only")


def talk(patient: Patient, doctor: Doctor, story: Story) -> None:
    """Each side loses its line once, and what it wrote meanwhile arrives once."""
    hello, neck, new, powder, likely, thanks = story.words
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    doctor.say(hello)
    patient.hears(story.complaint, hello)
    patient.lose_line()
    patient.say(neck)
    patient.sees("pending", 1)
    patient.sees("offline")
    doctor.say(new)
    patient.find_line()
    patient.hears(hello, new)
    doctor.hears(hello, new)
    patient.hears(neck)
    doctor.hears(neck)
    doctor.lose_line()
    patient.say(powder)
    doctor.say(likely)
    doctor.sees("pending", 1)
    doctor.find_line()
    doctor.hears(powder)
    doctor.hears(likely)
    patient.hears(powder)
    # The live process is killed as well: nobody loses a word.
    patient.hospital.kill("live")
    patient.page.reload()
    patient.hears(story.complaint, hello, likely)
    patient.say(thanks)
    doctor.hears(thanks)
    patient.look("patient-conversation")
    doctor.look("doctor-conversation")


def write_and_sign(doctor: Doctor, story: Story) -> None:
    write_record(doctor, story)
    doctor.look("doctor-record")
    sign_record(doctor)


def end_the_visit(doctor: Doctor) -> None:
    doctor.press("close")
    doctor.press("close-submit")
    doctor.sees("close-missing")
    doctor.choose("close-reason-advice_given")
    doctor.look("doctor-close")
    doctor.press("close-submit")
    doctor.sees("visit-over")


def read_and_rate(patient: Patient, story: Story) -> None:
    patient.sees("ending")
    patient.look("patient-ended")
    patient.press("read-summary")
    patient.sees("summary")
    expect(patient.get("summary")).to_contain_text(story.record["advice"])
    patient.look("patient-summary")
    patient.page.go_back()
    patient.get("star-5").check(force=True)
    patient.get("tag-thorough").check(force=True)
    patient.write("comment", story.comment)
    patient.look("patient-rating")
    patient.press("submit-rating")
    patient.sees("rated")


def amend(doctor: Doctor, story: Story) -> None:
    """After the signature only a new version with a reason; the old one stays readable."""
    doctor.press("amend")
    doctor.write("amend-reason", story.amendment)
    doctor.write("field-findings", story.record["findings"] + " +")
    doctor.press("amend-submit")
    expect(doctor.get("signed-record")).to_have_attribute("data-version", "2", timeout=PATIENCE_MS)
    doctor.press("versions-open")
    doctor.sees("version", 2)
    doctor.look("doctor-versions")


def who_read_my_record(patient: Patient) -> None:
    patient.go("/")
    patient.go("/me")
    expect(patient.get("readers")).to_have_attribute("href", re.compile(r"/readers$"))
    patient.press("readers")
    patient.sees("reader")
    patient.look("patient-readers")


def nothing_personal_in_the_logs(cast: Cast, story: Story, locale: str) -> None:
    phone, born, sequence = NEWCOMERS[locale]
    secret = [story.name, phone, identity_number(born=born, sequence=sequence), story.words[1]]
    assert cast.hospital.logs_with([*secret, story.complaint, story.allergy]) == {}


def rash() -> bytes:
    """A drawing, not a photograph of anybody."""
    picture = Image.new("RGB", (900, 700), (233, 196, 170))
    pen = ImageDraw.Draw(picture)
    for x, y, r in ((200, 200, 40), (420, 310, 55), (600, 220, 35), (350, 500, 48), (680, 520, 30)):
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(205, 96, 88))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
