"""From a waiting visit to its doctor."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, ConsultationStep
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import Duty, Offer, OfferStep
from xinglin.care.dispatch.queries.truth import truth
from xinglin.care.dispatch.rules import OVER
from xinglin.care.dispatch.tests.cast import (
    GP,
    SKIN,
    House,
    asked,
    check_books,
    offer_of,
    reserved,
    state_of,
)
from xinglin.care.dispatch.types import Assignment
from xinglin.care.people.models import Practitioner
from xinglin.foundation.audit.models import AuditLine
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict, Invalid, NotFound, RuleRefused

pytestmark = pytest.mark.django_db


def accepted(house: House, visit) -> Offer:
    offer = offer_of(visit)
    services.accept_offer(house.viewer(offer.practitioner_id), offer.pk, at=house.at)
    offer.refresh_from_db()
    return offer


def refuse(house: House, visit, reason: str = "busy", note: str = "") -> None:
    offer = offer_of(visit)
    services.refuse_offer(
        house.viewer(offer.practitioner_id), offer.pk, reason=reason, note=note, at=house.at
    )


def test_a_waiting_visit_is_offered_to_a_doctor_of_its_department(house):
    house.on_duty(SKIN)
    doctor, visit = house.on_duty(GP), house.visit(GP)
    assert house.dispatch() == 1
    offer = offer_of(visit)
    assert (offer.practitioner_id, offer.state) == (doctor, "offered")
    assert offer.expires_at == house.at + timedelta(seconds=30)
    assert offer.why["zh"]
    assert reserved(doctor) == 1
    assert OutboxEvent.objects.filter(kind="OfferMade").count() == 1


def test_every_step_of_an_offer_leaves_a_row_an_audit_line_and_an_event(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    offer = accepted(house, visit)
    steps = OfferStep.objects.filter(offer=offer).order_by("at", "id")
    assert [(s.step, s.to_state) for s in steps] == [("make", "offered"), ("accept", "accepted")]
    lines = AuditLine.objects.filter(thing="offer", thing_id=offer.pk)
    assert {line.action for line in lines} == {"dispatch.make_offer", "dispatch.accept_offer"}
    assert {line.subject_id for line in lines} == {offer.patient_id}
    closed = OutboxEvent.objects.get(kind="OfferClosed")
    assert closed.payload["state"] == "accepted"


@pytest.mark.parametrize("act", ["update {} set step = ''", "delete from {}"])
def test_the_database_keeps_the_steps_of_an_offer(house, act):
    house.on_duty()
    house.visit()
    house.dispatch()
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format("dispatch_offer_step"))


def test_an_accepted_visit_is_the_doctors(house):
    doctor, visit = house.on_duty(), house.visit()
    house.dispatch()
    accepted(house, visit)
    row = Consultation.objects.get(pk=visit)
    assert (row.state, row.practitioner_id) == ("active", doctor)
    check_books()


def test_accepting_twice_is_as_good_as_once(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    accepted(house, visit)
    accepted(house, visit)
    assert ConsultationStep.objects.filter(step="accept").count() == 1


def test_a_full_doctor_is_offered_nothing_more(house):
    doctor = house.on_duty(capacity=2)
    visits = [house.visit() for _ in range(3)]
    assert house.dispatch() == 2
    assert [asked(v) for v in visits] == [doctor, doctor, None]
    check_books()


def test_a_refused_visit_goes_to_the_next_doctor_at_once(house):
    house.on_duty()
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    first = asked(visit)
    refuse(house, visit)
    house.dispatch()
    assert asked(visit) not in {None, first}
    check_books()


def test_a_doctor_who_was_busy_is_asked_again_after_two_minutes_when_nobody_else_is_free(house):
    doctor, visit = house.on_duty(), house.visit()
    house.dispatch()
    refuse(house, visit)
    with house.later(seconds=119):
        house.touch(doctor)
        assert house.dispatch() == 0
    with house.later(seconds=1):
        assert house.dispatch() == 1
    assert asked(visit) == doctor


def test_a_visit_is_never_offered_again_to_a_doctor_of_another_field(house):
    doctor, visit = house.on_duty(), house.visit()
    house.on_duty(capacity=1)
    house.dispatch()
    for _ in range(2):
        if asked(visit) == doctor:
            refuse(house, visit, "not_my_field")
        else:
            refuse(house, visit, "busy")
        house.dispatch()
    for _ in range(5):
        with house.later(minutes=3):
            house.touch(*Duty.objects.values_list("pk", flat=True))
            house.dispatch()
            assert asked(visit) not in {doctor, None}
            refuse(house, visit, "busy")
            for each in Duty.objects.filter(paused_at__isnull=False):
                services.say_here(house.viewer(each.pk), at=house.at)


def test_a_refusal_needs_a_reason_that_exists_and_a_note_of_few_words(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    with pytest.raises(Invalid):
        refuse(house, visit, "tired")
    with pytest.raises(Invalid):
        refuse(house, visit, "other", "长" * 201)
    refuse(house, visit, "other", "家里有急事")
    step = OfferStep.objects.get(step="refuse")
    assert step.detail == {"note": "家里有急事"}


def test_refusing_twice_is_as_good_as_once_and_accepting_then_is_refused(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    offer = offer_of(visit)
    viewer = house.viewer(offer.practitioner_id)
    for _ in range(2):
        services.refuse_offer(viewer, offer.pk, reason="busy", at=house.at)
    with pytest.raises(Conflict) as told:
        services.accept_offer(viewer, offer.pk, at=house.at)
    assert told.value.code == "offer_refused"
    assert OfferStep.objects.filter(step="refuse").count() == 1


def test_a_visit_that_was_accepted_cannot_be_refused(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    accepted(house, visit)
    with pytest.raises(Conflict) as told:
        refuse(house, visit)
    assert told.value.code == "offer_accepted"


@pytest.mark.parametrize(
    "answer", [services.accept_offer, partial(services.refuse_offer, reason="busy")]
)
def test_an_offer_of_somebody_else_does_not_exist(house, answer):
    house.on_duty()
    stranger = house.viewer(house.doctor())
    visit = house.visit()
    house.dispatch()
    offer = offer_of(visit)
    for who, what in ((stranger, offer.pk), (house.holder, offer.pk), (stranger, ids.new())):
        with pytest.raises(NotFound):
            answer(who, what, at=house.at)
    assert offer_of(visit).state == "offered"


def test_an_offer_that_ran_out_goes_to_the_next_doctor_and_the_first_is_away(house):
    house.on_duty()
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    first, offer = asked(visit), offer_of(visit)
    assert not services.lapse(offer.pk, at=house.at + timedelta(seconds=29))
    with house.later(seconds=30):
        with pytest.raises(Conflict) as told:
            services.accept_offer(house.viewer(first), offer.pk, at=house.at)
        assert told.value.code == "offer_expired"
        assert services.lapse(offer.pk, at=house.at)
        assert not services.lapse(offer.pk, at=house.at)
        house.dispatch()
    assert asked(visit) not in {None, first}
    duty = Duty.objects.get(pk=first)
    assert duty.away_until == house.at + timedelta(minutes=2)
    with pytest.raises(Conflict):
        services.accept_offer(house.viewer(first), offer.pk, at=house.at)
    check_books()


def test_an_away_doctor_is_offered_nothing_until_back(house):
    house.on_duty()
    visit = house.visit()
    house.dispatch()
    with house.later(seconds=31):
        services.lapse(offer_of(visit).pk, at=house.at)
        other = house.visit()
        assert house.dispatch() == 0
        assert state_of(other) == "waiting"
        house.start(Duty.objects.get().pk)
        assert house.dispatch() == 1
        assert asked(other)


def test_a_doctor_without_a_living_line_is_offered_nothing(house):
    doctor = house.on_duty()
    with house.later(seconds=46):
        house.visit()
        assert not truth(house.at).snapshot.doctors
        assert house.dispatch() == 0
        house.touch(doctor)
        assert house.dispatch() == 1


def test_no_doctor_is_asked_for_a_visit_of_the_own_account(house):
    doctor = house.on_duty()
    visit = house.visit(holder_id=house.viewer(doctor).user_id)
    assert house.dispatch() == 0
    assert asked(visit) is None
    decided = Assignment(
        consultation_id=house.visit(holder_id=house.viewer(doctor).user_id),
        practitioner_id=doctor,
        why={"zh": "一", "en": "a", "terms": {}},
    )
    assert services.make_offer(decided, lease=house.lease(), at=house.at) is None


def test_a_visit_of_another_institution_goes_to_its_own_doctors_only(house):
    other = ids.new()
    doctor, visit = house.on_duty(), house.visit(institution_id=other)
    assert house.dispatch() == 0
    assert state_of(visit) == "nobody"
    Duty.objects.filter(pk=doctor).update(institution_id=other)
    theirs = house.visit(institution_id=other)
    house.dispatch()
    assert asked(theirs) == doctor


def test_a_left_message_is_offered_when_somebody_comes_on_duty_after_those_who_wait(house):
    message = house.visit(state="left_message")
    assert house.dispatch() == 0
    waiting = house.visit(requested_at=house.at + timedelta(minutes=1))
    doctor = house.on_duty(capacity=1)
    house.dispatch()
    assert asked(waiting) == doctor
    house.start(doctor, 2)
    house.dispatch()
    assert asked(message) == doctor
    accepted(house, message)
    assert state_of(message) == "active"


def test_the_tables_refuse_what_the_engine_should_never_ask(house):
    doctor, visit = house.on_duty(capacity=1), house.visit()
    house.dispatch()
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=doctor).update(reserved=1 + OVER + 1)
    offer = offer_of(visit)
    offer.pk = ids.new()
    with pytest.raises(IntegrityError), transaction.atomic():
        offer.save(force_insert=True)


def test_v12_an_identity_checked_thirteen_hours_ago_must_be_checked_again_to_accept(house):
    doctor, visit = house.on_duty(), house.visit()
    house.dispatch()
    offer, viewer = offer_of(visit), house.viewer(doctor)
    checked = Practitioner.objects.filter(pk=doctor)
    checked.update(identity_checked_at=house.at - timedelta(hours=13))
    with pytest.raises(RuleRefused) as told:
        services.accept_offer(viewer, offer.pk, at=house.at)
    assert told.value.verdict == "recheck"
    assert "R16" in {r.rule_id for r in told.value.refusals}
    assert "Check identity" in told.value.refusals[0].instead.en
    assert offer_of(visit).state == "offered"
    checked.update(identity_checked_at=house.at - timedelta(hours=11))
    services.accept_offer(viewer, offer.pk, at=house.at)
    assert state_of(visit) == "active"


def test_a_decision_that_no_longer_holds_is_not_committed(house):
    doctor = house.on_duty()
    visit, gone = house.visit(), house.visit()
    house.dispatch()
    made = Offer.objects.get()
    lease = house.lease()
    again = Assignment(
        consultation_id=visit, practitioner_id=doctor, why={"zh": "一", "en": "a", "terms": {}}
    )
    assert services.make_offer(again, lease=lease, at=house.at) is None
    services.refuse_offer(house.viewer(doctor), made.pk, reason="busy", at=house.at)
    consultation.choose(house.holder, gone, choice="cancel", at=house.at)
    left = replace(again, consultation_id=gone)
    assert services.make_offer(left, lease=lease, at=house.at) is None
    assert services.make_offer(again, lease=lease, at=house.at) is not None
    check_books()
