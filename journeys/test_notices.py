"""A patient who does not look is told: in the list, on the tab, and on the phone."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Patient
from journeys.talk import InTalk

pytestmark = pytest.mark.slow

BOTH = [("zh", "13800138001", "dr.ent1"), ("en", "13800138003", "dr.ent2")]
WORDS = {
    "zh": "鼓膜像是有积液，我给您写了建议。",
    "en": "There may be fluid behind the drum; I have written my advice.",
}
TOLD = {"zh": "医生给您发来了新消息。", "en": "The doctor has written to you."}
PUSH = {
    "id": "1",
    "title": "杏林",
    "body": "医生给您发来了新消息。",
    "link": "/visits/00000000-0000-7000-8000-000000000000",
    "lang": "zh-CN",
}
# As a phone with a push service: this browser reaches none. The keys are those of RFC 8291's example.
PHONE_WITH_PUSH = """(() => {
    let held = null
    const made = { endpoint: 'https://push.example.com/journey/' + Math.random(),
        keys: { p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
                auth: 'BTBZMqHH6r4Tts7J_aSIgg' } }
    const device = { endpoint: made.endpoint, toJSON: () => made,
        unsubscribe: () => { held = null; localStorage.removeItem('story.push'); return Promise.resolve(true) } }
    if (localStorage.getItem('story.push')) held = device
    PushManager.prototype.subscribe = () => {
        held = device
        localStorage.setItem('story.push', '1')
        return Promise.resolve(held)
    }
    PushManager.prototype.getSubscription = () => Promise.resolve(held)
    Notification.requestPermission = () => Promise.resolve('granted')
})()"""

# Safari on an iPhone, not yet on the home screen.
IPHONE = """
    delete window.PushManager
    const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1'
    Object.defineProperty(navigator, 'userAgent', { get: () => agent })
"""


@pytest.fixture(autouse=True)
def _app_is_kept(cast: Cast) -> None:
    cast.keeps_app = True


class Phone:
    """What a push service does to the browser of a page."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient
        self.workers: list[dict[str, Any]] = []
        patient.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self._cdp = patient.context.new_cdp_session(patient.page)
        self._cdp.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda told: self.workers.extend(told["registrations"]),
        )
        self._cdp.send("ServiceWorker.enable")

    def push(self, told: dict[str, str]) -> None:
        origin = self._patient.hospital.url
        mine = [w for w in self.workers if w["scopeURL"].startswith(origin)]
        self._cdp.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": origin,
                "registrationId": mine[-1]["registrationId"],
                "data": json.dumps(told),
            },
        )

    def waits_for(self, ask: Callable[[], Any]) -> None:
        """Asked once a frame: what the browser tells is heard meanwhile."""
        until = time.monotonic() + PATIENCE_MS / 1000
        while not ask():
            assert time.monotonic() < until
            self._patient.page.evaluate("new Promise(requestAnimationFrame)")

    def shown(self) -> list[list[str]]:
        found: list[list[str]] = self._patient.page.evaluate(
            "navigator.serviceWorker.ready.then((w) => w.getNotifications())"
            ".then((all) => all.map((n) => [n.title, n.body, n.data.link]))"
        )
        return found


def unread(patient: Patient) -> int:
    """What the demo hospital has told this family before counts too."""
    answer = patient.context.request.get(f"{patient.hospital.url}/api/v1/notices/unread")
    found: int = answer.json()["unread"]
    return found


@pytest.mark.parametrize(("locale", "phone", "username"), BOTH)
def test_who_does_not_look_at_the_visit_is_told_of_the_doctors_words(
    in_talk: InTalk, locale: str, phone: str, username: str
) -> None:
    patient, doctor = in_talk(locale, phone, username)
    visit = patient.page.url
    patient.sees("visit-page")
    patient.go("/")
    patient.sees("tabs")
    before = unread(patient)
    doctor.say(WORDS[locale])
    expect(patient.get("unread")).to_have_attribute("data-count", str(before + 1), timeout=30_000)
    patient.press("notices")
    told = patient.get("notice").filter(has_text=TOLD[locale]).first
    expect(told).to_have_attribute("data-unread", "true", timeout=PATIENCE_MS)
    patient.look("notices-list")
    with patient.page.expect_response(lambda answer: answer.url.endswith("/notices/read")):
        told.click()
    patient.page.wait_for_url(visit)
    patient.hears(WORDS[locale])
    patient.go("/notices")
    expect(told).to_have_attribute("data-unread", "false", timeout=PATIENCE_MS)
    if patient.get("read-all").count():
        patient.press("read-all")
    patient.sees("unread", 0)
    expect(patient.page.locator('[data-testid="notice"][data-unread="true"]')).to_have_count(0)
    patient.page.goto(visit)


@pytest.mark.parametrize(("locale", "phone"), [(locale, phone) for locale, phone, _ in BOTH])
def test_a_phone_is_turned_on_kept_quiet_and_given_back_at_the_door(
    cast: Cast, locale: str, phone: str
) -> None:
    patient = cast.patient(locale)
    patient.context.grant_permissions(["notifications"])
    patient.page.add_init_script(PHONE_WITH_PUSH)
    patient.sign_in(phone)
    patient.sees("tabs")
    patient.go("/notices/settings")
    here = patient.get("this-device")
    expect(here).to_have_attribute("data-state", "off", timeout=PATIENCE_MS)
    patient.look("notices-settings-off")
    patient.press("turn-on")
    expect(here).to_have_attribute("data-state", "on", timeout=PATIENCE_MS)
    patient.get("quiet-from").fill("21:30")
    patient.get("quiet-from").blur()
    expect(patient.get("saved")).not_to_be_empty(timeout=PATIENCE_MS)
    wrote = patient.page.locator('[data-kind="doctor_wrote"] input').first
    wrote.uncheck(force=True)
    wrote.check(force=True)
    wrote.uncheck(force=True)
    expect(patient.get("saved")).not_to_be_empty(timeout=PATIENCE_MS)
    patient.page.reload()
    expect(here).to_have_attribute("data-state", "on", timeout=PATIENCE_MS)
    expect(patient.get("quiet-from")).to_have_value("21:30")
    expect(wrote).not_to_be_checked()
    patient.look("notices-settings-on")
    wrote.check(force=True)
    patient.get("quiet-from").fill("22:00")
    patient.get("quiet-from").blur()
    expect(patient.get("saved")).not_to_be_empty(timeout=PATIENCE_MS)
    _pushed(patient)
    _in_plain_words(patient, locale)
    patient.go("/me")
    patient.press("sign-out")
    patient.sees("phone")
    assert patient.page.evaluate("localStorage.getItem('story.push')") is None
    assert patient.page.evaluate("localStorage.getItem('xinglin.push.owner')") is None


def _pushed(patient: Patient) -> None:
    """The worker's own handler, by the browser's own way: no push service can be reached here."""
    phone = Phone(patient)
    phone.waits_for(lambda: phone.workers)
    phone.push(PUSH)
    phone.waits_for(phone.shown)
    assert phone.shown() == [[PUSH["title"], PUSH["body"], PUSH["link"]]]
    phone.push(PUSH | {"body": "再来一条"})
    phone.waits_for(lambda: phone.shown()[0][1] == "再来一条")
    assert len(phone.shown()) == 1
    phone.push(PUSH | {"link": "/notices/settings"})
    phone.push(PUSH | {"link": "/notices"})
    phone.waits_for(lambda: "/notices" in [link for _, _, link in phone.shown()])
    links = sorted(link for _, _, link in phone.shown())
    assert links == ["/notices", PUSH["link"]], "the page the other leads to is being looked at"


def _in_plain_words(patient: Patient, locale: str) -> None:
    """In browsers that refuse or cannot, the page says why and what to do."""
    for state, script in (
        ("refused", "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })"),
        ("install", IPHONE),
    ):
        page = patient.context.new_page()
        page.add_init_script(script)
        page.goto(f"{patient.hospital.url}/notices/settings")
        here = page.get_by_test_id("this-device")
        expect(here).to_have_attribute("data-state", state, timeout=PATIENCE_MS)
        patient.watch.look(page, f"notices-{state}", locale)
        page.close()


@pytest.mark.parametrize(("locale", "username"), [("zh", "dr.ent1"), ("en", "dr.ent2")])
def test_a_doctor_is_told_of_offers_while_the_workbench_is_out_of_sight(
    cast: Cast, locale: str, username: str
) -> None:
    doctor = cast.doctor(locale, "doctor")
    doctor.context.grant_permissions(["notifications"])
    doctor.page.add_init_script(PHONE_WITH_PUSH)
    doctor.sign_in(username)
    alerts = doctor.get("staff-push")
    expect(alerts).to_have_attribute("data-state", "off", timeout=PATIENCE_MS)
    alerts.click()
    expect(alerts).to_have_attribute("data-state", "on", timeout=PATIENCE_MS)
    doctor.look("notices-staff")
    doctor.page.reload()
    expect(alerts).to_have_attribute("data-state", "on", timeout=PATIENCE_MS)
    alerts.click()
    expect(alerts).to_have_attribute("data-state", "off", timeout=PATIENCE_MS)
