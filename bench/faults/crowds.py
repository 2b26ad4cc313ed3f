"""Sockets that read nothing, and ten thousand that come back at once."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from uuid import uuid4

from bench.faults import memory
from bench.faults.cast import Door, Pair, Seat
from bench.faults.raw import RawLine, handshake, said
from bench.faults.scene import Fault, Scene
from bench.faults.waiting import until

_LONG = "久" * 3900
_MOST_UNREAD_MB = 0.3  # 256 kB for each, and what a connection is itself
_CLOSED_WITHIN_S = 60.0
_SLOW = 1013
_QUIET_PAIRS = 100
# Masked and empty: whatever it is told, it is still there.
_PONG = b"\x8a\x80\0\0\0\0"


async def _mute(scene: Scene) -> float:
    """A crowd in one room that reads nothing, while the other side writes long letters.

    Each must be closed at its limit and be able to come back for all of it.
    """
    pair, count = scene.crowd.pairs[0], 30 if scene.short else 200
    before = memory.anon_mb(scene.stage.leaders())["live"]
    lines = [await RawLine.greeted(scene.stage.straight, pair.patient) for _ in range(count)]
    for line in lines:
        line.say("join", consultation=pair.consultation, since=10**6)
        line.writer.transport.pause_reading()  # type: ignore[attr-defined]
    peak = await _write_long_letters(scene, pair, letters=80)
    most = before + 16 + count * _MOST_UNREAD_MB
    scene.must(peak <= most, f"the live process grew to {peak:.0f} MB, more than {most:.0f}")
    scene.notes.append(f"{count} mute sockets: live {before:.0f} MB, at most {peak:.0f} MB")
    await _see_them_closed(scene, lines)
    await _resume(scene, pair)
    return time.monotonic()


async def _write_long_letters(scene: Scene, pair: Pair, *, letters: int) -> float:
    """Of the doctor, each acknowledged before the next; answers the most that the process held."""
    line, peak = await RawLine.greeted(scene.stage.straight, pair.doctor), 0.0
    doctor = next(t for t in scene.crowd.talkers if t.seat == pair.doctor)
    for _ in range(letters):
        client_id = str(uuid4())
        while True:
            line.say(
                "send",
                consultation=pair.consultation,
                client_id=client_id,
                kind="text",
                body={"text": f"{client_id} {_LONG}"},
            )
            answer = await line.hear()
            while answer.get("client_id") != client_id or answer["op"] == "message":
                answer = await line.hear()
            if answer["op"] == "ack":
                break
            await asyncio.sleep(0.2)  # told to write more slowly
        doctor.account.take_ack(client_id, answer["seq"])
        peak = max(peak, memory.anon_mb(scene.stage.leaders())["live"])
    line.close()
    return peak


async def _see_them_closed(scene: Scene, lines: list[RawLine]) -> None:
    """What the kernel still holds is read, then the close must stand there."""
    for line in lines:
        line.writer.transport.resume_reading()  # type: ignore[attr-defined]
    try:
        async with asyncio.timeout(_CLOSED_WITHIN_S):
            codes = await asyncio.gather(*(line.to_the_end() for line in lines))
    except TimeoutError:
        scene.broken.append("a socket that reads nothing was not closed")
        return
    finally:
        for line in lines:
            line.close()
    strange = {code for code in codes if code not in {_SLOW, None}}
    scene.must(not strange, f"mute sockets were closed with {strange}")
    scene.notes.append(f"{codes.count(_SLOW)} heard 1013, {codes.count(None)} were cut")


async def _resume(scene: Scene, pair: Pair) -> None:
    """One of them comes back and gets all, each number once."""
    line = await RawLine.greeted(scene.stage.straight, pair.patient)
    line.say("join", consultation=pair.consultation, since=0)
    top, heard = 0, 0
    async with asyncio.timeout(_CLOSED_WITHIN_S):
        while heard < max(top, 1):
            got = await line.hear()
            if got["op"] == "joined":
                top = got["last_seq"]
            elif got["op"] == "message":
                heard += 1
                scene.must(got["message"]["seq"] == heard, "the resumed thread has a gap")
    line.close()


@dataclass
class Comers:
    """How often everybody came in, and how long each waited for the house."""

    inside: int = 0
    waits: list[float] = field(default_factory=list)
    refused: int = 0


class _Comer(asyncio.Protocol):
    """A cheap client: greeted, in its room, alive to pings, and told when the line ends."""

    def __init__(self, door: Door, seat: Seat, consultation: str) -> None:
        self._greeting = handshake(door, seat)
        self._join = said("join", consultation=consultation, since=10**6)
        self._heard = b""
        loop = asyncio.get_running_loop()
        self.inside: asyncio.Future[bool] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._greeting)

    def data_received(self, data: bytes) -> None:
        if self.inside.done():
            self.transport.write(_PONG)
            return
        before, self._heard = self._heard, self._heard + data
        if b'"hello"' in self._heard and b'"hello"' not in before:
            self.transport.write(self._join)
        if b'"joined"' in self._heard:
            self._heard = b""
            self.inside.set_result(True)

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.inside.done():
            self.inside.set_result(False)
        if not self.lost.done():
            self.lost.set_result(None)


async def _come_again(door: Door, seat: Seat, pair: Pair, spread_s: float, comers: Comers) -> None:
    """Come in within `spread_s`; after the line was lost once more, then stay until cancelled."""
    loop = asyncio.get_running_loop()
    assert door.socket is not None
    while True:
        await asyncio.sleep(random.uniform(0, spread_s))
        began = time.monotonic()
        while True:
            try:
                _, comer = await loop.create_unix_connection(
                    lambda: _Comer(door, seat, pair.consultation), str(door.socket)
                )
                if await comer.inside:
                    break
            except OSError:
                pass
            comers.refused += 1
            await asyncio.sleep(random.uniform(0.2, 2))
        comers.inside += 1
        comers.waits.append(time.monotonic() - began)
        try:
            await comer.lost
        finally:
            comer.transport.abort()
        comers.inside -= 1


async def _reconnects(scene: Scene) -> float:
    """The live process dies under all of them, and all come back within a minute."""
    count, minute = (600, 4.0) if scene.short else (10_000, 60.0)
    comers, tasks = Comers(), []
    # Threads in which nobody talks: a room of hundreds would be no conversation.
    (quiet,) = await asyncio.to_thread(scene.stage.make_pairs, _QUIET_PAIRS, 1)
    for n in range(count):
        pair = quiet[n % len(quiet)]
        seat = pair.sides[n // len(quiet) % 2]
        work = _come_again(scene.stage.straight, seat, pair, minute * 0.9, comers)
        tasks.append(asyncio.create_task(work))
    try:
        await _all_inside(scene, comers, count, minute)
        hurt_at = time.monotonic()
        before = memory.anon_mb(scene.stage.leaders())["live"]
        comers.waits.clear()
        old = scene.stage.kill("live")
        await scene.stage.back("live", old)
        await until(lambda: comers.inside < count, 20)
        await _all_inside(scene, comers, count, minute)
        took = time.monotonic() - hurt_at
        waits = sorted(comers.waits)
        scene.notes.append(
            f"{count} came back in {took:.0f} s (spread over {minute * 0.9:.0f} s), each"
            f" {1000 * waits[len(waits) // 2]:.0f} ms at the middle, {1000 * waits[-1]:.0f} ms at"
            f" most; {comers.refused} tries in vain; live {before:.0f} MB with them"
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return time.monotonic()


async def _all_inside(scene: Scene, comers: Comers, count: int, minute: float) -> None:
    try:
        await until(lambda: comers.inside >= count, minute * 2 + 20)
    except TimeoutError:
        scene.broken.append(f"only {comers.inside} of {count} came in")


FAULTS = [
    Fault("mute-sockets", "sockets that read nothing", _mute),
    Fault("reconnects", "10,000 reconnects in one minute (short: 600 in 4 s)", _reconnects),
]
