"""`./run bench prescribe`: prescriptions from the draft to both signatures, through the public door."""

import argparse
import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench import hospital, measures, safety
from bench.follow_ups import FollowUp, follow_ups
from bench.measures import percentile
from bench.people import departments_in_turn, doctors_of, make_patients, open_socket, staff_of
from xinglin.host.demo.client.door import Browser
from xinglin.host.demo.client.line import Socket

ASKED_PER_S, ALLOWED_P99_MS = 20.0, 20.0
_WARM_S = 2.0  # each process reads the facts once
_WHY = "已评估，获益大于风险，并随访监测。"
# Each visit's own, one after the other: of one medicine twice the check would speak every time.
_MEDICINES = (
    "氨氯地平",
    "缬沙坦",
    "吲达帕胺",
    "美托洛尔",
    "阿托伐他汀",
    "二甲双胍",
    "叶酸",
    "阿卡波糖",
)


@dataclass
class Measured:
    """Seconds of one clock. `parts`: of each request by its name."""

    chains: list[float] = field(default_factory=list)
    parts: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    took_s: float = 0.0
    cpu_s: dict[str, float] = field(default_factory=dict)
    loadgen_cpu_s: float = 0.0
    unsigned: int = 0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=20.0, metavar="S", help="how long (20)")
    parser.add_argument("--at-once", type=int, default=8, metavar="N", help="at a time (8)")
    parser.add_argument("--visits", type=int, default=80, metavar="N", help="to write for (80)")
    parser.add_argument("--url", help="a demo hospital that is open already")
    parser.add_argument("--people", type=Path, metavar="FILE", help="its demo_people.json")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    """1 when it is slower than asked, or when anything failed."""
    if args.url and not args.people:
        raise SystemExit("bench: --url needs --people, the demo_people.json of that hospital")
    checked = safety.checked(list(safety.records(safety.LINES)))
    print("· opening the hospital …", flush=True)
    place = nullcontext(hospital.at(args.url, args.people)) if args.url else hospital.throw_away()
    with place as house:
        print("· visits, papers, judgements: before the clock starts …", flush=True)
        found = uvloop.run(_measured(house, args))
    figures = _figures(found, checked)
    _tell(figures)
    for failure in found.failed[:10]:
        print(f" failed: {failure}", file=sys.stderr)
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
    is_fast = figures["chains_per_s"] >= ASKED_PER_S and checked["p99_ms"] < ALLOWED_P99_MS
    return 0 if is_fast and not found.failed and not found.unsigned else 1


async def _measured(house: hospital.Hospital, args: argparse.Namespace) -> Measured:
    pharmacists = staff_of(house.url, house.people, "pharmacist")
    for pharmacist in pharmacists:
        await pharmacist.enter()
    async with AsyncExitStack() as stack:
        sheets = await _sheets(await _held(house, args.visits, stack))
        return await _load(house, args, sheets, [each.browser for each in pharmacists])


async def _held(house: hospital.Hospital, visits: int, stack: AsyncExitStack) -> list[FollowUp]:
    doctors = doctors_of(house.url, house.people)
    for doctor in doctors:
        await doctor.sign_in()
        await open_socket(Socket(doctor.browser, lambda *_: None), stack)
        await doctor.go_on_duty()
    patients = await make_patients(house.url, visits)
    departments = await departments_in_turn(patients[0].browser)
    return await follow_ups(doctors, patients, departments)


async def _load(
    house: hospital.Hospital,
    args: argparse.Namespace,
    sheets: Iterator[tuple[FollowUp, dict[str, Any]]],
    pharmacists: list[Browser],
) -> Measured:
    reviewers = itertools.cycle(pharmacists)
    await _drive(args.at_once, sheets, reviewers, Measured(), until=time.perf_counter() + _WARM_S)
    found = Measured()
    before, own = measures.cpu_s(house.leaders), measures.own_cpu_s()
    began = time.perf_counter()
    done = await _drive(args.at_once, sheets, reviewers, found, until=began + args.seconds)
    found.took_s = time.perf_counter() - began
    found.loadgen_cpu_s = measures.own_cpu_s() - own
    after = measures.cpu_s(house.leaders)
    found.cpu_s = {name: after[name] - before.get(name, 0.0) for name in after}
    for of, prescription in done:
        read = await of.doctor.get(f"/prescriptions/{prescription}")
        both = read["signed"]["verified"] and read["review"]["verified"]
        found.unsigned += read["state"] != "effective" or not both
    return found


async def _sheets(held: list[FollowUp]) -> Iterator[tuple[FollowUp, dict[str, Any]]]:
    """Every visit with the first medicine, then every visit with the second, ..."""
    items = []
    for name in _MEDICINES:
        listed = (await held[0].doctor.get(f"/medicines?q={name}"))["items"]
        medicine = next(each for each in listed if each["dose_unit"]["code"] == "{tablet}")
        items.append(
            {
                "product_id": medicine["id"],
                "dose": "1",
                "dose_unit": "{tablet}",
                "route": medicine["routes"][0]["code"],
                "frequency": "qd",
                "days": 7,
            }
        )
    return ((each, item) for item in items for each in held)


async def _drive(
    at_once: int,
    sheets: Iterator[tuple[FollowUp, dict[str, Any]]],
    reviewers: Iterator[Browser],
    found: Measured,
    *,
    until: float,
) -> list[tuple[FollowUp, str]]:
    """So many at once, each going on to the next sheet, until the time is over."""
    done: list[tuple[FollowUp, str]] = []

    async def seat() -> None:
        while time.perf_counter() < until and (next_one := next(sheets, None)):
            began = time.perf_counter()
            try:
                prescription = await _chain(*next_one, next(reviewers), found)
            except Exception as error:  # noqa: BLE001  # counted and told at the end
                found.failed.append(repr(error))
                continue
            found.chains.append(time.perf_counter() - began)
            done.append((next_one[0], prescription))

    await asyncio.gather(*(seat() for _ in range(at_once)))
    return done


async def _chain(of: FollowUp, item: dict[str, Any], pharmacist: Browser, found: Measured) -> str:
    """As the two pages send it; answers the prescription, effective by then."""

    async def timed(name: str, asked: Any) -> Any:
        began = time.perf_counter()
        answer = await asked
        found.parts.setdefault(name, []).append(time.perf_counter() - began)
        return answer

    begun = await timed(
        "start", of.doctor.post(f"/consultations/{of.visit}/prescriptions", {"sheet": "western"})
    )
    path, review = f"/prescriptions/{begun['id']}", f"/review/{begun['id']}"
    sheet = {"revision": 0, "items": [item], "diagnoses": [of.diagnosis], "valid_days": 1}
    sheet["patient_facts"] = {"is_pregnant": False, "is_breast_feeding": False}
    saved = await timed("save", of.doctor.put(path, sheet))
    checked = await timed("check", of.doctor.post(f"{path}/check"))
    reasons = [{"hit": each, "reason": _WHY} for each in checked["to_answer"]]
    signing = {"revision": saved["revision"], "overrides": reasons}
    signed = await timed("sign", of.doctor.post(f"{path}/sign", signing))
    await timed("claim", pharmacist.post(f"{review}/claim"))
    seen = await timed("read", pharmacist.get(review))
    passed = {"version": signed["version"], "checks": [each["code"] for each in seen["checks"]]}
    await timed("approve", pharmacist.post(f"{review}/approve", passed))
    return str(begun["id"])


def _figures(found: Measured, checked: dict[str, Any]) -> dict[str, Any]:
    """Milliseconds and rates per second; CPU without the load generator."""
    chains = max(len(found.chains), 1)
    return {
        "chains": len(found.chains),
        "seconds": round(found.took_s, 2),
        "chains_per_s": round(len(found.chains) / found.took_s, 2),
        **{f"p{p}_chain_ms": round(1000 * percentile(found.chains, p), 1) for p in (50, 95, 99)},
        "p95_ms_by_request": {
            name: round(1000 * percentile(took, 95), 1) for name, took in found.parts.items()
        },
        "cpu_ms_per_chain": round(1000 * sum(found.cpu_s.values()) / chains, 1),
        "cpu_ms_by_process": {
            name: round(1000 * used / chains, 1) for name, used in found.cpu_s.items()
        },
        "cpu_ms_loadgen": round(1000 * found.loadgen_cpu_s / chains, 1),
        "p50_check_ms": checked["p50_ms"],
        "p99_check_ms": checked["p99_ms"],
        "failed": len(found.failed),
        "unsigned": found.unsigned,
    }


def _tell(figures: dict[str, Any]) -> None:
    print(
        "\n {chains} prescriptions from draft to both signatures in {seconds} s:"
        " {chains_per_s} a second (asked: 20)\n one: p50 {p50_chain_ms} ms, p95 {p95_chain_ms} ms,"
        " p99 {p99_chain_ms} ms\n requests, p95 in ms: {p95_ms_by_request}\n CPU: {cpu_ms_per_chain}"
        " ms each: {cpu_ms_by_process}; the load besides: {cpu_ms_loadgen} ms\n check of five"
        " medicines: p50 {p50_check_ms} ms, p99 {p99_check_ms} ms (asked: < 20)\n failed {failed};"
        " read back without both signatures: {unsigned}".format(**figures)
    )
