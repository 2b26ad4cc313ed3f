"""Calls whose lines die, move and end: what the others hear, what is counted, what it costs."""

import asyncio
from datetime import timedelta

import pytest

from xinglin.edge.live import calls as live_calls
from xinglin.edge.live import reports as live_reports
from xinglin.edge.live.tests.call_cast import (
    OFFER,
    hear_seats,
    of,
    ops,
    report,
    room_opened,
    seat_of,
    sit,
    two_houses,
    until,
)
from xinglin.edge.live.tests.cast import aside, doctor, house_open, patient, tab
from xinglin.edge.live.tests.test_leases import make_old
from xinglin.foundation.calls import queries, services
from xinglin.foundation.calls.models import Signal, Span
from xinglin.kernel import clock, ids

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return patient(), doctor()


@pytest.fixture
def room():
    return room_opened()


def test_when_a_line_dies_its_seat_is_empty_and_sitting_again_counts_the_line(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with house_open(), tab(her) as desk:
            await sit(desk, room, hers)
            async with tab(him) as phone:
                await sit(phone, room, his)
                first = await hear_seats(desk, lambda s: of(s, his)["here"])
            gone = await hear_seats(desk, lambda s: not of(s, his)["here"])
            async with tab(him) as phone:
                again = await sit(phone, room, his)
                back = await hear_seats(desk, lambda s: of(s, his)["here"])
                await phone.say("unsit", room=room, seat=his)
                await hear_seats(desk, lambda s: not of(s, his)["here"])
            return [of(each, his)["line"] for each in (first, gone, again["seats"], back)]

    assert asyncio.run(story()) == [1, 1, 2, 2]


def test_a_newer_line_of_the_same_page_takes_the_seat_from_the_older_in_silence(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with house_open(), tab(her) as desk, tab(him) as new:
            await sit(desk, room, hers)
            async with tab(him) as old:
                await sit(old, room, his)
                await sit(new, room, his)
                await desk.say("signal", room=room, seat=hers, to=his, data=OFFER)
                await new.hear_op("signal")
                await old.all_so_far()
                heard = ops(old)
            await hear_seats(desk, lambda s: of(s, his)["line"] == 2)
            await desk.all_so_far()  # the old line's end emptied nothing
            (card,) = [c for c in await aside(queries.seats, room) if c.id == his]
            return heard, card.here

    heard, is_here = asyncio.run(story())
    assert not {"unseated", "signal"} & set(heard)
    assert is_here


def test_a_page_whose_new_line_is_at_another_process_keeps_its_seat_there(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with (
            two_houses() as (paths, (one, _)),
            tab(her, path=paths[0]) as desk,
            tab(him, path=paths[1]) as new,
        ):
            await sit(desk, room, hers)
            async with tab(him, path=paths[0]) as old:
                await sit(old, room, his)
                await sit(new, room, his)
                await hear_seats(desk, lambda s: of(s, his)["line"] == 2)
                for n in range(3):
                    await desk.say("signal", room=room, seat=hers, to=his, data={"n": n})
                    await new.hear_op("signal")
                await old.all_so_far()
                heard = ops(old)
            await until(lambda: not one.calls._gone)
            await report(new, room, his, muted=True)
            seats = await hear_seats(desk, lambda s: of(s, his)["muted"])
            return heard, of(seats, his)

    heard, card = asyncio.run(story())
    assert not {"unseated", "signal"} & set(heard)
    assert (card["here"], card["line"]) == (True, 2)


def test_the_late_word_that_an_older_line_has_gone_empties_no_seat(cast, room):
    him, _ = cast
    his = seat_of(room, him, "patient")

    async def story():
        async with house_open() as opened, tab(him) as phone:
            await sit(phone, room, his)
            await sit(phone, room, his)
            opened.calls._gone[room, his, 1] = None
            await opened.calls.write()
            first = await aside(queries.seats, room)
            opened.calls._gone[room, his, 2] = None
            await opened.calls.write()
            return first, await aside(queries.seats, room)

    assert [card.here for seats in asyncio.run(story()) for card in seats] == [True, False]


@pytest.mark.parametrize(
    ("act", "reason"), [("replace", "elsewhere"), ("remove", "removed"), ("close", "ended")]
)
def test_who_is_put_out_is_told_why_in_every_process(cast, room, act, reason):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    acts = {
        "replace": lambda: seat_of(room, him, "patient"),
        "remove": lambda: services.remove_person(room, him.id, at=clock.now()),
        "close": lambda: services.close_room(room, at=clock.now()),
    }

    async def story():
        async with two_houses() as (paths, _), tab(him, path=paths[0]) as phone:
            await sit(phone, room, his)
            async with tab(her, path=paths[1]) as desk:
                await sit(desk, room, hers)
                loop = asyncio.get_running_loop()
                await aside(acts[act])
                began = loop.time()
                told = await phone.hear_op("unseated")
                took = loop.time() - began
                if act == "close":
                    await desk.hear_op("unseated")
                else:
                    await hear_seats(desk, lambda s: str(his) not in {e["id"] for e in s})
                await phone.say("sit", room=room, seat=his)
                again = await phone.hear_op("unseated")
                await phone.say("signal", room=room, seat=his, to=hers, data=OFFER)
                code = (await phone.hear_op("refused"))["problem"]["code"]
                return told, took, again, code

    told, took, again, code = asyncio.run(story())
    assert told == again
    assert told == {
        "op": "unseated",
        "room": str(room),
        "seat": str(his),
        "reason": reason,
    }
    assert code == "not_found"
    assert took < 5  # half a second on a machine that is not busy


def test_who_leaves_over_http_is_told_nothing(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            await sit(phone, room, his)
            await sit(desk, room, hers)
            await aside(lambda: services.leave_seat(room, his, him.id, at=clock.now()))
            await hear_seats(desk, lambda s: [e["role"] for e in s] == ["doctor"])
            await phone.all_so_far()
            return ops(phone)

    assert "unseated" not in asyncio.run(story())


def test_pages_at_two_processes_hear_of_each_other_and_signal_in_order(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")
    many = 40

    async def story():
        async with (
            two_houses() as (paths, _),
            tab(him, path=paths[0]) as phone,
            tab(her, path=paths[1]) as desk,
        ):
            await sit(phone, room, his)
            await sit(desk, room, hers)
            await hear_seats(phone, lambda s: of(s, hers)["here"])
            for n in range(many):
                await phone.say("signal", room=room, seat=his, to=hers, data={"n": n})
            heard = [(await desk.hear_op("signal"))["data"]["n"] for _ in range(many)]
            await report(phone, room, his, muted=True)
            await hear_seats(desk, lambda s: of(s, his)["muted"])
            await phone.line.close()
            await hear_seats(desk, lambda s: not of(s, his)["here"])
            return heard, await aside(Signal.objects.count)

    assert asyncio.run(story()) == ([*range(many)], 0)


def test_the_seats_of_a_process_that_died_are_empty(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with (
            two_houses() as (paths, (one, _)),
            tab(him, path=paths[0]) as phone,
            tab(her, path=paths[1]) as desk,
        ):
            await sit(phone, room, his)
            await sit(desk, room, hers)
            one.calls._rooms.clear()  # as dead as it can be made here
            one.presence.beat = _never
            await aside(lambda: make_old(one.presence.house_id))
            assert await aside(services.unsit_dead) == 1
            return await hear_seats(desk, lambda s: not of(s, his)["here"])

    assert of(asyncio.run(story()), hers)["here"]


async def _never() -> None:
    pass


def test_a_seat_that_was_taken_for_empty_is_sat_on_again_by_its_line(cast, room):
    him, _ = cast
    his = seat_of(room, him, "patient")

    async def story():
        async with house_open() as opened, tab(him) as phone:
            await sit(phone, room, his)
            await aside(lambda: make_old(opened.presence.house_id))
            await aside(services.unsit_dead)
            await opened.presence.beat()
            return await hear_seats(phone, lambda s: of(s, his)["here"] and of(s, his)["line"] > 1)

    assert of(asyncio.run(story()), his)["line"] == 2


def test_changes_are_told_at_once_and_the_clock_follows_what_both_sides_report(cast, room):
    him, her = cast
    his, hers = seat_of(room, him, "patient"), seat_of(room, her, "doctor")

    async def story():
        async with house_open(), tab(him) as phone, tab(her) as desk:
            await sit(phone, room, his)
            await sit(desk, room, hers)
            await report(phone, room, his, camera=True, rtt=43.7, loss=0.26, connect_ms=812)
            seen = await hear_seats(desk, lambda s: of(s, his)["camera"])
            before = await aside(lambda: queries.down_since(room))
            await report(desk, room, hers, rtt=1e9, loss=250, recording="on")
            await hear_seats(phone, lambda s: of(s, hers)["recording"] == "on")
            up = await aside(lambda: queries.down_since(room))
            await report(phone, room, his, up=False, camera=True)
            await until(lambda: queries.down_since(room) is not None)
            return seen, before, up, await aside(lambda: queries.qualities([room])[room])

    seen, before, up, quality = asyncio.run(story())
    assert of(seen, his)["muted"] is False
    assert before is not None
    assert up is None
    (span,) = Span.objects.all()
    assert span.ended_at is not None
    assert (quality.connect_ms, quality.rtt_p50, quality.loss_p50) == (812, 40, 0.5)
    assert (quality.loss_worst, quality.reports, quality.reconnects) == (100, 3, 0)
    standing = queries.clock(room, at=clock.now() + timedelta(hours=1))
    assert standing.ms == (span.ended_at - span.began_at) // timedelta(milliseconds=1)


def test_reports_that_say_nothing_new_are_kept_in_memory(monkeypatch, cast, room):
    him, _ = cast
    his = seat_of(room, him, "patient")
    monkeypatch.setattr(live_reports, "WRITTEN_EVERY_S", 3600.0)

    async def story():
        async with house_open(), tab(him) as phone:
            await sit(phone, room, his)
            await report(phone, room, his)
            await until(lambda: queries.qualities([room])[room].reports == 1)
            for _ in range(20):
                await report(phone, room, his, rtt=30)
            await report(phone, room, his, muted=True)
            await hear_seats(phone, lambda s: of(s, his)["muted"])
            return await aside(lambda: queries.qualities([room])[room].reports)

    assert asyncio.run(story()) == 22


def test_lines_without_a_seat_cost_the_process_and_the_database_nothing():
    people = [patient() for _ in range(3)]

    async def story():
        async with house_open() as opened, tab(people[0]), tab(people[1]), tab(people[2]) as last:
            asked = []
            opened.calls._pool = _Watched(asked)
            await last.all_so_far()
            opened.calls.heard(live_calls.Note(rooms=[ids.new()], signals=[(ids.new(), ids.new())]))
            await opened.calls.look_soon()
            await last.all_so_far()
            waits = not opened.calls._wake.is_set()
            return asked, waits, opened.calls._seats_of, opened.calls._rooms

    assert asyncio.run(story()) == ([], True, {}, {})


class _Watched:
    def __init__(self, asked: list) -> None:
        self._asked = asked

    def __getattr__(self, name: str):
        self._asked.append(name)
        raise AssertionError(name)


def test_a_line_that_ended_leaves_nothing_behind(cast, room):
    him, _ = cast
    his = seat_of(room, him, "patient")

    async def story():
        async with house_open() as opened, tab(him) as phone:
            await sit(phone, room, his)
            await report(phone, room, his)
            await phone.line.close()
            await until(lambda: not (opened.calls._seats_of or opened.calls._gone))
            return opened.calls._rooms, opened.calls._reports._seats

    assert asyncio.run(story()) == ({}, {})
    assert [card.here for card in queries.seats(room)] == [False]
