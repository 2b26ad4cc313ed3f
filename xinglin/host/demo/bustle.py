"""Simulated patients and doctors hold consultations through the public door, at a pace one can watch.

A process of its own that knows no Django: it signs in, clicks and writes as browsers do. Whoever
tries the demo is left alone: simulated doctors take simulated patients only.
"""

import asyncio
import json
import random
import sys
import time
from collections import deque
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import uvloop

from xinglin.host.demo.client.acts import answer_intake, diagnosis, open_intake, write_record
from xinglin.host.demo.client.door import Browser, Refused
from xinglin.host.demo.client.line import Room, Socket, Unanswered
from xinglin.host.demo.client.people import Doctor, Inbox, Patient, sign_in_by_code

_AGENT = "xinglin-bustle"
# An address of this machine that no person comes from: their own limit of requests stays whole.
_ADDRESS = "127.0.0.2"
_BETWEEN_SIGN_INS_S = 0.6
_FIRST_HASTE = 0.4
_VISIT_WITHIN_S = 240.0
_AGAIN_S = 5.0
# Three codes a minute are sent to one number.
_CODE_AGAIN_S = 30.0
_SIGNED_OUT, _GONE = 401, {404, 409}
_DUTY_EVERY_S = 60.0
# The identity check at the start of duty holds for 12 hours (R16).
_SHIFT_S = 6 * 3600.0
_LEARN_S, _LOOKS = 3.0, 15
_DATA = Path(__file__).parent / "data"
# What becomes of a visit, by weight.
_COURSES = {"straight": 70, "refused_first": 9, "handed_over": 7, "unanswered": 7, "withdrawn": 7}
_TROUBLE = (Refused, Unanswered, OSError, TimeoutError, LookupError)


@dataclass
class Visit:
    """`course`: of `_COURSES`."""

    id: str
    patient: Patient
    locale: str
    complaint: str
    course: str
    refused: bool = False
    handed_over: bool = False
    left_alone: bool = False


@dataclass
class Town:
    """Everybody who takes part. `visits`: those that run, by id. `lines`: by patient."""

    url: str
    words: dict[str, Any]
    complaints: dict[str, Any]
    chance: random.Random = field(default_factory=random.Random)
    visits: dict[str, Visit] = field(default_factory=dict)
    known_by_id: dict[str, dict[str, str]] = field(default_factory=dict)
    lines: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    begun: int = 0
    ended: int = 0
    failed: int = 0

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Whatever goes wrong in one visit ends that one."""
        task = asyncio.create_task(self._minded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _minded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except _TROUBLE as error:
            self.failed += 1
            status = f" {error.status} {error.code}" if isinstance(error, Refused) else ""
            say(f"a step failed: {type(error).__name__}{status}")

    async def pause(self, least: float, most: float) -> None:
        """Of a person; until the first visit has ended nobody dawdles, so that the boards soon have one."""
        haste = 1.0 if self.ended else _FIRST_HASTE
        await asyncio.sleep(haste * self.chance.uniform(least, most))

    async def known(self, consultation_id: str) -> Visit | None:
        """The offer may be faster than the answer to the request; None: a person's own visit."""
        for _ in range(_LOOKS):
            if consultation_id in self.visits:
                break
            await asyncio.sleep(_LEARN_S / _LOOKS)
        return self.visits.get(consultation_id)


def start(url: str, people_file: Path, *, per_minute: int) -> None:
    cast = json.loads(people_file.read_text(encoding="utf-8"))
    with suppress(KeyboardInterrupt):
        uvloop.run(run(url, cast, per_minute=per_minute))


def say(words: str) -> None:
    print(words, flush=True)


class Desk:
    """A simulated doctor on duty."""

    def __init__(self, town: Town, doctor: Doctor) -> None:
        self._town, self._doctor = town, doctor
        self._browser = doctor.browser
        self._asked: set[str] = set()
        self._socket = Socket(doctor.browser, self._on_event)

    async def work(self) -> None:
        """One shift: on duty again after the api or the line was away."""
        await self._doctor.sign_in()
        line = asyncio.create_task(self._socket.run())
        until = time.monotonic() + _SHIFT_S
        try:
            while time.monotonic() < until:
                with suppress(*_TROUBLE):
                    await self._browser.post("/duty/start", {"capacity": None})
                    await self._take_offers()
                await asyncio.sleep(_DUTY_EVERY_S)
        finally:
            line.cancel()

    def _on_event(self, kind: str, data: dict[str, Any]) -> None:
        del data
        if kind in {"OfferMade", "resync"}:
            self._town.spawn(self._take_offers())

    async def _take_offers(self) -> None:
        for offer in (await self._browser.get("/offers"))["items"]:
            if offer["id"] not in self._asked:
                self._asked.add(offer["id"])
                self._town.spawn(self._answer(offer["id"], offer["consultation_id"]))

    async def _answer(self, offer_id: str, consultation_id: str) -> None:
        visit = await self._town.known(consultation_id)
        if visit is None:
            await self._browser.post(f"/offers/{offer_id}/refuse", {"reason": "busy"})
            return
        await self._town.pause(2, 8)
        if visit.course == "refused_first" and not visit.refused:
            visit.refused = True
            await self._browser.post(f"/offers/{offer_id}/refuse", {"reason": "busy"})
            return
        try:
            await self._browser.post(f"/offers/{offer_id}/accept")
        except Refused as refused:
            if refused.status in _GONE:  # withdrawn or lapsed meanwhile
                return
            raise
        await self._hold(visit)

    async def _hold(self, visit: Visit) -> None:
        room, path = self._socket.join(visit.id), f"/consultations/{visit.id}"
        try:
            await self._browser.get(path)
            if visit.course == "unanswered" and not visit.left_alone:
                visit.left_alone = True  # until the clock gives the visit to somebody else
                return
            await self._talk(visit, room, path)
        finally:
            self._socket.leave(visit.id)

    async def _talk(self, visit: Visit, room: Room, path: str) -> None:
        lines = self._town.words["talk"]["doctor"][visit.locale]
        await self._town.pause(1, 2)  # what was said before comes in
        heard = sum(m.sender == "patient" and m.kind == "text" for m in room.heard.values())
        for nth, line in enumerate(lines, start=1):
            await self._town.pause(3, 9)
            await self._socket.send(visit.id, line)
            if visit.course == "handed_over" and not visit.handed_over:
                visit.handed_over = True
                await self._browser.post(f"{path}/hand-over", {"reason": "not_my_field"})
                return
            await asyncio.wait_for(
                room.until_said("patient", max(heard, 1) + nth), _VISIT_WITHIN_S / 2
            )
        await self._close(visit, path, lines)

    async def _close(self, visit: Visit, path: str, advice: list[str]) -> None:
        names = self._town.words["diagnoses"][visit.locale]
        revision = await write_record(
            self._browser,
            visit.id,
            complaint=visit.complaint,
            told=self._town.words["talk"]["patient"][visit.locale][:1],
            advice=advice[-1:],
            diagnosed=await diagnosis(self._browser, *names),
        )
        await self._town.pause(2, 5)
        await self._browser.post(f"{path}/record/sign", {"revision": revision})
        why = self._town.chance.choice(("advice_given", "advice_given", "treated", "follow_up"))
        await self._browser.post(f"{path}/close", {"reason": why})


async def be_patient(town: Town, patient: Patient, department: str) -> None:
    """From the complaint to the stars; or the patient goes away before anybody comes."""
    locale = town.known_by_id[patient.patient_id]["locale"]
    chosen: str = town.chance.choice(town.complaints[department])[locale]
    complaint, intake = await _told(town, patient, chosen, locale)
    opened = await patient.browser.post(
        "/consultations", {"intake_id": intake["id"], "department": department}
    )
    course = town.chance.choices(list(_COURSES), weights=list(_COURSES.values()))[0]
    visit = Visit(opened["id"], patient, locale, complaint, course)
    town.visits[visit.id] = visit
    town.begun += 1
    try:
        async with asyncio.timeout(_VISIT_WITHIN_S):
            await _live_through(town, visit)
    except TimeoutError:
        await _leave(visit)
    finally:
        patient.socket.leave(visit.id)
        await asyncio.sleep(_LEARN_S)
        town.visits.pop(visit.id, None)


async def _told(town: Town, patient: Patient, complaint: str, locale: str) -> tuple[str, Any]:
    """What the house takes for an emergency is said more mildly."""
    await town.pause(1, 3)
    intake = await open_intake(patient, complaint)
    if intake["outcome"] == "emergency":
        complaint = town.words["neutral"][locale]
        intake = await open_intake(patient, complaint)
    await town.pause(2, 6)
    words = "无" if locale == "zh" else "none"
    return complaint, await answer_intake(patient, intake, words=words)


async def _live_through(town: Town, visit: Visit) -> None:
    room, browser = visit.patient.socket.join(visit.id), visit.patient.browser
    await browser.get(f"/consultations/{visit.id}/place")
    if visit.course == "withdrawn":
        await town.pause(4, 15)
        await _leave(visit)
        return
    replies = asyncio.create_task(_reply(town, visit, room))
    try:
        await room.until_card("ended")
    finally:
        replies.cancel()
    await browser.get(f"/consultations/{visit.id}/summary")
    town.ended += 1
    say(f"a visit ended in {visit.id}: {visit.course}")
    if town.chance.random() < 0.8:  # noqa: PLR2004  # four of five say how it was
        await town.pause(2, 8)
        comment = town.chance.choice(town.words["comments"][visit.locale])
        score = town.chance.choices([5, 4, 3], weights=[6, 3, 1])[0]
        told = {"score": score, "tags": [], "comment": comment}
        await browser.post(f"/consultations/{visit.id}/rating", told)


async def _reply(town: Town, visit: Visit, room: Room) -> None:
    """One line for each of the doctor's, whoever that is."""
    lines = town.words["talk"]["patient"][visit.locale]
    for nth, line in enumerate(chain(lines, repeat(lines[-1])), start=1):
        await room.until_said("doctor", nth)
        await town.pause(3, 10)
        with suppress(Unanswered):  # over meanwhile
            await visit.patient.socket.send(visit.id, line)


async def _leave(visit: Visit) -> None:
    with suppress(*_TROUBLE):
        path = f"/consultations/{visit.id}/choice"
        await visit.patient.browser.post(path, {"choice": "cancel"})


async def run(url: str, cast: dict[str, Any], *, per_minute: int) -> None:
    """Until cancelled. `cast`: as `hiring.hire` wrote it."""
    town = Town(url, _read("bustle.json"), _read("complaints.json"))
    town.spawn(_report(town))
    for told in cast["doctors"]:
        town.spawn(_employed(town, told))
        await asyncio.sleep(_BETWEEN_SIGN_INS_S)
    waiting: asyncio.Queue[Patient] = asyncio.Queue()
    town.spawn(_admit(town, cast["patients"], waiting))
    departments = sorted({d for one in town.words["doctors"] for d in one["departments"]})
    while True:
        patient = await waiting.get()
        town.spawn(_visit(town, patient, town.chance.choice(departments), waiting))
        await asyncio.sleep(town.chance.uniform(0.6, 1.4) * 60 / per_minute)


async def _visit(
    town: Town, patient: Patient, department: str, waiting: "asyncio.Queue[Patient]"
) -> None:
    """Then somebody else's turn; whose session is over signs in anew."""
    try:
        await be_patient(town, patient, department)
    except Refused as refused:
        if refused.status == _SIGNED_OUT:
            town.lines.pop(patient.patient_id).cancel()
            town.spawn(_admit(town, [town.known_by_id[patient.patient_id]], waiting))
            return
        waiting.put_nowait(patient)
        raise
    except BaseException:
        waiting.put_nowait(patient)
        raise
    waiting.put_nowait(patient)


async def _admit(
    town: Town, patients: list[dict[str, str]], waiting: "asyncio.Queue[Patient]"
) -> None:
    """One after the other: the codes they ask for are few. Who does not get in tries again."""
    inbox = Inbox(browser(town.url, "zh"), every_s=_BETWEEN_SIGN_INS_S)
    reading = asyncio.create_task(inbox.read())
    outside = deque(patients)
    try:
        while outside:
            told = outside.popleft()
            own = browser(town.url, told["locale"])
            try:
                await sign_in_by_code(own, told["phone"], inbox)
            except _TROUBLE as error:
                say(f"a patient did not get in: {type(error).__name__}")
                outside.append(told)
                await asyncio.sleep(_CODE_AGAIN_S)
                continue
            patient = Patient(own, told["patient_id"], Socket(own, lambda *_: None))
            town.known_by_id[patient.patient_id] = told
            town.lines[patient.patient_id] = town.spawn(patient.socket.run())
            waiting.put_nowait(patient)
            await asyncio.sleep(_BETWEEN_SIGN_INS_S)
    finally:
        reading.cancel()


async def _employed(town: Town, told: dict[str, str]) -> None:
    """Shift after shift, each with a sign-in of its own."""
    while True:
        try:
            await Desk(town, Doctor(browser(town.url, "zh"), **told)).work()
        except _TROUBLE as error:
            say(f"a doctor did not get in: {type(error).__name__}")
        await asyncio.sleep(_AGAIN_S)


async def _report(town: Town) -> None:
    while True:
        await asyncio.sleep(60)
        say(f"{town.begun} visits begun, {town.ended} ended, {town.failed} steps failed")


def browser(url: str, language: str) -> Browser:
    address = _ADDRESS if sys.platform == "linux" else ""
    return Browser(url, agent=_AGENT, language=language, address=address)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_DATA / name).read_text(encoding="utf-8"))
    return found
