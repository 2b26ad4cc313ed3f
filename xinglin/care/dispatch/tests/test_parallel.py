"""Everybody at once, with real connections: what the tables must say in the end."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from xinglin.care.consultation import services as consultation
from xinglin.care.consultation.models import Consultation, ConsultationStep
from xinglin.care.dispatch import reactions, services
from xinglin.care.dispatch.models import Duty, Offer, OfferStep
from xinglin.care.dispatch.queries.truth import truth
from xinglin.care.dispatch.tasks.leading import decide, new_engine
from xinglin.care.dispatch.tests.cast import (
    SKIN,
    House,
    check_books,
    offer_of,
    own_connection,
    reserved,
)
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.kernel import ids
from xinglin.kernel.errors import Conflict

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 64  # connections; two such tests run on one server


def all_at_once(acts: list) -> list:
    """Each in a thread with a connection of its own, 64 from one starting line."""
    done = []
    for start in range(0, len(acts), AT_ONCE):
        done += from_one_line(acts[start : start + AT_ONCE])
    return done


def from_one_line(acts: list) -> list:
    line = threading.Barrier(len(acts))

    def one(act):
        with own_connection():
            connection.ensure_connection()
            line.wait(60)
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def nothing_is_wrong() -> None:
    check_books()
    live = Counter(
        Offer.objects.filter(state__in=["offered", "accepted"]).values_list(
            "consultation_id", flat=True
        )
    )
    assert not [visit for visit, n in live.items() if n > 1]
    accepts, returns = steps_of("accept"), steps_of("hand_over")
    assert not [visit for visit, n in accepts.items() if n > 1 + returns[visit]]
    answered = Offer.objects.exclude(state="offered").count()
    released = Offer.objects.filter(state="released").count()
    assert OfferStep.objects.exclude(step="make").count() == answered + released


def steps_of(step: str) -> Counter:
    taken = ConsultationStep.objects.filter(step=step)
    return Counter(taken.values_list("consultation_id", flat=True))


@pytest.mark.parametrize("hands", [64, 256])
def test_all_hands_accept_refuse_and_run_out_of_time_on_the_same_offers(house: House, hands: int):
    """Four for each offer."""
    doctors = [house.on_duty(capacity=4) for _ in range(hands // 16)]
    for _ in range(hands // 4):
        house.visit()
    assert house.dispatch() == hands // 4
    offers = list(Offer.objects.all())
    viewers = {d: house.viewer(d) for d in doctors}
    late = house.at + timedelta(seconds=30)

    def accept(offer: Offer) -> bool:
        services.accept_offer(viewers[offer.practitioner_id], offer.pk, at=house.at)
        return True

    def refuse(offer: Offer) -> bool:
        services.refuse_offer(viewers[offer.practitioner_id], offer.pk, reason="busy", at=house.at)
        return True

    def lapse(offer: Offer) -> bool:
        return services.lapse(offer.pk, at=late)

    def tried(act, offer):
        try:
            return act.__name__ if act(offer) else None
        except Conflict:
            return None

    acts = [(act, o) for o in offers for act in (accept, accept, refuse, lapse)]
    random.shuffle(acts)
    assert len(acts) == hands
    done = all_at_once([lambda a=a, o=o: (o.pk, tried(a, o)) for a, o in acts])
    won = {}
    for pk, what in done:
        if what:
            won.setdefault(pk, set()).add(what)
    assert all(len(what) == 1 for what in won.values()), "two different answers won"
    ends = {"accept": "accepted", "refuse": "refused", "lapse": "lapsed"}
    for offer in Offer.objects.all():
        assert {ends[w] for w in won.get(offer.pk, set())} <= {offer.state}
    nothing_is_wrong()


def test_sixteen_dispatchers_at_once_give_no_visit_twice_and_nobody_too_much(house: House):
    """As if the fence had failed: all hold the same epoch and decide on the same truth."""
    for n in range(6):
        house.on_duty(capacity=1 + n % 3)
    for _ in range(30):
        house.visit()
    lease = house.lease()

    def lead() -> int:
        engine = new_engine()
        made = 0
        for _ in range(3):
            decided = decide(engine, truth(house.at).snapshot, house.at)
            made += sum(
                services.make_offer(each, lease=lease, at=house.at) is not None for each in decided
            )
        return made

    made = sum(all_at_once([lead] * 16))
    assert made + lead() == 12  # the last turn gives what two have left out for each other
    assert Offer.objects.count() == 12
    assert all(d.reserved == d.capacity for d in Duty.objects.all())
    nothing_is_wrong()


def anything(dice: random.Random, offer: Offer, viewers: dict, at: datetime) -> None:
    viewer = viewers[offer.practitioner_id]
    dice.choice(
        [
            lambda: services.accept_offer(viewer, offer.pk, at=at),
            lambda: services.refuse_offer(viewer, offer.pk, reason="busy", at=at),
            lambda: services.lapse(offer.pk, at=at + timedelta(seconds=31)),
            lambda: services.stop_duty(viewer, at=at),
            lambda: services.start_duty(viewer, capacity=None, at=at),
            lambda: services.drop_dead_line(offer.practitioner_id, at=at + timedelta(seconds=50)),
        ]
    )()


def test_doctors_patients_and_dispatcher_all_at_once_leave_the_books_right(house: House):
    doctors = [house.on_duty(capacity=3) for _ in range(8)]
    for _ in range(40):
        house.visit()
    house.dispatch()
    viewers = {d: house.viewer(d) for d in doctors}
    lease = house.lease()

    def work(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(6):
            with suppress(Conflict):
                anything(dice, dice.choice(list(Offer.objects.all())), viewers, house.at)

    def lead() -> None:
        engine = new_engine()
        for _ in range(12):
            for each in decide(engine, truth(house.at).snapshot, house.at):
                services.make_offer(each, lease=lease, at=house.at)

    all_at_once([lambda n=n: work(n) for n in range(31)] + [lead])
    for event in OutboxEvent.objects.filter(kind="ConsultationReturned"):
        reactions.release_slot(ids.new(), event.payload, house.at)
    nothing_is_wrong()
    assert Consultation.objects.filter(state__in=["waiting", "active"]).count() == 40


def test_a_slot_is_released_once_by_sixteen_hands(house: House):
    doctor = house.on_duty(capacity=2)
    visits = [house.visit(), house.visit()]
    house.dispatch()
    for offer in Offer.objects.all():
        services.accept_offer(house.viewer(doctor), offer.pk, at=house.at)
    Consultation.objects.filter(pk=visits[0]).update(
        state="ended", ending="closed", ended_for="treated", ended_at=house.at, due_at=None
    )

    def release() -> bool:
        return services.release(visits[0], practitioner_id=doctor, reason="closed", at=house.at)

    assert sum(all_at_once([release] * 16)) == 1
    assert reserved(doctor) == 1
    nothing_is_wrong()


def test_a_visit_that_changes_department_while_it_is_offered_is_not_offered(house: House):
    """Neither while the change is being committed, for which no offer waits, nor afterwards."""
    house.on_duty()
    visit, lease = house.visit(), house.lease()
    (decided,) = decide(new_engine(), truth(house.at).snapshot, house.at)

    def offer() -> UUID | None:
        return services.make_offer(decided, lease=lease, at=house.at)

    with transaction.atomic():
        consultation.choose(
            house.holder, visit, choice="change_department", department=SKIN, at=house.at
        )
        assert all_at_once([offer]) == [None]
    assert offer() is None
    assert not Offer.objects.exists()
    check_books()


def test_an_ending_that_waits_for_the_duty_holds_no_offer_meanwhile(house: House):
    """Duty first, everywhere: the other way round two of them would wait for each other."""
    doctor = house.on_duty(capacity=2)
    left, closed = house.visit(), house.visit()
    house.dispatch()
    services.accept_offer(house.viewer(doctor), offer_of(closed).pk, at=house.at)
    over = {"ended_at": house.at, "due_at": None}
    Consultation.objects.filter(pk=left).update(
        state="cancelled", ending="cancelled_by_patient", **over
    )
    Consultation.objects.filter(pk=closed).update(
        state="ended", ending="closed", ended_for="treated", **over
    )
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Duty.objects.select_for_update().get(pk=doctor)
            held.set()
            assert done.wait(60)

    def withdraw() -> bool:
        assert held.wait(30)
        return services.withdraw(left, who="patient", reason="cancelled", at=house.at)

    def release() -> bool:
        assert held.wait(30)
        return services.release(closed, practitioner_id=doctor, reason="closed", at=house.at)

    def look() -> None:
        assert held.wait(30)
        try:
            until_they_wait_for_a_lock(2)
            with transaction.atomic():
                assert len(Offer.objects.select_for_update(nowait=True)) == 2
        finally:
            done.set()

    assert all_at_once([hold, withdraw, release, look]) == [None, True, True, None]
    assert reserved(doctor) == 0
    nothing_is_wrong()


def until_they_wait_for_a_lock(hands: int) -> None:
    """Raises TimeoutError: not so many did, in a while."""
    pause = threading.Event()
    for _ in range(2_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0] >= hands:
                return
        pause.wait(0.01)
    raise TimeoutError
