"""Marks, presence, edits and withdrawals over the line."""

import asyncio

import pytest

from xinglin.edge.live.tests.cast import doctor, house_open, patient, tab, thread

pytestmark = pytest.mark.django_db(transaction=True)


async def join(window, visit, since=0):
    await window.say("join", consultation=visit, since=since)
    return await window.hear_op("joined")


def test_marks_are_told_to_the_room_only_rise_and_are_answered_at_the_next_join():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            for each in (phone, desk):
                await join(each, visit)
            for text in "一二三":
                await phone.send(visit, text)
                await phone.hear_op("ack")
            await desk.say("mark", consultation=visit, got=99, read=2)
            moved = await phone.hear_op("marks")
            await desk.say("mark", consultation=visit, got=1, read=1)
            await desk.say("mark", consultation=visit, got=3, read=3)
            last = await phone.hear_op("marks")
            return moved, last, await join(phone, visit, 3)

    moved, last, joined = asyncio.run(story())
    assert (moved["side"], moved["got"], moved["read"]) == ("doctor", 3, 2)
    assert (last["got"], last["read"]) == (3, 3)
    assert joined["marks"] == {
        "patient": {"got": 0, "read": 0},
        "doctor": {"got": 3, "read": 3},
    }
    assert (joined["turns"], joined["max_turns"], joined["is_open"]) == (1, None, True)


def test_a_stranger_moves_no_mark_and_learns_nobodys_presence():
    him, stranger = patient(), patient()
    visit = thread(him)

    async def story():
        async with house_open(), tab(him) as phone, tab(stranger) as window:
            await join(phone, visit)
            await phone.send(visit, "一")
            await phone.hear_op("ack")
            await window.say("look", consultation=visit, on=True)
            await window.say("mark", consultation=visit, got=1, read=1)
            await phone.say("mark", consultation=visit, got=1, read=0)
            side = (await phone.hear_op("marks"))["side"]
            return side, {f["op"] for f in await window.all_so_far()}

    side, heard = asyncio.run(story())
    assert side == "patient"
    assert not heard & {"marks", "presence"}


def test_presence_is_told_to_who_looks_when_the_other_side_comes_and_goes():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open(), tab(him) as phone, tab(him) as quiet:
            for each in (phone, quiet):
                await join(each, visit)
            await phone.say("look", consultation=visit, on=True)
            told = [await phone.hear_op("presence")]
            async with tab(her):
                told.append(await phone.hear_op("presence"))
            told.append(await phone.hear_op("presence"))
            return told, {f["op"] for f in await quiet.all_so_far()}

    told, quiet = asyncio.run(story())
    assert [(t["side"], t["present"]) for t in told] == [
        ("doctor", False),
        ("doctor", True),
        ("doctor", False),
    ]
    assert "presence" not in quiet


def test_edits_and_withdrawals_are_messages_and_what_is_withdrawn_is_read_by_nobody():
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def say(phone, kind, body):
        await phone.say("send", consultation=visit, client_id=body.pop("id"), kind=kind, body=body)

    async def story():
        from xinglin.kernel import ids

        async with house_open(), tab(him) as phone, tab(her) as desk:
            await join(phone, visit)
            await phone.send(visit, "错的")
            await phone.hear_op("ack")
            await say(phone, "edit", {"id": ids.new(), "of": 1, "text": "对的"})
            await phone.hear_op("ack")
            await say(phone, "withdrawal", {"id": ids.new(), "of": 1})
            await phone.hear_op("ack")
            await say(phone, "edit", {"id": ids.new(), "of": 1, "text": "又"})
            codes = [(await phone.hear_op("refused"))["problem"]["code"]]
            await say(desk, "withdrawal", {"id": ids.new(), "of": 2})
            codes.append((await desk.hear_op("refused"))["problem"]["code"])
            await say(phone, "edit", {"id": ids.new(), "of": "1", "text": "又"})
            codes.append((await phone.hear_op("refused"))["problem"]["code"])
            await join(desk, visit)
            await desk.hear_messages(until=3)
            return codes, [f["message"] for f in desk.seen if f["op"] == "message"]

    codes, heard = asyncio.run(story())
    assert codes == ["withdrawn", "not_yours", "invalid"]
    assert [(m["kind"], m["body"], m["withdrawn"]) for m in heard] == [
        ("text", {}, True),
        ("edit", {}, True),
        ("withdrawal", {"of": 1}, False),
    ]
