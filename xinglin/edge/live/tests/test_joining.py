"""Entering a thread: nothing is read needlessly, nothing is missed and nothing skipped."""

import asyncio
from typing import Any

import pytest

from xinglin.care.consultation.messages import services as messages
from xinglin.care.consultation.messages.queries import PARTIES, READ_AS_PARTY
from xinglin.edge.live.tests.cast import aside, doctor, house_open, patient, tab, thread

pytestmark = pytest.mark.django_db(transaction=True)


class Slow:
    """The pool, whose answers to one statement are held back until they may go."""

    def __init__(self, pool: Any, statement: str) -> None:
        self._pool = pool
        self._statement = statement
        self.asked = 0
        self.answered = asyncio.Event()
        self.go = asyncio.Event()

    async def fetch(self, statement: str, *values: Any) -> Any:
        return await self._held(statement, await self._pool.fetch(statement, *values))

    async def fetchrow(self, statement: str, *values: Any) -> Any:
        return await self._held(statement, await self._pool.fetchrow(statement, *values))

    async def _held(self, statement: str, found: Any) -> Any:
        if statement == self._statement:
            self.asked += 1
            self.answered.set()
            await self.go.wait()
        return found


def say(visit, who, *texts: str) -> None:
    for text in texts:
        messages.post(visit, who.id, "text", {"text": text})


def test_who_has_missed_nothing_reads_nothing():
    him = patient()
    visit = thread(him)
    say(visit, him, "一", "二")

    async def story():
        async with house_open() as house, tab(him) as phone:
            house.hub._pool = slow = Slow(house.hub._pool, READ_AS_PARTY)
            slow.go.set()
            for since in (2, 99, 1):
                await phone.say("join", consultation=visit, since=since)
                await phone.hear_op("joined")
            await phone.hear_messages(until=2)
            return slow.asked, phone.texts()

    assert asyncio.run(story()) == (1, [(2, "二")])


@pytest.mark.parametrize("way", ["this process", "another process", "an event"])
def test_what_is_written_between_the_look_and_the_entry_is_heard(way):
    him, her = patient(), doctor()
    visit = thread(him, her)
    say(visit, him, "一")

    async def story():
        async with house_open() as house, tab(him) as phone, tab(her) as desk:
            house.hub._pool = slow = Slow(house.hub._pool, PARTIES)
            await desk.say("join", consultation=visit, since=1)
            await slow.answered.wait()
            if way == "this process":
                await phone.send(visit, "二")
                await phone.hear_op("ack")
            else:
                await aside(say, visit, him, "二")
            if way == "another process":
                house.hub.grown(visit, 2)
            if way == "an event":
                refreshing = asyncio.create_task(house.hub.refresh([visit]))
                while slow.asked < 2:  # noqa: ASYNC110  # the second look
                    await asyncio.sleep(0)
            slow.go.set()
            await desk.hear_messages(until=2)
            if way == "an event":
                await refreshing
            await desk.all_so_far()
            return desk.texts(), house.hub._looks, house.hub._told

    assert asyncio.run(story()) == ([(2, "二")], {}, {})


def test_joining_again_from_further_back_while_the_thread_is_read_skips_nothing():
    him = patient()
    visit = thread(him)
    say(visit, him, "一", "二", "三")

    async def story():
        async with house_open() as house, tab(him) as phone:
            house.hub._pool = slow = Slow(house.hub._pool, READ_AS_PARTY)
            await phone.say("join", consultation=visit, since=2)
            await slow.answered.wait()
            await phone.say("join", consultation=visit, since=0)
            for _ in range(2):
                await phone.hear_op("joined")
            slow.go.set()
            await phone.hear_messages(until=3)
            await phone.all_so_far()
            return phone.texts()

    assert asyncio.run(story()) == [(1, "一"), (2, "二"), (3, "三")]
