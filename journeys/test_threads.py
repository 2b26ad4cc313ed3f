"""The conversation on screen: a long one, pictures without a line, refusals, a long press, and what is left of it."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from journeys.barriers import A_FRAME, AT_REST
from journeys.cast import PATIENCE_MS, Doctor, Patient
from journeys.hospital import eventually
from journeys.longthread import LongThread
from journeys.talk import InTalk, is_in_state
from journeys.test_first_consultation import rash

pytestmark = pytest.mark.slow

MANY = 70
UNREAD_FROM = 46
PAGE = 60
BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_a_long_thread_opens_at_its_newest_page(
    in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    patient, doctor = in_talk(locale, phone, username)
    doctor.say("hello")
    patient.hears("hello")
    is_in_state(doctor, "hello", "read")
    visit = patient.page.url
    doctor_says(doctor, range(UNREAD_FROM))
    is_in_state(doctor, f"line {UNREAD_FROM - 1:02}.", "read")
    patient.go("/family")
    patient.sees("person")
    # More than fits on a screen, less than a page: what was read before is not fetched with it.
    doctor_says(doctor, range(UNREAD_FROM, MANY))
    patient.page.goto(visit)
    line_of(patient, MANY - 1)
    expect(patient.get("unread-from")).to_be_in_viewport(timeout=PATIENCE_MS)
    assert patient.get("message").count() <= PAGE
    oldest = patient.get("message").first.get_attribute("data-seq")
    assert oldest is not None
    first = patient.page.locator(f'[data-testid="message"][data-seq="{oldest}"]')
    patient.get("conversation").hover()
    patient.page.mouse.wheel(0, -20_000)
    expect(line_of(patient, 0)).to_have_count(1, timeout=PATIENCE_MS)
    # What was on the screen still is, with the older ones above it.
    expect(first).to_be_in_viewport()
    expect(line_of(patient, 0)).not_to_be_in_viewport()
    doctor.say("news one")
    doctor.say("news two")
    expect(patient.get("to-newest")).to_have_attribute("data-count", "2", timeout=PATIENCE_MS)
    expect(first).to_be_in_viewport()
    patient.look("messages-long")
    patient.press("to-newest")
    expect(patient.get("message").filter(has_text="news two")).to_be_in_viewport()
    patient.sees("to-newest", 0)
    is_in_state(doctor, "news two", "read")


def test_older_messages_leave_what_is_read_in_its_place(in_talk: InTalk) -> None:
    """Also where the list stops drawing all of itself, and where it only draws a part."""
    patient, doctor = in_talk("zh", "13800138001", "dr.ent1")
    doctor.say("hello")
    patient.hears("hello")
    visit = patient.page.url.rsplit("/", 1)[1].split("?")[0]
    thread = LongThread(visit, 400, read=400)
    thread.tell(patient.page)
    patient.page.reload()
    newest = patient.page.locator('[data-testid="message"][data-seq="400"]')
    expect(newest).to_be_in_viewport(timeout=PATIENCE_MS)
    thread.holds = True
    patient.get("conversation").hover()
    for oldest in range(400 - PAGE + 1, 100, -PAGE):
        first = patient.page.locator(f'[data-testid="message"][data-seq="{oldest}"]')
        above = patient.page.locator(f'[data-testid="message"][data-seq="{oldest - 1}"]')
        far = patient.page.locator(f'[data-testid="message"][data-seq="{oldest - PAGE}"]')
        scrolls_until_asked(patient, thread, oldest)
        thread.give()
        expect(above).to_have_count(1, timeout=PATIENCE_MS)
        expect(first).to_be_in_viewport()
        expect(far).not_to_be_in_viewport()


def scrolls_until_asked(patient: Patient, thread: LongThread, oldest: int) -> None:
    """As a hand does that goes on: rows that turn out taller than guessed push the top away."""

    def once() -> bool:
        if oldest in thread.asked:  # By what the last page has moved.
            return True
        patient.page.mouse.wheel(0, -50_000)
        patient.page.evaluate(A_FRAME)
        return oldest in thread.asked

    patient.page.evaluate(A_FRAME)  # What came before is in its place.
    eventually(once, f"asking for what is before {oldest}")
    # A wheel runs out by and by; what it still moves would not be where what is read was kept.
    patient.get("conversation").evaluate(AT_REST)


def doctor_says(doctor: Doctor, numbers: range) -> None:
    for number in numbers:
        doctor.say(f"line {number:02}.")
    doctor.hears(f"line {numbers[-1]:02}.")


def line_of(patient: Patient, number: int) -> Locator:
    found = patient.get("message").filter(has_text=f"line {number:02}.")
    if number:
        expect(found).to_have_count(1, timeout=PATIENCE_MS)
    return found


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_what_a_message_can_meet_on_its_way(
    in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    """A picture that waits its turn, a refusal with its ways out, little left."""
    patient, doctor = in_talk(locale, phone, username)
    between = Between()
    patient.page.route_web_socket(re.compile(r"/live$"), between.take)
    patient.page.reload()
    doctor.say("hello")
    patient.hears("hello")
    a_picture_waits_its_turn(patient, between)
    doctor.hears("before it", "after it")
    refused_and_sent_again(patient, between)
    doctor.hears("first try")
    little_is_left(patient, between)
    nothing_is_kept(patient)


def a_picture_waits_its_turn(patient: Patient, between: "Between") -> None:
    """Over a reload, too: it is kept on the device."""
    patient.lose_line()
    patient.say("before it")
    patient.get("picture-input").set_input_files(
        {"name": "rash.png", "mimeType": "image/png", "buffer": rash()}
    )
    patient.sees("pending", 2)
    patient.say("after it")
    patient.sees("pending", 3)
    patient.sees("local-picture", 1)
    patient.look("messages-picture-waits")
    between.is_down = True
    patient.find_line()
    patient.page.reload()
    patient.sees("local-picture", 1)
    between.is_down = False
    patient.page.evaluate("dispatchEvent(new Event('online'))")
    patient.sees("pending", 0)
    own = patient.page.locator('[data-testid="message"][data-sender="patient"]')
    expect(own.nth(-3)).to_contain_text("before it")
    expect(own.nth(-2).locator("img")).to_have_count(1)
    expect(own.nth(-1)).to_contain_text("after it")


def refused_and_sent_again(patient: Patient, between: "Between") -> None:
    between.refuses = 2
    patient.say("first try")
    patient.say("second thought")
    failed = patient.page.locator('[data-testid="pending"][data-failed="true"]')
    expect(failed).to_have_count(2, timeout=PATIENCE_MS)
    expect(failed.first).to_contain_text(Between.REASON[patient.locale])
    patient.look("messages-failed")
    failed.filter(has_text="second thought").get_by_test_id("take-back").click()
    expect(patient.get("composer")).to_have_value("second thought")
    patient.write("composer", "")
    patient.press("resend")
    patient.hears("first try")


def little_is_left(patient: Patient, between: "Between") -> None:
    soon = datetime.now(UTC) + timedelta(minutes=40)
    between.limits = {"turns": 18, "max_turns": 20, "closes_at": soon.isoformat()}
    patient.page.reload()
    expect(patient.get("thread-status")).to_have_attribute("data-low", "true", timeout=PATIENCE_MS)
    patient.look("messages-low")
    gone = datetime.now(UTC) - timedelta(minutes=1)
    between.limits = {"turns": 20, "max_turns": 20, "closes_at": gone.isoformat()}
    patient.page.reload()
    patient.sees("time-left")
    patient.sees("composer-closed")
    patient.sees("composer", 0)
    patient.look("messages-over")


def nothing_is_kept(patient: Patient) -> None:
    """A browser that refuses to keep anything is said to do so."""
    patient.page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    patient.page.reload()
    patient.sees("keeps-nothing")
    patient.look("messages-memory")


class Between:
    """Between a page and the house: hangs up, refuses what is sent, tells of other limits than there are."""

    REASON = {"zh": "暂时不能发送。", "en": "This cannot be sent now."}

    def __init__(self) -> None:
        self.is_down = False
        self.refuses = 0
        self.limits: dict[str, Any] = {}

    def take(self, line: WebSocketRoute) -> None:
        if self.is_down:
            line.close(code=3000, reason="down")
            return
        house = line.connect_to_server()

        def up(said: str | bytes) -> None:
            frame = json.loads(said)
            if frame["op"] != "send" or self.refuses == 0:
                house.send(said)
                return
            self.refuses -= 1
            told = {"client_id": frame["client_id"], "consultation": frame["consultation"]}
            problem = {"code": "not_now", "text": self.REASON}
            line.send(json.dumps({"op": "refused", **told, "problem": problem}))

        def down(said: str | bytes) -> None:
            frame = json.loads(said)
            line.send(json.dumps(frame | self.limits) if frame["op"] == "joined" else said)

        line.on_message(up)
        house.on_message(down)
