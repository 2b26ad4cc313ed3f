"""Without a line, and with a session that ends in the middle: what was read stays readable, what was typed stays."""

import re

import pytest
from playwright.sync_api import expect

from journeys.barriers import A_FRAME
from journeys.cast import PATIENCE_MS, Cast, Patient
from journeys.longthread import LongThread
from journeys.talk import COMPLAINT, InTalk

pytestmark = pytest.mark.slow

BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]
OTHER = "13800138002"
# Whoever looks before the page has made its shelves must not make a database without any.
_KEPT = """async (name) => new Promise((done) => {
    const asked = indexedDB.open(name)
    asked.onupgradeneeded = () => asked.transaction.abort()
    asked.onerror = () => done(0)
    const countOf = (store, shelf) => new Promise((told) => {
        const count = store.transaction(shelf).objectStore(shelf).count()
        count.onsuccess = () => told(count.result)
    })
    asked.onsuccess = async () => {
        const store = asked.result
        let sum = 0
        for (const shelf of store.objectStoreNames) sum += await countOf(store, shelf)
        store.close()
        done(sum)
    }
})"""


_WORDS = """async ([shelf, words]) => new Promise((done) => {
    const asked = indexedDB.open('xinglin-kept')
    asked.onupgradeneeded = () => asked.transaction.abort()
    asked.onerror = () => done(false)
    asked.onsuccess = () => {
        const store = asked.result
        const all = store.transaction(shelf).objectStore(shelf).getAll()
        all.onsuccess = () => {
            store.close()
            done(all.result.some((one) => words.every((word) => JSON.stringify(one).includes(word))))
        }
    }
})"""


@pytest.fixture(autouse=True)
def _app_is_kept(cast: Cast) -> None:
    cast.keeps_app = True


def is_kept(patient: Patient, shelf: str, *words: str) -> None:
    """One thing on this shelf of the device has all these words; a page that leaves at once may be quicker."""
    patient.waits_until(_WORDS, [shelf, words])


def worker_runs(patient: Patient) -> None:
    patient.page.wait_for_function(
        "() => navigator.serviceWorker.controller !== null", timeout=PATIENCE_MS
    )


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_what_was_read_is_read_without_a_line(
    in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    patient, doctor = in_talk(locale, phone, username)
    doctor.say("hello from the doctor")
    patient.hears("hello from the doctor")
    visit = patient.page.url
    number = visit.rsplit("/", 1)[1]
    worker_runs(patient)
    patient.go("/visits")
    patient.sees("visit")
    is_kept(patient, "queries", "all", number)
    patient.page.goto(visit)
    patient.hears("hello from the doctor")
    is_kept(patient, "queries", "one", number)
    is_kept(patient, "threads", number, "hello from the doctor")
    patient.lose_line()
    patient.page.goto(visit)
    patient.hears("hello from the doctor")
    patient.sees("as-of")
    patient.say("written without a line")
    patient.sees("pending", 1)
    patient.look("offline-visit")
    patient.go("/visits")
    patient.sees("visit")
    patient.sees("as-of")
    patient.look("offline-visits")
    patient.find_line()
    doctor.hears("written without a line")
    patient.page.goto(visit)
    patient.hears("written without a line")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_complaint_without_a_line_goes_once_when_it_is_back(cast: Cast, locale: str) -> None:
    patient = cast.patient(locale)
    patient.sign_in({"zh": "13800138001", "en": "13800138003"}[locale])
    patient.press("ask")
    patient.write("complaint", COMPLAINT[locale])
    sent: list[str] = []
    patient.page.on(
        "request", lambda r: sent.append(r.method) if r.url.endswith("/intakes") else None
    )
    patient.lose_line()
    patient.press("send-complaint")
    patient.sees("sends-later")
    patient.look("offline-complaint")
    patient.find_line()
    patient.sees("interview")
    assert patient.page.url.count("/ask/") == 1


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_session_that_ends_in_mid_sentence_loses_no_word(cast: Cast, locale: str) -> None:
    phone = {"zh": "13800138001", "en": "13800138003"}[locale]
    patient = cast.patient(locale)
    patient.sign_in(phone)
    patient.sees("ask")
    patient.go("/family/new")
    patient.write("name", "half a na")
    is_kept(patient, "forms", "half a na")
    patient.go("/ask")
    patient.write("complaint", COMPLAINT[locale])
    patient.context.clear_cookies(name="session")
    patient.press("send-complaint")
    patient.sees("phone")
    assert "next=/ask" in patient.page.url or "next=%2Fask" in patient.page.url
    come_in(patient, phone)
    expect(patient.get("complaint")).to_have_value(COMPLAINT[locale], timeout=PATIENCE_MS)
    patient.go("/family/new")
    expect(patient.get("name")).to_have_value("half a na", timeout=PATIENCE_MS)
    patient.context.clear_cookies(name="session")
    patient.page.reload()
    come_in(patient, OTHER)
    patient.go("/family/new")
    patient.sees("name")
    # The other's is still there for the other; this reading of the shelf came after the page's own.
    is_kept(patient, "forms", "half a na")
    expect(patient.get("name")).to_have_value("")
    patient.go("/me")
    patient.press("sign-out")
    patient.sees("phone")


def come_in(patient: Patient, phone: str) -> None:
    """By the door that is open already."""
    patient.sees("phone")
    patient.sign_in_here(phone)
    expect(patient.page).not_to_have_url(re.compile("/welcome"), timeout=PATIENCE_MS)


def test_signing_out_leaves_nothing_on_the_device(cast: Cast) -> None:
    patient = cast.patient("zh")
    patient.sign_in("13800138001")
    patient.sees("ask")
    patient.go("/visits")
    is_kept(patient, "queries", "visits", "all")
    patient.go("/family")
    patient.sees("person")
    is_kept(patient, "queries", "me", "patients")
    patient.go("/me")
    patient.press("sign-out")
    patient.sees("phone")
    patient.waits_until(f"async (name) => (await ({_KEPT})(name)) === 0", "xinglin-kept")
    # Nor does anything come back that was still being written.
    patient.page.reload()
    patient.sees("phone")
    assert patient.page.evaluate(_KEPT, "xinglin-kept") == 0
    assert patient.page.evaluate("caches.keys().then((all) => all.join())").count("api") == 0


def test_a_long_thread_stands_at_the_unread_and_reaches_any_message(in_talk: InTalk) -> None:
    """5,000 messages, 400 of them unread: the line stands where the unread begins."""
    patient, doctor = in_talk("zh", "13800138001", "dr.ent1")
    doctor.say("hello")
    patient.hears("hello")
    visit = patient.page.url.rsplit("/", 1)[1].split("?")[0]
    LongThread(visit, 5_000, read=4_600).tell(patient.page)
    patient.page.reload()
    expect(patient.get("unread-from")).to_be_in_viewport(timeout=PATIENCE_MS)
    first = patient.page.locator('[data-testid="message"][data-seq="4601"]')
    expect(first).to_be_in_viewport()
    assert patient.get("message").count() < 80
    patient.look("thread-unread")
    patient.press("to-newest")
    newest = patient.page.locator('[data-testid="message"][data-seq="5000"]')
    expect(newest).to_be_in_viewport(timeout=PATIENCE_MS)
    patient.go(f"/visits/{visit}?at=1200")
    sought = patient.page.locator('[data-testid="message"][data-seq="1200"]')
    expect(sought).to_be_in_viewport(timeout=PATIENCE_MS)
    patient.get("conversation").hover()
    for _ in range(10):
        patient.page.mouse.wheel(0, -1_500)
        patient.page.evaluate(A_FRAME)
    expect(sought).not_to_be_in_viewport()
    assert 0 < patient.get("message").count() < 80


def test_a_finger_that_rests_on_a_message_opens_its_menu(in_talk: InTalk) -> None:
    patient, doctor = in_talk("zh", "13800138001", "dr.ent1")
    patient.say("手指按住这条")
    doctor.hears("手指按住这条")
    patient.hears("手指按住这条")
    touch = patient.context.new_cdp_session(patient.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    box = patient.get("message").filter(has_text="手指按住这条").locator(".bubble").bounding_box()
    assert box is not None
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    expect(patient.page.get_by_role("menu")).to_be_visible(timeout=PATIENCE_MS)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    patient.page.evaluate(A_FRAME)
    expect(patient.page.get_by_role("menu")).to_be_visible(timeout=PATIENCE_MS)
    patient.look("touch-menu")
