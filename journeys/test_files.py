"""Pictures, PDFs and voice notes in a conversation: cut and resumed, refused, recorded, played."""

import hashlib
import io
import random
import re
import struct
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import FilePayload, Route, expect

from journeys.cast import PATIENCE_MS, Doctor, Patient, Person
from journeys.talk import InTalk

pytestmark = pytest.mark.slow
BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_files_of_both_sides(in_talk: InTalk, locale: str, phone: str, username: str) -> None:
    patient, doctor = in_talk(locale, phone, username)
    patient.say("first")
    doctor.hears("first")
    a_cut_upload_goes_on(patient, doctor)
    the_doctor_sends_a_picture(patient, doctor)
    a_pdf_arrives_as_it_was(patient, doctor)
    hostile_files_are_refused(patient)
    a_blurred_picture_is_noticed(patient)


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_voice_notes(in_talk: InTalk, locale: str, phone: str, username: str) -> None:
    patient, doctor = in_talk(locale, phone, username)
    without_a_microphone(patient)
    patient.context.grant_permissions(["microphone"])
    a_voice_note_is_recorded_and_heard(patient, doctor)
    it_waits_for_the_line(patient, doctor)
    what_is_withdrawn_is_heard_by_nobody(patient, doctor)


def photo(side: int = 900, *, blur: float = 0) -> bytes:
    """Large as a file and full of edges, or out of focus."""
    grain = random.Random(side)  # the same picture every time
    picture = Image.frombytes("RGB", (side, side), grain.randbytes(side * side * 3))
    if blur:
        picture = Image.new("RGB", (side, side), (200, 160, 140))
        picture.paste((160, 60, 50), (200, 200, 500, 500))
        picture = picture.filter(ImageFilter.GaussianBlur(blur))
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()


def as_file(name: str, kind: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def choose(person: Person, field: str, *files: FilePayload) -> None:
    person.get(field).set_input_files(list(files))


def a_cut_upload_goes_on(patient: Patient, doctor: Doctor) -> None:
    """After the first piece no other passes; the page is loaded anew; it goes on, with the same hash."""
    content = photo()
    offsets: list[int] = []
    cut = [True]
    kept: list[str] = []

    def pieces(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        if cut[0] and offsets:
            route.abort("internetdisconnected")
            return
        offsets.append(int(route.request.headers["upload-offset"]))
        answer = route.fetch()
        kept.extend(re.findall(r'"sha256":"([0-9a-f]{64})"', answer.text()))
        route.fulfill(response=answer)

    patient.page.route("**/api/v1/uploads/*", pieces)
    choose(patient, "picture-input", as_file("rash.png", "image/png", content))
    patient.say("after the picture")
    patient.sees("local-picture", 1)
    expect(patient.page.get_by_role("progressbar").first).to_be_visible(timeout=PATIENCE_MS)
    patient.look("files-upload-cut")
    patient.page.reload()
    patient.sees("local-picture", 1)
    cut[0] = False
    expect(patient.get("pending")).to_have_count(0, timeout=2 * PATIENCE_MS)
    assert offsets[0] == 0
    assert offsets[1] > 0, "it goes on where it was cut"
    assert kept == [hashlib.sha256(content).hexdigest()]
    patient.page.unroute("**/api/v1/uploads/*")
    expect(doctor.page.locator('[data-testid="message"] img')).to_have_count(1, timeout=PATIENCE_MS)
    said = doctor.page.locator('[data-testid="message"][data-sender="patient"]')
    expect(said.nth(-2).locator("img")).to_have_count(1)
    expect(said.nth(-1)).to_contain_text("after the picture")


def the_doctor_sends_a_picture(patient: Patient, doctor: Doctor) -> None:
    doctor.press("attach")
    doctor.sees("attach-panel")
    doctor.look("files-doctor-attach")
    choose(doctor, "picture-input", as_file("how.png", "image/png", photo(300)))
    shown = patient.page.locator('[data-testid="message"][data-sender="doctor"] img')
    expect(shown).to_have_count(1, timeout=PATIENCE_MS)


def a_pdf_arrives_as_it_was(patient: Patient, doctor: Doctor) -> None:
    content = pdf()
    patient.press("attach")
    patient.sees("attach-panel")
    patient.look("files-attach")
    choose(patient, "document-input", as_file("血常规 CBC.pdf", "application/pdf", content))
    doctor.sees("document", 1)
    patient.look("files-document")
    doctor.look("files-doctor-document")
    with doctor.page.expect_download() as download:
        doctor.get("document").click()
    found = Path(download.value.path()).read_bytes()
    assert hashlib.sha256(found).digest() == hashlib.sha256(content).digest()
    assert download.value.suggested_filename == "血常规 CBC.pdf"


def pdf(*, acts: bool = False) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    if acts:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        made.Root["/OpenAction"] = script
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def hostile_files_are_refused(patient: Patient) -> None:
    """Each in words, and what was being typed stays."""
    words = "这是我正在写的话 my words"
    patient.write("composer", words)
    failed = patient.page.locator('[data-testid="pending"][data-failed="true"]')
    choose(patient, "picture-input", as_file("rash.jpg", "image/jpeg", b"MZ" + bytes(900)))
    expect(failed).to_have_count(1, timeout=PATIENCE_MS)
    # A PNG of a few bytes that would unfold to 200 megapixels.
    choose(patient, "picture-input", as_file("big.png", "image/png", bomb()))
    expect(failed).to_have_count(2, timeout=PATIENCE_MS)
    expect(failed.nth(1)).to_contain_text("4000万" if patient.locale == "zh" else "40 million")
    choose(patient, "document-input", as_file("r.pdf", "application/pdf", pdf(acts=True)))
    expect(failed).to_have_count(3, timeout=PATIENCE_MS)
    expect(failed.nth(2)).to_contain_text("脚本" if patient.locale == "zh" else "scripts")
    patient.look("files-refused")
    choose(patient, "picture-input", as_file("x.svg", "image/svg+xml", SVG))
    expect(patient.get("not-kept")).to_be_visible(timeout=PATIENCE_MS)
    expect(failed).to_have_count(3)
    for left in (2, 1, 0):
        failed.first.get_by_test_id("discard").click()
        expect(failed).to_have_count(left, timeout=PATIENCE_MS)
    expect(patient.get("composer")).to_have_value(words)
    patient.press("send")
    patient.hears(words)


def bomb() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", 20_000, 10_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def a_blurred_picture_is_noticed(patient: Patient) -> None:
    own = patient.page.locator('[data-testid="message"][data-sender="patient"] img')
    before = own.count()
    blurred = as_file("blurred.png", "image/png", photo(blur=25))
    choose(patient, "picture-input", blurred)
    expect(patient.get("poor-anyway")).to_be_visible(timeout=PATIENCE_MS)
    patient.look("files-blurred")
    patient.press("poor-again")
    expect(patient.get("poor-anyway")).to_be_hidden()
    choose(patient, "picture-input", blurred)
    patient.press("poor-anyway")
    expect(own).to_have_count(before + 1, timeout=PATIENCE_MS)


def without_a_microphone(patient: Patient) -> None:
    patient.page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    )
    patient.press("record")
    expect(patient.get("recorder")).to_have_attribute("data-fault", "refused", timeout=PATIENCE_MS)
    patient.look("voice-refused")
    patient.press("recorder-cancel")
    patient.page.reload()
    patient.sees("composer")


def recorder_runs(patient: Patient, seconds: int) -> None:
    """Until its clock says so; it rounds."""
    patient.press("record")
    clock = patient.get("recorder-time")
    expect(clock).to_have_text(re.compile(f"0:0[{seconds}-9]"), timeout=PATIENCE_MS)


def record(patient: Patient, seconds: int) -> None:
    recorder_runs(patient, seconds)
    patient.press("recorder-stop")
    expect(patient.get("recorder")).to_have_attribute("data-state", "done", timeout=PATIENCE_MS)


def plays(person: Person, voice: int = -1) -> None:
    """Until its place has moved."""
    found = person.get("voice").nth(voice)
    found.get_by_test_id("voice-play").click()
    expect(found).to_have_attribute("data-playing", "true", timeout=PATIENCE_MS)
    expect(found).not_to_have_attribute("data-at", "0", timeout=PATIENCE_MS)
    expect(found).to_have_attribute("data-broken", "false")


def a_voice_note_is_recorded_and_heard(patient: Patient, doctor: Doctor) -> None:
    recorder_runs(patient, 1)
    patient.look("voice-recording")
    patient.press("recorder-cancel")
    patient.sees("voice", 0)
    record(patient, 3)
    plays(patient)
    patient.look("voice-listen")
    patient.press("recorder-send")
    doctor.sees("voice", 1)
    plays(doctor)
    expect(doctor.get("voice")).to_have_attribute("data-playing", "false", timeout=PATIENCE_MS)
    doctor.press("voice-speed")
    expect(doctor.get("voice-speed")).to_contain_text("1.5")
    bar = doctor.get("voice-bar")
    bar.focus()
    bar.press("End")
    expect(doctor.get("transcript")).to_be_visible(timeout=PATIENCE_MS)
    expect(patient.get("transcript")).to_be_visible(timeout=PATIENCE_MS)
    patient.look("voice-note")
    doctor.look("voice-doctor")


def it_waits_for_the_line(patient: Patient, doctor: Doctor) -> None:
    """Recorded without a line, over a reload, in the order of speaking."""
    patient.lose_line()
    patient.say("before the voice")
    record(patient, 2)
    patient.press("recorder-send")
    patient.say("after the voice")
    patient.sees("pending", 3)
    patient.sees("local-voice", 1)
    patient.look("voice-waits")
    patient.find_line()
    patient.page.reload()
    patient.sees("composer")
    expect(patient.get("pending")).to_have_count(0, timeout=2 * PATIENCE_MS)
    doctor.sees("voice", 2)
    said = doctor.page.locator('[data-testid="message"][data-sender="patient"]')
    expect(said.nth(-3)).to_contain_text("before the voice")
    expect(said.nth(-2).get_by_test_id("voice")).to_have_count(1)
    expect(said.nth(-1)).to_contain_text("after the voice")
    plays(doctor)


def what_is_withdrawn_is_heard_by_nobody(patient: Patient, doctor: Doctor) -> None:
    own = patient.get("message").filter(has=patient.get("voice")).last
    own.get_by_test_id("message-menu").click()
    patient.press("menu-withdraw")
    patient.sees("withdrawn", 1)
    doctor.sees("withdrawn", 1)
    doctor.sees("voice", 1)
