"""Opens a house on its two sockets, one for WebSockets and one for HTTP, and closes it in order."""

import asyncio
import signal
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import structlog
import uvicorn

from xinglin.edge.live import sockets
from xinglin.edge.live.connection import RESTART
from xinglin.edge.live.house import House
from xinglin.edge.live.post import Post

log = structlog.get_logger(__name__)
FAREWELL_S = 1.0


@asynccontextmanager
async def open_house(line_path: Path, post_path: Path) -> AsyncIterator[House]:
    """Both sockets stand when it is entered; what was pending is answered when it is left."""
    house = House()
    await house.open()
    for path in (line_path, post_path):
        _remove_socket(path)
    posts = await _serve_posts(house, post_path)
    lines = await sockets.serve(house, str(line_path))
    for path in (line_path, post_path):
        path.chmod(0o666)  # the directory keeps strangers out, as uvicorn has it
    log.info("live")
    try:
        yield house
    finally:
        lines.close()
        await posts.shutdown()
        await _say_good_bye(house)
        await house.close()
        for path in (line_path, post_path):
            path.unlink(missing_ok=True)


async def _serve_posts(house: House, path: Path) -> uvicorn.Server:
    config = uvicorn.Config(
        Post(house),
        uds=str(path),
        loop="none",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    return server


async def _say_good_bye(house: House) -> None:
    """What is pending is acknowledged first; a client that hears 1012 comes back and resumes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL_S):
            await house.writer.drained()
    for connection in list(house.hub.connections):
        connection.close(RESTART)
    with suppress(TimeoutError):
        async with asyncio.timeout(FAREWELL_S):
            while house.hub.connections:  # noqa: ASYNC110  # the process is ending
                await asyncio.sleep(0.01)


def _remove_socket(path: Path) -> None:
    """Of a process that was killed; never anything else."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.stat().st_mode):
            path.unlink()


async def serve(line_path: Path, post_path: Path) -> None:
    """Until SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    async with open_house(line_path, post_path):
        await told.wait()
