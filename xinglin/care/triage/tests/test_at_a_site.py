"""What was measured at a site is weighed beside what is told, of the walk-in whose screen it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from xinglin.care.people.tests import factories as people
from xinglin.care.sites.models import WalkIn
from xinglin.care.triage import queries, services
from xinglin.care.triage.models import Intake
from xinglin.care.triage.queries.evidence import intake_evidence
from xinglin.care.triage.services.assisting import ask_assistant
from xinglin.care.triage.services.looking import look
from xinglin.care.triage.tests.counter import came, reading, row_of
from xinglin.care.triage.tests.factories import ANSWERS, answered, harmless, opened
from xinglin.kernel import clock
from xinglin.kernel.errors import NotFound


def father():
    """A regular of the app with a child, who has come to a site."""
    viewer, number = people.patient_viewer(), people.id_number(people.MAN, "male")
    people.register(viewer, name="周明远", born=people.MAN, sex="male", number=number)
    child = people.register(viewer, name="周小宝", born=people.BOY, sex="male", relation="child")
    return *came(name="周明远", number=number), child


@pytest.fixture(autouse=True)
def house(db):
    people.hospital()


def test_a_measured_value_alone_makes_an_emergency_and_the_site_hears_of_it():
    viewer, patient, walk = came()
    reading(walk, "blood_pressure", systolic=82, diastolic=50)
    reading(walk, "spo2", value=84)
    intake_id = opened(viewer, patient)
    own = queries.own_intake(viewer, intake_id)
    assert own.outcome == "emergency"
    assert any("84" in flag.text.zh or "血氧" in flag.text.zh for flag in own.red_flags)
    assert (row_of(walk).state, row_of(walk).intake_id) == ("emergency", intake_id)
    assert Intake.objects.get().measured == {"systolic": 82, "diastolic": 50, "spo2": 84}


def test_the_same_words_with_usual_values_are_no_emergency():
    viewer, patient, walk = came()
    reading(walk, "spo2", value=98)
    intake_id = opened(viewer, patient)
    assert queries.own_intake(viewer, intake_id).outcome == "interview"
    assert (row_of(walk).state, row_of(walk).intake_id) == ("registered", intake_id)


def test_of_a_told_and_a_measured_value_the_graver_counts():
    _, patient, _ = came()
    words = "发烧41.6度，不舒服"
    usual, high = {"temperature": 36.6}, {"temperature": 41.8}
    told = look(words, {}, patient, at=clock.now()).level
    assert look(words, {}, patient, measured=usual, at=clock.now()).level == told
    quiet = look("有点不舒服", {}, patient, measured=usual, at=clock.now()).level
    hot = look("有点不舒服", {}, patient, measured=high, at=clock.now()).level
    assert quiet != hot


def test_what_is_measured_during_the_interview_counts_at_its_end():
    viewer, patient, walk = came()
    intake_id = opened(viewer, patient)
    reading(walk, "spo2", value=84)
    answers = harmless(viewer, intake_id) | ANSWERS
    services.answer_intake(viewer, intake_id, answers=answers, at=clock.now())
    assert Intake.objects.get().outcome == "emergency"
    assert row_of(walk).state == "emergency"


def test_a_withdrawn_reading_counts_no_more():
    viewer, patient, walk = came(name="周明远", born=people.MAN, sex="male")
    wrong = reading(walk, "spo2", value=96)
    intake_id = opened(viewer, patient)
    wrong.withdrawn_at = clock.now() + timedelta(seconds=1)
    wrong.save()
    answered(viewer, intake_id)
    assert Intake.objects.get().measured == {}


def test_a_screen_opens_and_reads_intakes_of_its_own_patient_only():
    viewer, patient, walk, child = father()
    at_home = opened(replace(viewer, bound_to=None), child)
    for act in (
        lambda: opened(viewer, child),
        lambda: queries.own_intake(viewer, at_home),
        lambda: services.keep_answers(viewer, at_home, answers={}, at=clock.now()),
        lambda: answered(viewer, at_home),
    ):
        with pytest.raises(NotFound):
            act()
    assert not row_of(walk).intake_id
    assert queries.own_intake(viewer, opened(viewer, patient)).patient_id == patient.id


def test_an_assistant_of_others_is_asked_for_the_own_patient_only(settings):
    settings.TRIAGE_ASSISTANT = "openai_chat"
    viewer, _, _, child = father()
    with pytest.raises(NotFound):
        ask_assistant(viewer, child.id, "发烧")


def test_who_waits_for_the_doctor_may_tell_more_without_moving_the_walk_in():
    viewer, patient, walk = came()
    first = opened(viewer, patient)
    WalkIn.objects.filter(pk=walk.id).update(
        state="asked", consultation_id=first, asked_at=clock.now()
    )
    reading(walk, "spo2", value=84)
    second = opened(viewer, patient)
    assert queries.own_intake(viewer, second).outcome == "emergency"
    assert (row_of(walk).state, row_of(walk).intake_id) == ("asked", first)


def test_what_was_measured_stands_in_a_dispute_package():
    viewer, patient, walk = came()
    reading(walk, "temperature", value=37.2)
    part = intake_evidence(opened(viewer, patient))
    assert part.data["measured"] == {"temperature": 37.2}
    (section,) = part.sections
    assert ("站点测量", "temperature 37.2") in [
        (label.zh, value) for label, value in section.lines if isinstance(value, str)
    ]


def test_what_is_measured_during_the_interview_ends_it_when_it_is_danger():
    viewer, patient, walk = came()
    intake_id = opened(viewer, patient)
    reading(walk, "spo2", value=95)
    services.look_again(walk.id, at=clock.now())
    assert queries.own_intake(viewer, intake_id).outcome == "interview"
    reading(walk, "spo2", value=84)
    for _ in range(2):
        services.look_again(walk.id, at=clock.now())
    assert queries.own_intake(viewer, intake_id).outcome == "emergency"
    assert row_of(walk).state == "emergency"


def test_what_is_measured_after_the_answers_makes_it_graver_and_never_less_grave():
    viewer, patient, walk = came()
    intake_id = opened(viewer, patient)
    answered(viewer, intake_id, pregnancy="no")
    was = Intake.objects.get().urgency
    reading(walk, "blood_pressure", systolic=200, diastolic=125)
    services.look_again(walk.id, at=clock.now())
    graver = Intake.objects.get()
    assert graver.urgency < was
    reading(walk, "blood_pressure", systolic=120, diastolic=80)
    services.look_again(walk.id, at=clock.now())
    assert Intake.objects.get().urgency == graver.urgency
    reading(walk, "spo2", value=84)
    services.look_again(walk.id, at=clock.now())
    assert queries.own_intake(viewer, intake_id).outcome == "emergency"
