"""One leader, fenced; the next one goes on where the last one fell."""

import socket
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from xinglin.care.dispatch import services
from xinglin.care.dispatch.models import DispatcherLease, Offer
from xinglin.care.dispatch.queries.truth import Forsaken, truth
from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.services.change_log import KEPT_S
from xinglin.care.dispatch.services.lease import FencedError
from xinglin.care.dispatch.tasks import dispatcher, run
from xinglin.care.dispatch.tasks.bell import Bell
from xinglin.care.dispatch.tasks.leading import decide, new_engine
from xinglin.care.dispatch.tests.cast import House, asked, own_connection, state_of
from xinglin.care.dispatch.tests.processes import Dispatcher, until, worker_bell
from xinglin.foundation.outbox import services as outbox
from xinglin.foundation.outbox.queries import heartbeats

OVER = timedelta(0)


@pytest.mark.django_db
def test_while_one_leads_nobody_else_does():
    lease = leases.acquire("a")
    assert leases.acquire("b") is None
    assert leases.renew(lease)
    leases.release(lease)
    assert leases.acquire("b").epoch == lease.epoch + 1


@pytest.mark.django_db
def test_a_lease_that_ran_out_begins_a_new_epoch_for_the_next():
    first = leases.acquire("a", lasts=OVER)
    second = leases.acquire("b")
    assert second.epoch == first.epoch + 1
    assert not leases.renew(first)
    leases.release(first)
    assert leases.renew(second)


@pytest.mark.django_db
def test_a_leader_that_slept_for_long_begins_anew_though_nobody_led_meanwhile():
    """A change may be forgotten that it was never told of; its own clock may have slept too."""
    late = leases.acquire("a", lasts=OVER)
    assert leases.renew(late)
    slept = leases.acquire("a", lasts=-timedelta(seconds=KEPT_S))
    assert not leases.renew(slept)
    again = leases.acquire("a")
    assert again.epoch == slept.epoch + 1
    assert leases.renew(again)


@pytest.mark.django_db
def test_a_leader_that_was_paused_changes_nothing_when_it_wakes(house):
    house.on_duty()
    visit, lonely = house.visit(), house.visit("ent")
    paused = leases.acquire("paused", lasts=OVER)
    (decided,) = decide(new_engine(), truth(house.at).snapshot, house.at)
    leases.acquire("successor")
    with pytest.raises(FencedError):
        services.make_offer(decided, lease=paused, at=house.at)
    forsaken = Forsaken(consultation_id=lonely, department="ent")
    with pytest.raises(FencedError):
        services.tell_nobody(forsaken, lease=paused, at=house.at)
    assert not Offer.objects.exists()
    assert (state_of(visit), state_of(lonely)) == ("waiting", "waiting")


@pytest.mark.django_db
def test_a_leader_whose_lease_ran_out_is_fenced_even_before_somebody_else_leads(house):
    house.on_duty()
    house.visit()
    late = leases.acquire("late", lasts=OVER)
    (decided,) = decide(new_engine(), truth(house.at).snapshot, house.at)
    with pytest.raises(FencedError):
        services.make_offer(decided, lease=late, at=house.at)


@pytest.mark.django_db(transaction=True)
def test_a_successor_waits_for_what_the_leader_is_committing():
    lease = leases.acquire("a", lasts=timedelta(seconds=1))
    told: list[str] = []

    def succeed() -> None:
        with own_connection(), connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '50ms'")
            while not told:
                try:
                    assert leases.acquire("b") is None
                except OperationalError as error:
                    told.append(str(error))

    with transaction.atomic():
        leases.hold(lease)
        thread = Thread(target=succeed)
        thread.start()
        thread.join()
    assert "lock timeout" in told[0]


@pytest.mark.django_db(transaction=True)
def test_a_duty_row_that_is_held_too_long_costs_its_offer_and_no_lease(house):
    doctor = house.on_duty()
    house.visit()
    lease = house.lease()
    (decided,) = decide(new_engine(), truth(house.at).snapshot, house.at)
    held, done = Event(), Event()

    def hold() -> None:
        with own_connection(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select 1 from dispatch_duty where practitioner_id = %s for update", [doctor]
            )
            held.set()
            done.wait(30)

    thread = Thread(target=hold)
    thread.start()
    assert held.wait(30)
    try:
        assert services.make_offer(decided, lease=lease, at=house.at) is None
    finally:
        done.set()
        thread.join()
    assert services.make_offer(decided, lease=lease, at=house.at) is not None


def test_a_bell_hears_a_burst_once_and_leaves_the_place_to_a_newer_one(tmp_path: Path):
    path = tmp_path / "bell.poke"
    with Bell(path) as old:
        assert not old.wait(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            for _ in range(3):
                line.sendto(b"1", str(path))
        assert old.wait(0)
        assert not old.wait(0)
        new = Bell(path)
    assert path.exists(), "the old one took the new one's place away"
    with new:
        pass
    assert not path.exists()
    with Bell(path):
        path.unlink()


@pytest.mark.django_db(transaction=True)
def test_the_loop_leads_beats_and_is_woken_by_a_poke(house, monkeypatch):
    monkeypatch.setattr(dispatcher, "_IDLE_S", 3600.0)  # by nothing else
    doctor = house.on_duty(capacity=2)
    stop = Event()

    def lead() -> None:
        with own_connection():
            run(stop)

    thread = Thread(target=lead)
    with worker_bell() as bell:
        first = house.visit()
        thread.start()
        try:
            until(bell, lambda: asked(first) == doctor, within=30)
            second = house.visit()
            outbox.poke("dispatcher")
            until(bell, lambda: asked(second) == doctor, within=30)
        finally:
            stop.set()
            thread.join()
    assert "dispatcher" in heartbeats()
    assert leases.acquire("next") is not None, "the lease was not given back"


@pytest.mark.django_db(transaction=True)
def test_a_leader_that_lost_its_lease_stands_by(house, monkeypatch):
    """It finds out at its next renewal, and takes over again when the other one is gone."""
    stop = Event()
    taken: list[int] = []
    acquire = leases.acquire

    def robbed(holder: str, *, name: str):
        lease = acquire(holder, name=name)
        if lease is not None:
            taken.append(lease.epoch)
            if len(taken) == 1:
                DispatcherLease.objects.update(epoch=lease.epoch + 1, expires_at=house.at)
            else:
                stop.set()
        return lease

    monkeypatch.setattr(leases, "acquire", robbed)
    run(stop)
    assert taken == [taken[0], taken[0] + 2]


@pytest.mark.django_db(transaction=True)
def test_the_loop_outlives_a_failing_database(monkeypatch):
    stop = Event()
    monkeypatch.setattr(stop, "wait", lambda seconds: stop.is_set())
    script = iter([OperationalError("gone"), None])

    def acquire(holder: str, *, name: str) -> None:
        happens = next(script)
        if happens is not None:
            raise happens
        stop.set()

    monkeypatch.setattr(leases, "acquire", acquire)
    run(stop)
    assert next(script, "over") == "over"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_after_a_killed_leader_the_next_one_offers_within_five_seconds(house: House):
    doctor = house.on_duty(capacity=2)
    leader, standby = Dispatcher(), None
    try:
        leader.says(b"leads")
        standby = Dispatcher()
        standby.says(b"stands by")
        with worker_bell() as bell:
            first = house.visit()
            outbox.poke("dispatcher")
            until(bell, lambda: asked(first) == doctor, within=30)
            leader.kill()
            second = house.visit()
            until(bell, lambda: asked(second) == doctor, within=5)
    finally:
        leader.kill()
        if standby:
            standby.kill()
    assert Offer.objects.count() == 2
