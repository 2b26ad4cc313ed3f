"""Who talks in these tests, and the tabs of a browser they talk through."""

import asyncio
import http.client
import json
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import connection as django_connection
from django.utils.module_loading import import_string
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed

from xinglin.care.consultation.messages import queries
from xinglin.care.consultation.messages import services as messages
from xinglin.edge.live.house import House
from xinglin.edge.live.server import open_house
from xinglin.kernel import ids

T = TypeVar("T")
PATIENCE_S = 20
ORIGIN = "http://localhost:8000"
WS = "ws://localhost:8000/live"


@dataclass(frozen=True)
class Person:
    id: UUID
    session: str

    def headers(self, origin: str = ORIGIN) -> dict[str, str]:
        cookie = f"{settings.SESSION_COOKIE_NAME}={self.session}"
        return {"Cookie": cookie, "Origin": origin, "Host": "localhost:8000"}


def person(*roles: str, second_factor: bool = True) -> Person:
    """An account with one of its sessions."""
    users = get_user_model()
    user = users.objects.create(username=f"u{ids.new().hex}", roles=list(roles), password="!")
    return signed_in(user.pk, second_factor=second_factor)


def signed_in(user_id: UUID, *, second_factor: bool = True) -> Person:
    """A session of an account that is there already."""
    user = get_user_model().objects.get(pk=user_id)
    session = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if second_factor:
        session["account_authentication_methods_user"] = str(user.pk)
        session["account_authentication_methods"] = [{"method": "mfa", "at": 0.0}]
    session.create()
    return Person(user.pk, session.session_key)


def patient() -> Person:
    return person("patient")


def doctor() -> Person:
    return person("doctor")


def thread(holder: Person, with_doctor: Person | None = None) -> UUID:
    consultation_id = ids.new()
    messages.open_thread(consultation_id, holder.id)
    if with_doctor is not None:
        messages.admit_doctor(consultation_id, with_doctor.id)
    return consultation_id


async def aside(act: Callable[..., T], *args: Any) -> T:
    """Do what waits (the ORM, a plain client) away from the event loop."""

    def done() -> T:
        try:
            return act(*args)
        finally:
            django_connection.close()

    return await asyncio.to_thread(done)


def socket_path(name: str = "live.sock") -> Path:
    """Of this process: other tests run beside it."""
    return Path(settings.SOCKETS_DIR) / f"{os.getpid()}-{name}"


@asynccontextmanager
async def house_open() -> AsyncIterator[House]:
    """The live application in this event loop, behind the servers of every day."""
    async with open_house(socket_path(), socket_path("live-http.sock")) as house:
        yield house


@dataclass
class Tab:
    """One socket; frames come in order, and none is thrown away unseen."""

    line: ClientConnection
    seen: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, op: str, **members: Any) -> None:
        await self.line.send(json.dumps({"op": op, **members}, default=str))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            frame: dict[str, Any] = json.loads(await self.line.recv())
        self.seen.append(frame)
        return frame

    async def hear_op(self, op: str) -> dict[str, Any]:
        """The next frame of this kind."""
        while (frame := await self.hear())["op"] != op:
            pass
        return frame

    async def hear_messages(self, until: int) -> None:
        """Until the message of this number has come, now or before."""
        while until not in {f["message"]["seq"] for f in self.seen if f["op"] == "message"}:
            await self.hear()

    async def hear_to_the_end(self) -> int | None:
        """Until the house closes the line; answers its code."""
        with suppress(ConnectionClosed):
            while True:
                await self.hear()
        return self.line.close_code

    async def all_so_far(self) -> list[dict[str, Any]]:
        """Everything that the house had to say until now: the pong comes behind it."""
        await self.say("ping")
        await self.hear_op("pong")
        return self.seen

    def texts(self) -> list[tuple[int, str]]:
        """Number and words of the messages heard, in the order of hearing."""
        heard = [f["message"] for f in self.seen if f["op"] == "message"]
        return [(m["seq"], m["body"]["text"]) for m in heard]

    async def send(self, consultation_id: UUID, text: str, client_id: UUID | None = None) -> UUID:
        client_id = client_id or ids.new()
        await self.say(
            "send",
            consultation=consultation_id,
            client_id=client_id,
            kind="text",
            body={"text": text},
        )
        return client_id


@asynccontextmanager
async def tab(who: Person, *, origin: str = ORIGIN, **more: Any) -> AsyncIterator[Tab]:
    """A socket that has been greeted."""
    async with line(who, origin=origin, **more) as connection:
        opened = Tab(connection)
        await opened.hear_op("hello")
        yield opened


def line(who: Person, *, origin: str = ORIGIN, path: Path | None = None, **more: Any) -> Any:
    headers = {k: v for k, v in who.headers(origin).items() if k == "Cookie"}
    return unix_connect(
        str(path or socket_path()),
        uri=WS,
        origin=origin,
        additional_headers=headers,
        compression=None,
        ping_interval=None,
        **more,
    )


def post(
    path: str, body: dict[str, Any], headers: dict[str, str], method: str = "POST"
) -> tuple[int, dict[str, Any]]:
    """One request to the live process, by a client of its own thread."""
    connection = http.client.HTTPConnection("localhost", timeout=PATIENCE_S)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(socket_path("live-http.sock")))
    connection.request(method, path, json.dumps(body, default=str), headers)
    answer = connection.getresponse()
    found = answer.status, json.loads(answer.read() or b"{}")
    connection.close()
    return found


def stored(consultation_id: UUID) -> list[tuple[int, str]]:
    return [(m.seq, m.body["text"]) for m in queries.read(consultation_id)]
