"""Several leaders, each of its own departments; processes that are killed as by a failing machine."""

import random
from datetime import timedelta

import pytest

from xinglin.care.dispatch.models import DispatcherLease, Duty, Offer
from xinglin.care.dispatch.queries.truth import Memory
from xinglin.care.dispatch.services import lease as leases
from xinglin.care.dispatch.services.lease import FencedError
from xinglin.care.dispatch.shards import Shard
from xinglin.care.dispatch.tasks.leading import Post, new_engine, turn
from xinglin.care.dispatch.tests.cast import GP, SKIN, House, asked, check_books, reserved
from xinglin.care.dispatch.tests.processes import Dispatcher, until, worker_bell
from xinglin.foundation.live import services as live
from xinglin.foundation.outbox import services as outbox
from xinglin.kernel import clock

TWO = (Shard(0, 2), Shard(1, 2))
KILLS = 30


def lead(house: House, shard: Shard) -> int:
    """A turn of a leader who has just begun."""
    lease = leases.acquire("test", name=shard.name, lasts=timedelta(hours=1))
    with clock.frozen(house.at):
        return turn(new_engine(), lease, Memory(shard.covers))


def test_every_department_is_in_one_shard_and_one_shard_is_the_whole_house():
    assert [s.covers(GP) for s in TWO] == [True, False]
    assert [s.covers(SKIN) for s in TWO] == [False, True]
    assert Shard().covers(GP)
    assert (Shard().name, TWO[1].name) == ("dispatcher", "dispatcher-2-of-2")


@pytest.mark.django_db
def test_each_leader_gives_what_is_of_its_departments(house: House):
    one, other = house.on_duty(GP), house.on_duty(SKIN)
    cough, rash = house.visit(GP), house.visit(SKIN)
    assert lead(house, TWO[0]) == 1
    assert (asked(cough), asked(rash)) == (one, None)
    assert lead(house, TWO[1]) == 1
    assert asked(rash) == other


@pytest.mark.django_db(transaction=True)
def test_a_doctor_of_two_shards_is_given_no_more_than_fits_and_the_loser_decides_anew(house: House):
    doctor = house.on_duty(GP, SKIN, capacity=1)
    house.visit(GP), house.visit(SKIN)
    posts = []
    for shard in TWO:
        memory, engine = Memory(shard.covers), new_engine()
        memory.refresh(house.at)
        lease = leases.acquire("test", name=shard.name, lasts=timedelta(hours=1))
        posts.append((engine, lease, memory))
    with clock.frozen(house.at):
        made = [turn(*post) for post in posts]
        assert made == [1, 0], "the second still believed that the doctor was free"
        late = house.on_duty(SKIN)
        assert turn(*posts[1]) == 1
    assert reserved(doctor) == reserved(late) == 1
    check_books()


@pytest.mark.django_db
def test_the_fence_of_one_shard_is_none_of_the_other(house: House):
    leads = [leases.acquire("a", name=s.name) for s in TWO]
    DispatcherLease.objects.filter(pk=TWO[0].name).update(epoch=7)
    with pytest.raises(FencedError):
        leases.hold(leads[0])
    leases.hold(leads[1])


@pytest.mark.django_db(transaction=True)
def test_a_leader_whose_memory_is_wrong_notices_and_reads_everything_anew(house: House):
    house.on_duty()
    visit = house.visit()
    lease = house.lease()
    post = Post(Shard(), lease, None, new_engine(), Memory())
    with clock.frozen(house.at):
        post.memory.refresh(house.at)
        assert post.check() == 0
        del post.memory.free[visit]
        assert (post.check(), post.drifted) == (1, 1)
        assert turn(post.engine, lease, post.memory) == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_thirty_killed_leaders_of_two_shards_lose_and_double_nothing(house: House):
    """Three processes, two shards; how long it took is printed, and judged by nobody but a reader."""
    dice = random.Random(7)
    doctors = [house.on_duty(d, capacity=10) for d in (GP, SKIN) for _ in range(7)]
    users = list(Duty.objects.filter(pk__in=doctors).values_list("user_id", flat=True))
    crew = [Dispatcher(shards=2) for _ in range(3)]
    took: list[float] = []
    visits = []
    try:
        with worker_bell() as bell:

            def given(count: int) -> bool:
                for shard in TWO:
                    outbox.poke(shard.name)
                return Offer.objects.count() == count

            until(bell, lambda: all(map(leader_pid, TWO)), within=60, look_every=0.1)
            for _ in range(KILLS):
                live.touch_presence(users, clock.now())
                shard = dice.choice(TWO)
                victim = next(one for one in crew if one.pid == holder_pid(shard))
                visits.append(house.visit(GP))  # under way at the moment of the kill
                outbox.poke(TWO[0].name)
                victim.kill()
                visits.append(house.visit(SKIN))
                visits.append(house.visit(GP))
                took.append(until(bell, lambda: given(len(visits)), within=15, look_every=0.02))
                crew[crew.index(victim)] = Dispatcher(shards=2)
                until(
                    bell,
                    lambda: all(leader_pid(s) in {one.pid for one in crew} for s in TWO),
                    within=60,
                    look_every=0.1,
                )
    finally:
        for one in crew:
            one.kill()
    epochs = sum(DispatcherLease.objects.values_list("epoch", flat=True))
    took.sort()
    print(  # noqa: T201  # the measure itself, read with -s
        f"{KILLS} kills: take-over {took[0]:.2f} s at best, {took[len(took) // 2]:.2f} s at the"
        f" middle, {took[-1]:.2f} s at worst; {len(visits)} visits, {epochs} epochs"
    )
    assert epochs >= KILLS
    assert sorted(Offer.objects.values_list("consultation_id", flat=True)) == sorted(visits)
    check_books()


def leader_pid(shard: Shard) -> int | None:
    """Of the process that holds the lease, if it still does."""
    is_held = DispatcherLease.objects.filter(pk=shard.name, expires_at__gt=clock.now()).exists()
    return holder_pid(shard) if is_held else None


def holder_pid(shard: Shard) -> int:
    """Of whoever led last: a leader that the machine keeps waiting renews its lease late."""
    holder: str = DispatcherLease.objects.values_list("holder", flat=True).get(pk=shard.name)
    return int(holder.split(":")[1])
