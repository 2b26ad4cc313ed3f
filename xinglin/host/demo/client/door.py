"""A browser's HTTP side, as cheap as we know how: keep-alive lines, cookies, CSRF, idempotency keys."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

API = "/api/v1"
_BUSY = {429, 502, 503, 504}
_TRIES = 6
_REFUSED = 400
_PATIENCE_S = 60.0
_HEAD_ENDS = b"\r\n\r\n"


class Refused(Exception):
    """The house said no. `code` as in its problem document."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        self.status, self.body = status, body
        self.code = body.get("code", "") if isinstance(body, dict) else ""
        said = msgspec.json.encode(body).decode()
        super().__init__(f"{method} {path}: {status} {said[:300]}")


@dataclass(frozen=True, slots=True)
class Answer:
    """`cookies`: empty is one that was taken away."""

    status: int
    body: bytes
    cookies: dict[str, str] = field(default_factory=dict)
    closes: bool = False


class _Line(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._heard = bytearray()
        self._answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._answer is not None and (whole := read(self._heard)) is not None:
            self._heard.clear()
            answer, self._answer = self._answer, None
            if not answer.done():
                answer.set_result(whole)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._give_up(exc or ConnectionResetError("the other side hung up"))

    async def ask(self, request: bytes) -> Answer:
        """Raises ConnectionError, TimeoutError."""
        if self._transport is None:
            raise ConnectionResetError("the other side hung up")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        self._answer = answer
        self._transport.write(request)
        patience = loop.call_later(_PATIENCE_S, self._give_up, TimeoutError())
        try:
            return await answer
        finally:
            patience.cancel()

    def _give_up(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Browser:
    """One person's; requests go one after the other on its line, several lines are opened at need."""

    def __init__(
        self, url: str, *, agent: str = "xinglin-bench", language: str = "zh", address: str = ""
    ) -> None:
        """`address`: of this machine, from which the lines come; empty: as the system likes."""
        self.url = url
        self._agent, self._language, self._address = agent, language, address
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "localhost", parts.port or 80
        self.cookies: dict[str, str] = {}
        self._idle: list[_Line] = []
        self._every_head = self._head()
        self.requests = 0

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def get(self, path: str) -> Any:
        return await self.ask("GET", API + path)

    async def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return await self.ask("POST", API + path, body or {})

    async def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return await self.ask("PUT", API + path, body)

    async def sign_in(
        self, path: str, body: Mapping[str, Any], *, goes_on: tuple[int, ...] = ()
    ) -> Any:
        """One step of the sign-in; a 401 that names the next step is no refusal."""
        return await self.ask("POST", f"/_allauth/browser/v1{path}", body, fine=goes_on)

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        fine: tuple[int, ...] = (),
    ) -> Any:
        """Tries again while the door says "in a moment", as the client does. Raises Refused."""
        key = str(uuid4())
        for attempt in range(_TRIES):
            answer = await self._exchange(method, path, body, key)
            found = msgspec.json.decode(answer.body) if answer.body[:1] in {b"{", b"["} else None
            if answer.status < _REFUSED or answer.status in fine:
                return found
            if answer.status not in _BUSY or attempt == _TRIES - 1:
                break
            await asyncio.sleep(0.3 * 2**attempt)
        raise Refused(method, path, answer.status, found)

    async def _exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str
    ) -> Answer:
        request = self._request(method, path, body, key)
        while True:
            fresh = not self._idle
            line = self._idle.pop() if self._idle else await self._connect()
            try:
                answer = await line.ask(request)
            except ConnectionError:
                line.close()
                if fresh:
                    raise
                continue  # an idle line may have been closed by the other side
            except BaseException:
                line.close()
                raise
            self.requests += 1
            self._keep(line, answer)
            return answer

    async def _connect(self) -> _Line:
        loop = asyncio.get_running_loop()
        host, source = self._host, None
        if self._address:
            host, source = "127.0.0.1", (self._address, 0)
        _, line = await loop.create_connection(_Line, host, self._port, local_addr=source)
        return line

    def _keep(self, line: _Line, answer: Answer) -> None:
        if answer.cookies:
            kept = self.cookies | answer.cookies
            self.cookies = {name: value for name, value in kept.items() if value}
            self._every_head = self._head()
        if answer.closes:
            line.close()
        else:
            self._idle.append(line)

    def _head(self) -> str:
        """What stands in every request."""
        head = (
            f" HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nOrigin: {self.url}\r\n"
            f"Accept: application/json\r\nAccept-Language: {self._language}\r\n"
            f"User-Agent: {self._agent}\r\n"
        )
        return f"{head}Cookie: {self.cookie_header}\r\n" if self.cookies else head

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None, key: str) -> bytes:
        head = f"{method} {path}{self._every_head}"
        if method == "GET":
            return f"{head}\r\n".encode()
        content = b"" if body is None else msgspec.json.encode(body)
        once = f"Idempotency-Key: {key}\r\n" if method == "POST" and path.startswith(API) else ""
        return (
            f"{head}X-CSRFToken: {self.cookies.get('csrf', '')}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n{once}\r\n"
        ).encode() + content

    def close(self) -> None:
        for line in self._idle:
            line.close()
        self._idle.clear()


def read(heard: bytearray) -> Answer | None:
    """None while the answer is not whole yet."""
    end = heard.find(_HEAD_ENDS)
    if end < 0:
        return None
    head = heard[:end].decode("latin-1")
    named = head.lower()
    length = _value(named, "content-length")
    body: bytes | None
    if _value(named, "transfer-encoding") == "chunked":
        body = _chunks(heard, end + len(_HEAD_ENDS))
    else:
        upto = end + len(_HEAD_ENDS) + int(length or 0)
        body = bytes(heard[end + len(_HEAD_ENDS) : upto]) if len(heard) >= upto else None
    if body is None:
        return None
    cookies = _cookies(head) if "\r\nset-cookie:" in named else {}
    return Answer(int(head[9:12]), body, cookies, _value(named, "connection") == "close")


def _value(head: str, name: str) -> str:
    """Of a head in small letters; empty when it has no such line."""
    begins = head.find(f"\r\n{name}:")
    if begins < 0:
        return ""
    return head[begins + len(name) + 3 :].partition("\r\n")[0].strip()


def _cookies(head: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in head.split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "set-cookie":
            found |= {c: morsel.value for c, morsel in SimpleCookie(value.strip()).items()}
    return found


def _chunks(heard: bytearray, at: int) -> bytes | None:
    body = b""
    while (end := heard.find(b"\r\n", at)) >= 0:
        size = int(heard[at:end].split(b";")[0], 16)
        at = end + 2 + size + 2
        if len(heard) < at:
            return None
        if not size:
            return body
        body += heard[end + 2 : at - 2]
    return None
