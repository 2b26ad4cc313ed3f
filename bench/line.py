"""A browser's socket side: rejoins by number after a lost line, and sends again what is unanswered."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from bench.door import Browser

_BACK_S = 0.2


class Unanswered(Exception):
    """A send was refused; the frame is the message."""


class Room:
    """What this side has heard of one visit."""

    def __init__(self) -> None:
        self.heard: dict[int, dict[str, Any]] = {}
        self.heard_at: dict[str, float] = {}
        self.doubled = 0
        self._grown = asyncio.Event()

    @property
    def since(self) -> int:
        """Up to here nothing is missing."""
        top = 0
        while top + 1 in self.heard:
            top += 1
        return top

    def take(self, message: dict[str, Any]) -> None:
        if message["seq"] in self.heard:
            self.doubled += 1
            return
        self.heard[message["seq"]] = message
        self.heard_at[message["client_id"]] = time.perf_counter()
        self._grown.set()

    async def until_said(self, sender: str, count: int) -> None:
        """Until so many texts of this side have come."""
        await self._until(lambda: self._said(sender, "text") >= count)

    async def until_card(self, name: str) -> None:
        await self._until(lambda: any(m["body"].get("card") == name for m in self.heard.values()))

    def _said(self, sender: str, kind: str) -> int:
        return sum(m["sender"] == sender and m["kind"] == kind for m in self.heard.values())

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._grown.clear()
            await self._grown.wait()


class Socket:
    """One person's line."""

    def __init__(self, browser: Browser, on_event: Callable[[str, dict[str, Any]], None]) -> None:
        self._browser = browser
        self._on_event = on_event
        self._rooms: dict[str, Room] = {}
        self._unanswered: dict[str, tuple[str, asyncio.Future[dict[str, Any]]]] = {}
        self._position: int | None = None
        self._connection: ClientConnection | None = None
        self.greeted = asyncio.Event()
        self.lost = 0

    async def run(self) -> None:
        """Until cancelled."""
        parts = urlsplit(self._browser.url)
        while True:
            with contextlib.suppress(ConnectionClosed, InvalidHandshake, OSError, TimeoutError):
                async with connect(
                    f"ws://{parts.netloc}/live",
                    origin=self._browser.url,
                    additional_headers={"Cookie": self._browser.cookie_header},
                    compression=None,
                    ping_interval=None,
                    max_queue=None,
                    proxy=None,
                ) as connection:
                    await self._follow(connection)
            self._connection = None
            self.lost += 1
            await asyncio.sleep(_BACK_S)

    async def _follow(self, connection: ClientConnection) -> None:
        async for raw in connection:
            frame = json.loads(raw)
            if frame["op"] == "hello":
                await self._greet(connection, frame["position"])
            else:
                self._take(frame)

    async def _greet(self, connection: ClientConnection, position: int) -> None:
        self._connection = connection
        await self._say(op="feed", since=self._position)
        self._position = position if self._position is None else self._position
        for consultation, room in self._rooms.items():
            await self._say(op="join", consultation=consultation, since=room.since)
        for frame, _ in list(self._unanswered.values()):
            await connection.send(frame)
        self.greeted.set()

    def _take(self, frame: dict[str, Any]) -> None:
        op = frame["op"]
        if op == "message":
            room = self._rooms.get(frame["message"]["consultation_id"])
            if room is not None:
                room.take(frame["message"])
        elif op == "event":
            if self._position is None or frame["position"] > self._position:
                self._position = frame["position"]
                self._on_event(frame["kind"], frame["data"])
        elif op == "resync":
            self._position = frame["position"]
            self._on_event("resync", {})
        elif op == "busy":
            asyncio.get_running_loop().call_later(0.5, self._send_again, frame["client_id"])
        elif op in {"ack", "refused"} and frame["client_id"] in self._unanswered:
            _, done = self._unanswered.pop(frame["client_id"])
            if op == "ack":
                done.set_result(frame)
            else:
                done.set_exception(Unanswered(json.dumps(frame, ensure_ascii=False)))

    def _send_again(self, client_id: str) -> None:
        if self._connection is not None and client_id in self._unanswered:
            sending = self._connection.send(self._unanswered[client_id][0])
            self._again = asyncio.ensure_future(sending)

    async def _say(self, **frame: Any) -> None:
        if self._connection is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._connection.send(json.dumps(frame))

    async def join(self, consultation: str) -> Room:
        room = self._rooms.setdefault(consultation, Room())
        await self._say(op="join", consultation=consultation, since=room.since)
        return room

    async def leave(self, consultation: str) -> None:
        self._rooms.pop(consultation, None)
        await self._say(op="leave", consultation=consultation)

    async def send(self, consultation: str, text: str) -> tuple[str, dict[str, Any]]:
        """The client id and the acknowledgement. Raises Unanswered."""
        client_id = str(uuid4())
        frame = {
            "op": "send",
            "consultation": consultation,
            "client_id": client_id,
            "kind": "text",
            "body": {"text": text},
        }
        done: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._unanswered[client_id] = json.dumps(frame, ensure_ascii=False), done
        if self._connection is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._connection.send(self._unanswered[client_id][0])
        return client_id, await done
