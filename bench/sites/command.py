"""`./run bench sites`: two hundred sites at Guizhou's planned day, and the board counted again."""

import argparse
import json
import sys
from typing import Any

import uvloop

from bench import hospital
from bench.measures import percentile
from bench.sites import day as days
from bench.sites.counter import Departments
from bench.sites.plan import numbers, planned_day

# General practice and what a cough also goes to; nobody sits in the last one, so patients wait there.
DEPARTMENTS = Departments(("general_practice", "internal_medicine", "respiratory"), "tcm")
_TIMED = ("registration", "hand_over", "doctor", "take_back", "walk_in")


def arguments(parser: argparse.ArgumentParser) -> None:
    told = numbers()
    visits, sites = told["demand.per_day"], told["demand.sites"]
    parser.add_argument("--sites", type=int, default=sites, metavar="N", help=f"({sites})")
    parser.add_argument("--visits", type=int, default=visits, metavar="N", help=f"({visits})")
    parser.add_argument("--doctors", type=int, default=37, metavar="N", help="on duty (37)")
    parser.add_argument(
        "--seconds", type=float, default=1800.0, metavar="S", help="that 14 hours take (1800)"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the day (1)")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    """1 when a figure of the board differs from the rows, or anything failed."""
    planned = planned_day(visits=args.visits, sites=args.sites, seed=args.seed)
    pace = (planned.closes_s - planned.opens_s) / args.seconds
    print(
        f"· {len(planned.comings)} visits at {args.sites} sites; 08:00 to 22:00 in"
        f" {args.seconds:.0f} s, {pace:.0f} times as fast: arrivals are moved together, nothing else",
        flush=True,
    )
    print("· opening the hospital …", flush=True)
    with hospital.throw_away() as opened:
        house = days.house_of(opened.url, opened.leaders)
        outcome = uvloop.run(
            days.play(house, planned, DEPARTMENTS, doctors=args.doctors, seconds=args.seconds)
        )
    figures = _figures(outcome)
    _tell(figures, outcome)
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
    return int(bool(outcome.failed or any(outcome.wrong.values())))


def _figures(outcome: days.Outcome) -> dict[str, Any]:
    """Milliseconds; CPU without sign-ins and without the load generator."""
    cpu = outcome.cpu_s
    done, took = outcome.tally.done, outcome.tally.took
    walk_ins = max(1, outcome.totals["evening"]["registered"])
    return {
        "walk_ins": outcome.totals["evening"]["registered"],
        "done": done,
        "totals": outcome.totals,
        "differences": {when: len(found) for when, found in outcome.wrong.items()},
        "failed": len(outcome.failed),
        "seconds": round(outcome.took_s, 1),
        "opened_s": round(outcome.opened_s, 1),
        "requests_of_sites": outcome.requests,
        "p50_board_ms": round(1000 * percentile(outcome.board_s, 50), 1),
        "p95_ms": {n: round(1000 * percentile(took.get(n, []), 95), 1) for n in _TIMED},
        "p50_ms": {n: round(1000 * percentile(took.get(n, []), 50), 1) for n in _TIMED},
        "cpu_ms_per_walk_in": round(1000 * sum(cpu.values()) / walk_ins, 1),
        "cpu_ms_by_process": {n: round(1000 * s / walk_ins, 1) for n, s in cpu.items()},
        "cpu_ms_loadgen": round(1000 * outcome.loadgen_cpu_s / walk_ins, 1),
    }


def _tell(figures: dict[str, Any], outcome: days.Outcome) -> None:
    print(
        f"\n {figures['walk_ins']} walk-ins in {figures['seconds']} s after"
        f" {figures['opened_s']} s of signing in; {figures['requests_of_sites']} requests of sites"
    )
    for when, totals in outcome.totals.items():
        told = "  ".join(f"{name} {value}" for name, value in totals.items())
        print(f" {when:8} {told}; differences: {len(outcome.wrong[when])}")
    for name in _TIMED:
        p50, p95 = figures["p50_ms"][name], figures["p95_ms"][name]
        print(f" {name:13} p50 {p50} ms  p95 {p95} ms")
    print(f" board         p50 {figures['p50_board_ms']} ms, read through the door")
    split = "  ".join(f"{n} {ms}" for n, ms in figures["cpu_ms_by_process"].items())
    print(f" load generator {figures['cpu_ms_loadgen']} ms a walk-in besides")
    print(f" CPU           {figures['cpu_ms_per_walk_in']} ms a walk-in: {split}")
    for found in [each for wrong in outcome.wrong.values() for each in wrong][:10]:
        print(f" differs: {found}", file=sys.stderr)
    for failure in outcome.failed[:10]:
        print(f" failed: {failure}", file=sys.stderr)
