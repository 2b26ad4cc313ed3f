"""The sweeper owns time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from xinglin.care.consultation import queries, services, tasks
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.models import Consultation, ConsultationStep
from xinglin.care.consultation.tests import factories as make
from xinglin.care.consultation.tests.threads import change_thread
from xinglin.foundation.accounts.types import SYSTEM_ID
from xinglin.kernel import clock


def sweep_after(minutes):
    with clock.later(make.minutes(minutes)):
        return tasks.sweep()


def left_message(person):
    visit = make.nobody(person)
    services.choose(person.viewer, visit, choice="leave_message", at=make.now())
    return visit


@pytest.mark.parametrize(
    ("begin", "limit", "ending"),
    [
        (make.visit, 60, "no_doctor_in_time"),
        (make.nobody, 30, "no_choice_made"),
        (left_message, 24 * 60, "message_unanswered"),
    ],
)
def test_who_waits_in_vain_is_told_why(cast, begin, limit, ending):
    visit = begin(cast.patient)
    assert sweep_after(limit - 0.1) == 0
    assert sweep_after(limit + 0.1) == 1
    row = make.row(visit)
    assert (row.state, row.ending) == ("cancelled", ending)
    assert make.cards(visit)[-1] == "cancelled"
    assert make.events(visit)[-1][0] == "ConsultationWithdrawn"
    step = ConsultationStep.objects.get(consultation_id=visit, step="give_up")
    assert (step.who, step.actor_id) == ("clock", SYSTEM_ID)
    assert make.audited(visit)[-1] == ("consultation.give_up", SYSTEM_ID)


def test_a_step_is_taken_once(cast):
    make.visit(cast.patient)
    assert [sweep_after(61), sweep_after(62)] == [1, 0]


def test_choosing_to_wait_gives_time_anew(cast):
    visit = make.visit(cast.patient, at=make.now() - make.minutes(50))
    services.find_nobody(visit, make.now())
    services.choose(cast.patient.viewer, visit, choice="wait", at=make.now())
    assert sweep_after(59) == 0


def test_a_doctor_who_does_not_write_loses_the_visit(cast):
    visit = make.active(cast.patient, cast.doctor)
    assert sweep_after(4.9) == 0
    assert sweep_after(5.1) == 1
    row = make.row(visit)
    assert (row.state, row.returned) == ("waiting", 1)
    assert make.events(visit)[-1][0] == "ConsultationReturned"
    assert make.cards(visit)[-1] == "returned"


def test_the_deadline_follows_the_thread_and_not_the_row(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    assert sweep_after(6) == 0
    assert make.row(visit).state == "active"


def test_a_patient_who_does_not_answer_for_half_an_hour_ends_the_visit(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    assert sweep_after(29.9) == 0
    assert sweep_after(30.1) == 1
    row = make.row(visit)
    assert (row.state, row.ending) == ("ended", "patient_absent")
    assert make.events(visit)[-1][0] == "ConsultationEnded"


def test_the_sweeper_looks_again_in_time_for_an_answer_that_moves_the_turn(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    assert sweep_after(6) == 0
    make.say(visit, cast.patient, at=make.now() + make.minutes(7))
    assert sweep_after(11.5) == 0
    assert sweep_after(12.1) == 1
    assert make.row(visit).state == "waiting"


def test_a_new_doctor_has_the_full_time_to_reply(cast):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=make.now())
    make.accept(visit, cast.other_doctor, at=make.now() + make.minutes(20))
    assert sweep_after(24) == 0
    assert sweep_after(25.1) == 1


def test_a_patient_without_a_turn_is_not_called_absent(cast):
    visit = make.active(cast.patient, cast.doctor)
    change_thread(visit, "max_turns", 1)
    make.say(visit, cast.doctor)
    assert sweep_after(29.9) == 0
    assert sweep_after(30.1) == 1
    row = make.row(visit)
    assert (row.state, row.ending) == ("ended", "time_over")
    last = messages.read(visit)[-1].body
    assert (last["card"], last["ending"]) == ("ended", "time_over")
    assert "追问次数已用完" in last["text"]["zh"]
    assert "used up" in last["text"]["en"]
    assert make.events(visit)[-1][0] == "ConsultationEnded"
    step = ConsultationStep.objects.get(consultation_id=visit, step="time_over")
    assert (step.who, step.actor_id) == ("clock", SYSTEM_ID)


def test_the_last_turn_is_still_owed_an_answer(cast):
    visit = make.active(cast.patient, cast.doctor)
    change_thread(visit, "max_turns", 1)
    make.say(visit, cast.patient)
    assert sweep_after(5.1) == 1
    assert make.row(visit).state == "waiting"


@pytest.mark.parametrize("last", ["patient", "doctor"])
def test_a_visit_whose_time_is_over_ends_by_the_clock(cast, last):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor)
    make.say(visit, getattr(cast, last))
    change_thread(visit, "closes_at", make.now() + make.minutes(4))
    assert sweep_after(3.9) == 0
    change_due(visit, make.now())
    assert sweep_after(4.1) == 1
    assert (make.row(visit).state, make.row(visit).ending) == ("ended", "time_over")


def test_both_sides_read_by_when_and_how_the_clock_ends_it(cast):
    visit = make.active(cast.patient, cast.doctor)
    closes_at = make.now() + make.minutes(4)
    change_thread(visit, "closes_at", closes_at)
    for person in (cast.patient, cast.doctor):
        shown = queries.get(person.viewer, visit)
        assert (shown["due_at"], shown["due_step"]) == (closes_at, "time_over")


def change_due(visit, at):
    """The sweeper looks at it now."""
    Consultation.objects.filter(pk=visit).update(due_at=at)


def make_fail(visit):
    """The database refuses every change of this visit."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(
            "create function pg_temp.refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'this one fails'; end $$"
        )
        cursor.execute(
            "create trigger fails before update on consultation_consultation for each row"
            f" when (old.id = '{visit}') execute function pg_temp.refuse()"
        )


@pytest.mark.parametrize("page", [1, 200])
def test_one_visit_that_fails_does_not_hold_up_the_others(cast, monkeypatch, page):
    monkeypatch.setattr(tasks, "_AT_ONCE", page)
    failing = make.visit(cast.patient, at=make.now() - make.minutes(10))
    other = make.visit(cast.other_patient)
    make_fail(failing)
    assert sweep_after(61) == 1
    assert (make.row(failing).state, make.row(other).state) == ("waiting", "cancelled")


@pytest.mark.django_db(transaction=True)
def test_a_visit_in_other_hands_is_left_alone_until_the_next_time():
    cast = make.cast()
    visit = make.visit(cast.patient)

    def sweep_elsewhere():
        try:
            return sweep_after(61)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Consultation.objects.select_for_update().get(pk=visit)
            assert pool.submit(sweep_elsewhere).result(timeout=10) == 0
        assert pool.submit(sweep_elsewhere).result(timeout=10) == 1
