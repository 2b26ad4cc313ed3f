"""Real accounts: patients sign in by phone code, doctors by password and one-time code."""

import asyncio
import itertools
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from datetime import date, timedelta
from typing import Any

from xinglin.host.demo.client.door import Browser
from xinglin.host.demo.client.line import Socket
from xinglin.host.demo.client.people import Doctor, Inbox, Patient, sign_in_by_code
from xinglin.host.demo.identity import synthetic_number

_AT_ONCE = 8
_FIRST_BORN = date(1962, 1, 1)
_NUMERALS = "零一二三四五六七八九"


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
    await sign_in_by_code(browser, phone, inbox)
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
    return staff_of(url, people, "dr.")


def staff_of(url: str, people: dict[str, Any], name: str) -> list[Doctor]:
    """Of the same file, those whose user name begins so."""
    return [
        Doctor(Browser(url), p["username"], p["password"], p["totp_secret"])
        for p in people["people"]
        if p["kind"] == "staff" and p["username"].startswith(name)
    ]


async def departments_in_turn(browser: Browser) -> Iterator[str]:
    """Without end, each as often in a round as it has doctors on duty."""
    found = await browser.get("/dispatch/departments")
    staffed = [(d["slug"], d["doctors_on_duty"]) for d in found["items"] if d["doctors_on_duty"]]
    most = max(count for _, count in staffed)
    turns = [slug for turn in range(most) for slug, count in staffed if turn < count]
    return itertools.cycle(turns)


async def open_socket(socket: Socket, stack: AsyncExitStack) -> None:
    """Greeted, and kept until the stack is left."""
    running = asyncio.create_task(socket.run())

    async def end() -> None:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    stack.push_async_callback(end)
    await asyncio.wait_for(socket.greeted.wait(), 30)
