"""Several processes: who is present, who tells whom, and what a killed or a stopped one leaves."""

import asyncio
import signal

import pytest
from django.db import connection

from xinglin.care.consultation.messages import services as messages
from xinglin.edge.live import house
from xinglin.edge.live.connection import RESTART
from xinglin.edge.live.house import House
from xinglin.edge.live.tests.cast import (
    Tab,
    aside,
    doctor,
    house_open,
    line,
    patient,
    stored,
    tab,
    thread,
)
from xinglin.edge.live.tests.test_crash import LiveProcess
from xinglin.foundation.live.models import LivePresence
from xinglin.foundation.live.queries import present
from xinglin.kernel import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def make_old(house_id: object | None = None, seconds: int = 60) -> None:
    """As if so much time had passed since the lease was kept; of all processes by default."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update live_house set beat_at = beat_at - make_interval(secs => %s)"
            " where %s::uuid is null or id = %s",
            [seconds, house_id, house_id],
        )


def test_a_killed_process_leaves_rows_that_its_lease_makes_void():
    process, him = LiveProcess("lease"), patient()

    async def story():
        await process.start()
        async with line(him, path=process.path) as phone:
            await phone.recv()
            here = await aside(present, [him.id], clock.now())
            await process.end(signal.SIGKILL)
        left = await aside(lambda: list(LivePresence.objects.values_list("user_id", "left_at")))
        await aside(make_old)
        return here, left, await aside(present, [him.id], clock.now())

    assert asyncio.run(story()) == ({him.id}, [(him.id, None)], set())


def test_who_left_one_process_is_present_at_the_other_and_told_so_across_both():
    process, him, her = LiveProcess("other"), patient(), doctor()
    visit = thread(him, her)

    async def story():
        await process.start()
        async with house_open(), tab(him) as phone:
            await phone.say("join", consultation=visit, since=0)
            await phone.hear_op("joined")
            await phone.say("look", consultation=visit, on=True)
            told = [(await phone.hear_op("presence"))["present"]]
            async with line(her, path=process.path) as there:
                await there.recv()
                told.append((await phone.hear_op("presence"))["present"])
                async with tab(her):
                    await phone.all_so_far()
                both = await aside(present, [her.id], clock.now())
                await phone.all_so_far()
            told.append((await phone.hear_op("presence"))["present"])
        await process.end(signal.SIGTERM)
        return told, both, [f["present"] for f in phone.seen if f["op"] == "presence"]

    told, both, all_told = asyncio.run(story())
    assert told == all_told == [False, True, False]
    assert both == {her.id}


def test_a_process_that_loses_its_lease_takes_it_anew_with_all_who_are_there():
    him = patient()

    async def story():
        async with house_open() as opened, tab(him):
            await aside(
                lambda: (LivePresence.objects.all().delete(), make_old(opened.presence.house_id))
            )
            await aside(_forget_houses)
            await opened.presence.beat()
            async with asyncio.timeout(20):
                while await aside(present, [him.id], clock.now()) != {him.id}:
                    pass

    asyncio.run(story())


def _forget_houses() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from live_house")


def test_a_process_taken_for_dead_reads_what_it_was_not_told(monkeypatch):
    """The other one saw no lease, and told nobody."""
    him, her = patient(), doctor()
    visit = thread(him, her)
    monkeypatch.setattr(house, "BEAT_S", 3600.0)

    async def story():
        async with house_open() as opened, tab(her) as desk:
            await desk.say("join", consultation=visit, since=0)
            await desk.hear_op("joined")
            await aside(messages.post, visit, him.id, "text", {"text": "在吗"})
            await opened._beat()
            await desk.all_so_far()
            before = desk.texts()
            opened._beaten_at -= 60
            await opened._beat()
            await desk.hear_messages(until=1)
            return before, desk.texts()

    assert asyncio.run(story()) == ([], [(1, "在吗")])


def test_only_who_is_alone_for_several_beats_stops_telling_the_others():
    async def story():
        async with house_open() as first:
            at_first = first.presence.alone
            async with asyncio.timeout(20):
                while not first.presence.alone:
                    await first.presence.beat()
            second = House()
            await second.open()
            await first.presence.beat()
            with_second = first.presence.alone
            await second.close()
            return at_first, with_second

    assert asyncio.run(story()) == (False, False)


def test_a_process_that_is_stopped_answers_what_is_pending_and_says_1012():
    process, him = LiveProcess("stopped"), patient()
    visit, many = thread(him), 60

    async def story():
        await process.start()
        async with line(him, path=process.path) as opened:
            phone = Tab(opened)
            await phone.hear_op("hello")
            sent = [await phone.send(visit, f"{n}") for n in range(many)]
            await phone.hear_op("ack")
            await process.end(signal.SIGTERM)
            code = await phone.hear_to_the_end()
        acks = {f["client_id"]: f["seq"] for f in phone.seen if f["op"] == "ack"}
        return [str(s) for s in sent], acks, code

    sent, acks, code = asyncio.run(story())
    assert code == RESTART
    assert stored(visit)[: len(acks)] == [(n + 1, f"{n}") for n in range(len(acks))]
    assert [acks.get(s) for s in sent] == [*range(1, len(acks) + 1)] + [None] * (many - len(acks))
    assert len(stored(visit)) >= len(acks)
