"""Real accounts: patients sign in by phone code, doctors by password and one-time code."""

import asyncio
import time
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
    return [
        Doctor(Browser(url), p["username"], p["password"], p["totp_secret"])
        for p in people["people"]
        if p["kind"] == "staff" and p["username"].startswith("dr.")
    ]
