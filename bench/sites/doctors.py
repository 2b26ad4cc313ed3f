"""Doctors who take every offer, and see each walk-in to the signed end, unless it is to go on."""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

from xinglin.host.demo.client.acts import diagnosis, write_record
from xinglin.host.demo.client.door import Refused
from xinglin.host.demo.client.line import Socket
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


class Desk:
    """A doctor at work; several visits at once."""

    def __init__(self, doctor: Doctor, fates: Fates) -> None:
        self.doctor = doctor
        self.socket = Socket(doctor.browser, self._on_event)
        self.failed: list[str] = []
        self._fates = fates
        self._asked: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def finish(self) -> None:
        """What was begun, to its end."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def go_off_duty(self) -> None:
        with suppress(Refused):
            await self.doctor.browser.post("/duty/stop")

    def _on_event(self, kind: str, data: dict[str, Any]) -> None:
        del data
        if kind in {"OfferMade", "resync"}:
            self._spawn(self._take_offers())

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.failed.append(f"doctor: {error!r}"[:400])

    async def _take_offers(self) -> None:
        offers = await self.doctor.browser.get("/offers")
        for offer in offers["items"]:
            if offer["id"] not in self._asked:
                self._asked.add(offer["id"])
                self._spawn(self._take(offer["id"]))

    async def _take(self, offer_id: str) -> None:
        try:
            taken = await self.doctor.browser.post(f"/offers/{offer_id}/accept")
        except Refused as refused:
            if refused.status in {404, 409}:  # withdrawn or lapsed meanwhile
                return
            raise
        visit = taken["consultation_id"]
        browser, path = self.doctor.browser, f"/consultations/{visit}"
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
