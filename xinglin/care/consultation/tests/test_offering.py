"""What the dispatcher does with a visit: accepted, handed over, nobody found."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connections

from xinglin.care.consultation import queries, services
from xinglin.care.consultation.messages import queries as messages
from xinglin.care.consultation.tests import factories as make
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, IllegalStep, Invalid, NotFound


def test_an_accepted_visit_has_a_doctor_who_may_write(cast):
    visit = make.active(cast.patient, cast.doctor)
    row = make.row(visit)
    assert (row.state, row.doctor_user_id) == ("active", cast.doctor.id)
    assert row.practitioner_id == cast.doctor.card.id
    make.say(visit, cast.doctor)
    assert messages.read(visit)[-1].sender == "doctor"
    kind, audience = make.events(visit)[-1]
    assert kind == "ConsultationAccepted"
    assert {f"user:{cast.patient.id}", f"user:{cast.doctor.id}", "board"} <= audience


def test_a_message_left_for_the_next_shift_is_accepted_as_well(cast):
    visit = make.nobody(cast.patient)
    services.choose(cast.patient.viewer, visit, choice="leave_message", at=make.now())
    make.accept(visit, cast.doctor)
    assert make.row(visit).state == "active"


def test_the_second_doctor_comes_too_late(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(IllegalStep):
        make.accept(visit, cast.other_doctor)


@pytest.mark.django_db(transaction=True)
def test_of_parallel_accepts_one_wins():
    cast = make.cast()
    visit = make.visit(cast.patient)

    def take(doctor):
        try:
            make.accept(visit, doctor)
        except IllegalStep:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(take, [cast.doctor, cast.other_doctor] * 2))
    assert won.count(True) == 1
    assert make.cards(visit).count("accepted") == 1


def test_a_doctor_of_another_institution_does_not_know_the_visit(cast):
    visit = make.visit(cast.patient)
    elsewhere = replace(cast.doctor.card, id=ids.new(), institution_id=ids.new())
    with pytest.raises(NotFound):
        services.accept(visit, practitioner=elsewhere, at=make.now())


@pytest.mark.parametrize("reason", ["not_my_field", "doctor_unable"])
def test_a_visit_handed_over_waits_at_its_place_with_the_whole_thread(cast, reason):
    visit = make.active(cast.patient, cast.doctor)
    make.say(visit, cast.doctor, words="请问有发热吗？")
    asked, before = make.row(visit).requested_at, len(messages.read(visit))
    services.hand_back(cast.doctor.viewer, visit, reason=reason, at=make.now())
    row = make.row(visit)
    assert (row.state, row.returned, row.requested_at) == ("waiting", 1, asked)
    assert (row.doctor_user_id, row.practitioner_id, row.accepted_at) == (None, None, None)
    assert len(messages.read(visit)) == before + 1
    kind, audience = make.events(visit)[-1]
    assert kind == "ConsultationReturned"
    assert f"user:{cast.doctor.id}" in audience


def test_the_doctor_who_handed_over_may_neither_write_nor_read(cast):
    visit = make.active(cast.patient, cast.doctor)
    services.hand_back(cast.doctor.viewer, visit, reason="doctor_unable", at=make.now())
    with pytest.raises(NotFound):
        make.say(visit, cast.doctor)
    with pytest.raises(NotFound):
        queries.get(cast.doctor.viewer, visit)


def test_only_the_doctors_own_reasons_are_taken_from_a_doctor(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid):
        services.hand_back(cast.doctor.viewer, visit, reason="line_dead", at=make.now())
    with pytest.raises(NotFound):
        services.hand_back(cast.other_doctor.viewer, visit, reason="doctor_unable", at=make.now())


@pytest.mark.parametrize("reason", ["line_dead", "licence_expired"])
def test_the_clock_hands_over_when_the_doctor_is_lost(cast, reason):
    visit = make.active(cast.patient, cast.doctor)
    services.hand_over(visit, reason=reason, at=make.now(), who="clock")
    assert make.row(visit).state == "waiting"
    assert make.cards(visit)[-1] == "returned"


def test_a_reason_that_is_not_of_the_list_hands_nothing_over(cast):
    visit = make.active(cast.patient, cast.doctor)
    with pytest.raises(Invalid):
        services.hand_over(visit, reason="bored", at=make.now(), who="clock")


def test_nobody_treats_a_visit_of_the_own_account(cast):
    visit = make.visit(cast.patient)
    own = replace(cast.doctor.card, user_id=cast.patient.id)
    with pytest.raises(Conflict):
        services.accept(visit, practitioner=own, at=make.now())


def test_the_patient_is_told_that_nobody_is_on_duty(cast):
    visit = make.nobody(cast.patient)
    assert make.cards(visit)[-1] == "nobody"
    with pytest.raises(IllegalStep):
        services.find_nobody(visit, make.now())


def test_what_dispatch_asks_is_true(cast):
    waiting = make.visit(cast.patient)
    talked = make.active(cast.other_patient, cast.doctor)
    [request] = queries.waiting_requests()
    assert (request.consultation_id, request.holder_id) == (waiting, cast.patient.id)
    assert queries.open_visits_of(cast.doctor.card.id) == [talked]
    assert queries.parties(talked).doctor_user_id == cast.doctor.id
    assert set(queries.cards([waiting, talked])) == {waiting, talked}
    with pytest.raises(NotFound):
        queries.parties(cast.patient.id)


def test_the_board_counts_what_waits_talks_and_ended_today(cast):
    start = make.now() - make.minutes(60)
    make.visit(cast.patient)
    make.ended(cast.other_patient, cast.doctor)
    make.active(cast.other_patient, cast.doctor)
    [counted] = queries.house_now(None, soon=start).values()
    assert (counted.waiting, counted.active) == (1, 1)
    assert counted.oldest_requested_at is not None
    day = queries.house_day(None, since=start, until=make.now() + make.minutes(1))
    assert (day[""].asked, day[""].served) == (3, 1)


def test_the_first_reply_is_counted_once_from_the_request(cast):
    visit = make.active(cast.patient, cast.doctor, at=make.now() - make.minutes(3))

    def waited():
        until = make.now() + make.minutes(1)
        found = queries.house_day(None, since=until - make.minutes(60), until=until)
        return found[make.department()].reply_p50

    assert waited() is None
    make.say(visit, cast.doctor)
    make.say(visit, cast.doctor)
    assert make.minutes(3) <= waited() < make.minutes(4)
