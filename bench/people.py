"""Real accounts: patients sign in by phone code, doctors by password and one-time code."""

import asyncio
import base64
import hashlib
import hmac
import struct
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bench.door import Browser, Refused
from bench.line import Socket
from xinglin.host.demo.identity import synthetic_number

_STEP_S = 30
_AT_ONCE = 8
_LOOK_S = 0.1
_CODE_WITHIN_S = 60.0
_FIRST_BORN = date(1962, 1, 1)
_NUMERALS = "零一二三四五六七八九"


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
        """The second factor takes the code of the last step, so that the newest is left to use."""
        await self.browser.get("/session")
        given = {"username": self.username, "password": self.password}
        await self.browser.sign_in("/auth/login", given, goes_on=(401,))
        for _ in range(2):  # the last step may end while we ask
            code = {"code": totp(self.totp_secret, time.time() - _STEP_S)}
            with suppress(Refused):
                await self.browser.sign_in("/auth/2fa/authenticate", code)
                break
        code = {"code": totp(self.totp_secret, time.time())}
        await self.browser.post("/duty/identity-check", code)

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

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._codes: dict[str, asyncio.Future[str]] = defaultdict(
            lambda: asyncio.get_running_loop().create_future()
        )

    async def code(self, phone: str) -> str:
        """Of the newest message to this number, in full."""
        async with asyncio.timeout(_CODE_WITHIN_S):
            return await self._codes[phone]

    async def read(self) -> None:
        """Until cancelled."""
        last = ""
        while True:
            found = await self._browser.get(f"/demo/inbox{f'?after={last}' if last else ''}")
            for item in found["items"]:
                code = self._codes[item["to"]]
                if item["code"] and not code.done():
                    code.set_result(item["code"])
            last = found["items"][0]["id"] if found["items"] else last
            await asyncio.sleep(_LOOK_S)


async def make_patients(url: str, count: int) -> list[Patient]:
    """Each with an account of its own, consent given and one registered person."""
    inbox = Inbox(Browser(url))
    reading = asyncio.create_task(inbox.read())
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(nth: int) -> Patient:
        async with gate:
            return await _patient(url, inbox, nth)

    try:
        return list(await asyncio.gather(*(one(nth) for nth in range(count))))
    finally:
        reading.cancel()


async def _patient(url: str, inbox: Inbox, nth: int) -> Patient:
    browser = Browser(url)
    phone = f"138{time.time_ns() // 1000 % 10_000:04d}{nth:04d}"
    await browser.get("/session")
    await browser.sign_in("/auth/code/request", {"phone": phone}, goes_on=(401,))
    code = await inbox.code(f"+86{phone}")
    await browser.sign_in("/auth/code/confirm", {"code": code})
    me = await browser.get("/people/me")
    consent = me["consent"]
    await browser.post(
        "/consents", {"kind": consent["kind"], "version": consent["required_version"]}
    )
    person = await browser.post("/patients", _form(nth))
    return Patient(browser, person["id"], Socket(browser, lambda *_: None))


def _form(nth: int) -> dict[str, Any]:
    born = _FIRST_BORN + timedelta(days=nth % 12_000)
    chance = time.time_ns() // 1000 % 400
    return {
        "name": "试演" + "".join(_NUMERALS[int(digit)] for digit in str(nth)),
        "id_type": "01",
        "id_number": synthetic_number(born, "male", 50 + chance),
        "relation": "self",
        "sensitive_data_consent": True,
    }


def doctors_of(url: str, people: dict[str, Any]) -> list[Doctor]:
    """Of the file that the demo hospital keeps of its people."""
    return [
        Doctor(Browser(url), p["username"], p["password"], p["totp_secret"])
        for p in people["people"]
        if p["kind"] == "staff" and p["username"].startswith("dr.")
    ]
