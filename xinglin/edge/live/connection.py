"""One socket: its rooms, what it has seen, and a bounded queue of what it still has to get."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from xinglin.foundation.accounts.types import Viewer

MAX_BUFFER = 256 * 1024
# A page of history is only read once less than this waits to be written.
LIGHT = 64 * 1024
RESTART = 1012
SLOW = 1013
SIGNED_OUT = 4401
FOREIGN = 4403

Transmit = Callable[[dict[str, Any]], Awaitable[None]]


class Connection:
    """`rooms` maps a consultation to the number of the last message given to this socket."""

    def __init__(self, viewer: Viewer, session_key: str, audiences: frozenset[str]) -> None:
        self.viewer = viewer
        self.session_key = session_key
        self.audiences = audiences
        self.rooms: dict[UUID, int] = {}
        self.catching: set[UUID] = set()
        self.again: set[UUID] = set()
        self.audited: set[UUID] = set()
        # Where the feed stood at the greeting, and the last event given; None until asked for.
        self.greeted_at = 0
        self.position: int | None = None
        self.held_events: list[tuple[int, str]] | None = None
        self.closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._frames: deque[str] = deque()
        self._buffered = 0
        self._wake = asyncio.Event()
        self._lighter = asyncio.Event()

    def put(self, frame: str) -> None:
        """Never waits. A reader that is too slow is closed; it resumes by its numbers."""
        if self.closed.done():
            return
        self._buffered += len(frame)
        if self._buffered > MAX_BUFFER:
            self.close(SLOW)
            return
        self._frames.append(frame)
        self._wake.set()

    async def light(self) -> bool:
        """Wait until little is left to be written; False when the socket has closed meanwhile."""
        while self._buffered > LIGHT and not self.closed.done():
            self._lighter.clear()
            await self._lighter.wait()
        return not self.closed.done()

    def close(self, code: int) -> None:
        """What is still queued is dropped: whoever comes back asks for it by number."""
        if not self.closed.done():
            self.closed.set_result(code)
        self._frames.clear()
        self._buffered = 0
        self._lighter.set()

    async def pump(self, transmit: Transmit) -> None:
        """Write what is queued, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._frames:
                frame = self._frames.popleft()
                await transmit({"type": "websocket.send", "text": frame})
                self._buffered = max(0, self._buffered - len(frame))
                self._lighter.set()
