"""WebSocket by hand: for clients that do not keep its rules, and for crowds that must cost little."""

import asyncio
import base64
import json
import os
import struct
from typing import Any

from bench.faults.cast import Door, Seat

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CONTINUED = 0
_HANDSHAKE_WITHIN_S = 20.0


def handshake(door: Door, seat: Seat | None, **more: str) -> bytes:
    """A browser's request for a socket."""
    headers = {
        "Host": door.host,
        "Origin": door.origin,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **({"Cookie": seat.cookie} if seat else {}),
        **more,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET /live HTTP/1.1\r\n{lines}\r\n".encode()


def frame(payload: bytes, opcode: int = TEXT, *, first: int = 0x80, masked: bool = True) -> bytes:
    """`first`: the upper half of the first byte, 0x80 a whole message. A mask of zeros changes nothing."""
    length = len(payload)
    mask_bit = 0x80 if masked else 0
    if length < 126:
        head = struct.pack("!BB", first | opcode, mask_bit | length)
    elif length < 1 << 16:
        head = struct.pack("!BBH", first | opcode, mask_bit | 126, length)
    else:
        head = struct.pack("!BBQ", first | opcode, mask_bit | 127, length)
    return head + (b"\0\0\0\0" if masked else b"") + payload


def said(op: str, **members: object) -> bytes:
    return frame(json.dumps({"op": op, **members}, ensure_ascii=False).encode())


class RawLine:
    """A line past the front door that has been greeted."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def connect(cls, door: Door, *, limit: int = 1 << 16) -> "RawLine":
        if door.socket is None:
            pair = await asyncio.open_connection("127.0.0.1", door.port, limit=limit)
        else:
            pair = await asyncio.open_unix_connection(str(door.socket), limit=limit)
        return cls(*pair)

    @classmethod
    async def greeted(cls, door: Door, seat: Seat) -> "RawLine":
        """Raises OSError, EOFError or TimeoutError when the house does not greet."""
        line = await cls.connect(door)
        line.writer.write(handshake(door, seat))
        async with asyncio.timeout(_HANDSHAKE_WITHIN_S):
            await line.reader.readuntil(b"\r\n\r\n")
            while (await line.hear()).get("op") != "hello":
                pass
        return line

    async def hear(self) -> dict[str, Any]:
        """The next frame of the house; {"op": "close", "code"} when it closes. Raises EOFError."""
        first, second = await self.reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
        payload = await self.reader.readexactly(length)
        if first & 0x0F == CLOSE:
            code = struct.unpack("!H", payload[:2])[0] if payload else 1005
            return {"op": "close", "code": code}
        if first & 0x0F != TEXT:
            return {"op": f"opcode {first & 0x0F}"}
        heard: dict[str, Any] = json.loads(payload)
        return heard

    async def to_the_end(self) -> int | None:
        """Hear until the house closes; its code, None when the line just broke."""
        try:
            while True:
                heard = await self.hear()
                if heard["op"] == "close":
                    code: int = heard["code"]
                    return code
        except (EOFError, OSError):
            return None

    def say(self, op: str, **members: object) -> None:
        self.writer.write(said(op, **members))

    def close(self) -> None:
        self.writer.close()
