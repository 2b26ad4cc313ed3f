"""A call as its people have it: who is seen, who is heard, who comes to it and who finds it again."""

import pytest
from playwright.sync_api import expect

from journeys.calls import probes
from journeys.calls.faces import BLUE, GREEN, RED
from journeys.calls.people import SPECIALIST, CallCast, Visit, meet
from journeys.cast import PATIENCE_MS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_each_side_sees_the_right_person_and_hears(cast: CallCast, locale: str) -> None:
    visit = cast.visit(locale=locale)
    visit.patient.look("call-entry")
    meet(visit)
    for person in (visit.patient, visit.doctor):
        probes.hears(person.page)
    running = visit.patient.page.locator('[data-testid="call-clock"][data-running="true"]')
    expect(running).to_be_visible(timeout=PATIENCE_MS)
    visit.patient.look("call-open")
    visit.doctor.look("call-open-doctor")
    words_are_read_once_their_speaker_agrees(visit)
    visit.doctor.say("beside the pictures")
    visit.patient.press("call-chat")
    visit.patient.hears("beside the pictures")
    visit.patient.press("call-back")
    visit.patient.press("call-leave")
    for person in (visit.patient, visit.doctor):
        probes.sees(person.page)
    assert visit.call()["call"] is None
    visit.patient.sees("call-ended")
    visit.patient.look("call-ended")


def words_are_read_once_their_speaker_agrees(visit: Visit) -> None:
    visit.patient.press("call-captions")
    visit.doctor.sees("captions-ask")
    visit.doctor.look("call-captions-ask")
    visit.doctor.press("captions-yes")
    visit.patient.sees("captions")
    visit.patient.look("call-captions")
    visit.doctor.press("captions-stop")


def test_without_a_picture_one_hears(cast: CallCast) -> None:
    visit = cast.visit(channel="audio")
    visit.patient.press("ring-audio")
    visit.doctor.press("call-answer")
    for person in (visit.patient, visit.doctor):
        probes.hears(person.page, seconds=30)
        probes.sees(person.page)
    # Nothing of the call is shown on other pages but its float, and one is still heard.
    visit.doctor.press("own-security")
    visit.doctor.sees("call-float")
    probes.hears(visit.doctor.page)


def test_a_colleague_who_is_invited_is_the_third(cast: CallCast) -> None:
    visit = cast.visit()
    meet(visit)
    colleague = cast.doctor_on(SPECIALIST, face=GREEN)
    colleague.go("/staff/workbench")
    colleague.sees("who")
    doctor = visit.doctor
    doctor.press("call-people")
    doctor.write("invite-words", colleague.hospital.person(SPECIALIST)["name"]["zh"])
    expect(doctor.get("invite-send")).to_have_count(1, timeout=PATIENCE_MS)
    doctor.look("call-invite")
    doctor.press("invite-send")
    doctor.sees("invite-sent")
    doctor.page.keyboard.press("Escape")
    colleague.press("invitation-accept")
    for person in (visit.patient, doctor, colleague):
        probes.sees(person.page, RED, BLUE, GREEN, seconds=30)
        probes.hears(person.page)
    colleague.look("call-of-three-colleague")
    visit.patient.look("call-of-three")


def test_quality_control_sees_both_and_is_told_of(cast: CallCast) -> None:
    visit = cast.visit()
    meet(visit)
    officer = cast.officer()
    officer.press("observe")
    officer.write("observe-reason", "抽查通话质量")
    officer.look("call-observe")
    officer.press("observe-enter")
    probes.sees(officer.page, RED, BLUE, seconds=30)
    probes.hears(officer.page)
    # The policy of the place: openly. And nobody but the doctor's page sends more for it.
    visit.patient.sees("call-observed")
    probes.sees(visit.patient.page, RED, BLUE)
    assert len(probes.stats(visit.patient.page)["states"]) == 1


def test_the_room_is_found_again_after_a_reload_and_on_a_second_device(cast: CallCast) -> None:
    visit = cast.visit()
    meet(visit)
    for person in (visit.patient, visit.doctor):
        person.page.reload()
        for each in (visit.patient, visit.doctor):
            probes.sees(each.page, RED, BLUE, seconds=30)
    second = cast.again(visit.patient)
    second.go(f"/visits/{visit.id}")
    second.press("enter-video")
    for page in (second.page, visit.doctor.page):
        probes.sees(page, RED, BLUE, seconds=30)
    expect(visit.patient.get("call-pane")).to_have_attribute(
        "data-scene", "elsewhere", timeout=PATIENCE_MS
    )
    probes.sees(visit.patient.page)
