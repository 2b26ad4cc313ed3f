"""Seats of a call over the line: who may sit, who hears whom, and who is not to be seen."""

import asyncio
import json

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string

from xinglin.edge.live import calls as live_calls
from xinglin.edge.live import house
from xinglin.edge.live.connection import MAX_BUFFER, RESTART, SIGNED_OUT
from xinglin.edge.live.tests.call_cast import (
    OFFER,
    hear_seats,
    of,
    ops,
    report,
    room_opened,
    seat_of,
    sit,
)
from xinglin.edge.live.tests.cast import aside, doctor, house_open, patient, person, tab
from xinglin.foundation.calls import queries
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return patient(), doctor()


@pytest.fixture
def room():
    return room_opened()


def test_two_pages_sit_hear_of_each_other_and_signal(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            first = await sit(phone, room, his)
            second = await sit(desk, room, hers)
            told = await hear_seats(phone, lambda s: of(s, hers)["here"])
            await phone.say("signal", room=room, seat=his, to=hers, data=OFFER)
            heard = await desk.hear_op("signal")
            await desk.say("signal", room=room, seat=hers, to=his, data={"candidate": None})
            return first, second, told, heard, await phone.hear_op("signal"), ops(desk)

    first, second, told, heard, back, at_desk = asyncio.run(story())
    assert (of(first["seats"], his)["here"], of(first["seats"], hers)["here"]) == (True, False)
    assert [of(second["seats"], each)["line"] for each in (his, hers)] == [1, 1]
    assert of(told, hers) == {
        "id": str(hers),
        "person": str(her.id),
        "role": "doctor",
        "name": {"zh": "某人", "en": "Somebody"},
        "is_main": True,
        "sends": True,
        "may_be_recorded": True,
        "here": True,
        "line": 1,
        "muted": False,
        "camera": False,
        "screen": False,
        "audio_only": False,
        "recording": "off",
    }
    assert heard == {"op": "signal", "room": str(room), "from": str(his), "data": OFFER}
    assert back["data"] == {"candidate": None}
    assert at_desk.count("signal") == 1


def test_a_stranger_neither_sits_nor_signals_nor_reports(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    stranger = patient()
    elsewhere = room_opened()
    own = seat_of(elsewhere, stranger, "patient")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk, tab(stranger) as window:
            await sit(phone, room, his)
            await sit(desk, room, hers)
            await sit(window, elsewhere, own)
            codes = []
            for op, more in (
                ("sit", {"seat": his}),
                ("sit", {"seat": own}),
                ("sit", {"seat": ids.new()}),
                ("signal", {"seat": his, "to": hers, "data": OFFER}),
                ("signal", {"seat": own, "to": hers, "data": OFFER}),
            ):
                await window.say(op, room=room, **more)
                refused = await window.hear_op("refused")
                codes.append((refused["problem"]["code"], refused["room"]))
            await window.say("signal", room=elsewhere, seat=own, to=hers, data=OFFER)
            await report(window, room, his, up=False, muted=True)
            await window.say("unsit", room=room, seat=his)
            await window.all_so_far()
            await phone.all_so_far()
            await desk.all_so_far()
            seats = await aside(queries.seats, room)
            return codes, ops(phone) + ops(desk), seats

    codes, heard, seats = asyncio.run(story())
    assert codes == [("not_found", str(room))] * 5
    assert "signal" not in heard
    assert [(card.here, card.state) for card in seats] == [(True, {}), (True, {})]


def test_a_signal_reaches_its_addressee_alone_and_is_dropped_when_he_is_not_here(cast, room):
    him, her = cast
    third = person("doctor")
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    other = seat_of(room, third, "specialist")

    async def story():
        async with house_open(), tab(him) as phone, tab(third) as guest:
            await sit(phone, room, his)
            await sit(guest, room, other)
            await phone.say("signal", room=room, seat=his, to=hers, data=OFFER)  # not here
            async with tab(her) as desk:
                await sit(desk, room, hers)
                await phone.say("signal", room=room, seat=his, to=hers, data={"n": 2})
                heard = await desk.hear_op("signal")
                await guest.all_so_far()
                await phone.all_so_far()
                return heard, ops(guest) + ops(phone)

    heard, others = asyncio.run(story())
    assert heard["data"] == {"n": 2}
    assert "signal" not in others


def test_a_signal_is_an_object_of_at_most_32_kb(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    fits = {"sdp": "x" * (live_calls.MAX_SIGNAL - len('{"sdp":""}'))}

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            await sit(desk, room, hers)
            await sit(phone, room, his)
            codes = []
            for data in ({"sdp": fits["sdp"] + "x"}, [1], "x"):
                await phone.say("signal", room=room, seat=his, to=hers, data=data)
                codes.append((await phone.hear_op("refused"))["problem"]["code"])
            await phone.say("signal", room=room, seat=his, to=hers, data=fits)
            heard = await desk.hear_op("signal")
            return codes, heard["data"] == fits

    assert asyncio.run(story()) == (["too_large", "malformed", "malformed"], True)


def test_whoever_signals_more_than_the_other_reads_does_not_cost_him_the_line(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with house_open() as opened, tab(him) as phone, tab(her) as desk:
            await sit(desk, room, hers)
            await sit(phone, room, his)
            (at_desk,) = opened.hub.lines_of(her.id)
            reads, at_desk.line.waiting = at_desk.line.waiting, lambda: MAX_BUFFER - 100
            await phone.say("signal", room=room, seat=his, to=hers, data={"sdp": "x" * 1000})
            await phone.all_so_far()
            at_desk.line.waiting = reads
            await phone.say("signal", room=room, seat=his, to=hers, data={"n": 2})
            return (await desk.hear_op("signal"))["data"]

    assert asyncio.run(story()) == {"n": 2}


def test_a_hidden_seat_is_seen_by_the_doctor_alone_and_speaks_to_nobody_else(cast, room):
    him, her = cast
    officer = person("auditor")
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    hidden = seat_of(room, officer, "observer")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk, tab(officer) as ear:
            await sit(phone, room, his)
            await sit(desk, room, hers)
            await hear_seats(phone, lambda s: of(s, hers)["here"])
            frames = len(phone.seen)
            seen = await sit(ear, room, hidden)
            of_doctor = await hear_seats(desk, lambda s: of(s, hidden)["here"])
            for to in (his, hers):
                await ear.say("signal", room=room, seat=hidden, to=to, data=OFFER)
            await desk.hear_op("signal")
            await phone.say("signal", room=room, seat=his, to=hidden, data=OFFER)
            await phone.all_so_far()
            await ear.all_so_far()
            return seen, of_doctor, ops(phone)[frames:], json.dumps(phone.seen), ops(ear)

    seen, of_doctor, at_phone, all_at_phone, at_ear = asyncio.run(story())
    assert [each["role"] for each in seen["seats"]] == ["doctor", "observer"]
    assert of(of_doctor, hidden)["is_hidden"] is True
    assert at_phone == ["pong"], "not even a frame without him"
    assert "observer" not in all_at_phone
    assert str(officer.id) not in all_at_phone
    assert "signal" not in at_ear


def without(seats: list[dict], seat) -> bool:
    return all(each["id"] != str(seat) for each in seats)


def test_who_signs_out_is_in_the_call_no_more(cast, room, monkeypatch):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    monkeypatch.setattr(house, "SESSIONS_S", 0.05)
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            await sit(phone, room, his)
            await sit(desk, room, hers)
            await aside(lambda: store(her.session).delete())
            await hear_seats(phone, lambda s: without(s, hers))
            return await desk.hear_to_the_end()

    assert asyncio.run(story()) == SIGNED_OUT
    assert [card.id for card in queries.seats(room)] == [his]


@pytest.mark.parametrize(("roles", "stays"), [([], False), (["doctor", "quality"], True)])
def test_who_loses_a_role_is_in_the_call_no_more_and_who_is_given_one_is(
    cast, room, monkeypatch, roles, stays
):
    _, her = cast
    hers = seat_of(room, her, "doctor")
    monkeypatch.setattr(house, "SESSIONS_S", 0.05)

    async def story():
        async with house_open(), tab(her) as desk:
            await sit(desk, room, hers)
            people = get_user_model().objects
            await aside(lambda: people.filter(pk=her.id).update(roles=roles))
            return await desk.hear_to_the_end()

    assert asyncio.run(story()) == RESTART
    assert bool(queries.seats(room)) is stays
