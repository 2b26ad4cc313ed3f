"""A planned day of sites in a real hospital, in less time than it takes; then the board is recounted.

The clock of the house runs as ever: only the arrivals are moved together. So waits are those of real
requests and real people of a machine, and nothing is said of waits of a day as it would be.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from bench import measures
from bench.people import open_socket
from bench.sites.counter import Counter, Departments, Tally
from bench.sites.doctors import Desk, Fates
from bench.sites.plan import Coming, Day
from bench.sites.recount import differences, read
from xinglin.host.demo.client.door import Browser
from xinglin.host.demo.client.people import Doctor
from xinglin.kernel import ids

_AT_ONCE, _SILENT_WITHIN_S = 4, 20.0
_ALWAYS: Final = {
    day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}
# As if they had been enrolled long before, and were never heard.
_AGE = """
    update sites_device set enrolled_at = enrolled_at - interval '1 hour' where id = any(%s::uuid[])
"""

_UNRELAYED = "select 1 from outbox_outboxevent where relayed_at is null limit 1"


@dataclass(frozen=True)
class House:
    """`env`: of a process of its own; it holds `DATABASE_URL`. `leaders`: process name -> pid."""

    url: str
    env: dict[str, str]
    leaders: dict[str, int]

    @property
    def dsn(self) -> str:
        return self.env["DATABASE_URL"]


def house_of(url: str, leaders: dict[str, int]) -> House:
    """What its worker was started with opens the database."""
    words = Path(f"/proc/{leaders['worker']}/environ").read_bytes().decode().split("\0")
    return House(url, dict(word.split("=", 1) for word in words if "=" in word), leaders)


@dataclass
class Outcome:
    """`wrong`: figures of the board that the rows deny, at each time it was read."""

    tally: Tally = field(default_factory=Tally)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    board_s: list[float] = field(default_factory=list)
    requests: int = 0
    opened_s: float = 0.0
    took_s: float = 0.0
    cpu_s: dict[str, float] = field(default_factory=dict)
    loadgen_cpu_s: float = 0.0

    @property
    def failed(self) -> list[str]:
        return self.tally.failed


@dataclass
class Cast:
    """Everybody, signed in."""

    institution_id: UUID
    operator: Doctor
    administrator: Doctor
    counters: list[Counter]
    desks: list[Desk]
    fates: Fates
    sites: dict[str, dict[str, Any]] = field(default_factory=dict)


async def play(
    house: House, day: Day, departments: Departments, *, doctors: int, seconds: float
) -> Outcome:
    """Morning and afternoon; after each, when nobody moves, the board is compared with the rows.

    CPU is counted from the first patient to the last.
    """
    outcome, began = Outcome(), time.perf_counter()
    async with AsyncExitStack() as stack:
        cast = await _gather(house, day, departments, doctors, outcome.tally, stack)
        await _open_sites(house, cast, day)
        outcome.opened_s = time.perf_counter() - began
        await _compare("morning", house, cast, outcome)
        before, own = measures.cpu_s(house.leaders), measures.own_cpu_s()
        began = time.perf_counter()
        noon = len(day.comings) // 2
        middle = day.comings[noon].at_s if day.comings else day.closes_s
        pace = (day.closes_s - day.opens_s) / seconds
        await _let_come(cast, day, day.comings[:noon], pace, (day.opens_s, middle))
        await _compare("noon", house, cast, outcome)
        await _let_come(cast, day, day.comings[noon:], pace, (middle, day.closes_s))
        outcome.took_s = time.perf_counter() - began
        after = measures.cpu_s(house.leaders)
        outcome.cpu_s = {name: after[name] - before.get(name, 0.0) for name in after}
        outcome.loadgen_cpu_s = measures.own_cpu_s() - own
        await _compare("evening", house, cast, outcome)
        await _go_home(cast)
        await _compare("night", house, cast, outcome)
        await _close(cast)
        outcome.requests = sum(c.browser.requests for c in cast.counters)
        outcome.tally.failed += [
            f"doctor: {each!r}"[:400] for desk in cast.desks for each in desk.failures
        ]
    return outcome


def seeded(house: House, *, assistants: int, doctors: int, departments: Sequence[str]) -> Any:
    """The accounts, by a process that has the house's own services."""
    mark = f"b{ids.new().hex[-6:]}"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.sites.seed"),
            *(mark, str(assistants), str(doctors), *departments),
        ],
        cwd=Path(__file__).resolve().parents[2],
        env=house.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: nobody could be taken on:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.splitlines()[-1])


async def _gather(
    house: House,
    day: Day,
    departments: Departments,
    doctors: int,
    tally: Tally,
    stack: AsyncExitStack,
) -> Cast:
    found = seeded(house, assistants=day.sites, doctors=doctors, departments=departments.staffed)

    def people(role: str) -> list[Doctor]:
        """Each from an address of its own, as sites and doctors are."""
        return [
            Doctor(
                Browser(house.url, address=f"127.{len(role)}.{n // 250}.{1 + n % 250}"),
                p["username"],
                p["password"],
                p["totp_secret"],
            )
            for n, p in enumerate(found[role])
        ]

    fates = Fates()
    assistants = people("site_assistant")
    cast = Cast(
        institution_id=UUID(found["institution_id"]),
        operator=people("operator")[0],
        administrator=people("administrator")[0],
        counters=[
            Counter(who, told["id"], n, departments, tally, fates.tell)
            for n, (who, told) in enumerate(zip(assistants, found["site_assistant"], strict=True))
        ],
        desks=[Desk(doctor, fates) for doctor in people("doctor")],
        fates=fates,
    )
    everybody = (cast.operator, cast.administrator, *assistants, *(d.doctor for d in cast.desks))
    for one in everybody:
        stack.callback(one.browser.close)
    await cast.operator.enter()
    await cast.administrator.enter()
    await _each(cast.desks, lambda desk: _on_duty(desk, stack))
    return cast


async def _on_duty(desk: Desk, stack: AsyncExitStack) -> None:
    await desk.doctor.sign_in()
    await open_socket(desk.socket, stack)
    await desk.doctor.go_on_duty()
    stack.push_async_callback(desk.go_off_duty)


async def _each(things: Iterable[Any], act: Any) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(thing: Any) -> None:
        async with gate:
            await act(thing)

    await asyncio.gather(*(one(thing) for thing in things))


async def _open_sites(house: House, cast: Cast, day: Day) -> None:
    """By an administrator; then each assistant enrols the own browser."""
    office = cast.administrator.browser
    mark = ids.new().hex[-6:].upper()

    async def one(counter: Counter) -> None:
        n = counter.number
        site = await office.post("/sites", _site(mark, n))
        cast.sites[site["id"]] = _site(mark, n)
        await office.put(f"/sites/{site['id']}/staff/{counter.user_id}", {})
        enrolment = await office.post(f"/sites/{site['id']}/enrolments")
        await counter.open(enrolment["code"])

    await _each(cast.counters, one)
    dark = [c.device_id for c in cast.counters if c.number in day.dark]
    with psycopg.connect(house.dsn, autocommit=True) as db:
        db.execute(_AGE, [dark])
    for counter in cast.counters:
        if counter.number not in day.dark:
            await counter.beat()
    until = time.perf_counter() + _SILENT_WITHIN_S
    while time.perf_counter() < until:
        board = await cast.operator.browser.get("/sites/board")
        silent = {i["code"] for i in board["items"] if i["state"] == "silent"}
        if {f"{mark}-{n:03d}" for n in day.dark} <= silent:
            return
        await asyncio.sleep(0.5)
    raise SystemExit("bench: the worker has not told of the silent sites")


def _site(mark: str, n: int) -> dict[str, Any]:
    """Names are made up; places lie in a grid over Guizhou, which no site is at."""
    return {
        "code": f"{mark}-{n:03d}",
        "name": {"zh": f"试演药店{n}号", "en": f"Trial drugstore {n}"},
        "kind": "village_clinic" if n % 5 == 0 else "drugstore",
        "division": "520121",
        "longitude": 104.5 + n % 20 * 0.2,
        "latitude": 25.2 + n // 20 * 0.3,
        "terminals": 1,
        "hours": _ALWAYS,
    }


async def _let_come(
    cast: Cast, day: Day, comings: Sequence[Coming], pace: float, part: tuple[float, float]
) -> None:
    """Each at the own time of the day, `pace` times as fast; until the last of them has been served."""
    began = time.perf_counter()

    async def at(moment_s: float) -> None:
        await asyncio.sleep(max(0.0, began + (moment_s - part[0]) / pace - time.perf_counter()))

    async def arrive() -> None:
        for coming in comings:
            await at(coming.at_s)
            cast.counters[coming.site].came.put_nowait(coming)
        await at(part[1])

    async def fail(site: int, line: tuple[float, float]) -> None:
        """What of the outage is in this part of the day; at its end the line is there for a moment."""
        begins, ends = max(line[0], part[0]), min(line[1], part[1])
        if begins < ends:
            await at(begins)
            cast.counters[site].came.put_nowait("out")
            await at(ends)
            cast.counters[site].came.put_nowait("back")

    workers = [asyncio.create_task(counter.work()) for counter in cast.counters]
    over = asyncio.Event()
    lit = [counter for counter in cast.counters if counter.number not in day.dark]
    beats = [asyncio.create_task(counter.keep_beating(over)) for counter in lit]
    await asyncio.gather(arrive(), *(fail(site, line) for site, line in day.outages.items()))
    await asyncio.gather(*(counter.came.join() for counter in cast.counters))
    over.set()
    await asyncio.gather(*beats)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def _go_home(cast: Cast) -> None:
    await _each(cast.counters, lambda counter: counter.send_home())
    cast.fates.evening.set()
    await asyncio.gather(*(desk.finish() for desk in cast.desks))


async def _close(cast: Cast) -> None:
    """For good: the hospital is as it was, but for what has happened."""
    office = cast.administrator.browser
    await _each(
        cast.sites.items(),
        lambda told: office.put(f"/sites/{told[0]}", told[1] | {"closed": True}),
    )


async def _compare(when: str, house: House, cast: Cast, outcome: Outcome) -> None:
    """Nobody moves: what the last acts have set off is carried on first."""
    await _settled(house)
    for _ in range(3):
        began = time.perf_counter()
        board = await cast.operator.browser.get("/sites/board")
        outcome.board_s.append(time.perf_counter() - began)
    outcome.totals[when] = board["totals"]
    outcome.wrong[when] = differences(board, read(house.dsn), cast.institution_id)


async def _settled(house: House) -> None:
    """Until every event is relayed."""
    with psycopg.connect(house.dsn, autocommit=True) as db:
        while db.execute(_UNRELAYED).fetchone():  # noqa: ASYNC110  # another process relays them
            await asyncio.sleep(0.1)
