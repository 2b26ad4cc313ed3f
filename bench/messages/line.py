"""A WebSocket client of few microseconds: RFC 6455 over asyncio, text frames only.

Its mask is zero, which the RFC allows to a client that sends nothing hostile: the server unmasks
all the same, and we need not.
"""

import asyncio
from collections.abc import Callable
from typing import cast

_TEXT, _CLOSE, _PING = 0x1, 0x8, 0x9
_FIN, _MASKED = 0x80, 0x80
_NO_MASK = b"\0\0\0\0"
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of the RFC; the answer to it is not looked at


class Line(asyncio.Protocol):
    """`on_text` gets the bytes of each text frame, `on_end` why the line has ended."""

    def __init__(self, on_text: Callable[[bytes], None], on_end: Callable[[str], None]) -> None:
        self._on_text, self._on_end = on_text, on_end
        self._transport: asyncio.Transport | None = None
        self._left = b""
        self._open = False
        self._request = b""
        self._why = "the line was cut"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def enter(self, host: str, cookie: str) -> None:
        """Ask for the upgrade, as a page of this hospital does."""
        self._write(
            f"GET /live HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {_KEY}\r\nUser-Agent: xinglin-bench\r\n\r\n".encode()
        )

    def send(self, text: bytes) -> None:
        self._write(_head(_TEXT, len(text)) + text)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        if self._left:
            data = self._left + data
            self._left = b""
        if not self._open:
            rest = self._take_answer(data)
            if rest is None:
                return
            data = rest
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length == 126:
                length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                length, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            end = start + length
            if end > size or start > size:
                break
            if data[at] == _FIN | _TEXT:
                self._on_text(data[start:end])
            else:
                self._control(data[at] & 0xF, data[start:end])
            at = end
        self._left = data[at:]

    def _take_answer(self, data: bytes) -> bytes | None:
        """What follows the answer to the upgrade; None while it is not whole, or was a no."""
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            self._left = data
            return None
        if not head.startswith(b"HTTP/1.1 101"):
            self._why = head[:200].decode(errors="replace")
            self.close()
            return None
        self._open = True
        return rest

    def _control(self, kind: int, body: bytes) -> None:
        if kind == _PING:
            self._write(_head(0xA, len(body)) + body)
        elif kind == _CLOSE:
            self._why = f"closed with {int.from_bytes(body[:2], 'big')}"
            self.close()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        self._on_end(repr(error) if error else self._why)


def _head(kind: int, length: int) -> bytes:
    if length < 126:
        return bytes((_FIN | kind, _MASKED | length)) + _NO_MASK
    return bytes((_FIN | kind, _MASKED | 126)) + length.to_bytes(2, "big") + _NO_MASK
