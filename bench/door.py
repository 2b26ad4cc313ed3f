"""A browser's HTTP side in plain asyncio: one keep-alive line, cookies, CSRF, idempotency keys."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

API = "/api/v1"
_BUSY = {429, 502, 503, 504}
_TRIES = 6
_PATIENCE_S = 60.0


class Refused(Exception):
    """The house said no. `code` as in its problem document."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        self.status, self.body = status, body
        self.code = body.get("code", "") if isinstance(body, dict) else ""
        super().__init__(f"{method} {path}: {status} {json.dumps(body, ensure_ascii=False)[:300]}")


@dataclass
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Browser:
    """One person's; requests go one after the other on its line, several lines are opened at need."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "localhost", parts.port or 80
        self.cookies: dict[str, str] = {}
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
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
            found = json.loads(answer.body) if answer.body.strip()[:1] in (b"{", b"[") else None
            if answer.status < 400 or answer.status in fine:
                return found
            if answer.status not in _BUSY or attempt == _TRIES - 1:
                break
            await asyncio.sleep(0.3 * 2**attempt)
        raise Refused(method, path, answer.status, found)

    async def _exchange(
        self, method: str, path: str, body: Mapping[str, Any] | None, key: str
    ) -> _Answer:
        request = self._request(method, path, body, key)
        while True:
            fresh = not self._idle
            line = self._idle.pop() if self._idle else await self._connect()
            try:
                line[1].write(request)
                async with asyncio.timeout(_PATIENCE_S):
                    answer = await _read(line[0])
            except (ConnectionError, asyncio.IncompleteReadError):
                line[1].close()
                if fresh:
                    raise
                continue  # an idle line may have been closed by the other side
            self.requests += 1
            self._keep(line, answer)
            return answer

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._host, self._port, limit=1 << 20)

    def _keep(self, line: tuple[Any, Any], answer: _Answer) -> None:
        for name, value in answer.headers:
            if name == "set-cookie":
                for cookie, morsel in SimpleCookie(value).items():
                    self.cookies[cookie] = morsel.value
        if ("connection", "close") in answer.headers:
            line[1].close()
        else:
            self._idle.append(line)

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None, key: str) -> bytes:
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            f"Origin: {self.url}",
            "Accept: application/json",
            "Accept-Language: zh",
            "User-Agent: xinglin-bench",
        ]
        if self.cookies:
            head.append(f"Cookie: {self.cookie_header}")
        if method != "GET":
            head += [
                f"X-CSRFToken: {self.cookies.get('csrf', '')}",
                "Content-Type: application/json",
                f"Content-Length: {len(content)}",
            ]
        if method == "POST" and path.startswith(API):
            head.append(f"Idempotency-Key: {key}")
        return "\r\n".join(head).encode() + b"\r\n\r\n" + content

    def close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()


async def _read(reader: asyncio.StreamReader) -> _Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    headers = [
        (name.lower(), value.strip())
        for name, _, value in (line.partition(":") for line in head[1:] if line)
    ]
    named = dict(headers)
    if named.get("transfer-encoding", "").lower() == "chunked":
        return _Answer(status, headers, await _chunks(reader))
    length = int(named.get("content-length", 0))
    return _Answer(status, headers, await reader.readexactly(length) if length else b"")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readline()
    return body
