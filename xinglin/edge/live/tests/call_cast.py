"""Rooms and seats for tests of calls, and what their pages say and hear."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from xinglin.edge.live.house import House
from xinglin.edge.live.server import open_house
from xinglin.edge.live.tests.cast import Person, Tab, aside, socket_path
from xinglin.foundation.calls import services
from xinglin.foundation.calls.types import NewSeat
from xinglin.kernel import clock, ids
from xinglin.kernel.text import Text

OFFER = {"description": {"type": "offer", "sdp": "v=0\r\n"}}


def room_opened() -> UUID:
    room_id = ids.new()
    services.open_room(room_id, at=clock.now())
    return room_id


def seat_of(room: UUID, who: Person, role: str, **more) -> UUID:
    told = {
        "id": ids.new(),
        "person_id": who.id,
        "role": role,
        "name": Text("某人", "Somebody"),
        "is_main": role in {"patient", "doctor"},
        "sends": role != "observer",
        "is_hidden": role == "observer",
    }
    new = NewSeat(**told | more)
    services.take_seat(room, new, at=clock.now())
    return new.id


async def sit(window: Tab, room: UUID, seat: UUID) -> dict:
    await window.say("sit", room=room, seat=seat)
    return await window.hear_op("seated")


async def hear_seats(window: Tab, claim) -> list[dict]:
    """The first list of seats told from now on that is as claimed."""
    while not claim(seats := (await window.hear_op("seats"))["seats"]):
        pass
    return seats


async def report(window: Tab, room: UUID, seat: UUID, *, up: bool = True, **more) -> None:
    await window.say("report", room=room, seat=seat, up=up, **more)


def ops(window: Tab) -> list[str]:
    return [frame["op"] for frame in window.seen]


def of(seats: list[dict], seat: UUID) -> dict:
    return next(each for each in seats if each["id"] == str(seat))


async def until(claim) -> None:
    """Asked again and again, away from the loop."""
    async with asyncio.timeout(20):
        while not await aside(claim):
            pass


@asynccontextmanager
async def two_houses() -> AsyncIterator[tuple[tuple[Path, ...], tuple[House, ...]]]:
    """Two live processes in all but the process; the paths of their lines."""
    first, second = socket_path("a.sock"), socket_path("b.sock")
    async with (
        open_house(first, socket_path("a-http.sock")) as one,
        open_house(second, socket_path("b-http.sock")) as two,
    ):
        yield (first, second), (one, two)
