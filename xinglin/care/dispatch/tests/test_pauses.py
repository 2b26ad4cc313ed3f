"""Who does not take three offers in a row is asked whether he is there; a restart forgets nothing."""

from dataclasses import replace

import pytest

from xinglin.care.consultation import services as consultation
from xinglin.care.dispatch import queries, services
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.queries.listing import Asked, board_doctors
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.rules import UNTIL_ANSWERED
from xinglin.care.dispatch.tasks.leading import new_engine
from xinglin.care.dispatch.tests.cast import House, asked, check_books, offer_of
from xinglin.foundation.notices.models import Notice

pytestmark = pytest.mark.django_db


def let_lapse(house: House, visit) -> None:
    offer = offer_of(visit)
    assert offer is not None
    with house.later(seconds=31):
        house.touch(offer.practitioner_id)
        assert services.lapse(offer.pk, at=house.at)
    with house.later(minutes=3):
        house.touch(offer.practitioner_id)
        house.dispatch()


def refuse(house: House, visit) -> None:
    offer = offer_of(visit)
    assert offer is not None
    services.refuse_offer(house.viewer(offer.practitioner_id), offer.pk, reason="busy", at=house.at)
    with house.later(minutes=3):
        house.touch(offer.practitioner_id)
        house.dispatch()


@pytest.fixture
def paused(house):
    """A doctor who let two offers lapse and refused the third; the visit."""
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    let_lapse(house, visit)
    # Another process leads by now: what is in a row stands in the row.
    house.engine, house.memory = new_engine(), Memory()
    let_lapse(house, visit)
    refuse(house, visit)
    return doctor, visit


def test_three_in_a_row_pause_a_doctor_with_a_question(house, paused):
    doctor, visit = paused
    duty = Duty.objects.get(pk=doctor)
    assert (duty.missed, duty.away_until) == (3, UNTIL_ANSWERED)
    assert duty.paused_at is not None
    assert duty.on_since is not None
    with house.later(hours=8):
        house.touch(doctor)
        house.dispatch()
    assert asked(visit) is None
    card = queries.duty(house.viewer(doctor), house.at)
    assert (card.paused_at, card.away_until, card.missed) == (duty.paused_at, None, 3)
    assert Notice.objects.filter(user_id=duty.user_id, kind="duty_paused").count() == 1


def test_two_are_no_pause(house):
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    let_lapse(house, visit)
    let_lapse(house, visit)
    assert Duty.objects.get(pk=doctor).paused_at is None
    assert asked(visit) == doctor


def test_an_acceptance_between_begins_anew(house):
    doctor = house.on_duty(capacity=2)
    visit = house.visit()
    house.dispatch()
    let_lapse(house, visit)
    let_lapse(house, visit)
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    another = house.visit()
    house.dispatch()
    refuse(house, another)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.missed, duty.paused_at) == (1, None)


def test_who_says_that_he_is_there_is_asked_again(house, paused):
    doctor, visit = paused
    consultation.choose(house.holder, visit, choice="wait", at=house.at)
    services.say_here(house.viewer(doctor), at=house.at)
    services.say_here(house.viewer(doctor), at=house.at)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.missed, duty.paused_at, duty.away_until) == (0, None, None)
    with house.later(minutes=3):
        house.touch(doctor)
        house.dispatch()
    assert asked(visit) == doctor
    check_books()


def test_going_off_and_on_answers_as_well(house, paused):
    doctor, _ = paused
    services.stop_duty(house.viewer(doctor), at=house.at)
    assert Duty.objects.get(pk=doctor).paused_at is None
    house.start(doctor)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.missed, duty.paused_at, duty.away_until) == (0, None, None)


def test_an_offer_that_is_still_out_may_be_taken_and_is_an_answer(house):
    doctor = house.on_duty(capacity=4)
    visits = [house.visit() for _ in range(4)]
    house.dispatch()
    for visit in visits[:3]:
        services.refuse_offer(house.viewer(doctor), offer_of(visit).pk, reason="busy", at=house.at)
    assert Duty.objects.get(pk=doctor).paused_at == house.at
    services.accept_offer(house.viewer(doctor), offer_of(visits[3]).pk, at=house.at)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.missed, duty.paused_at, duty.away_until) == (0, None, None)


def test_a_fourth_that_lapses_leaves_the_question_as_it_is(house):
    doctor = house.on_duty(capacity=4)
    visits = [house.visit() for _ in range(4)]
    house.dispatch()
    for visit in visits[:3]:
        services.refuse_offer(house.viewer(doctor), offer_of(visit).pk, reason="busy", at=house.at)
    since = house.at
    with house.later(seconds=31):
        services.lapse(Offer.objects.get(state="offered").pk, at=house.at)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.paused_at, duty.away_until, duty.missed) == (since, UNTIL_ANSWERED, 4)
    assert Notice.objects.filter(user_id=duty.user_id, kind="duty_paused").count() == 1


def test_the_operator_sees_who_is_asked(house, paused):
    doctor, _ = paused
    lines = board_doctors(_operator(house), Asked(figure="paused"), house.at).items
    assert [(line.id, line.state, line.away_until) for line in lines] == [(doctor, "paused", None)]
    assert lines[0].paused_at == Duty.objects.get(pk=doctor).paused_at


def _operator(house: House):

    return replace(house.viewer(Duty.objects.first().pk), roles=frozenset({"operator"}))
