"""The hospital's port inside network namespaces: who lives there asks for it as everybody does.

python -m journeys.calls.door PORT NAMESPACE ADDRESS [NAMESPACE ADDRESS ...]
"""

import asyncio
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from journeys.calls.link import NAMESPACES, enter

_OURS = Path("/proc/self/ns/net")
_PIECE = 65_536


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(_PIECE):
            target.write(piece)
            await target.drain()
    with suppress(OSError, RuntimeError):
        target.close()


async def _serve(port: int, doors: list[socket.socket]) -> None:
    async def through(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            target.close()
            return
        await asyncio.gather(_pour(source, forth), _pour(back, target))

    for door in doors:
        await asyncio.start_server(through, sock=door)
    print("open", flush=True)
    await asyncio.Event().wait()


def main(port: str, *places: str) -> None:
    ours = Path(f"/proc/self/fd/{os.open(_OURS, os.O_RDONLY)}")
    doors = []
    for namespace, address in zip(places[::2], places[1::2], strict=True):
        enter(NAMESPACES / namespace)
        doors.append(socket.create_server((address, int(port))))
    enter(ours)
    asyncio.run(_serve(int(port), doors))


if __name__ == "__main__":
    main(*sys.argv[1:])
