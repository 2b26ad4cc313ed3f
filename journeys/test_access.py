"""The app for everybody: each page without a barrier, at twice the size, by keyboard alone, and for the old."""

import pytest
from playwright.sync_api import expect

from journeys.barriers import cut, small, tab_to
from journeys.cast import PATIENCE_MS, Cast, Patient
from journeys.talk import ANSWERS, COMPLAINT

pytestmark = pytest.mark.slow

FAMILIES = {"zh": "13800138001", "en": "13800138003"}
PAGES = (
    *("/", "/me", "/visits", "/notices", "/notices/settings", "/family", "/family/new"),
    *("/consent", "/ask", "/doctors", "/proofs", "/proofs/new", "/history", "/history/files"),
    *("/search", "/account", "/account/consent", "/account/export", "/account/close"),
    "/no-such-page",
)
STAFF_PAGES = ("/staff", "/staff/board")


def settled(person: Patient, path: str) -> None:
    person.go(path)
    person.page.wait_for_load_state("networkidle")
    expect(person.page.locator("header, main").first).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_page_of_the_patient_keeps_anybody_out(cast: Cast, locale: str) -> None:
    """axe finds nothing serious, and at 200 % nothing is cut or needs scrolling sideways."""
    patient = cast.patient(locale)
    patient.go("/welcome")
    patient.sees("phone")
    patient.look("access-welcome")
    faults = [f"/welcome: {one}" for one in cut(patient.page)]
    patient.sign_in(FAMILIES[locale])
    patient.sees("ask")
    for path in PAGES:
        settled(patient, path)
        patient.look(f"access{path.replace('/', '-')}")
        faults += [f"{path}: {one}" for one in cut(patient.page)]
        faults += [f"{path}: {one}" for one in small(patient.page, target=44, type_px=14)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_elder_mode_is_large_everywhere(cast: Cast, locale: str) -> None:
    """A09: type of 20 px, targets of 56 px, one primary action, a call in one tap."""
    patient = cast.patient(locale)
    patient.go("/welcome")
    patient.get("elder-switch").check()
    patient.sees("call-hospital")
    patient.look("elder-welcome")
    faults = [f"/welcome: {one}" for one in small(patient.page, target=56, type_px=20)]
    patient.sign_in(FAMILIES[locale])
    patient.sees("ask")
    for path in ("/", "/me", "/visits", "/family", "/doctors", "/notices", "/history", "/proofs"):
        settled(patient, path)
        patient.sees("read-aloud")
        expect(patient.get("call-hospital").first).to_be_visible()
        assert (
            patient.page.locator(".van-button--primary:not(.van-button--plain), .ask").count() <= 1
        ), path
        patient.look(f"elder{path.replace('/', '-')}")
        faults += [f"{path}: {one}" for one in small(patient.page, target=56, type_px=20)]
        faults += [f"{path}: {one}" for one in cut(patient.page)]
    ask_in_steps(patient)
    patient.go("/me")
    patient.get("elder-switch").uncheck()
    patient.go("/")
    patient.sees("ask")
    patient.sees("read-aloud", 0)
    assert not faults, "\n".join(faults)


def ask_in_steps(patient: Patient) -> None:
    """For whom, what, pictures: each on a page of its own."""
    patient.go("/ask")
    patient.sees("send-complaint")
    patient.look("elder-ask-who")
    if patient.get("complaint").count() == 0:
        patient.press("send-complaint")
    patient.write("complaint", COMPLAINT[patient.locale])
    patient.look("elder-ask-words")
    patient.press("send-complaint")
    patient.sees("complaint", 0)
    patient.look("elder-ask-pictures")
    patient.press("back")
    patient.sees("complaint")
    patient.write("complaint", "")


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_straight_path_by_keyboard_alone(cast: Cast, locale: str) -> None:
    """From the door to the queue and out of it again, without ever touching the screen."""
    patient = cast.patient(locale)
    patient.hospital.may_ask_for_a_code(FAMILIES[locale])
    before = patient.hospital.codes_of(FAMILIES[locale])
    patient.go("/")
    patient.sees("phone")
    keys = patient.page.keyboard
    tab_to(patient.page, "phone")
    keys.type(FAMILIES[locale])
    keys.press("Enter")
    patient.sees("code")
    keys.type(patient.hospital.code_for(FAMILIES[locale], after=before))
    keys.press("Enter")
    patient.sees("ask")
    tab_to(patient.page, "ask")
    keys.press("Enter")
    patient.sees("complaint")
    tab_to(patient.page, "complaint")
    keys.type(COMPLAINT[locale])
    tab_to(patient.page, "send-complaint")
    keys.press("Enter")
    interview_by_keys(patient)
    patient.sees("ask-any")
    expect(patient.get("ask-any")).to_be_enabled(timeout=PATIENCE_MS)
    tab_to(patient.page, "ask-any")
    keys.press("Enter")
    patient.sees("visit-page")
    # Nobody is on duty: the question what to do takes the place of the page's own button.
    patient.sees("nobody")
    tab_to(patient.page, "choice-cancel")
    keys.press("Enter")
    patient.sees("confirm-yes")
    tab_to(patient.page, "confirm-yes")
    keys.press("Enter")
    patient.sees("ending")


def interview_by_keys(patient: Patient) -> None:
    patient.sees("interview")
    keys = patient.page.keyboard
    while patient.get("interview").count():
        link_id = patient.get("question").get_attribute("data-question")
        if link_id in ANSWERS:
            option = f"option-{ANSWERS[link_id]}"
            keys.press("Tab")
            for _ in range(20):
                if patient.page.evaluate(f"document.activeElement?.dataset.testid === '{option}'"):
                    break
                radio = patient.page.evaluate("document.activeElement?.type === 'radio'")
                keys.press("ArrowDown" if radio else "Tab")
            keys.press("Space")
        elif patient.get("question").get_attribute("data-kind") == "text":
            tab_to(patient.page, "answer")
            keys.type("-")
        tab_to(patient.page, "next")
        keys.press("Enter")
        patient.page.wait_for_function(
            "before => document.querySelector('[data-question]')?.dataset.question !== before",
            arg=link_id,
        )


@pytest.mark.parametrize(("locale", "username"), [("zh", "dr.ent1"), ("en", "dr.ent2")])
def test_no_page_of_the_staff_keeps_anybody_out(cast: Cast, locale: str, username: str) -> None:
    doctor = cast.doctor(locale, "doctor")
    doctor.go("/staff")
    doctor.sees("username")
    doctor.look("access-staff-door")
    doctor.sign_in(username)
    for path in STAFF_PAGES:
        doctor.go(path)
        doctor.page.wait_for_load_state("networkidle")
        doctor.look(f"access{path.replace('/', '-')}")
