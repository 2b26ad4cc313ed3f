"""The writer: nothing pending is lost, whatever becomes of the database."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from django.db import connection

from xinglin.care.consultation.messages import queries
from xinglin.edge.live.house import House
from xinglin.edge.live.tests.cast import Person, aside, house_open, patient, tab, thread
from xinglin.edge.live.tests.test_feed import end_connections
from xinglin.edge.live.writer import Draft, Outcome, Writer
from xinglin.kernel import ids
from xinglin.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db(transaction=True)


class Sender:
    """Whoever waits for what becomes of a draft."""

    def __init__(self) -> None:
        self.done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def answered(self, outcome: Outcome) -> None:
        self.done.set_result(outcome)

    def failed(self, _draft: Draft, error: Exception) -> None:
        self.done.set_exception(error)


class Desk:
    """A writer at work, and all that it posted."""

    def __init__(self) -> None:
        self.posted: list[Outcome] = []
        self.writer = Writer(self._posted)

    def _posted(self, outcomes: Sequence[Outcome]) -> None:
        self.posted += outcomes
        for outcome in outcomes:
            outcome.draft.asker.answered(outcome)


def submit(
    writer: Writer | House, visit: UUID, who: Person, text: str, kind: str = "text"
) -> "asyncio.Future[Outcome]":
    sender = Sender()
    body = json.dumps({"text": text}).encode()
    writer.submit(Draft(visit, who.id, ids.new(), kind, body, sender))
    return sender.done


@asynccontextmanager
async def writing() -> AsyncIterator[tuple[Writer, list[Outcome]]]:
    desk = Desk()
    work = asyncio.create_task(desk.writer.run())
    try:
        yield desk.writer, desk.posted
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


def test_everything_pending_goes_in_one_batch_and_each_thread_keeps_its_order():
    him = patient()
    visits = [thread(him) for _ in range(3)]

    async def story():
        async with writing() as (writer, posted):
            sent = [submit(writer, visits[n % 3], him, f"{n}") for n in range(30)]
            outcomes = await asyncio.gather(*sent)
            return [o.seq for o in outcomes], len(posted)

    numbers, posted = asyncio.run(story())
    assert numbers == [n // 3 + 1 for n in range(30)]
    assert posted == 30
    for k, visit in enumerate(visits):
        texts = [m.body["text"] for m in queries.read(visit)]
        assert texts == [f"{n}" for n in range(k, 30, 3)]


@pytest.mark.parametrize("poison", [{"kind": "poem"}, {"text": "\ud800"}])
def test_a_poisonous_message_fails_alone(poison):
    him = patient()
    visit = thread(him)

    async def story():
        async with writing() as (writer, _):
            sent = [submit(writer, visit, him, "前")]
            bad = submit(writer, visit, him, **{"text": "毒", **poison})
            sent.append(submit(writer, visit, him, "后"))
            with pytest.raises(Unavailable):
                await bad
            return [o.seq for o in await asyncio.gather(*sent)]

    assert asyncio.run(story()) == [1, 2]
    assert [m.body["text"] for m in queries.read(visit)] == ["前", "后"]


def test_connections_that_break_in_the_middle_lose_and_double_nothing():
    him = patient()
    visits = [thread(him) for _ in range(4)]

    async def story():
        async with house_open() as house:
            ended, sent = 0, []
            for n in range(200):
                sent.append(submit(house, visits[n % 4], him, f"{n}"))
                await asyncio.sleep(0)
                if n in {50, 51, 100, 150}:  # in the middle of what is on its way
                    ended += await aside(end_connections)
            return ended, await asyncio.wait_for(asyncio.gather(*sent), 60)

    ended, outcomes = asyncio.run(story())
    assert ended > 0
    assert {o.refused for o in outcomes} == {None}
    for k, visit in enumerate(visits):
        found = queries.read(visit)
        assert [m.seq for m in found] == list(range(1, 51))
        assert [m.body["text"] for m in found] == [f"{n}" for n in range(k, 200, 4)]


def test_a_message_while_the_database_restarts_is_acknowledged_afterwards():
    him = patient()
    visit = thread(him)

    async def story():
        async with house_open(), tab(him) as phone:
            await aside(end_connections)
            await phone.send(visit, "还好吗")
            return await phone.hear_op("ack")

    assert asyncio.run(story())["seq"] == 1


def test_the_housekeeping_leaves_a_sign_of_life():
    async def story():
        async with house_open(), tab(patient_once):
            pass

    patient_once = patient()
    asyncio.run(story())
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from outbox_heartbeat where name = 'live'")
        assert cursor.fetchone()[0] == 1
