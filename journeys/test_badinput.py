"""What goes wrong at the screen: double clicks, two tabs, a session that ends, a wrong clock, odd words.

Each gets a clear answer, what was typed stays, and nothing is done twice.
"""

import http.client
import json
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Person
from journeys.hospital import Hospital
from journeys.stories import STORIES
from journeys.talk import ANSWERS, COMPLAINT, InTalk

pytestmark = pytest.mark.slow
# Each story has a phone of its own, and the doctors take turns: codes are few in a minute.
FAMILIES = {"zh": "13800138001", "en": "13800138003"}
# 4-byte characters, a family of emoji, Arabic and Hebrew, an override that must not leak, and one
# word that no line can break.
ODD = [
    "𠮷野家𡃁仔𪚥",
    "👨‍👩‍👧‍👦👩🏽‍⚕️🇨🇳❤️‍🩹",
    "مرحبا שלום 你好",
    "\u202eABC\u202c 反了吗",
    "字" * 300 + "W" * 300,
]


_WORDS_KEPT = """async (words) => new Promise((done) => {
    const asked = indexedDB.open('xinglin')
    asked.onupgradeneeded = () => asked.transaction.abort()
    asked.onerror = () => done(false)
    asked.onsuccess = () => {
        const found = asked.result.transaction('drafts').objectStore('drafts').getAll()
        found.onsuccess = () => {
            asked.result.close()
            done(found.result.some((draft) => draft.words === words))
        }
    }
})"""


def end_the_session(person: Person) -> None:
    """As the house does after twelve hours: the cookie is no session any more."""
    person.context.clear_cookies(name="session")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_session_that_ends_in_mid_sentence_costs_no_word(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in(FAMILIES[locale])
    patient.press("ask")
    words = STORIES[locale].complaint
    patient.write("complaint", words)
    end_the_session(patient)
    patient.press("send-complaint")
    patient.sees("expired")
    patient.look("badinput-expired")
    patient.sign_in_here(FAMILIES[locale])
    expect(patient.get("complaint")).to_have_value(words, timeout=PATIENCE_MS)


def test_a_session_that_ends_in_a_conversation_costs_no_word(in_talk: InTalk) -> None:
    phone = "13800138004"
    patient, doctor = in_talk("zh", phone, "dr.ent2")
    patient.write("composer", "我还没写完")
    patient.waits_until(_WORDS_KEPT, "我还没写完")
    end_the_session(patient)
    patient.page.reload()
    patient.sees("phone")
    patient.sign_in_here(phone)
    expect(patient.get("composer")).to_have_value("我还没写完", timeout=PATIENCE_MS)
    patient.press("send")
    doctor.hears("我还没写完")


def twice(person: Person, test_id: str) -> None:
    """Both presses of an impatient finger, before anything has answered."""
    person.get(test_id).first.dblclick()


def count_posts(person: Person, path_ends: str) -> Callable[[], int]:
    """How many POSTs of the page were answered with success and no replay."""
    found: list[str] = []

    def heard(answer) -> None:
        request = answer.request
        if request.method == "POST" and request.url.endswith(path_ends) and answer.ok:
            found.append(answer.headers.get("idempotency-replayed", ""))

    person.page.on("response", heard)
    return lambda: sum(replayed != "true" for replayed in found)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_button_of_a_visit_pressed_twice_is_pressed_once(cast: Cast, locale: str) -> None:
    username = {"zh": "dr.ent1", "en": "dr.ent2"}[locale]
    doctor = cast.doctor(locale, "doctor")
    doctor.sign_in(username)
    doctor.go_on_duty(username)
    patient = cast.patient(locale)
    patient.sign_in(FAMILIES[locale])
    intakes = count_posts(patient, "/api/v1/intakes")
    visits = count_posts(patient, "/api/v1/consultations")
    twice(patient, "ask")
    patient.write("complaint", COMPLAINT[locale])
    twice(patient, "send-complaint")
    patient.answer_interview(ANSWERS)
    twice(patient, "ask-any")
    doctor.sees("offer")
    accepts = count_posts(doctor, "/accept")
    twice(doctor, "offer-accept")
    doctor.sees("visit-pane")
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    assert (intakes(), visits(), accepts()) == (1, 1, 1)
    for person, words in ((patient, "第一句 one"), (doctor, "第二句 two")):
        person.write("composer", words)
        twice(person, "send")
    patient.hears("第一句 one", "第二句 two")
    doctor.hears("第一句 one", "第二句 two")
    stops = count_posts(doctor, "/stop")
    doctor.press("stop")
    doctor.choose("stop-reason-unsuitable")
    doctor.write("stop-advice", "请到医院就诊 please see a doctor in person")
    doctor.write("stop-hospital", "市第一医院 First Hospital")
    doctor.write("stop-department", "耳鼻喉科 ENT")
    doctor.choose("stop-urgency-today")
    twice(doctor, "stop-submit")
    doctor.sees("visit-over")
    assert stops() == 1
    ratings = count_posts(patient, "/rating")
    patient.sees("ending")
    patient.choose("star-5")
    twice(patient, "submit-rating")
    patient.sees("rated")
    assert ratings() == 1
    patient.look("badinput-twice")


def test_two_tabs_of_a_doctor_accept_one_offer_once(cast: Cast) -> None:
    doctor = cast.doctor("zh", "doctor")
    doctor.sign_in("dr.ent1")
    doctor.go_on_duty("dr.ent1")
    other = doctor.context.new_page()
    cast.watch.follow(other, "second tab")
    other.goto(doctor.page.url)
    patient = cast.patient("zh")
    patient.sign_in("13800138005")
    patient.press("ask")
    patient.write("complaint", COMPLAINT["zh"])
    patient.press("send-complaint")
    patient.answer_interview(ANSWERS)
    patient.press("ask-any")
    both = [page.get_by_test_id("offer-accept").first for page in (doctor.page, other)]
    for button in both:
        expect(button).to_be_visible(timeout=PATIENCE_MS)
    for button in both:
        button.evaluate("button => button.click()")
    doctor.sees("visit-pane")
    expect(other.get_by_test_id("offer")).to_have_count(0, timeout=PATIENCE_MS)
    expect(patient.get("visit-page")).to_have_attribute("data-state", "active", timeout=PATIENCE_MS)
    doctor.say("您好")
    patient.hears("您好")
    cast.watch.look(other, "badinput-second-tab", "zh")


def test_words_of_every_script_arrive_as_they_were_written(in_talk: InTalk) -> None:
    patient, doctor = in_talk("zh", "13800138006", "dr.ent1")
    for words in ODD:
        patient.say(words)
        doctor.hears(words)
    doctor.say("\u202e" + ODD[0] + ODD[1])
    patient.hears(ODD[0] + ODD[1])
    patient.look("badinput-words")
    doctor.look("badinput-words-doctor")


def test_a_megabyte_of_words_is_cut_where_the_field_ends_and_says_so(cast: Cast) -> None:
    patient = cast.patient("zh")
    patient.sign_in("13800138007")
    patient.press("ask")
    patient.get("complaint").evaluate(
        """box => {
            box.focus()
            document.execCommand('insertText', false, '痛'.repeat(350000))
        }"""
    )
    longest = int(patient.get("complaint").get_attribute("maxlength") or 0)
    kept = patient.get("complaint").input_value()
    assert 0 < len(kept) <= longest
    patient.look("badinput-megabyte")


@pytest.mark.parametrize(
    ("off", "phone", "username"),
    [(timedelta(days=1), "13800138002", "dr.ent1"), (timedelta(days=-1), "13800138007", "dr.ent2")],
)
def test_a_phone_whose_clock_is_a_day_wrong_tells_the_right_time_left(
    in_talk: InTalk, off: timedelta, phone: str, username: str
) -> None:
    patient, doctor = in_talk("zh", phone, username)
    patient.page.clock.set_system_time(datetime.now(UTC) + off)
    patient.page.reload()
    doctor.say("时间对吗")
    patient.hears("时间对吗")
    patient.look(f"badinput-clock{off.days:+d}-heard")
    patient.say("手机的时间不对")
    doctor.hears("时间对吗", "手机的时间不对")
    expect(patient.get("time-left")).to_contain_text(re.compile("2[34]"), timeout=PATIENCE_MS)
    patient.look(f"badinput-clock{off.days:+d}")


SAY = "/api/v1/consultations/01890000-0000-7000-8000-000000000000/messages"


# What comes past every page, at the front door itself.
Raw = tuple[int, dict[str, str], bytes]


def raw(hospital: Hospital, *pieces: bytes) -> Raw:
    """One request as it stands; status, headers and body of the answer."""
    with socket.create_connection(("localhost", hospital.port), timeout=20) as line:
        for piece in pieces:
            try:
                line.sendall(piece)
            except OSError:
                break  # It has heard enough.
        answer = b""
        try:
            while piece := line.recv(65_536):
                answer += piece
        except OSError:
            pass
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (r.partition(":") for r in rest)}
    return int(first.split()[1]), headers, body


def head(path: str, *more: str, host: str = "localhost") -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json",
        "Connection: close",
        *more,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def problem(answer: Raw, status: int, code: str) -> None:
    assert answer[0] == status, answer
    assert answer[1]["content-type"].startswith("application/problem+json"), answer[1]
    told = json.loads(answer[2])
    assert (told["status"], told["code"]) == (status, code)
    assert told["text"]["zh"]
    assert told["text"]["en"]


def test_too_much_is_refused_in_words(hospital: Hospital) -> None:
    much = 1024 * 1024
    for path, times in (
        ("/api/v1/media", 13),
        ("/api/v1/patients", 13),
        ("/api/v1/patients", 2),
        (SAY, 1),
    ):
        size = times * much
        sent = raw(hospital, head(path, f"Content-Length: {size}"), bytes(size))
        problem(sent, 413, "too_large")
    chunk = b"100000\r\n" + bytes(1024 * 1024) + b"\r\n"
    chunked = [head(SAY, "Transfer-Encoding: chunked"), *[chunk] * 2, b"0\r\n\r\n"]
    status, _, _ = raw(hospital, *chunked)
    assert status in {403, 413}, "whichever is found first"


def test_a_body_that_nobody_waits_for_does_not_break_the_line(hospital: Hospital) -> None:
    """Answered before it has come, as when the session has ended: the answer still arrives."""
    much = 900 * 1024
    for path in ("/api/v1/patients", "/api/v1/nowhere") * 8:  # Of broken ones some come through.
        status, _, _ = raw(hospital, head(path, f"Content-Length: {much}"), bytes(much))
        assert status in {401, 403, 404}, (path, status)


def test_another_name_is_not_our_door(hospital: Hospital) -> None:
    door = http.client.HTTPConnection("localhost", hospital.port, timeout=10)
    door.request("GET", "/api/v1/session", headers={"Host": "evil.example"})
    answer = door.getresponse()
    problem(
        (answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()),
        421,
        "wrong_host",
    )
    door.close()


@pytest.mark.parametrize(
    ("path", "told", "sent"),
    [("/api/v1/patients", 1000, 8), ("/api/v1/media", 11_000_000, 1_100_000)],
)
def test_a_body_that_never_comes_keeps_nobody_waiting(
    hospital: Hospital, path: str, told: int, sent: int
) -> None:
    """Others are answered meanwhile, and the house stays as it was."""
    slow = [socket.create_connection(("localhost", hospital.port), timeout=20) for _ in range(30)]
    for line in slow:
        line.sendall(head(path, f"Content-Length: {told}") + bytes(sent))
    assert hospital.get("/api/v1/session")[0] == 200
    for line in slow:
        line.close()
    assert hospital.is_ready()
