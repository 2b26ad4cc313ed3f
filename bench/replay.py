"""`replay`: real dialogues, many at once, from complaint to signed close, and every thread read back."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from bench import dialogues, measures
from bench.hospital import Hospital
from bench.people import departments_in_turn, doctors_of, make_patients, open_socket
from bench.visits import Board, Desk, Visit, be_patient
from xinglin.host.demo.client.door import Browser
from xinglin.host.demo.client.people import Patient

_VISIT_WITHIN_S = 180.0
_ACCOUNTS_FOR_EACH = 3
_SIGN_INS_AT_ONCE = 4
_PAGE = 200


@dataclass(frozen=True)
class Load:
    """`seconds`: instead of a number of dialogues, begin new ones for so long."""

    dialogues: int
    at_once: int
    seconds: float | None


@dataclass
class Outcome:
    """All that was measured. `ended`: visits that came to their signed close."""

    ended: list[Visit] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    took_s: float = 0.0
    cpu_s: dict[str, float] = field(default_factory=dict)
    loadgen_cpu_s: float = 0.0
    pss_idle_mb: dict[str, float] = field(default_factory=dict)
    pss_mb: dict[str, float] = field(default_factory=dict)
    lost: int = 0
    doubled: int = 0
    lines_lost: int = 0
    doctors: int = 0
    patients: int = 0


async def run(hospital: Hospital, load: Load) -> Outcome:
    outcome = Outcome(pss_idle_mb=measures.pss_mb(hospital.leaders))
    board = Board()
    async with AsyncExitStack() as stack:
        desks = await _open_desks(hospital, board, stack)
        accounts = min(load.dialogues, _ACCOUNTS_FOR_EACH * load.at_once)
        patients = await make_patients(hospital.url, accounts)
        for patient in patients:
            await open_socket(patient.socket, stack)
        outcome.doctors, outcome.patients = len(desks), len(patients)
        departments = await departments_in_turn(patients[0].browser)
        before, own_before = measures.cpu_s(hospital.leaders), measures.own_cpu_s()
        began = time.perf_counter()
        await _replay(load, patients, departments, board, outcome)
        outcome.took_s = time.perf_counter() - began
        outcome.loadgen_cpu_s = measures.own_cpu_s() - own_before
        after = measures.cpu_s(hospital.leaders)
        outcome.cpu_s = {name: after[name] - before.get(name, 0.0) for name in after}
        outcome.pss_mb = measures.pss_mb(hospital.leaders)
        outcome.failed += [repr(failure) for desk in desks for failure in desk.failures]
        outcome.lines_lost = sum(
            s.lost for s in [*(d.socket for d in desks), *(p.socket for p in patients)]
        )
        await _read_back(outcome)
    return outcome


async def _open_desks(hospital: Hospital, board: Board, stack: AsyncExitStack) -> list[Desk]:
    """Every doctor signed in, checked, at the desk and on duty."""
    gate = asyncio.Semaphore(_SIGN_INS_AT_ONCE)

    async def one(desk: Desk) -> None:
        async with gate:
            await desk.doctor.sign_in()
            await open_socket(desk.socket, stack)
            await desk.doctor.go_on_duty()

    desks = [Desk(doctor, board) for doctor in doctors_of(hospital.url, hospital.people)]
    await asyncio.gather(*(one(desk) for desk in desks))
    return desks


async def _replay(
    load: Load,
    patients: list[Patient],
    departments: Iterator[str],
    board: Board,
    outcome: Outcome,
) -> None:
    """`at_once` seats, each taking the next dialogue as soon as its last has ended."""
    scripts = dialogues.endless()
    waiting: asyncio.Queue[Patient] = asyncio.Queue()
    for patient in patients:
        waiting.put_nowait(patient)
    until = time.perf_counter() + load.seconds if load.seconds else None
    left = itertools.count()

    async def seat() -> None:
        while (time.perf_counter() < until) if until else (next(left) < load.dialogues):
            visit = Visit(next(scripts), await waiting.get())
            try:
                async with asyncio.timeout(_VISIT_WITHIN_S):
                    await be_patient(visit, next(departments), board)
                outcome.ended.append(visit)
            except Exception as error:  # noqa: BLE001  # counted and told at the end
                outcome.failed.append(repr(error))
            finally:
                waiting.put_nowait(visit.patient)

    await asyncio.gather(*(seat() for _ in range(load.at_once)))


async def _read_back(outcome: Outcome) -> None:
    """Every thread over HTTP, as its patient: each message once, in order, none missing."""
    for visit in outcome.ended:
        stored = await _thread(visit.patient.browser, visit.consultation_id)
        compare(visit, stored, outcome)


async def _thread(browser: Browser, consultation_id: str) -> list[dict[str, Any]]:
    stored: list[dict[str, Any]] = []
    while True:
        path = f"/consultations/{consultation_id}/messages?since={len(stored)}&limit={_PAGE}"
        page = (await browser.get(path))["messages"]
        stored += page
        if len(page) < _PAGE:
            return stored


def compare(visit: Visit, stored: list[dict[str, Any]], outcome: Outcome) -> None:
    """What the thread holds against what was said, and what each side has heard of it."""
    order = [(m["sender"], m["body"]["text"]) for m in stored if m["kind"] == "text"]
    script = visit.script
    wanted = [("patient", script.complaint), *((line.speaker, line.text) for line in script.lines)]
    outcome.lost += (Counter(wanted) - Counter(order)).total()
    outcome.doubled += (Counter(order) - Counter(wanted)).total()
    if order != wanted or [m["seq"] for m in stored] != list(range(1, len(stored) + 1)):
        outcome.failed.append(f"the thread of {visit.consultation_id} differs from what was said")
    for room in visit.rooms.values():
        outcome.doubled += room.doubled
        outcome.lost += len(set(visit.sent_at) - set(room.heard_at))
