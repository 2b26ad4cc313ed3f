"""Frames that no browser sends: the line ends or the frame is refused, and nobody else notices."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable

import pytest
from django.conf import settings

from xinglin.edge.live import sockets
from xinglin.edge.live.connection import FLOOD, FOREIGN, SLOW
from xinglin.edge.live.tests.cast import (
    ORIGIN,
    Person,
    Tab,
    doctor,
    house_open,
    line,
    patient,
    socket_path,
    stored,
    tab,
    thread,
)
from xinglin.kernel import ids

pytestmark = pytest.mark.django_db(transaction=True)

CONTINUED, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9
WHOLE = 0x80
PROTOCOL_ERROR, TOO_BIG = 1002, 1009


def frame(payload: bytes, opcode: int = TEXT, *, first: int = WHOLE, masked: bool = True) -> bytes:
    """`first`: the upper half of the first byte. A mask of zeros changes nothing."""
    size, bit = len(payload), 0x80 if masked else 0
    if size < 126:
        head = struct.pack("!BB", first | opcode, bit | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first | opcode, bit | 126, size)
    else:
        head = struct.pack("!BBQ", first | opcode, bit | 127, size)
    return head + (bytes(4) if masked else b"") + payload


def said(op: str, **members: object) -> bytes:
    return json.dumps({"op": op, **members}, default=str).encode()


def ping() -> bytes:
    return said("ping")


MEGABYTE = said("ping", x="x" * (1 << 20))
ENDED = {
    "unmasked": (frame(ping(), masked=False), PROTOCOL_ERROR),
    "first reserved bit": (frame(ping(), first=WHOLE | 0x40), PROTOCOL_ERROR),
    "second reserved bit": (frame(ping(), first=WHOLE | 0x20), PROTOCOL_ERROR),
    "third reserved bit of a part": (frame(ping(), first=0x10), PROTOCOL_ERROR),
    "unknown opcode": (frame(ping(), 3), PROTOCOL_ERROR),
    "a ping in parts": (frame(b"", PING, first=0), PROTOCOL_ERROR),
    "a long ping": (frame(b"x" * 126, PING), PROTOCOL_ERROR),
    "a part of nothing": (frame(ping(), CONTINUED), PROTOCOL_ERROR),
    "a new message amid parts": (frame(b"{", first=0) + frame(ping()), PROTOCOL_ERROR),
    "a megabyte": (frame(MEGABYTE), TOO_BIG),
    "a megabyte in parts": (
        frame(b"{", first=0) + frame(bytes(32_000), CONTINUED, first=0) * 32,
        TOO_BIG,
    ),
    "a length of 2^62": (struct.pack("!BBQ", WHOLE | TEXT, 0xFF, 1 << 62), TOO_BIG),
    "parts without end": (frame(b"", first=0) + frame(b"", CONTINUED, first=0) * 2000, FLOOD),
    "pings without end": (frame(b"", PING) * 2000, FLOOD),
}


def beside_another(act: Callable[[Tab], Awaitable[object]]) -> object:
    """What came of it; meanwhile another line goes on, and afterwards nothing is left of it."""
    villain, him = patient(), patient()
    visit = thread(him)

    async def story() -> object:
        async with house_open() as house:
            async with tab(him) as phone:
                async with tab(villain) as bad:
                    found = await act(bad)
                    await phone.send(visit, "在")
                    await phone.hear_op("ack")
                async with asyncio.timeout(10):
                    while len(house.hub.connections) > 1:  # noqa: ASYNC110  # it leaves in a moment
                        await asyncio.sleep(0)
            return found

    found = asyncio.run(story())
    assert stored(visit) == [(1, "在")]
    return found


@pytest.mark.parametrize("name", ENDED)
def test_a_line_that_breaks_the_protocol_is_ended(name):
    raw, code = ENDED[name]

    async def act(bad: Tab) -> int | None:
        bad.line.transport.write(raw)
        return await bad.hear_to_the_end()

    assert beside_another(act) == code


@pytest.mark.parametrize(
    "raw",
    [
        frame(ping(), BINARY),
        frame(ping()[:4], first=0) + frame(b"", CONTINUED, first=0) + frame(ping()[4:], CONTINUED),
        frame(ping()[:4], first=0) + frame(b"still here", PING) + frame(ping()[4:], CONTINUED),
        frame(b"", PING) + frame(b"", 10) + frame(ping()),
    ],
)
def test_bytes_parts_and_pings_between_are_read_like_text(raw):
    async def act(bad: Tab) -> str:
        bad.line.transport.write(raw)
        return (await bad.hear_op("pong"))["op"]

    assert beside_another(act) == "pong"


def test_a_frame_that_comes_byte_by_byte_is_read_when_it_is_whole():
    async def act(bad: Tab) -> str:
        for byte in frame(ping()):
            bad.line.transport.write(bytes([byte]))
            await asyncio.sleep(0)
        return (await bad.hear_op("pong"))["op"]

    assert beside_another(act) == "pong"


def test_half_a_frame_and_a_lost_line_leave_nothing():
    async def act(bad: Tab) -> None:
        bad.line.transport.write(frame(MEGABYTE[:60_000])[:30_000])
        bad.line.transport.abort()

    beside_another(act)


NO_TEXT = said(
    "send", consultation=ids.new(), client_id=ids.new(), kind="text", body={"text": "~"}
).replace(b"~", b"\xc3\x28")


@pytest.mark.parametrize("payload", [b"\xff\xfe", NO_TEXT, b"", b"\x00"])
def test_what_is_no_text_is_refused_and_the_line_stays(payload):
    async def act(bad: Tab) -> str:
        bad.line.transport.write(frame(payload) + frame(ping()))
        code: str = (await bad.hear_op("refused"))["problem"]["code"]
        await bad.hear_op("pong")
        return code

    assert beside_another(act) == "malformed"


@pytest.mark.parametrize("payload", [b"", struct.pack("!H", 1000)])
def test_a_close_is_answered_with_a_code_that_may_be_said(payload):
    async def act(bad: Tab) -> int | None:
        bad.line.transport.write(frame(payload, CLOSE))
        return await bad.hear_to_the_end()

    assert beside_another(act) == 1000


def test_answers_to_pings_that_nobody_reads_are_bounded(monkeypatch):
    monkeypatch.setattr(settings, "LIVE_FRAMES_AT_ONCE", 1_000_000)

    async def act(bad: Tab) -> int | None:
        bad.line.transport.pause_reading()
        while not bad.line.transport.is_closing():
            bad.line.transport.write(frame(b"x" * 125, PING) * 100)
            await asyncio.sleep(0)
            if bad.line.transport.get_write_buffer_size() > 1 << 20:
                break  # the house reads no more
        bad.line.transport.resume_reading()
        return await bad.hear_to_the_end()

    assert beside_another(act) in {SLOW, None, 1006}


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "http://"])
def test_an_origin_that_is_no_address_is_a_foreign_one(origin):
    him = patient()

    async def story():
        async with house_open(), line(him, origin=origin) as connection:
            await asyncio.wait_for(connection.wait_closed(), 10)
            return connection.close_code

    assert asyncio.run(story()) == FOREIGN


@pytest.mark.parametrize(
    "head",
    [
        b"GET /live HTTP/1.1\r\nX: " + b"x" * 20_000,
        b"GET /live HTTP/1.1\r\n\r\n",
        b"GET /elsewhere HTTP/1.1\r\n\r\n",
        b"POST /live HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET /live HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        b"GET /l",  # and nothing more
    ],
)
def test_whatever_is_no_request_for_a_line_is_ended(head, monkeypatch):
    monkeypatch.setattr(sockets, "GREETING_S", 0.2)

    async def story():
        async with house_open():
            reader, writer = await asyncio.open_unix_connection(str(socket_path()))
            writer.write(head)
            async with asyncio.timeout(10):
                said = await reader.read()
            writer.close()
            return said

    said = asyncio.run(story())
    assert not said or said.split(b" ")[1] in {b"400", b"404"}


def test_the_oldest_of_too_many_lines_of_one_person_makes_room(monkeypatch):
    monkeypatch.setattr(settings, "LIVE_LINES_AT_ONCE", 2)
    him, her = patient(), doctor()
    visit = thread(him, her)

    async def story():
        async with house_open() as house, tab(her), tab(him) as first, tab(him), tab(him) as last:
            code = await first.hear_to_the_end()
            await last.send(visit, "在")
            await last.hear_op("ack")
            return code, len(house.hub.lines_of(him.id)), len(house.hub.lines_of(her.id))

    assert asyncio.run(story()) == (4429, 2, 1)


def test_a_stranger_with_the_words_of_nobody_is_not_kept():
    """Enough lines that are refused at the door, and the house holds none of them."""
    nobody = Person(ids.new(), "")

    async def story():
        async with house_open() as house:
            for _ in range(20):
                async with line(nobody, origin=ORIGIN) as connection:
                    await connection.wait_closed()
            return len(house.hub.connections), len(sockets._entering)

    assert asyncio.run(story()) == (0, 0)
