"""`./run bench dispatch`: what one event of the dispatch engine costs, from 100 to 30,000 doctors.

A small world of its own, not the simulator: the same load for each doctor at every size, text and
video, return patients, answers, refusals and silence. CPU of the engine alone, event by event, and the
calls of functions, which are the same on every machine.
"""

import argparse
import gc
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from time import process_time, thread_time_ns
from typing import Any

from bench.measures import percentile
from xinglin.care.dispatch.engine.core import Engine
from xinglin.care.dispatch.engine.decisions import Close, Offer, Pause
from xinglin.care.dispatch.engine.shapes import Doctor, Request

SIZES = (100, 1_000, 10_000, 30_000)
DEPARTMENTS = 17
_FULL_LOAD_S = 300.0  # so long a doctor needs for one visit when always at work, about
_WARM_UP = 3
_REACH_RATIO = 3.0
_REACH_P99_MS = 0.2


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--requests", type=int, default=30_000, help="at each size (30000)")
    parser.add_argument(
        "--load", type=float, default=0.75, help="share of the doctors' time (0.75)"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="N")
    parser.add_argument("--seed", type=int, default=7)


def run(args: argparse.Namespace) -> int:
    """1 when a target is missed."""
    rows = [measure(n, args.requests, args.load, args.seed) for n in args.sizes]
    for row in rows:
        print(
            f"{row['doctors']:>6} doctors: {row['events']} events, {row['mean_us']:.1f} us,"
            f" p50 {row['p50_us']:.1f}, p99 {row['p99_us']:.0f}, {row['calls']:.1f} calls an event;"
            f" {row['requests_per_cpu_s']:,.0f} requests a CPU second; waiting at most {row['waiting']}"
        )
    first, last = rows[0], rows[-1]
    found = {
        "sizes": rows,
        "time_ratio": round(last["mean_us"] / first["mean_us"], 2),
        "calls_ratio": round(last["calls"] / first["calls"], 2),
        "p99_ms": round(last["p99_us"] / 1000, 4),
    }
    print(
        f"from {first['doctors']} to {last['doctors']}: time x {found['time_ratio']}, calls x"
        f" {found['calls_ratio']} (< {_REACH_RATIO:g}); p99 {found['p99_ms']} ms (< {_REACH_P99_MS:g})"
    )
    print(json.dumps(found))
    missed = max(found["time_ratio"], found["calls_ratio"]) >= _REACH_RATIO
    return int(missed or found["p99_ms"] >= _REACH_P99_MS)


def measure(doctors: int, requests: int, load: float, seed: int) -> dict[str, Any]:
    """Times without the counting, then calls of a tenth of the requests."""
    world = World(doctors, load, seed)
    world.fill()
    world.play(_WARM_UP * doctors, plainly)  # until as many end as come
    times: list[int] = []
    gc.collect()
    gc.freeze()
    began = process_time()
    world.play(requests, timed(times))
    cpu = process_time() - began
    calls = counted(world, max(200, requests // 10))
    gc.unfreeze()
    return {
        "doctors": doctors,
        "events": len(times),
        "mean_us": round(sum(times) / len(times) / 1000, 2),
        "p50_us": percentile(times, 50) / 1000,
        "p99_us": percentile(times, 99) / 1000,
        "max_us": max(times) / 1000,
        "calls": round(calls, 2),
        "requests_per_cpu_s": round(requests / (sum(times) / 1e9)),
        "world_cpu_s": round(cpu, 2),
        "waiting": world.most_waiting,
        "seen": dict(world.seen),
    }


Run = Callable[[Callable[..., list[Any]], tuple[Any, ...], dict[str, Any]], list[Any]]


def plainly(event: Callable[..., list[Any]], a: tuple[Any, ...], k: dict[str, Any]) -> list[Any]:
    return event(*a, **k)


def timed(into: list[int], clock: Callable[[], int] = thread_time_ns) -> Run:
    def run_one(
        event: Callable[..., list[Any]], a: tuple[Any, ...], k: dict[str, Any]
    ) -> list[Any]:
        began = clock()
        made = event(*a, **k)
        into.append(clock() - began)
        return made

    return run_one


def counted(world: "World", requests: int) -> float:
    """Calls of functions, ours and the interpreter's, by event."""
    calls = events = 0

    def note(_frame: Any, kind: str, _arg: Any) -> None:
        nonlocal calls
        calls += kind in {"call", "c_call"}

    def run_one(
        event: Callable[..., list[Any]], a: tuple[Any, ...], k: dict[str, Any]
    ) -> list[Any]:
        nonlocal events
        events += 1
        sys.setprofile(note)
        try:
            return event(*a, **k)
        finally:
            sys.setprofile(None)

    world.play(requests, run_one)
    return calls / events


class World:
    """Doctors who answer, work and end; patients who come evenly, the former doctor of some known."""

    def __init__(self, doctors: int, load: float, seed: int) -> None:
        self.dice = random.Random(seed)
        self.engine = Engine()
        self.gap = _FULL_LOAD_S / doctors / load
        self.now = 0.0
        self.todo: list[tuple[float, int, str, Any]] = []
        self.number = 0
        self.doctors = doctors
        self.most_waiting = 0
        self.seen: Counter[str] = Counter()
        self.shapes: dict[int, Doctor] = {}
        self.requests: dict[int, Request] = {}

    def fill(self) -> None:
        for n in range(self.doctors):
            own, other = n % DEPARTMENTS, self.dice.randrange(DEPARTMENTS)
            departments = {f"d{own}": 1}
            if self.dice.random() < 0.4 and other != own:
                departments[f"d{other}"] = 2
            grade = self.dice.choices((1, 2, 3), (5, 3, 2))[0]
            shape = Doctor(
                id=n, departments=departments, grade=grade, units=self.dice.choice((3, 4))
            )
            self.shapes[n] = shape
            self.engine.doctor_on(shape, 0.0)

    def play(self, requests: int, run_one: Run) -> None:
        for kind, what, at in self._moments(requests):
            self.now = at
            getattr(self, f"_{kind}")(what, run_one)
            self.most_waiting = max(self.most_waiting, self.engine.waiting)

    def _moments(self, requests: int) -> Iterator[tuple[str, Any, float]]:
        arrives, left = self.now + self.gap, requests
        while left:
            due = self.todo[0][0] if self.todo else float("inf")
            timer = self.engine.next_timer() or float("inf")
            if timer < min(due, arrives):
                yield "tick", None, timer
            elif due <= arrives:
                at, _, kind, what = heappop(self.todo)
                yield kind, what, at
            else:
                left -= 1
                yield "arrive", None, arrives
                arrives += self.gap * self.dice.expovariate(1.0)

    def _later(self, wait: float, kind: str, what: Any) -> None:
        self.number += 1
        heappush(self.todo, (self.now + wait, self.number, kind, what))

    def _arrive(self, _nothing: None, run_one: Run) -> None:
        self.number += 1
        dice = self.dice
        need = dice.choices((1, 2, 3), (6, 3, 1))[0]
        request = Request(
            id=self.number,
            department=f"d{dice.randrange(DEPARTMENTS)}",
            urgency=dice.choices((1, 2, 3, 4), (6, 80, 470, 444))[0],
            arrived=self.now,
            need=need,
            channel="video" if dice.random() < 0.3 else "text",
            former=dice.randrange(self.doctors) if dice.random() < 0.25 else None,
        )
        self.requests[request.id] = request
        self._follow(run_one(self.engine.request_arrived, (request, self.now), {}))

    def _tick(self, _nothing: None, run_one: Run) -> None:
        self._follow(run_one(self.engine.tick, (self.now,), {}))

    def _accept(self, request: int, run_one: Run) -> None:
        self._follow(run_one(self.engine.accepted, (request, self.now), {}))
        shape = self.requests[request]
        work = (450, 540, 780)[shape.need - 1] * self.dice.lognormvariate(-0.25, 0.7)
        self._later(work, "end", request)

    def _end(self, request: int, run_one: Run) -> None:
        del self.requests[request]
        self._follow(run_one(self.engine.slot_freed, (request, self.now), {}))

    def _lapse(self, request: int, run_one: Run) -> None:
        self._follow(run_one(self.engine.timed_out, (request, self.now), {}))

    def _refuse(self, request: int, run_one: Run) -> None:
        again = {"again_after": self.now + 120.0, "now": self.now}
        self._follow(run_one(self.engine.refused, (request,), again))

    def _back(self, doctor: int, run_one: Run) -> None:
        self._follow(run_one(self.engine.doctor_changed, (self.shapes[doctor], self.now), {}))

    def _follow(self, made: list[Any]) -> None:
        for decision in made:
            self.seen[type(decision).__name__] += 1
            if isinstance(decision, Offer):
                chance = self.dice.random()
                kind = "lapse" if chance < 0.03 else "refuse" if chance < 0.05 else "accept"
                wait = 30.0 if kind == "lapse" else self.dice.uniform(3, 15)
                self._later(wait, kind, decision.request)
            elif isinstance(decision, Close):
                self.requests.pop(decision.request, None)
            elif isinstance(decision, Pause):
                self._later(300.0, "back", decision.doctor)


__all__ = ["World", "arguments", "measure", "run"]
