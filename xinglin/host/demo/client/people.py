"""People who sign in as everybody does: patients by phone code, doctors by password and one-time code."""

import asyncio
import base64
import hashlib
import hmac
import struct
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass

from xinglin.host.demo.client.door import Browser, Refused
from xinglin.host.demo.client.line import Socket

_STEP_S = 30
_LOOK_S = 0.1
_CODE_WITHIN_S = 60.0


@dataclass
class Patient:
    browser: Browser
    patient_id: str
    socket: Socket


@dataclass
class Doctor:
    browser: Browser
    username: str
    password: str
    totp_secret: str

    async def sign_in(self) -> None:
        """With the identity check of a desk besides."""
        await self.enter()
        code = {"code": totp(self.totp_secret, time.time())}
        await self.browser.post("/duty/identity-check", code)

    async def enter(self) -> None:
        """The second factor takes the code of the last step, so that the newest is left to use."""
        await self.browser.get("/session")
        given = {"username": self.username, "password": self.password}
        await self.browser.sign_in("/auth/login", given, goes_on=(401,))
        for _ in range(2):  # the last step may end while we ask
            code = {"code": totp(self.totp_secret, time.time() - _STEP_S)}
            with suppress(Refused):
                await self.browser.sign_in("/auth/2fa/authenticate", code)
                break

    async def go_on_duty(self) -> int:
        """How many visits at once."""
        duty = await self.browser.post("/duty/start", {"capacity": None})
        capacity: int = duty["capacity"]
        return capacity


def totp(secret: str, at: float) -> str:
    """RFC 6238, 6 digits, SHA-1."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(at // _STEP_S)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


class Inbox:
    """Reads the demo inbox and hands each code to whoever waits for it."""

    def __init__(self, browser: Browser, *, every_s: float = _LOOK_S) -> None:
        self._browser, self._every_s = browser, every_s
        self._last = ""
        self._looking = asyncio.Lock()
        self._codes: dict[str, asyncio.Future[str]] = defaultdict(
            lambda: asyncio.get_running_loop().create_future()
        )

    async def pass_over(self, phone: str) -> None:
        """Before a code is asked for: what lies there for this number by now is an older one."""
        await self._look()
        self._codes.pop(phone, None)

    async def code(self, phone: str) -> str:
        """Of the newest message to this number, in full."""
        async with asyncio.timeout(_CODE_WITHIN_S):
            return await self._codes[phone]

    async def read(self) -> None:
        """Until cancelled; a house that is away for a moment is asked again."""
        while True:
            with suppress(Refused, OSError, TimeoutError):
                await self._look()
            await asyncio.sleep(self._every_s)

    async def _look(self) -> None:
        """One after the other, so that no answer of before comes after a newer one."""
        async with self._looking:
            after = f"?after={self._last}" if self._last else ""
            items = (await self._browser.get(f"/demo/inbox{after}"))["items"]
            for item in items:
                code = self._codes[item["to"]]
                if item["code"] and not code.done():
                    code.set_result(item["code"])
            self._last = items[0]["id"] if items else self._last


async def sign_in_by_code(browser: Browser, phone: str, inbox: Inbox) -> None:
    """`phone`: without the country's code."""
    to = f"+86{phone}"
    await browser.get("/session")
    await inbox.pass_over(to)
    await browser.sign_in("/auth/code/request", {"phone": phone}, goes_on=(401,))
    code = await inbox.code(to)
    await browser.sign_in("/auth/code/confirm", {"code": code})
