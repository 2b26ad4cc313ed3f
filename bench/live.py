"""`./run bench live`: from a committed request to the offer on the doctor's socket, in real processes.

PostgreSQL, the live process, the dispatcher and the worker as in a hospital; 30,000 doctors on duty,
2,000 of them with open sockets, the others by the lease of a live process that only its row tells of;
5,000 visits wait where nobody has room. Requests are rows committed twenty times a second, each batch
followed by the poke that the door gives. Beside it the same server stores one row and one counter a
transaction (pgbench, one client and eight), which is what an offer without batches would cost at least.
"""

import argparse
import asyncio
import json
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg

from bench.measures import cpu_s, percentile
from bench.messages import baseline, stage
from bench.messages.line import Line
from bench.messages.stage import Stage
from xinglin.host import crew

_EACH_S = 0.05
_WARM_UP = 50
_VISIT = re.compile(rb'"consultation_id":\s*"([0-9a-f-]{36})"')
_REACH_RATE, _REACH_P95_MS = 450, 300
_INSERT = """
    insert into consultation_consultation
    select (jsonb_populate_record(null::consultation_consultation, %s::jsonb
        || jsonb_build_object('id', i, 'intake_id', gen_random_uuid(), 'patient_id', p,
            'requested_at', now(), 'state_since', now()))).*
    from unnest(%s::uuid[], %s::uuid[]) as n (i, p)
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--doctors", type=int, default=30_000)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--waiting", type=int, default=5_000)
    parser.add_argument("--rate", type=int, default=225, help="requests/s of the steady part (225)")
    parser.add_argument("--seconds", type=float, default=15.0, help="of the steady part (15)")
    parser.add_argument("--burst", type=int, default=5_000, help="requests at once (5000)")


def run(args: argparse.Namespace) -> int:
    """1 when a target is missed."""
    with stage.throw_away(
        people=2 * args.sockets, pairs=args.sockets, base_count=baseline.BASE_COUNT
    ) as house:
        facts = _seeded(house, args)
        scripts = baseline.write_scripts(house)
        scripts = {baseline.PLAIN: scripts[baseline.PLAIN]}
        reached = baseline.sweep(house, scripts, 3.0, {baseline.PLAIN: (1, 8)})
        plain = reached[baseline.PLAIN].by_clients
        found = asyncio.run(_measure(house, facts, args))
    found["pgbench_1"], found["pgbench_8"] = round(plain[1]), round(plain[8])
    found["ratio_to_one_client"] = round(found["burst"]["per_second"] / plain[1], 2)
    _tell(found)
    print(json.dumps(found))
    good = found["burst"]["per_second"] >= _REACH_RATE
    return int(not (good and found["steady"]["p95_ms"] < _REACH_P95_MS))


def _seeded(house: Stage, args: argparse.Namespace) -> dict[str, Any]:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "bench.live_seed"),
            *(str(args.doctors), str(args.waiting), str(_most_requests(args))),
        ],
        cwd=crew.ROOT,
        env=house.env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"bench: the house could not be filled:\n{done.stderr[-3000:]}")
    house.sql("analyze")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _most_requests(args: argparse.Namespace) -> int:
    rate, seconds, burst = int(args.rate), int(args.seconds), int(args.burst)
    return rate * (seconds + 2) + burst + _WARM_UP


@dataclass
class Sockets:
    """When each visit was first offered on a doctor's socket, and how often in all."""

    at: dict[str, float] = field(default_factory=dict)
    offers: int = 0
    wanted: int = 0
    all_there: asyncio.Event = field(default_factory=asyncio.Event)
    ended: int = 0
    spoke: int = 0

    def hear(self, raw: bytes) -> None:
        self.spoke += 1
        if b"OfferMade" not in raw:
            return
        now = time.perf_counter()
        for found in _VISIT.findall(raw):
            self.offers += 1
            self.at.setdefault(found.decode(), now)
        if len(self.at) >= self.wanted:
            self.all_there.set()

    def end(self, _why: str) -> None:
        self.ended += 1


async def _measure(house: Stage, facts: dict[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    house.start("live")
    sockets = Sockets()
    lines = await _enter(house, sockets)
    beating = asyncio.create_task(_beat(house, facts["lease"]))
    try:
        await asyncio.sleep(2)
        for member in crew.crew(house.opening, ("dispatcher", "worker")):
            house.spawn(member)  # nothing listens there to wait for
        with psycopg.connect(house.server.dsn, autocommit=True) as db:
            await _warm_up(house, db, facts, sockets)
            cpu = cpu_s(house.leaders)
            steady = await _steady(house, db, facts, sockets, args)
            used = {name: s - cpu[name] for name, s in cpu_s(house.leaders).items()}
            steady["cpu_ms_each"] = {
                name: round(s / steady["requests"] * 1000, 2) for name, s in used.items()
            }
            burst = await _burst(house, db, facts, sockets, args)
            books = _books(db)
    finally:
        beating.cancel()
        for line in lines:
            line.close()
    return {
        "doctors": args.doctors,
        "sockets": len(lines),
        "steady": steady,
        "burst": burst,
        "doubled": sockets.offers - len(sockets.at),
        **books,
    }


async def _enter(house: Stage, sockets: Sockets) -> list[Line]:
    """Those at odd places are the doctors."""
    loop, lines = asyncio.get_running_loop(), []
    host = f"localhost:{house.opening.port}"
    for nth, session in enumerate(house.cast.sessions[1::2]):
        _, line = await loop.create_unix_connection(
            lambda: Line(sockets.hear, sockets.end), str(house.live_socket)
        )
        line.enter(host, f"{house.cast.cookie}={session}")
        lines.append(line)
        if nth % 50 == 0:
            await asyncio.sleep(0.05)
    await asyncio.sleep(1)  # until all are greeted
    for line in lines:
        line.send(b'{"op":"feed","since":0}')
    return lines


async def _beat(house: Stage, lease: str) -> None:
    """What the live process of the other doctors would do: one row, for all of them."""
    while True:
        house.sql("update live_house set beat_at = now() where id = %s", lease)
        await asyncio.sleep(2)


def _ask(house: Stage, db: Any, facts: dict[str, Any], count: int) -> dict[str, float]:
    """So many committed requests, and the poke; each with the time before its transaction."""
    visits = [str(uuid4()) for _ in range(count)]
    began = time.perf_counter()
    db.execute(_INSERT, [facts["template"], visits, [facts["patients"].pop() for _ in visits]])
    _poke(house)
    return dict.fromkeys(visits, began)


def _poke(house: Stage) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell, suppress(OSError):
        bell.sendto(b"event", str(house.opening.places.sockets / "dispatcher.poke"))


async def _warm_up(house: Stage, db: Any, facts: dict[str, Any], sockets: Sockets) -> None:
    """Until the dispatcher knows everybody."""
    asked = _ask(house, db, facts, _WARM_UP)
    await _all_of(sockets, asked)
    if not asked.keys() <= sockets.at.keys():
        said = house.log("dispatcher").read_text(errors="replace")[-3000:]
        raise SystemExit(
            f"bench: {len(sockets.at)} of {_WARM_UP} first offers, {sockets.ended} sockets ended, {sockets.spoke} frames:\n{said}"
        )


async def _steady(
    house: Stage, db: Any, facts: dict[str, Any], sockets: Sockets, args: argparse.Namespace
) -> dict[str, Any]:
    asked: dict[str, float] = {}
    began = time.perf_counter()
    sent = 0
    while (gone := time.perf_counter() - began) < args.seconds:
        due = round(gone * args.rate) - sent
        if due > 0:
            asked |= await asyncio.to_thread(_ask, house, db, facts, due)
            sent += due
        await asyncio.sleep(_EACH_S)
    await _all_of(sockets, asked)
    waits = [(sockets.at[v] - at) * 1000 for v, at in asked.items() if v in sockets.at]
    return {
        "requests": len(asked),
        "offered": len(waits),
        "rate": round(len(asked) / args.seconds),
        **{f"p{p}_ms": round(percentile(waits, p), 1) for p in (50, 95, 99)},
        "worst_ms": round(max(waits), 1),
    }


async def _burst(
    house: Stage, db: Any, facts: dict[str, Any], sockets: Sockets, args: argparse.Namespace
) -> dict[str, Any]:
    """All at once: how fast they are given away."""
    asked = await asyncio.to_thread(_ask, house, db, facts, args.burst)
    await _all_of(sockets, asked)
    found = sorted(sockets.at[v] for v in asked if v in sockets.at)
    took = found[-1] - min(asked.values())
    return {
        "requests": len(asked),
        "offered": len(found),
        "seconds": round(took, 2),
        "per_second": round(len(found) / took, 1),
    }


async def _all_of(sockets: Sockets, asked: dict[str, float]) -> None:
    """Until each is offered, a minute at most."""
    sockets.wanted = len(sockets.at.keys() | asked.keys())
    sockets.all_there.clear()
    if len(sockets.at) < sockets.wanted:
        with suppress(TimeoutError):
            async with asyncio.timeout(60):
                await sockets.all_there.wait()


def _books(db: Any) -> dict[str, int]:
    """Nobody above his cap, no visit twice, slots equal live offers but for those that were full before."""
    ((over, twice),) = db.execute(
        "select (select count(*) from dispatch_duty where reserved > capacity),"
        " (select count(*) from (select 1 from dispatch_offer"
        "  where state in ('offered', 'accepted') group by consultation_id having count(*) > 1) t)"
    ).fetchall()
    ((drift,),) = db.execute(
        "select count(*) from dispatch_duty d where not departments ? 'crowded' and reserved <> ("
        " select count(*) from dispatch_offer o where o.practitioner_id = d.practitioner_id"
        " and o.state in ('offered', 'accepted'))"
    ).fetchall()
    return {"over_capacity": over, "offered_twice": twice, "drift": drift}


def _tell(found: dict[str, Any]) -> None:
    steady, burst = found["steady"], found["burst"]
    print(
        f"{found['doctors']} doctors on duty, {found['sockets']} with sockets: at {steady['rate']}/s"
        f" p50 {steady['p50_ms']} ms, p95 {steady['p95_ms']} (< {_REACH_P95_MS}), p99 {steady['p99_ms']},"
        f" worst {steady['worst_ms']}; {steady['offered']} of {steady['requests']} offered"
    )
    print(
        f"{burst['offered']} at once in {burst['seconds']} s: {burst['per_second']}/s (>="
        f" {_REACH_RATE}); pgbench {found['pgbench_1']}/s with one client, {found['pgbench_8']}/s with"
        f" eight: {found['ratio_to_one_client']}x one client"
    )
    print(
        f"over capacity {found['over_capacity']}, twice {found['offered_twice']}, drift"
        f" {found['drift']}, on sockets twice {found['doubled']}"
    )
