"""A doctor's papers, from the application to the day on which the licence ends (A06)."""

import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from journeys import totp
from journeys.cast import PATIENCE_MS, Cast, Doctor, Staff
from journeys.hospital import Hospital, eventually
from journeys.people import identity_number
from journeys.talk import COMPLAINT, ask
from xinglin.host.places import socket_folder
from xinglin.host.postgres import ROLE

pytestmark = pytest.mark.slow

PASSWORD = "seven gingko leaves fall"  # of a person who does not exist
NAMES = {"zh": ("顾砚清", "Gu Yanqing"), "en": ("何知远", "Ho Chi Yuen")}
PHONES = {"zh": "13900139081", "en": "13900139082"}
LICENCES = {"zh": "110000000005081", "en": "110000000005082"}
HERE = ZoneInfo("Asia/Shanghai")
NEEDED = ("identity", "certificate", "licence", "consent", "filing")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_doctor_applies_is_sent_back_corrects_and_is_approved_by_two(
    cast: Cast, locale: str
) -> None:
    applicant = cast.doctor(locale, "applicant")
    apply(applicant, locale)
    checker = cast.member(locale, "operator", path="/staff/credentials")
    send_back(checker, locale)
    correct(applicant)
    check(checker, locale)
    approver = cast.member(locale, "administrator", path="/staff/credentials")
    approve(approver, locale)
    secret = finish_the_account(applicant)
    applicant.sees("duty-switch")
    applicant.go("/staff/licence")
    applicant.sees("licence")
    applicant.look("doctor-licence")
    if locale == "zh":
        the_licence_ends(cast, applicant, checker, secret)
    else:
        suspend_and_reinstate(approver, locale)
        comes_back_by_phone_and_password(applicant, locale)


def paper(words: str) -> bytes:
    picture = Image.new("RGB", (900, 640), "#f7f4ea")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((30, 30, 870, 610), outline="#a33", width=6)
    pen.text((90, 120), words, fill="#222", font_size=44)
    pen.text((90, 220), "SYNTHETIC SAMPLE", fill="#a33", font_size=56)
    for line in range(5):
        pen.line((90, 340 + 45 * line, 800 - 90 * line, 340 + 45 * line), fill="#999", width=4)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def show(person: Staff, kind: str, words: str) -> None:
    group = person.get(f"evidence-{kind}")
    group.get_by_test_id("picture-input").set_input_files(
        {"name": f"{kind}.jpg", "mimeType": "image/jpeg", "buffer": paper(words)}
    )
    expect(group.locator('[data-testid="picture"][data-ready="true"]').first).to_be_visible(
        timeout=PATIENCE_MS
    )


def apply(applicant: Doctor, locale: str) -> None:
    applicant.go("/staff/apply")
    applicant.sees("phone")
    applicant.look("apply-door")
    applicant.sign_in_here(PHONES[locale])
    applicant.press("begin")
    applicant.sees("application-form")
    applicant.press("submit-application")
    applicant.sees("missing")
    fill(applicant, locale)
    for kind in NEEDED:
        show(applicant, kind, kind.upper())
    expect(applicant.get("saved")).to_have_attribute("data-saved", "saved", timeout=PATIENCE_MS)
    applicant.look("apply-form")
    applicant.press("submit-application")
    state_is(applicant, "submitted")


def fill(person: Doctor, locale: str) -> None:
    zh, en = NAMES[locale]
    today = datetime.now(HERE).date()
    person.write("field-name_zh", zh)
    person.write("field-name_en", en)
    sequence = 81 if locale == "zh" else 83
    person.write("field-id_number", identity_number(born="19830607", sequence=sequence))
    person.get("field-title_code").select_option("233")
    person.get("department-ent").check()
    person.write("field-independent_since", "2015-07-01")
    person.write("field-good_at", "耳鸣、听力下降" if locale == "zh" else "Tinnitus, hearing loss")
    person.write("field-certificate_number", "201811110005081")
    person.write("field-licence_number", LICENCES[locale])
    person.write("field-licence_from", "2015-01-01")
    person.write("field-licence_until", (today + timedelta(days=40)).isoformat())
    person.write("field-registered_place", "杏林市第三人民医院")
    person.get("field-multi_site_filed").check()
    person.write("field-filing_number", "BA-2026-081")
    person.write("field-hospital_zh", "杏林市第三人民医院")
    person.get("field-hospital_consented").check()


def state_is(person: Staff, state: str) -> None:
    expect(person.get("application-state")).to_have_attribute(
        "data-state", state, timeout=PATIENCE_MS
    )


def open_line(person: Staff, locale: str) -> None:
    person.get("application-line").filter(has_text=NAMES[locale][0]).first.click()
    person.sees("evidence-picture")


def send_back(checker: Staff, locale: str) -> None:
    checker.sees("application-line")
    open_line(checker, locale)
    checker.page.keyboard.press("ArrowRight")
    checker.look("credentials-review")
    checker.page.keyboard.press("Alt+b")
    checker.write("why", "执业证书照片反光，请重拍" if locale == "zh" else "The licence is blurred")
    checker.press("why-submit")
    expect(checker.get("review")).to_have_attribute("data-state", "returned", timeout=PATIENCE_MS)


def correct(applicant: Doctor) -> None:
    applicant.page.reload()
    state_is(applicant, "returned")
    applicant.sees("reason")
    applicant.look("apply-returned")
    show(applicant, "licence", "LICENCE, AGAIN")
    applicant.write("field-certificate_number", "201811110005082")
    expect(applicant.get("saved")).to_have_attribute("data-saved", "saved", timeout=PATIENCE_MS)
    applicant.press("submit-application")
    state_is(applicant, "submitted")


def check(checker: Staff, locale: str) -> None:
    checker.go("/staff/credentials")
    open_line(checker, locale)
    checker.sees("differences")
    expect(checker.get("changed").first).to_be_visible(timeout=PATIENCE_MS)
    checker.look("credentials-differences")
    checker.page.keyboard.press("Alt+Enter")
    expect(checker.get("review")).to_have_attribute("data-state", "checked", timeout=PATIENCE_MS)
    expect(checker.get("approve")).to_have_count(0)


def approve(approver: Staff, locale: str) -> None:
    approver.get("state").select_option("checked")
    open_line(approver, locale)
    approver.press("approve")
    expect(approver.get("review")).to_have_attribute("data-state", "approved", timeout=PATIENCE_MS)
    approver.look("credentials-approved")


def finish_the_account(applicant: Doctor) -> str:
    """A password and an authenticator of one's own; answers its secret."""
    applicant.page.reload()
    state_is(applicant, "approved")
    applicant.look("apply-approved")
    applicant.write("new-password", PASSWORD)
    applicant.write("new-again", PASSWORD)
    applicant.press("set-password")
    return applicant.enrol()


def the_licence_ends(cast: Cast, doctor: Doctor, operator: Staff, secret: str) -> None:
    """With an open visit: it is on the list, and goes to the queue again."""
    doctor.go("/staff/workbench")
    doctor.press("duty-switch")
    doctor.sees("identity-code")
    step = totp.step_now() + 1  # the code of now was used to enrol
    doctor.write("identity-code", totp.code(secret, step=step))
    doctor.press("identity-submit")
    expect(doctor.get("duty-state")).to_have_attribute("data-on", "true", timeout=PATIENCE_MS)
    patient = cast.patient("zh")
    patient.sign_in("13800138004")
    ask(patient, COMPLAINT["zh"])
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    end_licence(cast.hospital, LICENCES["zh"])
    expect(doctor.get("duty-state")).to_have_attribute("data-on", "false", timeout=40_000)
    operator.go("/staff/hand-overs")
    operator.sees("hand-over")
    operator.look("hand-overs")
    operator.press("release")
    operator.sees("hand-over", 0)
    # Nobody else is on duty: the patient is asked what to do now, and reads why it has come to that.
    patient.sees("nobody")
    expect(patient.page.get_by_text("执业资格已到期").first).to_be_visible(timeout=PATIENCE_MS)
    patient.look("patient-doctor-gone")
    # Else the next story's doctor is offered this visit.
    patient.leave_queue()
    # The workbench looks once more for the visit that is the doctor's no longer.
    doctor.watch.complaints[:] = [c for c in doctor.watch.complaints if "404" not in c]
    operator.go("/staff/credentials/licences")
    operator.sees("licence-row")
    operator.look("licences")


def end_licence(hospital: Hospital, number: str) -> None:
    """In three seconds; no page may move this date, so the database does."""
    folder = socket_folder((hospital.data / "postgres").resolve() / "socket")
    with psycopg.connect(host=str(folder), user=ROLE, dbname=ROLE, autocommit=True) as database:
        told = (
            "update people_licence set valid_until = now() + interval '3 seconds' where number = %s"
        )
        eventually(lambda: database.execute(told, [number]).rowcount, "the end of the licence")


def suspend_and_reinstate(admin: Staff, locale: str) -> None:
    admin.go("/staff/credentials/licences")
    line = admin.get("licence-row").filter(has_text=LICENCES[locale])
    line.get_by_test_id("suspend").click()
    admin.write("suspend-why", "A complaint is being looked into")
    admin.press("suspend-submit")
    expect(line.get_by_test_id("licence-state")).to_have_attribute(
        "data-state", "suspended", timeout=PATIENCE_MS
    )
    line.get_by_test_id("reinstate").click()
    admin.write("suspend-why", "Nothing was found")
    admin.press("suspend-submit")
    expect(line.get_by_test_id("licence-state")).to_have_attribute(
        "data-state", "ending", timeout=PATIENCE_MS
    )


def comes_back_by_phone_and_password(doctor: Doctor, locale: str) -> None:
    doctor.press("sign-out")
    doctor.write("username", PHONES[locale])
    doctor.write("password", PASSWORD)
    doctor.press("sign-in")
    doctor.sees("code")
