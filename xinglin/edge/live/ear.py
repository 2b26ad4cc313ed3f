"""Hears the worker's word that there are new events; whoever misses it looks by himself."""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from xinglin.edge.live.database import AWAY, connect
from xinglin.foundation.live.services import CHANNEL

log = structlog.get_logger(__name__)
RECONNECT_S = 0.5


async def listen(on_news: Callable[[], None]) -> None:
    """Until cancelled."""
    while True:
        try:
            await _listen(on_news)
        except AWAY as error:
            log.warning("ear lost, listening anew", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_S)


async def _listen(on_news: Callable[[], None]) -> None:
    connection: asyncpg.Connection = await connect()
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _connection: lost.set())
        await connection.add_listener(CHANNEL, lambda *_: on_news())
        on_news()
        await lost.wait()
    finally:
        connection.terminate()
    raise ConnectionError
