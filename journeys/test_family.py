"""Asking for a relative, taking consent back, a copy of one's data, and leaving for good."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Doctor, Patient
from journeys.hospital import ROOT, Hospital, eventually
from journeys.people import identity_number

pytestmark = pytest.mark.slow

WORDS = {
    "zh": {
        "self": "顾清和",
        "relative": "顾长松",
        "complaint": "我爸这两天胃里反酸，饭后更厉害，没有别的不舒服。",
        "reply": "请问他平时吃什么药？",
        "answer": "他在吃降压药，别的没有。",
        "advice": "请到当地医院消化科做一次检查，明显加重请立即就医。",
        "where": "县人民医院消化科",
        "label": "监护人",
    },
    "en": {
        "self": "Nora Whitfield",
        "relative": "Arthur Whitfield",
        "complaint": "My father has had sour reflux after meals for two days and nothing else.",
        "reply": "Which medicines does he take?",
        "answer": "Only his tablets for blood pressure.",
        "advice": "Please see a gastroenterologist near you; go at once if it gets much worse.",
        "where": "Department of gastroenterology",
        "label": "guardian",
    },
}
# Accounts of these stories only: phone of the account, of the relative, sequences of the numbers.
PEOPLE = {
    "zh": ("13900139071", "13900139072", 702, 711),
    "en": ("13900139073", "13900139074", 704, 713),
}
LEAVING = {"zh": ("13900139075", 706), "en": ("13900139076", 708)}
DOCTORS = {"zh": "dr.gastroenterology1", "en": "dr.gastroenterology2"}
ANSWERS = {
    "duration": "d2_7",
    "severity": "mild",
    "allergies": "none",
    "medicines": "none",
    "pregnancy": "no",
    "past_illness": "none",
}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_relative_agrees_and_everybody_sees_who_asked(cast: Cast, locale: str) -> None:
    words, (phone, own_phone, sequence, parents) = WORDS[locale], PEOPLE[locale]
    patient = cast.patient(locale)
    newcomer(patient, phone, words["self"], sequence)
    number = identity_number(born="19580312", sequence=parents)
    register(patient, words["relative"], number, relation="parent")
    state(patient, "none")
    patient.look("family-not-agreed")
    ask_relative(patient, phone, own_phone)
    answer_as_relative(cast, locale, own_phone, number)
    patient.go("/family")
    state(patient, "given")
    patient.look("family-agreed")

    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(DOCTORS[locale])
    doctor.go_on_duty(DOCTORS[locale])
    ask_for_parent(patient, words["complaint"])
    patient.press("ask-any")
    who_asked(patient, doctor, words)
    withdraw_as_relative(cast, locale, own_phone, number)
    patient.go("/family")
    state(patient, "withdrawn")
    ask_for_parent(patient, words["complaint"])
    patient.press("ask-any")
    expect(patient.get("problem")).to_contain_text("R13", timeout=PATIENCE_MS)
    patient.look("ask-refused-r13")


def newcomer(patient: Patient, phone: str, name: str, sequence: int) -> None:
    """Signs in with a new phone, registers, and agrees."""
    patient.sign_in(phone)
    patient.sees("ask")
    patient.press("ask")
    patient.sees("id-number")
    patient.write("name", name)
    patient.write("id-number", identity_number(born="19860627", sequence=sequence))
    patient.press("agree-sensitive")
    patient.press("save-person")
    patient.consent()
    patient.sees("complaint")


def register(patient: Patient, name: str, number: str, *, relation: str) -> None:
    patient.go("/family/new")
    patient.choose(f"relation-{relation}")
    patient.write("name", name)
    patient.write("id-number", number)
    patient.press("agree-sensitive")
    patient.press("save-person")
    patient.sees("person", 2)


def state(patient: Patient, known: str) -> None:
    expect(patient.get("proxy-state")).to_have_attribute("data-state", known, timeout=PATIENCE_MS)


def ask_relative(patient: Patient, phone: str, own_phone: str) -> None:
    """Not to the account's own phone, which is refused in words."""
    patient.press("proxy-open")
    patient.write("relative-phone", phone)
    patient.press("ask-relative")
    expect(patient.get("relative-phone")).to_have_attribute("aria-invalid", "true")
    patient.look("proxy-own-phone")
    patient.write("relative-phone", own_phone)
    patient.press("ask-relative")
    expect(patient.get("proxy")).to_have_attribute("data-state", "waiting", timeout=PATIENCE_MS)
    patient.look("proxy-waiting")


def link(hospital: Hospital, phone: str) -> str:
    """The path with the secret, from the newest message to the phone."""

    def found() -> str | None:
        _, inbox = hospital.get("/api/v1/demo/inbox")
        texts = [m["text"]["en"] for m in inbox["items"] if phone in m["to"]]
        links = [m.group() for text in texts if (m := re.search(r"/agree#[\w-]+", text))]
        return links[0] if links else None

    return eventually(found, f"a link for {phone}")


def answer_as_relative(cast: Cast, locale: str, phone: str, number: str) -> None:
    """In a browser of their own, without an account."""
    relative = cast.patient(locale, "relative")
    relative.go("/agree")
    relative.sees("no-link")
    relative.page.goto("about:blank")
    relative.go(link(cast.hospital, phone))
    relative.sees("proxy-text")
    relative.look("agree-question")
    relative.write("id-tail", "0000")
    relative.press("agree")
    expect(relative.get("id-tail")).to_have_attribute("aria-invalid", "true")
    relative.write("id-tail", number[-4:])
    relative.press("agree")
    expect(relative.get("answered")).to_have_attribute("data-state", "given", timeout=PATIENCE_MS)
    relative.look("agree-given")


def withdraw_as_relative(cast: Cast, locale: str, phone: str, number: str) -> None:
    relative = cast.patient(locale, "relative later")
    relative.go(link(cast.hospital, phone))
    relative.write("id-tail", number[-4:])
    relative.press("withdraw-proxy")
    relative.press("confirm-yes")
    expect(relative.get("answered")).to_have_attribute(
        "data-state", "withdrawn", timeout=PATIENCE_MS
    )
    relative.look("agree-withdrawn")


def ask_for_parent(patient: Patient, complaint: str) -> None:
    patient.go("/ask")
    patient.choose("patient-parent")
    patient.write("complaint", complaint)
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.sees("ask-any")


def who_asked(patient: Patient, doctor: Doctor, words: dict[str, str]) -> None:
    doctor.press("offer-accept")
    expect(doctor.get("patient-name")).to_have_text(words["relative"], timeout=PATIENCE_MS)
    expect(doctor.get("asked-by")).to_contain_text(words["self"])
    doctor.say(words["reply"])
    patient.hears(words["reply"])
    patient.say(words["answer"])
    doctor.hears(words["answer"])
    for person in (patient, doctor):
        expect(person.get("speaker").last).to_contain_text(words["self"], timeout=PATIENCE_MS)
        person.look(f"who-asked-{person.name}")
    doctor.stop_care(advice=words["advice"], where=words["where"])


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_consent_is_taken_back_a_copy_is_saved_and_the_account_is_closed(
    cast: Cast, locale: str
) -> None:
    words, (phone, sequence) = WORDS[locale], LEAVING[locale]
    patient = cast.patient(locale)
    newcomer(patient, phone, words["self"], sequence)
    a_new_version_asks_again(patient)
    patient.go("/account/consent")
    expect(patient.get("consent-state")).to_contain_text("2026-11-01", timeout=PATIENCE_MS)
    patient.go("/ask")
    patient.write("complaint", words["complaint"])
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.press("ask-any")
    patient.sees("visit-page")
    closing_is_refused_while_a_visit_is_open(patient)
    consent_is_taken_back(patient)
    a_copy_is_saved(patient, words)
    other = cast.patient(locale, "another device")
    other.sign_in(phone)
    other.sees("ask")
    the_account_is_closed(patient, phone)
    other.page.reload()
    other.sees("phone")
    newcomer(patient, phone, words["self"], sequence)
    patient.go("/visits")
    patient.sees("visit", 0)


def a_new_version_asks_again(patient: Patient) -> None:
    """Not agreed to here, so that it can be taken out of force for the other stories."""
    with newer_consent(patient.hospital):
        patient.go("/ask")
        patient.sees("consent-text")
        patient.press("consent-refuse")
        patient.sees("consent-refused")
        patient.go("/account/consent")
        patient.sees("consent-state")
        patient.look("consent-newer")


# No text in force is ever deleted; here it would meet every other story.
_TAKEN_BACK = """
from django.db import connection
with connection.cursor() as cursor:
    guard = "trigger a_text_in_force_is_never_altered"
    cursor.execute(f"alter table people_consenttext disable {guard}")
    cursor.execute("delete from people_consenttext where version = '2099-01-01'")
    cursor.execute(f"alter table people_consenttext enable {guard}")
"""


@contextmanager
def newer_consent(hospital: Hospital) -> Iterator[None]:
    add = (
        "from datetime import UTC, datetime; ConsentText.objects.create(kind='service',"
        " version='2099-01-01', text_zh='新版同意书', text_en='A newer text', min_seconds=1,"
        " in_force_from=datetime(2026, 11, 2, tzinfo=UTC))"
    )
    in_the_house(hospital, add)
    try:
        yield
    finally:
        in_the_house(hospital, _TAKEN_BACK)


def in_the_house(hospital: Hospital, statement: str) -> None:
    """As the worker sees it: a text comes into force with a release, not over HTTP."""
    processes = json.loads((hospital.data / "hospital.processes.json").read_text())
    pid = next(entry["pid"] for entry in processes if entry["name"] == "worker")
    told = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    its = dict(line.decode().split("=", 1) for line in told if b"=" in line)
    script = (
        "import django; django.setup();"
        f" from xinglin.care.people.models import ConsentText\n{statement}"
    )
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **its, "DJANGO_SETTINGS_MODULE": "xinglin.config.settings"},
        check=True,
        timeout=60,
    )


def closing_is_refused_while_a_visit_is_open(patient: Patient) -> None:
    patient.go("/account/close")
    patient.sees("objections")
    patient.sees("close-send", 0)
    patient.look("close-refused")


def consent_is_taken_back(patient: Patient) -> None:
    """What no doctor has taken is cancelled; nothing new begins."""
    patient.go("/account")
    patient.look("account")
    patient.press("account-consent")
    patient.sees("open-now")
    patient.look("consent-withdraw")
    patient.press("withdraw")
    patient.press("confirm-yes")
    patient.sees("withdrawn")
    eventually(lambda: is_cancelled(patient), "the cancelling of the visit", 60)
    patient.go("/ask")
    patient.sees("consent-text")


def is_cancelled(patient: Patient) -> bool:
    patient.go("/visits")
    patient.sees("visit")
    return patient.page.locator('[data-testid="visit"][data-state="cancelled"]').count() == 1


def a_copy_is_saved(patient: Patient, words: dict[str, str]) -> None:
    patient.go("/account/export")
    patient.look("export-before")
    patient.press("ask-export")
    expect(patient.get("export")).to_have_attribute("data-state", "ready", timeout=60_000)
    patient.look("export-ready")
    with patient.page.expect_download() as coming:
        patient.press("download")
    copy = zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))
    assert words["complaint"] in copy.read("index.html").decode()
    data = json.loads(copy.read("data.json"))
    assert [p["name"] for p in data["account"]["patients"]] == [words["self"]]


def the_account_is_closed(patient: Patient, phone: str) -> None:
    patient.go("/account/close")
    patient.sees("kept")
    patient.look("close-terms")
    before = patient.hospital.codes_of(phone)
    patient.get("understood").check()
    patient.press("close-send")
    patient.sees("close-code")
    code = patient.hospital.code_for(phone, after=before)
    patient.write("close-code", "000000" if code != "000000" else "111111")
    patient.press("close-account")
    patient.sees("problem")
    patient.look("close-code")
    patient.write("close-code", code)
    patient.press("close-account")
    patient.sees("closed")
    patient.look("closed")
