"""Doctors who take every offer, and see each walk-in to the signed end, unless it is to go on."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

from bench.visits import Taker
from xinglin.host.demo.client.acts import diagnosis, write_record
from xinglin.host.demo.client.door import Refused
from xinglin.host.demo.client.people import Doctor

_WORDS = "您好，我看过您的测量值和主诉了。多喝水，注意休息，三天不好转请到医院检查。"


class Fates:
    """What is to become of a visit: the site says so, the doctor asks. `evening`: all are closed."""

    def __init__(self) -> None:
        self.evening = asyncio.Event()
        self._told: dict[str, asyncio.Future[str]] = defaultdict(
            lambda: asyncio.get_running_loop().create_future()
        )

    def tell(self, consultation_id: str, fate: str) -> None:
        self._told[consultation_id].set_result(fate)

    async def of(self, consultation_id: str) -> str:
        return await self._told[consultation_id]


class Desk(Taker):
    """A doctor at work."""

    def __init__(self, doctor: Doctor, fates: Fates) -> None:
        super().__init__(doctor)
        self._fates = fates

    async def go_off_duty(self) -> None:
        with suppress(Refused):
            await self.doctor.browser.post("/duty/stop")

    async def _hold(self, consultation_id: str) -> None:
        visit, browser = consultation_id, self.doctor.browser
        path = f"/consultations/{visit}"
        read = await browser.get(path)
        self.socket.join(visit)
        await self.socket.send(visit, _WORDS)
        if await self._fates.of(visit) == "in_visit":
            await self._fates.evening.wait()
        await self._write(visit, read)
        await browser.post(f"{path}/close", {"reason": "advice_given"})
        self.socket.leave(visit)

    async def _write(self, visit: str, read: dict[str, Any]) -> None:
        browser = self.doctor.browser
        revision = await write_record(
            browser,
            visit,
            complaint=read.get("complaint", "咳嗽"),
            told=[],
            advice=[_WORDS],
            diagnosed=await diagnosis(browser, "急性上呼吸道感染", "感染"),
        )
        await browser.post(f"/consultations/{visit}/record/sign", {"revision": revision})
