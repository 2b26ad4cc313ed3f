"""A walk-in at a drugstore: from the greeting on the screen to a doctor on video and a paper in the hand."""

import pytest
from playwright.sync_api import expect

from journeys.calls import probes
from journeys.calls.faces import BLUE, RED
from journeys.calls.people import CallCast, CallDoctor
from journeys.cast import PATIENCE_MS
from journeys.sites import Counter, Walker
from journeys.stories import STORIES, Story
from journeys.talk import ANSWERS, COMPLAINT, sign_record, write_record

pytestmark = pytest.mark.slow
_DEPARTMENT = "ent"
_NAMES = {"zh": ("王秀英", "赵德厚"), "en": ("Grace Holloway", "Henry Ashdown")}
_DANGER = {
    "zh": "胸口压着疼，一直出大汗，喘不上气。",
    "en": "Crushing chest pain, I am sweating and short of breath.",
}
# All that a browser keeps where a page can read it.
_KEPT = """async () => {
    const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
    for (const { name } of await indexedDB.databases()) {
        const store = await new Promise((done, fail) => {
            const asked = indexedDB.open(name)
            asked.onsuccess = () => done(asked.result)
            asked.onerror = () => fail(asked.error)
        })
        for (const shelf of store.objectStoreNames)
            found.push(await new Promise((done) => {
                const asked = store.transaction(shelf).objectStore(shelf).getAll()
                asked.onsuccess = () => done(JSON.stringify(asked.result))
            }))
        store.close()
    }
    for (const name of await caches.keys())
        for (const asked of await (await caches.open(name)).keys())
            found.push(asked.url, await (await caches.match(asked)).text())
    return found.join('\\n')
}"""

# A browser without a window has no dialog to print from: what the frame shows that was asked to print
# is noted, and whatever the policy of the page forbids.
_PRINTS = """() => {
    window.forbidden = []
    document.addEventListener('securitypolicyviolation', (told) => window.forbidden.push(told.violatedDirective))
    const real = Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow')
    Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', {
        get() {
            const shown = real.get.call(this)
            shown.print = () => { window.printed = shown.document.contentType }
            return shown
        },
    })
}"""


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_site_visit_from_the_counter_to_the_printed_paper(cast: CallCast, locale: str) -> None:
    doctor = on_duty(cast, locale)
    counter = cast.counter(locale)
    first, second = walkers(cast, locale)
    walk_in = counter.register(first)
    counter.hand_over(walk_in)
    the_patient_is_asked(counter, first)
    visit = a_doctor_is_called(counter)
    the_doctor_comes_by_video(counter, doctor, visit)
    the_record_is_signed(doctor, STORIES[locale])
    the_screen_goes_back(counter, STORIES[locale])
    the_paper_is_printed(counter)
    the_next_one_sees_nothing_of_it(counter, first, second, visit)
    danger_calls_the_assistant(counter)


def on_duty(cast: CallCast, locale: str) -> CallDoctor:
    doctor = cast.doctor_on(locale=locale)
    doctor.ask_house("POST", "/duty/start", {"capacity": None})
    doctor.go("/staff/workbench")
    doctor.sees("duty-state")
    return doctor


def walkers(cast: CallCast, locale: str) -> list[Walker]:
    told = (COMPLAINT[locale], _DANGER[locale])
    return [
        Walker(name, cast.new_number(), complaint)
        for name, complaint in zip(_NAMES[locale], told, strict=True)
    ]


def the_patient_is_asked(counter: Counter, walker: Walker) -> None:
    """Who stays, who reads along, what is wrong, and the questions one by one."""
    expect(counter.get("screen-step")).to_contain_text(walker.name, timeout=PATIENCE_MS)
    counter.look("screen-stays")
    # The assistant's session sleeps: what was theirs is not there.
    assert counter.refused("GET", "/site/today") == 404
    counter.press("stays-yes")
    counter.at_step("chat")
    counter.look("screen-chat")
    counter.press("chat-no")
    counter.at_step("complaint")
    expect(counter.get("screen-readings")).to_contain_text("128/82")
    counter.look("screen-complaint")
    counter.press("complaint-confirm")
    counter.at_step("interview")
    counter.look("screen-interview")
    counter.answer_interview(ANSWERS)


def a_doctor_is_called(counter: Counter) -> str:
    """Answers the visit's id."""
    counter.at_step("ask")
    counter.look("screen-ask")
    if counter.get("department").get_attribute("data-department") != _DEPARTMENT:
        counter.press("change-department")
        counter.press(f"department-{_DEPARTMENT}")
    counter.press("screen-ask")
    counter.at_step("waiting")
    passed = counter.page.locator('[data-testid="device-line"][data-passed="good"]')
    expect(passed).to_be_visible(timeout=PATIENCE_MS)
    counter.look("screen-waiting")
    visit: str = counter.ask_house("GET", "/site/screen")["consultation_id"]
    return visit


def the_doctor_comes_by_video(counter: Counter, doctor: CallDoctor, visit: str) -> None:
    expect(doctor.get("offer-site")).to_contain_text(
        "康宁" if doctor.locale == "zh" else "Kangning"
    )
    doctor.look("doctor-site-offer")
    doctor.press("offer-accept")
    doctor.sees("visit-pane")
    expect(doctor.get("site-value")).to_contain_text("128/82")
    expect(doctor.get("site-told")).to_have_attribute("data-stays", "true")
    doctor.look("doctor-site-visit")
    counter.at_step("visit")
    # Nobody at the screen has tapped anything: it rings by itself.
    doctor.press("call-answer")
    both_are_seen(counter, doctor)
    counter.look("screen-call")
    doctor.press("call-record")
    counter.sees("call-consent")
    counter.look("screen-consent")
    counter.press("consent-yes")
    doctor.sees("recording-on")
    doctor.say("128/82")
    counter.hears("128/82")
    counter.page.reload()
    both_are_seen(counter, doctor)
    assert counter.ask_house("GET", f"/consultations/{visit}")["state"] == "active"
    counter.press("call-leave")
    for person in (counter, doctor):
        probes.sees(person.page)


def both_are_seen(counter: Counter, doctor: CallDoctor) -> None:
    for person in (counter, doctor):
        probes.sees(person.page, RED, BLUE, seconds=30)


def the_record_is_signed(doctor: CallDoctor, story: Story) -> None:
    write_record(doctor, story)
    sign_record(doctor)
    expect(doctor.get("signed-record").get_by_test_id("site-reading")).to_contain_text("128/82")
    doctor.look("doctor-site-record")
    doctor.press("close")
    doctor.choose("close-reason-advice_given")
    doctor.press("close-submit")
    doctor.sees("visit-over")


def the_screen_goes_back(counter: Counter, story: Story) -> None:
    counter.at_step("ended")
    expect(counter.get("ended-summary")).to_contain_text(
        story.record["advice"], timeout=PATIENCE_MS
    )
    counter.look("screen-ended")
    counter.press("give-back")
    counter.take_back()
    counter.sees("walk-in-head")


def the_paper_is_printed(counter: Counter) -> None:
    """By the assistant, whose session is awake again; the conversation stays the patient's."""
    expect(counter.get("shared-chat")).to_have_attribute("data-shared", "false")
    counter.page.evaluate(_PRINTS)
    with counter.page.expect_response(lambda told: told.url.endswith("/summary.pdf")) as printed:
        counter.press("print-summary")
    assert printed.value.ok
    assert printed.value.body().startswith(b"%PDF-")
    counter.waits_until("async () => window.printed === 'application/pdf'")
    assert counter.page.evaluate("() => window.forbidden") == []


def the_next_one_sees_nothing_of_it(
    counter: Counter, first: Walker, second: Walker, visit: str
) -> None:
    counter.hand_over(counter.register(second, agreed_to="0"))
    expect(counter.get("screen-step")).to_contain_text(second.name, timeout=PATIENCE_MS)
    assert counter.get("screen-step").get_by_text(first.name).count() == 0
    kept = counter.page.evaluate(_KEPT)
    assert [word for word in (first.name, first.number, "128/82", visit) if word in kept] == []
    for path in (f"/consultations/{visit}", f"/consultations/{visit}/messages"):
        assert counter.refused("GET", path) == 404
    counter.go("/site/")
    counter.at_step("stays")


def while_texts_are_owed(counter: Counter) -> None:
    """What was agreed to without a line was an older text."""
    counter.at_step("consent")
    counter.look("screen-owed")
    owed = counter.ask_house("GET", "/site/screen")["consents"]
    for left in range(len(owed), 0, -1):
        with counter.page.expect_response(lambda told: told.url.endswith("/consents")):
            counter.press("consent-agree")
        assert len(counter.ask_house("GET", "/site/screen")["consents"]) == left - 1


def danger_calls_the_assistant(counter: Counter) -> None:
    counter.press("stays-no")
    # Who goes away reads nothing: it is not asked.
    while_texts_are_owed(counter)
    counter.at_step("complaint")
    counter.press("complaint-confirm")
    counter.at_step("emergency")
    expect(counter.get("screen-emergency")).to_contain_text("周明远")
    counter.look("screen-emergency")
    counter.press("give-back")
    counter.take_back()
    expect(counter.get("walk-in-head")).to_have_attribute("data-state", "emergency")
