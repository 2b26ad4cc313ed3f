"""A doctor who does not look at the workbench is told of an offer, by push alone."""

import pytest

from xinglin.care.dispatch import services
from xinglin.care.dispatch.tests.cast import GP, House, offer_of
from xinglin.foundation.notices import services as notices
from xinglin.foundation.notices.models import Delivery, Notice
from xinglin.foundation.notices.tests.browser import subscription
from xinglin.foundation.notices.types import Urgency
from xinglin.foundation.outbox.services import relay_pending

pytestmark = pytest.mark.django_db


def carried() -> None:
    while relay_pending():
        pass


def with_device(house: House, doctor) -> None:
    found = subscription("https://push.example.com/1")
    notices.add_device(
        house.viewer(doctor),
        endpoint=found.endpoint,
        p256dh=found.p256dh,
        auth=found.auth,
        name="",
        at=house.at,
    )


def test_an_offer_is_pushed_until_it_lapses(house):
    doctor, visit = house.on_duty(GP), house.visit(GP)
    with_device(house, doctor)
    house.dispatch()
    carried()
    (push,) = Delivery.objects.filter(template="offer_made")
    offer = offer_of(visit)
    assert (push.channel, push.state, push.urgency) == ("push", "pending", Urgency.ALWAYS)
    assert (push.user_id, push.useful_until) == (offer.user_id, offer.expires_at)
    assert not Notice.objects.filter(user_id=offer.user_id, listed=True).exists()


def test_who_has_no_device_costs_nothing(house):
    house.on_duty(GP)
    visit = house.visit(GP)
    house.dispatch()
    carried()
    assert not Notice.objects.filter(user_id=offer_of(visit).user_id).exists()


def test_what_is_answered_already_is_not_pushed(house):
    doctor, visit = house.on_duty(GP), house.visit(GP)
    with_device(house, doctor)
    house.dispatch()
    services.accept_offer(house.viewer(doctor), offer_of(visit).pk, at=house.at)
    carried()
    assert not Delivery.objects.filter(template="offer_made").exists()
