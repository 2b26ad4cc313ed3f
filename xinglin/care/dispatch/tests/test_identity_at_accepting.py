"""The check of the person holds at accepting, not only at going on duty (A05, R16)."""

from datetime import timedelta

import pytest

from xinglin.care.dispatch import services
from xinglin.care.dispatch.tests.cast import asked, end_licence, offer_of
from xinglin.care.people.models import Practitioner
from xinglin.kernel.errors import RuleRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(house):
    doctor = house.on_duty()
    visit = house.visit()
    house.dispatch()
    return doctor, offer_of(visit)


def checked(doctor, at) -> None:
    Practitioner.objects.filter(pk=doctor).update(identity_checked_at=at)


def test_twelve_hours_old_to_the_second_is_fresh_enough(house, offered):
    doctor, offer = offered
    checked(doctor, house.at - timedelta(hours=12))
    services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)
    assert asked(offer.consultation_id) == doctor


@pytest.mark.parametrize("age", [timedelta(hours=12, seconds=1), None], ids=["older", "never"])
def test_an_older_check_accepts_nothing_though_the_doctor_is_on_duty(house, offered, age):
    doctor, offer = offered
    checked(doctor, None if age is None else house.at - age)
    with pytest.raises(RuleRefused) as refused:
        services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)
    assert refused.value.verdict == "recheck"
    offer.refresh_from_db()
    assert offer.state == "offered"
    checked(doctor, house.at)
    services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)


def test_a_licence_that_ended_accepts_nothing(house, offered):
    doctor, offer = offered
    end_licence(doctor, house.at - timedelta(days=1))
    with pytest.raises(RuleRefused):
        services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)


def test_an_older_check_starts_no_duty(house):
    doctor = house.doctor()
    checked(doctor, house.at - timedelta(hours=12, seconds=1))
    with pytest.raises(RuleRefused):
        house.start(doctor)
