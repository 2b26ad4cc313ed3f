"""Whose answers of the last hour are slow has one place less, never more than the places (B06)."""

from datetime import timedelta

import pytest

from xinglin.care.dispatch import queries
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.services import pacing
from xinglin.care.dispatch.tests.cast import House, asked, check_books
from xinglin.kernel import clock

pytestmark = pytest.mark.django_db


def answered(house: House, doctor, *, seconds: int, times: int = 5) -> None:
    """So many visits of the last minutes had their first reply after so many seconds."""
    for n in range(times):
        replied = house.at - timedelta(minutes=n)
        house.visit(
            state="ended",
            practitioner_id=doctor,
            doctor_user_id=house.viewer(doctor).user_id,
            accepted_at=replied - timedelta(seconds=seconds),
            first_reply_at=replied,
            ended_at=replied,
            ending="time_over",
            due_at=None,
            due_step="",
        )


def look(house: House) -> int:
    with clock.frozen(house.at):
        return pacing.follow()


def test_a_slow_hour_costs_one_place_and_a_quick_one_gives_it_back(house):
    doctor = house.on_duty(capacity=3)
    answered(house, doctor, seconds=181)
    assert (look(house), look(house)) == (1, 0)
    card = queries.duty(house.viewer(doctor), house.at)
    assert (card.capacity, card.slowed) == (3, 1)
    assert card.slowed_text is not None
    assert "3" in card.slowed_text.zh
    visits = [house.visit() for _ in range(4)]
    house.dispatch()
    assert [asked(v) for v in visits].count(doctor) == 2
    check_books()
    with house.later(minutes=61):
        house.touch(doctor)
        assert look(house) == 1
        assert Duty.objects.get(pk=doctor).slowed == 0
        house.dispatch()
    assert [asked(v) for v in visits].count(doctor) == 3


@pytest.mark.parametrize(("seconds", "times"), [(180, 5), (999, 4)], ids=["at_limit", "too_few"])
def test_at_the_limit_or_of_too_few_answers_nothing_falls(house, seconds, times):
    doctor = house.on_duty(capacity=3)
    answered(house, doctor, seconds=seconds, times=times)
    assert look(house) == 0
    assert Duty.objects.get(pk=doctor).slowed == 0


def test_the_last_place_stays(house):
    doctor = house.on_duty(capacity=1)
    answered(house, doctor, seconds=999)
    assert look(house) == 0


def test_who_has_all_places_taken_keeps_the_visits_and_gets_no_new_one(house):
    doctor = house.on_duty(capacity=2)
    first, second = house.visit(), house.visit()
    house.dispatch()
    answered(house, doctor, seconds=300)
    assert look(house) == 1
    assert {asked(first), asked(second)} == {doctor}
    third = house.visit()
    house.dispatch()
    assert asked(third) is None
    check_books()


def test_a_smaller_capacity_of_a_slow_doctor_is_sound(house):
    doctor = house.on_duty(capacity=2)
    answered(house, doctor, seconds=300)
    look(house)
    house.start(doctor, 1)
    duty = Duty.objects.get(pk=doctor)
    assert (duty.capacity, duty.slowed) == (1, 0)


def test_no_offer_was_ever_made_beyond_the_places_of_its_moment(house):
    """On the stored intervals: whatever was open when each offer was made."""
    doctor = house.on_duty(capacity=4)
    slow_from = None
    for n in range(12):
        if n == 3:
            answered(house, doctor, seconds=300)
            assert look(house) == 1
            slow_from = house.at
        house.visit()
        with house.later(seconds=1):
            house.dispatch()
    offers = list(Offer.objects.filter(practitioner_id=doctor))
    for offer in offers:
        open_then = sum(
            o.made_at <= offer.made_at and (o.closed_at is None or o.closed_at > offer.made_at)
            for o in offers
        )
        assert open_then <= (3 if offer.made_at > slow_from else 4)
    assert len(offers) == 3
