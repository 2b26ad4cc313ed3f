"""A conversation loses and doubles nothing: tabs, reloads, lost lines, strangers, slow readers."""

import asyncio
from contextlib import suppress

import pytest
from django.conf import settings
from websockets.exceptions import ConnectionClosed

from xinglin.care.consultation.messages import services as messages
from xinglin.edge.limits import Buckets
from xinglin.edge.live import writer
from xinglin.edge.live.connection import FLOOD, SLOW
from xinglin.edge.live.tests.cast import (
    aside,
    doctor,
    house_open,
    patient,
    stored,
    tab,
    thread,
)
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_reaches_every_tab_of_both_sides_once_and_in_order():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open(), tab(him) as phone, tab(him) as laptop, tab(her) as desk:
            for each in (phone, laptop, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
            for n in range(10):
                await (phone if n % 2 else desk).send(visit, f"第{n}句")
            for each in (phone, laptop, desk):
                await each.hear_messages(until=10)
                await each.all_so_far()
            return phone.texts(), laptop.texts(), desk.texts()

    on_phone, on_laptop, on_desk = asyncio.run(story())
    assert on_phone == on_laptop == on_desk == stored(visit)
    assert [seq for seq, _ in on_phone] == list(range(1, 11))


def test_an_acknowledged_message_carries_its_number_and_is_stored():
    him = patient()
    visit = thread(him)

    async def story():
        async with house_open(), tab(him) as phone:
            client_id = await phone.send(visit, "咳嗽三天")
            return client_id, await phone.hear_op("ack")

    client_id, ack = asyncio.run(story())
    assert (ack["client_id"], ack["seq"]) == (str(client_id), 1)
    assert stored(visit) == [(1, "咳嗽三天")]


def test_a_reload_gets_what_came_meanwhile_by_number():
    him, her = patient(), doctor()
    visit = thread(him, her)
    for n in range(1, 4):
        messages.post(visit, him.id, "text", {"text": f"{n}"})

    async def story():
        async with house_open():
            async with tab(her) as desk:
                await desk.say("join", consultation=visit, since=1)
                await desk.hear_messages(until=3)
                before = desk.texts()
            async with tab(him) as phone:
                await phone.send(visit, "4")
                await phone.hear_op("ack")
            async with tab(her) as desk:
                await desk.say("join", consultation=visit, since=3)
                await desk.hear_messages(until=4)
                return before, desk.texts()

    before, after = asyncio.run(story())
    assert before == [(2, "2"), (3, "3")]
    assert after == [(4, "4")]


def test_a_send_repeated_after_a_lost_line_is_stored_once_and_acknowledged_alike():
    him = patient()
    visit, client_id = thread(him), ids.new()

    async def story():
        async with house_open():
            async with tab(him) as phone:
                await phone.send(visit, "一次", client_id)
                first = await phone.hear_op("ack")
                phone.line.transport.abort()
            async with tab(him) as phone:
                await phone.say("join", consultation=visit, since=0)
                await phone.send(visit, "一次", client_id)
                second = await phone.hear_op("ack")
                await phone.hear_messages(until=1)
                await phone.all_so_far()
                return first, second, phone.texts()

    first, second, texts = asyncio.run(story())
    assert (first["seq"], first["at"]) == (second["seq"], second["at"])
    assert texts == stored(visit) == [(1, "一次")]


def test_what_was_committed_unheard_is_delivered_when_it_is_sent_again():
    """The line to the database broke after the commit: only the repetition tells the room."""
    him, her = patient(), doctor()
    visit, client_id = thread(him, her), ids.new()

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            await desk.say("join", consultation=visit, since=0)
            await desk.all_so_far()
            await aside(
                lambda: messages.post(visit, him.id, "text", {"text": "在"}, client_id=client_id)
            )
            await phone.send(visit, "在", client_id)
            await phone.hear_op("ack")
            await desk.hear_messages(until=1)
            return desk.texts()

    assert asyncio.run(story()) == [(1, "在")]


def test_a_stranger_is_told_that_there_is_no_such_conversation():
    him, stranger = patient(), patient()
    visit = thread(him)

    async def story():
        async with house_open(), tab(stranger) as window:
            await window.say("join", consultation=visit, since=0)
            joining = await window.hear_op("refused")
            await window.send(visit, "让我看看")
            sending = await window.hear_op("refused")
            await window.say("typing", consultation=visit)
            await window.all_so_far()
            return joining, sending

    joining, sending = asyncio.run(story())
    assert joining["problem"]["code"] == sending["problem"]["code"] == "not_found"
    assert stored(visit) == []


def test_a_doctor_who_lost_the_visit_hears_and_says_nothing_more():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            for each in (phone, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
            await aside(messages.admit_doctor, visit, None)
            await phone.send(visit, "还在吗")
            await phone.hear_messages(until=1)
            await desk.send(visit, "在")
            refused = await desk.hear_op("refused")
            await desk.all_so_far()
            return refused, desk.texts()

    refused, heard = asyncio.run(story())
    assert refused["problem"]["code"] == "not_found"
    assert heard == []


def test_what_another_process_wrote_is_not_read_to_a_doctor_who_lost_the_visit():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open() as open_house, tab(him) as phone, tab(her) as desk:
            for each in (phone, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
            await aside(messages.admit_doctor, visit, None)
            await aside(messages.post, visit, him.id, "text", {"text": "喂"})
            open_house.hub.grown(visit, 1)
            await phone.hear_messages(until=1)
            await asyncio.gather(*open_house.hub._tasks)  # what is still being read
            await desk.all_so_far()
            return phone.texts(), desk.texts()

    assert asyncio.run(story()) == ([(1, "喂")], [])


def test_an_ended_visit_takes_no_more_words():
    him = patient()
    visit = thread(him)
    messages.close_thread(visit)

    async def story():
        async with house_open(), tab(him) as phone:
            await phone.send(visit, "等等")
            return await phone.hear_op("refused")

    assert asyncio.run(story())["problem"]["code"] == "thread_closed"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "malformed"),
        ('{"op":"dance"}', "malformed"),
        ('{"op":"send","consultation":"%s","client_id":"%s","kind":"text","body":{}}', "invalid"),
        ('{"op":"send","consultation":"%s","client_id":"%s","kind":"card","body":{}}', "malformed"),
        (
            '{"op":"send","consultation":"%s","client_id":"%s","kind":"picture","body":{"picture_id":1}}',
            "invalid",
        ),
        (
            '{"op":"send","consultation":"%s","client_id":"%s","kind":"text","body":{"text":"'
            + "长" * 4001
            + '"}}',
            "invalid",
        ),
    ],
)
def test_what_cannot_be_a_message_is_refused_and_the_line_stays(frame, code):
    him = patient()
    visit = thread(him)
    words = frame % (visit, ids.new()) if "%s" in frame else frame

    async def story():
        async with house_open(), tab(him) as phone:
            await phone.line.send(words)
            refused = await phone.hear_op("refused")
            await phone.all_so_far()
            return refused

    assert asyncio.run(story())["problem"]["code"] == code
    assert stored(visit) == []


def test_typing_is_heard_by_the_other_side_and_not_stored():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            for each in (phone, desk):
                await each.say("join", consultation=visit, since=0)
                await each.hear_op("joined")
            await phone.say("typing", consultation=visit)
            return await desk.hear_op("typing"), await phone.all_so_far()

    typing, own = asyncio.run(story())
    assert typing["sender"] == str(him.id)
    assert "typing" not in {frame["op"] for frame in own}
    assert stored(visit) == []


def test_who_sends_too_fast_is_told_to_send_again_in_a_moment():
    him = patient()
    visit = thread(him)

    async def story():
        async with house_open() as open_house:
            open_house.sends = Buckets(burst=3, per_second=0.001)
            async with tab(him) as phone:
                for n in range(4):
                    await phone.send(visit, f"{n}")
                return await phone.hear_op("busy")

    assert asyncio.run(story())["client_id"]
    assert len(stored(visit)) == 3


def test_a_line_that_is_flooded_is_closed_and_the_other_one_is_not(monkeypatch):
    him = patient()
    visit = thread(him)
    monkeypatch.setattr(settings, "LIVE_FRAMES_AT_ONCE", 5)

    async def story():
        async with house_open(), tab(him) as mad:
            with suppress(ConnectionClosed):
                while True:
                    await mad.say("typing", consultation=visit)
            code = await mad.hear_to_the_end()
            async with tab(him) as phone:
                await phone.send(visit, "在")
                await phone.hear_op("ack")
            return code, [f["op"] for f in mad.seen].count("refused")

    code, refused = asyncio.run(story())
    assert code == FLOOD
    assert refused < 20
    assert stored(visit) == [(1, "在")]


def test_a_full_house_answers_busy_and_loses_nothing(monkeypatch):
    him = patient()
    visit, client_id = thread(him), ids.new()

    async def story():
        async with house_open(), tab(him) as phone:
            monkeypatch.setattr(writer, "MAX_PENDING", 0)
            await phone.send(visit, "在吗", client_id)
            busy = await phone.hear_op("busy")
            monkeypatch.undo()
            await phone.send(visit, "在吗", client_id)
            await phone.hear_op("ack")
            return busy

    assert asyncio.run(story())["client_id"] == str(client_id)
    assert stored(visit) == [(1, "在吗")]


def test_a_reader_that_is_too_slow_is_closed_and_resumes_without_a_gap():
    him, her = patient(), doctor()
    visit, many = thread(him, her), 160

    async def story():
        async with house_open() as open_house:
            open_house.sends = Buckets(burst=1000, per_second=1000)
            async with tab(him) as phone, tab(her, max_queue=1) as desk:
                await desk.say("join", consultation=visit, since=0)
                await desk.hear_op("joined")
                for n in range(many):  # the desk does not read meanwhile
                    await phone.send(visit, f"{n:04}" + "长" * 3990)
                for _ in range(many):
                    await phone.hear_op("ack")
                code = await desk.hear_to_the_end()
            last = desk.texts()[-1][0] if desk.texts() else 0
            async with tab(her) as again:
                await again.say("join", consultation=visit, since=last)
                await again.hear_messages(until=many)
                return code, desk.texts() + again.texts()

    code, heard = asyncio.run(story())
    assert code == SLOW
    assert [seq for seq, _ in heard] == list(range(1, many + 1))


def test_a_long_history_comes_whole_through_a_slow_line():
    him = patient()
    visit, many = thread(him), 450
    for n in range(many):
        messages.post(visit, him.id, "text", {"text": f"{n:04}" + "长" * 3000})

    async def story():
        async with house_open(), tab(him, max_queue=1) as phone:
            await phone.say("join", consultation=visit, since=0)
            await phone.hear_messages(until=many)
            return phone.texts()

    assert [seq for seq, _ in asyncio.run(story())] == list(range(1, many + 1))
