"""NATS, for several machines: the same notes on one subject; its server may come and go."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from xinglin.edge.live.bus import Envelope, Note, Outbox

log = structlog.get_logger(__name__)
SUBJECT = "xinglin.messages"
MAX_NUMBERS = 5_000  # a payload ends at a megabyte
RECONNECT_S = 0.5


class NatsBus:
    def __init__(self, url: str) -> None:
        self._url = url
        self._me = secrets.token_hex(4)
        self._outbox = Outbox()
        self._wake = asyncio.Event()
        self._client: Client | None = None

    def publish(self, note: Note) -> None:
        self._outbox.add(note)
        self._wake.set()

    async def subscribe(self, on_note: Callable[[Note], None], on_back: Callable[[], None]) -> None:
        async def heard(message: Msg) -> None:
            envelope = msgspec.json.decode(message.data, type=Envelope)
            if envelope.sender != self._me:
                on_note(envelope.note)

        while True:
            try:
                await self._serve(heard, on_back)
            except (OSError, Error) as error:
                log.warning("bus lost, listening anew", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_S)

    async def _serve(
        self, heard: Callable[[Msg], Awaitable[None]], on_back: Callable[[], None]
    ) -> None:
        """One connection, until it is lost; what waits then is told on the next one."""
        lost = asyncio.Event()

        async def on_lost() -> None:
            lost.set()

        async def on_error(error: Exception) -> None:
            log.warning("bus", error=type(error).__name__)

        client = self._client = Client()
        try:
            await client.connect(
                self._url,
                allow_reconnect=False,
                connect_timeout=2,
                disconnected_cb=on_lost,
                closed_cb=on_lost,
                error_cb=on_error,
            )
            await client.subscribe(SUBJECT, cb=heard)
            await client.flush(timeout=2)
            on_back()
            while not lost.is_set():
                await self._tell(client)
                waiting = [asyncio.ensure_future(e.wait()) for e in (lost, self._wake)]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for each in waiting:
                    each.cancel()
        finally:
            await client.close()

    async def _tell(self, client: Client) -> None:
        self._wake.clear()
        while self._outbox:
            note = self._outbox.take(MAX_NUMBERS)
            await client.publish(SUBJECT, msgspec.json.encode(Envelope(self._me, note)))
        await client.flush(timeout=2)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
