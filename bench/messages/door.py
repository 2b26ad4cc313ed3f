"""How sockets come in: straight to the live process, or through Caddy as a browser's do."""

import asyncio
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.messages.stage import Stage
from bench.messages.talk import Crowd, Pair, Side

_AT_ONCE = 64
_WITHIN_S = 60.0


@dataclass(frozen=True)
class Door:
    """`socket`: the live process's own; None: the port that Caddy listens on."""

    host: str
    port: int
    cookie: str
    socket: Path | None

    async def enter(self, side: Side, session: str) -> None:
        """Until the house has greeted, and the thread is joined. Raises Broken."""
        loop = asyncio.get_running_loop()
        side.ready = loop.create_future()
        if self.socket is not None:
            await loop.create_unix_connection(lambda: side.line, str(self.socket))
        else:
            await loop.create_connection(lambda: side.line, "127.0.0.1", self.port)
        side.line.enter(self.host, f"{self.cookie}={session}")
        async with asyncio.timeout(_WITHIN_S):
            await side.ready


def straight(stage: Stage) -> Door:
    return _door(stage, stage.live_socket)


def front(stage: Stage) -> Door:
    return _door(stage, None)


def _door(stage: Stage, socket: Path | None) -> Door:
    port = stage.opening.port
    return Door(f"localhost:{port}", port, stage.cast.cookie, socket)


async def crowd(stage: Stage, door: Door, threads: Iterable[tuple[str, int, int]]) -> Crowd:
    """Both sides of each thread, joined."""
    made = Crowd()
    entering = []
    for place, (consultation, *people) in enumerate(threads):
        pair = Pair(made, place, consultation)
        made.pairs.append(pair)
        for n, person in enumerate(people):
            side = Side(pair, n)
            pair.sides.append(side)
            entering.append((side, stage.cast.sessions[person]))
    await _enter_all(door, entering)
    return made


async def idlers(door: Door, sessions: Iterable[str]) -> list[Side]:
    """Open tabs that only listen: greeted, and on the feed."""
    entering = [(Side(), session) for session in sessions]
    await _enter_all(door, entering)
    return [side for side, _ in entering]


async def _enter_all(door: Door, entering: list[tuple[Side, str]]) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(side: Side, session: str) -> None:
        async with gate:
            await door.enter(side, session)

    await asyncio.gather(*(one(side, session) for side, session in entering))


def raise_limits() -> int:
    """Of open files, for us and all that we start; answers the new one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
