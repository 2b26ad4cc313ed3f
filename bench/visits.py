"""One visit from complaint to signed close, as its two sides live it."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from bench.dialogues import NEUTRAL, Script
from xinglin.host.demo.client.acts import answer_intake, diagnosis, open_intake, write_record
from xinglin.host.demo.client.door import Refused
from xinglin.host.demo.client.line import Room, Socket
from xinglin.host.demo.client.people import Doctor, Patient


@dataclass
class Visit:
    """Times are of one clock, in seconds."""

    script: Script
    patient: Patient
    consultation_id: str = ""
    asked_at: float = 0.0
    accept_s: float = 0.0
    closed_at: float = 0.0
    was_emergency: bool = False
    sent_at: dict[str, float] = field(default_factory=dict)
    sent_by: dict[str, str] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)

    def deliveries(self) -> list[float]:
        """Seconds from the send of one side to the hearing of the other."""
        found = []
        for client_id, sent in self.sent_at.items():
            other = "doctor" if self.sent_by[client_id] == "patient" else "patient"
            heard = self.rooms[other].heard_at.get(client_id)
            if heard is not None:
                found.append(heard - sent)
        return found


class Board:
    """Which script a consultation follows: the patient says so, the doctor asks."""

    def __init__(self) -> None:
        self._visits: dict[str, asyncio.Future[Visit]] = defaultdict(
            lambda: asyncio.get_running_loop().create_future()
        )

    def put(self, visit: Visit) -> None:
        self._visits[visit.consultation_id].set_result(visit)

    async def visit(self, consultation_id: str) -> Visit:
        return await self._visits[consultation_id]


async def be_patient(visit: Visit, department: str, board: Board) -> None:
    """Until the house has said that the visit is closed, and its summary is read."""
    patient, browser = visit.patient, visit.patient.browser
    intake = await _told(patient, visit)
    visit.asked_at = time.perf_counter()
    opened = await browser.post(
        "/consultations", {"intake_id": intake["id"], "department": department}
    )
    visit.consultation_id = opened["id"]
    room = visit.rooms["patient"] = patient.socket.join(visit.consultation_id)
    board.put(visit)
    await browser.get(f"/consultations/{visit.consultation_id}/place")
    await room.until_card("accepted")
    visit.accept_s = time.perf_counter() - visit.asked_at
    await browser.get(f"/consultations/{visit.consultation_id}")
    await _talk("patient", patient.socket, visit)
    await room.until_card("ended")
    visit.closed_at = time.perf_counter()
    await browser.get(f"/consultations/{visit.consultation_id}/summary")
    patient.socket.leave(visit.consultation_id)


async def _told(patient: Patient, visit: Visit) -> dict[str, Any]:
    """The intake, its questions answered. What sounds like an emergency is said more mildly."""
    intake = await open_intake(patient, visit.script.complaint)
    if intake["outcome"] == "emergency":
        visit.was_emergency = True
        visit.script = Script(NEUTRAL, visit.script.diagnosis, visit.script.lines)
        intake = await open_intake(patient, NEUTRAL)
    found: dict[str, Any] = await answer_intake(patient, intake)
    return found


async def _talk(me: str, socket: Socket, visit: Visit) -> None:
    """Say the own lines, each after the line before it was heard."""
    room = visit.rooms[me]
    heard = {"patient": 1, "doctor": 0}  # the complaint is the patient's first word
    for line in visit.script.lines:
        heard[line.speaker] += 1
        if line.speaker != me:
            await room.until_said(line.speaker, heard[line.speaker])
            continue
        sent = time.perf_counter()
        client_id = await socket.send(visit.consultation_id, line.text)
        visit.sent_at[client_id] = sent
        visit.sent_by[client_id] = me


class Taker(ABC):
    """A doctor who takes every offer and holds several visits at once."""

    def __init__(self, doctor: Doctor) -> None:
        self.doctor = doctor
        self._asked: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.socket = Socket(doctor.browser, self._on_event)
        self.failures: list[BaseException] = []

    async def finish(self) -> None:
        """What was begun, to its end."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @abstractmethod
    async def _hold(self, consultation_id: str) -> None:
        """What becomes of a visit that was taken."""

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
            self.failures.append(error)

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
        await self._hold(taken["consultation_id"])


class Desk(Taker):
    """Says the doctor's lines of each visit's script."""

    def __init__(self, doctor: Doctor, board: Board) -> None:
        super().__init__(doctor)
        self._board = board

    async def _hold(self, consultation_id: str) -> None:
        visit = await self._board.visit(consultation_id)
        browser, path = self.doctor.browser, f"/consultations/{visit.consultation_id}"
        visit.rooms["doctor"] = self.socket.join(visit.consultation_id)
        await browser.get(path)
        await _talk("doctor", self.socket, visit)
        diagnosed = await diagnosis(browser, visit.script.diagnosis, "感染")
        revision = await write_record(
            browser,
            visit.consultation_id,
            complaint=visit.script.complaint,
            told=visit.script.said_by("patient"),
            advice=visit.script.said_by("doctor"),
            diagnosed=diagnosed,
        )
        await browser.post(f"{path}/record/sign", {"revision": revision})
        await browser.post(f"{path}/close", {"reason": "advice_given"})
        self.socket.leave(visit.consultation_id)
