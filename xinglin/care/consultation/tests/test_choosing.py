"""What the patient chooses while nobody has the visit."""

import pytest

from xinglin.care.consultation import services
from xinglin.care.consultation.models import ConsultationStep
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound


def choose(person, visit, choice, **more):
    services.choose(person.viewer, visit, choice=choice, at=make.now(), **more)


@pytest.mark.parametrize(
    ("choice", "state", "card", "event"),
    [
        ("wait", "waiting", "kept_waiting", "ConsultationKeptWaiting"),
        ("leave_message", "left_message", "message_left", "ConsultationMessageLeft"),
        ("cancel", "cancelled", "cancelled", "ConsultationWithdrawn"),
    ],
)
def test_when_nobody_is_on_duty_the_patient_chooses(cast, choice, state, card, event):
    visit = make.nobody(cast.patient)
    choose(cast.patient, visit, choice)
    assert make.row(visit).state == state
    assert make.cards(visit)[-1] == card
    kind, audience = make.events(visit)[-1]
    assert kind == event
    assert audience == {f"user:{cast.patient.id}", f"department:{make.department()}", "board"}


def test_another_department_keeps_the_place_in_the_queue(cast):
    visit = make.visit(cast.patient, at=make.now() - make.minutes(20))
    asked = make.row(visit).requested_at
    choose(cast.patient, visit, "change_department", department=make.department(1))
    row = make.row(visit)
    assert (row.department, row.requested_at, row.state) == (make.department(1), asked, "waiting")
    kind, audience = make.events(visit)[-1]
    assert kind == "DepartmentChanged"
    assert {f"department:{make.department()}", f"department:{make.department(1)}"} <= audience
    step = ConsultationStep.objects.get(consultation_id=visit, step="change_department")
    assert step.detail == {"from": make.department(), "to": make.department(1)}


@pytest.mark.parametrize("wanted", [None, "astrology", "same"])
def test_the_new_department_must_be_another_one_that_is_open(cast, wanted):
    visit = make.visit(cast.patient)
    department = make.department() if wanted == "same" else wanted
    with pytest.raises(Invalid) as refused:
        choose(cast.patient, visit, "change_department", department=department)
    assert [error.field for error in refused.value.errors] == ["department"]


def test_a_department_with_an_open_visit_of_the_patient_is_refused(cast):
    other = make.visit(cast.patient, where=1)
    visit = make.visit(cast.patient)
    with pytest.raises(Conflict) as refused:
        choose(cast.patient, visit, "change_department", department=make.department(1))
    assert refused.value.extra == {"consultation_id": str(other)}
    assert make.row(visit).department == make.department()


def test_a_cancelled_visit_has_a_reason_and_a_closed_thread(cast):
    visit = make.visit(cast.patient)
    choose(cast.patient, visit, "cancel")
    row = make.row(visit)
    assert (row.ending, row.due_at) == ("cancelled_by_patient", None)
    assert row.ended_at is not None
    with pytest.raises(Conflict):
        make.say(visit, cast.patient)


def test_whoever_talks_with_a_doctor_cannot_choose_any_more(cast):
    visit = make.active(cast.patient, cast.doctor)
    for choice in ("wait", "leave_message", "cancel"):
        with pytest.raises(IllegalStep):
            choose(cast.patient, visit, choice)


def test_nobody_chooses_for_somebody_else(cast):
    visit = make.nobody(cast.patient)
    for person in (cast.other_patient, cast.doctor, cast.operator):
        with pytest.raises(NotFound):
            choose(person, visit, "cancel")
    assert make.row(visit).state == "nobody"
