"""Events over the line: only to those they are for, resumed by position, equal to a fresh read."""

import asyncio
import random

import pytest
from django.db import OperationalError

from xinglin.care.consultation.messages import services as messages
from xinglin.edge.live import feed
from xinglin.edge.live.tests.cast import (
    Person,
    Tab,
    aside,
    doctor,
    house_open,
    patient,
    person,
    tab,
    thread,
)
from xinglin.foundation.live import queries, services
from xinglin.foundation.live.models import LiveEntry
from xinglin.foundation.live.types import News
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db(transaction=True)


def news(words: str, *audience: str, **payload: str) -> News:
    return News(
        event_id=ids.new(),
        kind="BellRang",
        payload={"words": words, **payload},
        audience=audience,
        at=clock.now(),
    )


def publish(*told: News) -> None:
    """One transaction, as the relay's."""
    from django.db import transaction

    with transaction.atomic():
        services.publish(told)


async def told(*of: News) -> None:
    await aside(publish, *of)


def words(window: Tab) -> list[str]:
    return [frame["data"]["words"] for frame in window.seen if frame["op"] == "event"]


async def hear_words(window: Tab, last: str) -> None:
    while (await window.hear_op("event"))["data"]["words"] != last:
        pass


def mine(who: Person) -> str:
    return f"user:{who.id}"


def test_an_event_goes_to_those_it_is_for_and_once_to_each():
    him, her, clerk = patient(), patient(), person("operator")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as other, tab(clerk) as board:
            for window in (phone, other, board):
                await window.say("feed", since=None)
            await told(news("his", mine(him), "board"), news("board", "board"))
            await told(news("all", mine(him), mine(her), mine(clerk), "board"))
            for window in (phone, other, board):
                await hear_words(window, "all")
                await window.all_so_far()
            return words(phone), words(other), words(board)

    assert asyncio.run(story()) == (["his", "all"], ["all"], ["his", "board", "all"])


def test_a_line_that_was_away_hears_what_it_missed_and_then_what_is_new():
    him = patient()

    async def story():
        async with house_open():
            async with tab(him) as phone:
                await told(news("1", mine(him)))
                await phone.say("feed", since=None)
                await hear_words(phone, "1")
                position = phone.seen[-1]["position"]
            await told(news("2", mine(him)), news("not his", "board"), news("3", mine(him)))
            async with tab(him) as phone:
                await phone.say("feed", since=position)
                await hear_words(phone, "3")
                await told(news("4", mine(him)))
                await hear_words(phone, "4")
                await phone.all_so_far()
                return words(phone)

    assert asyncio.run(story()) == ["2", "3", "4"]


def test_what_an_event_asks_of_this_process_is_done_again_when_it_failed():
    """The event is told only once; what the database was away for is still owed."""

    async def story():
        tries, done = [], asyncio.Event()

        async def react() -> None:
            tries.append(1)
            if len(tries) == 1:
                open_house.feed.wake()
                raise OperationalError
            done.set()

        async with house_open() as open_house:
            open_house.feed._reactions = {"BellRang": react}
            await told(news("1", "board"))
            async with asyncio.timeout(feed.IDLE_S * 5):
                await done.wait()
            return len(tries)

    assert asyncio.run(story()) == 2


def test_replaying_the_feed_equals_reading_it_afresh():
    """However often the line breaks while much is told."""
    him = patient()
    chance = random.Random(7)  # not a secret
    start = queries.last_position()

    async def tell() -> None:
        for n in range(120):
            await told(
                *(
                    news(f"{n}.{k}", chance.choice([mine(him), "board"]))
                    for k in range(chance.randint(1, 4))
                )
            )
        await told(news("end", mine(him)))

    async def listen() -> list[tuple[int, str]]:
        heard: list[tuple[int, str]] = []
        position = start
        while not heard or heard[-1][1] != "end":
            async with tab(him) as phone:
                await phone.say("feed", since=position)
                for _ in range(chance.randint(1, 15)):
                    frame = await phone.hear_op("event")
                    if frame["position"] > position:
                        position = frame["position"]
                        heard.append((position, frame["data"]["words"]))
                    if frame["data"]["words"] == "end":
                        break
                phone.line.transport.abort()
        return heard

    async def story():
        async with house_open():
            heard, _ = await asyncio.gather(listen(), tell())
            return heard

    heard = asyncio.run(story())
    fresh = queries.feed_since([mine(him)], start, 1000)
    assert heard == [(entry.position, entry.payload["words"]) for entry in fresh]


@pytest.mark.parametrize("lost", ["pruned", "too much", "of another database"])
def test_who_cannot_be_told_everything_is_told_to_fetch_anew(lost, monkeypatch):
    him = patient()
    publish(*(news(f"{n}", mine(him)) for n in range(6)))
    newest = queries.last_position()
    since = newest - 5
    if lost == "pruned":
        LiveEntry.objects.filter(position__lte=newest - 2).delete()
    elif lost == "too much":
        monkeypatch.setattr(feed, "PAGE", 3)
    else:
        since = newest + 1000

    async def story():
        async with house_open(), tab(him) as phone:
            await phone.say("feed", since=since)
            resync = await phone.hear_op("resync")
            await told(news("new", mine(him)))
            await hear_words(phone, "new")
            return resync["position"], words(phone)

    assert asyncio.run(story()) == (newest, ["new"])


def test_an_event_of_a_visit_shows_its_card_and_turns_out_who_has_lost_it():
    him, her = patient(), doctor()
    visit = thread(him, her)

    def returned() -> None:
        messages.admit_doctor(visit, None)
        messages.post(visit, him.id, "text", {"text": "转诊"})
        publish(news("returned", mine(him), mine(her), consultation_id=str(visit)))

    async def story():
        async with house_open() as open_house, tab(him) as phone, tab(her) as desk:
            for each in (phone, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
            await aside(returned)
            await phone.hear_messages(until=1)
            await desk.all_so_far()
            return desk.texts(), open_house.hub.rooms_of(her.id), open_house.hub.rooms_of(him.id)

    assert asyncio.run(story()) == ([], set(), {visit})


def test_events_are_heard_again_after_the_database_has_ended_every_connection():
    him = patient()

    async def story():
        async with house_open(), tab(him) as phone:
            await phone.say("feed", since=None)
            await told(news("before", mine(him)))
            await hear_words(phone, "before")
            await aside(end_connections)
            await told(news("after", mine(him)))
            await hear_words(phone, "after")
            return words(phone)

    assert asyncio.run(story()) == ["before", "after"]


def end_connections() -> int:
    """What a restart of PostgreSQL does to the live process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where application_name = 'live' and datname = current_database()"
        )
        ended: int = cursor.fetchone()[0]
    return ended
