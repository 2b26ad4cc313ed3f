"""What a leader remembers is what the tables say, whatever has happened meanwhile."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation
from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import Duty, Offer
from xinglin.care.dispatch.queries.changes import Changes, changes_since, moment
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.services.change_log import Forgetting
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, own_connection
from xinglin.foundation.live.models import LiveHouse, LivePresence
from xinglin.kernel import clock
from xinglin.kernel.errors import XinglinError

pytestmark = pytest.mark.django_db(transaction=True)


def acts(house: House, dice: random.Random, doctors: list, visits: list) -> list[Callable]:
    doctor, at = dice.choice(doctors), house.at
    visit = dice.choice(visits) if visits else None
    offer = dice.choice([*Offer.objects.filter(state="offered"), None])

    def answer(act, **more) -> None:
        if offer is not None:
            act(house.viewer(offer.practitioner_id), offer.pk, at=at, **more)

    def pass_time() -> None:
        house.at += dice.choice([1, 20, 40, 130]) * timedelta(seconds=1)

    def choose(**more) -> None:
        if visit is not None:
            consultation.choose(house.holder, visit, at=at, **more)

    return [
        lambda: visits.append(house.visit(dice.choice([GP, SKIN]))),
        lambda: visits.append(
            house.visit(GP, named_practitioner_id=doctor, named_on=house.at.date())
        ),
        lambda: visits.append(house.visit(GP, holder_id=Duty.objects.get(pk=doctor).user_id)),
        house.dispatch,
        lambda: answer(services.accept_offer),
        lambda: answer(services.refuse_offer, reason=dice.choice(["busy", "conflict"])),
        lambda: offer and services.lapse(offer.pk, at=offer.expires_at),
        lambda: services.stop_duty(house.viewer(doctor), at=at),
        lambda: house.start(doctor, dice.randint(1, 3)),
        lambda: house.touch(doctor),
        lambda: LivePresence.objects.filter(user_id=house.viewer(doctor).user_id).update(
            left_at=at
        ),
        lambda: LiveHouse.objects.filter(pk=house.viewer(doctor).user_id).delete(),
        lambda: choose(choice="change_department", department=SKIN),
        lambda: choose(choice="cancel"),
        lambda: Consultation.objects.filter(pk=visit, state="waiting").update(put_first=True),
        pass_time,
    ]


@pytest.mark.parametrize("seed", range(4))
def test_after_anything_it_remembers_what_the_tables_say(house: House, seed: int):
    dice = random.Random(seed)
    doctors = [house.doctor(GP), house.doctor(SKIN), house.doctor(GP, SKIN)]
    for doctor in doctors:
        house.start(doctor, 2)
    visits: list = []
    memory = Memory()
    for _ in range(60):
        act = dice.choice(acts(house, dice, doctors, visits))
        with suppress(XinglinError), clock.frozen(house.at):
            act()
        memory.refresh(house.at)
        fresh = Memory()
        fresh.refresh(house.at)
        assert memory.differs(fresh) == set()
    assert visits


def touch_and_look(visit: UUID, then: str) -> Changes:
    Consultation.objects.filter(pk=visit).update(put_first=True)
    return changes_since(then)


def in_a_thread(act: Callable[[], Changes]) -> Changes:
    def one() -> Changes:
        with own_connection():
            return act()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(one).result(timeout=60)


def test_what_commits_late_is_told_once_and_not_missed(house: House):
    late, early = house.visit(), house.visit()
    then = moment()
    with transaction.atomic():
        Consultation.objects.filter(pk=late).update(put_first=True)
        found = in_a_thread(lambda: touch_and_look(early, then))
    assert found.visits == {early}
    found = changes_since(found.until)
    assert found.visits == {late}
    assert changes_since(found.until).visits == set()


def test_a_sweep_that_only_judges_is_no_change(house: House):
    doctor = house.on_duty()
    then = moment()
    assert not services.drop_unfit(doctor, at=house.at + timedelta(seconds=20))
    assert changes_since(then).duties == set()


def test_only_what_every_leader_has_seen_is_forgotten(house: House):
    then = moment()
    house.visit()
    forgetting = Forgetting(kept_s=30.0)
    assert forgetting.forget(0.0) == 0
    visit = house.visit()
    assert forgetting.forget(29.0) == 0
    assert forgetting.forget(30.0) > 0
    assert changes_since(then).visits == {visit}
