"""One site: its assistant at an enrolled device, and the patients to whom the screen is handed."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from bench.sites.plan import STAY, Coming
from xinglin.host.demo.client.acts import answers_to
from xinglin.host.demo.client.door import Browser, Refused
from xinglin.host.demo.client.people import Doctor
from xinglin.host.demo.identity import synthetic_number
from xinglin.kernel import ids

Line = Literal["out", "back"]
PIN: Final = "135790"
COMPLAINT: Final = "咳嗽三天，有痰，夜里加重，没有发热"
EMERGENCY: Final = "突然胸口剧烈压榨样疼痛，出冷汗，喘不上气"
_FIRST_BORN = date(1956, 1, 1)
_NUMERALS = "零一二三四五六七八九"
_LONELY = {"leaves_waiting", "waiting"}
_SERIES = int(time.time()) % 400  # of identity numbers, so that another day has other people
_BEAT_S, _LOOK_S, _VISIT_WITHIN_S = 60.0, 0.5, 240.0


@dataclass
class Tally:
    """What was done and how long it took, of all counters together. Seconds."""

    done: dict[str, int] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def time(self, what: str, seconds: float) -> None:
        self.took.setdefault(what, []).append(seconds)


@dataclass
class Departments:
    """`staffed`: where doctors are on duty; `empty`: where nobody is, and a patient waits for long."""

    staffed: tuple[str, ...]
    empty: str


class Counter:
    """`came`: patients, and what happens to the line. `fates`: told what becomes of each visit."""

    def __init__(
        self,
        staff: Doctor,
        user_id: str,
        number: int,
        departments: Departments,
        tally: Tally,
        fates: Callable[[str, str], None],
    ) -> None:
        self.browser: Browser = staff.browser
        self.user_id, self.number, self.device_id = user_id, number, ""
        self.came: asyncio.Queue[Coming | Line] = asyncio.Queue()
        self._staff = staff
        self._departments, self._tally, self._fates = departments, tally, fates
        self._chance = random.Random(number)
        self._consents: list[dict[str, str]] = []
        self._captured: list[_Told] = []
        self._staying: list[_Told] = []
        self._is_out = False

    async def open(self, code: str) -> None:
        """Sign in, enrol this browser, choose the number that gives the screen back."""
        await self._staff.enter()
        told = await self.browser.post("/site/station", {"code": code, "label": "柜台一体机"})
        assert told["state"] == "ready", told["state"]
        self.device_id = told["device"]["id"]
        await self.browser.put("/site/pin", {"pin": PIN, "password": self._staff.password})
        self._consents = [{"kind": c["kind"], "version": c["version"]} for c in told["consents"]]

    async def beat(self) -> None:
        told = {
            "camera": True,
            "microphone": True,
            "printer": self.number % 17 != 0,
            "reader": None if self.number % 5 == 0 else True,
            "pending": len(self._captured),
            "version": "",
        }
        with suppress(Refused):
            await self.browser.post("/site/heartbeat", told)

    async def keep_beating(self, over: asyncio.Event) -> None:
        """Once a minute; nothing is heard of a device without a line."""
        while not over.is_set():
            if not self._is_out:
                await self.beat()
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), _BEAT_S)

    async def work(self) -> None:
        """One patient after the other, for there is one screen; until cancelled."""
        while True:
            what = await self.came.get()
            if what == "out":
                self._is_out = True
            elif what == "back":
                self._is_out = False
                await self.beat()
                await self._send_captured()
            elif self._is_out:
                self._captured.append(self._told(what, captured=True))
            else:
                await self._see(self._told(what))
            self.came.task_done()

    async def send_home(self) -> None:
        """Who is still there, and whom no doctor has."""
        for told in self._staying:
            async with self._minded(told.coming):
                await self._leave(told)

    async def _send_captured(self) -> None:
        """Everything twice, as after an answer that was lost; then those who are still there are seen."""
        kept, self._captured = self._captured, []
        for told in kept:
            async with self._minded(told.coming):
                await self._register(told)
                await self._register(told)
                self._tally.count("sent_twice")
        for told in kept:
            await self._see(told)

    async def _see(self, told: "_Told") -> None:
        coming = told.coming
        async with self._minded(coming), asyncio.timeout(_VISIT_WITHIN_S):
            began = time.perf_counter()
            if "captured_at" not in told.form:
                await self._register(told)
                self._tally.time("registration", time.perf_counter() - began)
            if coming.fate == "leaves_early":
                await self._leave(told)
            elif coming.fate != "at_terminal":
                await self._visit(told)
            self._tally.time("walk_in", time.perf_counter() - began)
            self._tally.count(coming.fate)
            if coming.fate in {"at_terminal", "waiting"}:
                self._staying.append(told)

    def _minded(self, coming: Coming) -> "_Minded":
        return _Minded(self._tally, coming)

    async def _register(self, told: "_Told") -> None:
        await self.browser.put(told.path, told.form)
        for reading_id, reading in told.readings.items():
            await self.browser.put(f"{told.path}/readings/{reading_id}", reading)

    async def _leave(self, told: "_Told") -> None:
        await self.browser.post(f"{told.path}/leave", {"reason": "不想再等了"})

    async def _visit(self, told: "_Told") -> None:
        """The screen is the patient's, until it is taken back."""
        fate, began = told.coming.fate, time.perf_counter()
        await self.browser.post(f"{told.path}/screen")
        self._tally.time("hand_over", time.perf_counter() - began)
        if await self._ask(fate):
            if fate == "in_visit":
                await self._until({"seen"})
            elif fate not in _LONELY:
                await self._until({"ended"})
        if fate not in STAY:
            await self.browser.post("/site/screen/done")
        await self._take_back()
        if fate == "leaves_waiting":
            await self._leave(told)

    async def _ask(self, fate: str) -> bool:
        """As the patient, at the screen: whether a doctor was asked for. An emergency is sent away."""
        screen = await self.browser.get("/site/screen")
        wishes = {"stays": self._chance.random() < 0.6, "chat_shared": self._chance.random() < 0.3}
        await self.browser.put("/site/screen/wishes", wishes)
        intake = await self.browser.post(
            "/intakes",
            {
                "patient_id": screen["patient"]["id"],
                "complaint": screen["complaint"],
                "picture_ids": [],
            },
        )
        if intake["outcome"] == "emergency":
            self._tally.count("sent_away")
            return False
        answers = answers_to(intake, words="无")
        await self.browser.post(f"/intakes/{intake['id']}/answers", {"answers": answers})
        lonely = fate in _LONELY
        staffed = self._chance.choice(self._departments.staffed)
        began = time.perf_counter()
        opened = await self.browser.post(
            "/consultations",
            {
                "intake_id": intake["id"],
                "department": self._departments.empty if lonely else staffed,
            },
        )
        self._fates(opened["id"], fate)
        await self.browser.get(f"/consultations/{opened['id']}/place")
        if not lonely:
            await self._until({"seen", "ended"})
            self._tally.time("doctor", time.perf_counter() - began)
        return True

    async def _until(self, states: set[str]) -> None:
        """As often as the page that has no line looks; the screen's socket would say so at once."""
        while (await self.browser.get("/site/screen"))["state"] not in states:  # noqa: ASYNC110  # nobody here tells of it
            await asyncio.sleep(_LOOK_S)

    async def _take_back(self) -> None:
        began = time.perf_counter()
        await self.browser.post("/site/screen/back", {"pin": PIN})
        self._tally.time("take_back", time.perf_counter() - began)
        await self.browser.get("/site/today")

    def _told(self, coming: Coming, *, captured: bool = False) -> "_Told":
        """What the assistant writes down, and measures."""
        now, nth = datetime.now(UTC).isoformat(), coming.nth
        born = _FIRST_BORN + timedelta(days=nth * 3 % 18_000)
        form = {
            "name": "试演" + "".join(_NUMERALS[int(digit)] for digit in str(nth)),
            "id_number": synthetic_number(
                born, "female" if nth % 2 else "male", _SERIES + nth // 6_000
            ),
            "locale": "zh",
            "card_by": "reader" if nth % 3 else "typed",
            "complaint": EMERGENCY if coming.fate == "emergency" else COMPLAINT,
            "consents": self._consents,
        }
        if captured:
            form["captured_at"] = now
        pressure = {"systolic": 118 + nth % 20, "diastolic": 76 + nth % 10}
        measured = [
            ("blood_pressure", pressure, "mm[Hg]"),
            ("temperature", {"value": 36.5 + nth % 8 / 10}, "Cel"),
        ]
        readings = {
            str(ids.new()): {"kind": kind, "values": values, "unit": unit, "measured_at": now}
            for kind, values, unit in measured
        }
        return _Told(coming, f"/site/walk-ins/{ids.new()}", form, readings)


@dataclass(frozen=True, slots=True)
class _Told:
    """`readings`: by their ids."""

    coming: Coming
    path: str
    form: dict[str, Any]
    readings: dict[str, dict[str, Any]]


class _Minded:
    """Whatever goes wrong with one patient is counted, and the next one comes."""

    def __init__(self, tally: Tally, coming: Coming) -> None:
        self._tally, self._coming = tally, coming

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        del kind, trace
        if error is None or isinstance(error, asyncio.CancelledError):
            return False
        self._tally.failed.append(f"{self._coming.fate} {self._coming.nth}: {error!r}"[:400])
        return True
