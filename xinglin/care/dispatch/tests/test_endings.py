"""How an offer ends without its doctor's answer, and how a slot becomes free again."""

from datetime import timedelta

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.types import NewReferral
from xinglin.care.dispatch import reactions, services
from xinglin.care.dispatch.models import Offer, OfferStep
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, asked, check_books, offer_of, reserved
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict

pytestmark = pytest.mark.django_db


def accepted(house: House, visit) -> Offer:
    offer = offer_of(visit)
    services.accept_offer(house.viewer(offer.practitioner_id), offer.pk, at=house.at)
    offer.refresh_from_db()
    return offer


def test_a_patient_who_leaves_takes_the_offer_along(house):
    doctor, visit = house.on_duty(), house.visit()
    house.dispatch()
    offer = offer_of(visit)
    consultation.choose(house.holder, visit, choice="cancel", at=house.at)
    with pytest.raises(Conflict) as told:
        services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)
    assert told.value.code == "offer_withdrawn"
    payload = OutboxEvent.objects.get(kind="ConsultationWithdrawn").payload
    for _ in range(2):
        reactions.withdraw_offer(ids.new(), payload, house.at)
    offer.refresh_from_db()
    assert (offer.state, reserved(doctor)) == ("withdrawn", 0)
    assert OfferStep.objects.filter(step="withdraw").count() == 1


def test_a_change_of_department_takes_the_offer_back_and_finds_another_doctor(house):
    doctor, skin = house.on_duty(GP), house.on_duty(SKIN)
    visit = house.visit(GP)
    house.dispatch()
    assert asked(visit) == doctor
    consultation.choose(
        house.holder, visit, choice="change_department", department=SKIN, at=house.at
    )
    payload = OutboxEvent.objects.get(kind="DepartmentChanged").payload
    reactions.withdraw_offer(ids.new(), payload, house.at)
    house.dispatch()
    assert asked(visit) == skin
    assert reserved(doctor) == 0
    reactions.withdraw_offer(ids.new(), payload, house.at)
    assert asked(visit) == skin


def test_the_dispatcher_itself_takes_back_what_no_event_took_back(house):
    doctor, visit = house.on_duty(GP), house.visit(GP)
    house.dispatch()
    consultation.choose(
        house.holder, visit, choice="change_department", department=SKIN, at=house.at
    )
    house.dispatch()
    assert (asked(visit), reserved(doctor)) == (None, 0)


def test_the_slot_of_a_closed_visit_is_free_exactly_once(house):
    doctor = house.on_duty(capacity=2)
    visit, other = house.visit(), house.visit()
    house.dispatch()
    accepted(house, visit)
    accepted(house, other)
    referral = NewReferral(
        reason="unsuitable",
        advice="请尽快到医院就诊检查，以免延误病情。",
        hospital="市第一医院",
        department="呼吸科",
        urgency="today",
    )
    consultation.stop(house.viewer(doctor), visit, referral=referral, at=house.at)
    payload = OutboxEvent.objects.get(kind="ConsultationEnded").payload
    for _ in range(3):
        reactions.release_slot(ids.new(), payload, house.at)
    assert reserved(doctor) == 1
    assert OfferStep.objects.filter(step="release").count() == 1
    check_books()


def test_a_late_word_of_an_earlier_turn_releases_nothing(house):
    doctor, visit = house.on_duty(), house.visit()
    house.dispatch()
    accepted(house, visit)
    consultation.hand_over(visit, reason="no_reply", at=house.at, who="clock")
    payload = OutboxEvent.objects.get(kind="ConsultationReturned").payload
    reactions.release_slot(ids.new(), payload, house.at)
    with house.later(minutes=3):
        house.touch(doctor)
        house.dispatch()
        accepted(house, visit)
        reactions.release_slot(ids.new(), payload, house.at)
    assert (asked(visit), reserved(doctor)) == (doctor, 1)


def test_a_returned_visit_goes_first_to_somebody_else_with_its_old_place(house):
    first = house.on_duty()
    visit = house.visit()
    house.dispatch()
    accepted(house, visit)
    second = house.on_duty()
    house.visit(requested_at=house.at - timedelta(minutes=5))
    consultation.hand_over(visit, reason="no_reply", at=house.at, who="clock")
    house.dispatch()
    assert asked(visit) == second
    assert first != second
    check_books()
