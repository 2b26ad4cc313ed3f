"""A browser's socket side: rejoins by number after a lost line, and sends again what is unanswered."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from xinglin.host.demo.client.door import Browser

_BACK_S = 0.2


class Unanswered(Exception):
    """A send was refused; the frame is the message."""


class Message(msgspec.Struct, frozen=True):
    """What is looked at in a message."""

    consultation_id: str
    seq: int
    sender: str
    kind: str
    client_id: str
    body: dict[str, Any]


class _Frame(msgspec.Struct, frozen=True):
    op: str
    message: Message | None = None
    client_id: str | None = None
    code: str | None = None
    position: int = 0
    kind: str = ""
    data: dict[str, Any] = {}


_frame = msgspec.json.Decoder(_Frame)


class Room:
    """What this side has heard of one visit."""

    def __init__(self) -> None:
        self.heard: dict[int, Message] = {}
        self.heard_at: dict[str, float] = {}
        self.doubled = 0
        self._said: Counter[tuple[str, str]] = Counter()
        self._cards: set[str] = set()
        self._grown = asyncio.Event()

    @property
    def since(self) -> int:
        """Up to here nothing is missing."""
        top = 0
        while top + 1 in self.heard:
            top += 1
        return top

    def take(self, message: Message) -> None:
        if message.seq in self.heard:
            self.doubled += 1
            return
        self.heard[message.seq] = message
        self.heard_at[message.client_id] = time.perf_counter()
        self._said[message.sender, message.kind] += 1
        self._cards.add(message.body.get("card", ""))
        self._grown.set()

    async def until_said(self, sender: str, count: int) -> None:
        """Until so many texts of this side have come."""
        await self._until(lambda: self._said[sender, "text"] >= count)

    async def until_card(self, name: str) -> None:
        await self._until(lambda: name in self._cards)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._grown.clear()
            await self._grown.wait()


class _Ear(WSListener):
    """Of one connection."""

    def __init__(self, hear: Callable[[WSTransport, _Frame], None]) -> None:
        super().__init__()
        self._hear = hear

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            self._hear(transport, _frame.decode(frame.get_payload_as_memoryview()))
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()


class Socket:
    """One person's line."""

    def __init__(self, browser: Browser, on_event: Callable[[str, dict[str, Any]], None]) -> None:
        self._browser = browser
        self._on_event = on_event
        self._rooms: dict[str, Room] = {}
        self._unanswered: dict[str, tuple[bytes, asyncio.Future[None]]] = {}
        self._position: int | None = None
        self._transport: WSTransport | None = None
        self.greeted = asyncio.Event()
        self.lost = 0

    async def run(self) -> None:
        """Until cancelled."""
        url = f"ws://{urlsplit(self._browser.url).netloc}/live"
        while True:
            headers = {"Origin": self._browser.url, "Cookie": self._browser.cookie_header}
            with contextlib.suppress(WSError, OSError, TimeoutError):
                transport, _ = await ws_connect(
                    lambda: _Ear(self._hear), url, extra_headers=headers
                )
                try:
                    await transport.wait_disconnected()
                finally:
                    transport.disconnect()
            self._transport = None
            self.lost += 1
            await asyncio.sleep(_BACK_S)

    def _hear(self, transport: WSTransport, frame: _Frame) -> None:
        if frame.op == "hello":
            self._greet(transport, frame.position)
        else:
            self._take(frame)

    def _greet(self, transport: WSTransport, position: int) -> None:
        self._transport = transport
        self._say(op="feed", since=self._position)
        self._position = position if self._position is None else self._position
        for consultation, room in self._rooms.items():
            self._say(op="join", consultation=consultation, since=room.since)
        for frame, _ in list(self._unanswered.values()):
            self._send(frame)
        self.greeted.set()

    def _take(self, frame: _Frame) -> None:
        if frame.message is not None:
            room = self._rooms.get(frame.message.consultation_id)
            if room is not None:
                room.take(frame.message)
        elif frame.op == "event":
            if self._position is None or frame.position > self._position:
                self._position = frame.position
                self._on_event(frame.kind, frame.data)
        elif frame.op == "resync":
            self._position = frame.position
            self._on_event("resync", {})
        elif frame.op == "busy":
            asyncio.get_running_loop().call_later(0.5, self._send_again, frame.client_id)
        elif frame.op in {"ack", "refused"} and frame.client_id in self._unanswered:
            _, done = self._unanswered.pop(frame.client_id or "")
            if done.done():  # nobody waits for it any more
                return
            if frame.op == "ack":
                done.set_result(None)
            else:
                done.set_exception(Unanswered(msgspec.json.encode(frame).decode()))

    def _send_again(self, client_id: str | None) -> None:
        if client_id is not None and client_id in self._unanswered:
            self._send(self._unanswered[client_id][0])

    def _say(self, **frame: Any) -> None:
        self._send(msgspec.json.encode(frame))

    def _send(self, frame: bytes) -> None:
        """A line that is lost loses nothing: what counts is sent again on the next."""
        if self._transport is not None and not self._transport.is_disconnected:
            self._transport.send(WSMsgType.TEXT, frame)

    def join(self, consultation: str) -> Room:
        room = self._rooms.setdefault(consultation, Room())
        self._say(op="join", consultation=consultation, since=room.since)
        return room

    def leave(self, consultation: str) -> None:
        self._rooms.pop(consultation, None)
        self._say(op="leave", consultation=consultation)

    async def send(self, consultation: str, text: str) -> str:
        """The client id, once it is acknowledged. Raises Unanswered."""
        client_id = str(uuid4())
        frame = msgspec.json.encode(
            {
                "op": "send",
                "consultation": consultation,
                "client_id": client_id,
                "kind": "text",
                "body": {"text": text},
            }
        )
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unanswered[client_id] = frame, done
        self._send(frame)
        await done
        return client_id
