"""What lines took is given back when they have gone, whatever they sent."""

import asyncio
import base64
import os
from contextlib import suppress
from pathlib import Path

import pytest

from xinglin.edge.live.tests.cast import Person, patient
from xinglin.edge.live.tests.test_crash import LiveProcess
from xinglin.edge.live.tests.test_frames import MEGABYTE, frame

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LINES, AT_ONCE = 2_000, 50


# What its allocator keeps in pieces.
SLACK_MB = 8.0


def private_mb(pid: int) -> float:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = next(row for row in rollup.splitlines() if row.startswith("Anonymous"))
    return int(found.split()[1]) / 1024


async def greeted(path: Path, who: Person) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line that costs the test itself next to nothing."""
    wanted = {
        **who.headers(),
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
    }
    rows = "".join(f"{name}: {value}\r\n" for name, value in wanted.items())
    reader, writer = await asyncio.open_unix_connection(str(path), limit=1 << 16)
    writer.write(f"GET /live HTTP/1.1\r\n{rows}\r\n".encode())
    await reader.readuntil(b'"hello"')
    return reader, writer


async def come_and_go(process: LiveProcess, people: list[Person], count: int) -> float:
    """What the process held while they were there."""
    lines: list[asyncio.StreamWriter] = []
    for _ in range(count // AT_ONCE):
        opened = await asyncio.gather(*(greeted(process.path, who) for who in people))
        lines += [writer for _, writer in opened]
    held = private_mb(process.pid)
    for writer in lines:
        writer.transport.abort()
    return held


async def at_most(process: LiveProcess, wanted_mb: float) -> float:
    """What the process holds once it is little enough, or after a while."""
    for _ in range(150):
        found = private_mb(process.pid)
        if found <= wanted_mb:
            break
        await asyncio.sleep(0.1)
    return found


def test_thousands_of_lines_that_come_and_go_leave_no_memory_behind(monkeypatch):
    monkeypatch.setenv("XINGLIN_LINES_AT_ONCE", str(LINES))
    process, people = LiveProcess("crowd"), [patient() for _ in range(AT_ONCE)]

    async def story():
        await process.start()
        await come_and_go(process, people, AT_ONCE)
        before = private_mb(process.pid)
        held = await come_and_go(process, people, LINES)
        after = await at_most(process, before + SLACK_MB)
        await process.end()
        return before, held, after

    before, held, after = asyncio.run(story())
    assert held > before + 8, "or this proves nothing"
    assert after <= before + SLACK_MB, (before, held, after)


def test_frames_of_a_megabyte_are_not_kept():
    process, him = LiveProcess("huge"), patient()

    async def story():
        await process.start()
        before = private_mb(process.pid)
        for _ in range(60):
            reader, writer = await greeted(process.path, him)
            writer.write(frame(MEGABYTE))
            with suppress(OSError):  # it ends amid what we write
                await reader.read()
            writer.transport.abort()
        after = await at_most(process, before + SLACK_MB)
        await process.end()
        return before, after

    before, after = asyncio.run(story())
    assert after <= before + SLACK_MB, (before, after)
