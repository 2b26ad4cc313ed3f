"""`./run bench replay`: whole consultations through the public door, told in figures."""

import argparse
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import uvloop

from bench import hospital, replay
from bench.measures import percentile

_PARTS = ("api", "live", "worker", "dispatcher", "caddy", "supervisor", "postgres")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dialogues", type=int, default=60, metavar="N", help="how many (60)")
    parser.add_argument(
        "--at-once", type=int, default=20, metavar="N", help="how many at a time (20)"
    )
    parser.add_argument("--seconds", type=float, metavar="S", help="begin new ones for so long")
    parser.add_argument("--url", help="a demo hospital that is open already")
    parser.add_argument(
        "--people", type=Path, metavar="FILE", help="its demo_people.json, with --url"
    )
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    if args.url and not args.people:
        raise SystemExit("bench: --url needs --people, the demo_people.json of that hospital")
    load = replay.Load(args.dialogues, args.at_once, args.seconds)
    print("· opening the hospital …", flush=True)
    place = nullcontext(hospital.at(args.url, args.people)) if args.url else hospital.throw_away()
    with place as house:
        if not args.url:
            print(
                f"  the limit of requests per address is raised from 600 to"
                f" {hospital.ADDRESS_LIMIT} a minute: everything here comes from one address"
            )
        print(
            "· signing in doctors (password, one-time code, identity check) and patients (phone"
            " code), opening their sockets: before the clock starts …",
            flush=True,
        )
        outcome = uvloop.run(replay.run(house, load))
    figures = _figures(outcome)
    _tell(load, outcome, figures)
    if args.json:
        print(json.dumps(figures, ensure_ascii=False))
    return 0 if not outcome.failed and not outcome.lost and not outcome.doubled else 1


def _figures(outcome: replay.Outcome) -> dict[str, Any]:
    """Milliseconds, megabytes (PSS), rates per second; CPU without the load generator."""
    visits = len(outcome.ended)
    accept = [visit.accept_s for visit in outcome.ended]
    delivery = [seconds for visit in outcome.ended for seconds in visit.deliveries()]
    messages = sum(1 + len(visit.script.lines) for visit in outcome.ended)
    cpu = sum(outcome.cpu_s.values())
    each = {name: round(1000 * s / max(visits, 1), 2) for name, s in outcome.cpu_s.items()}
    return {
        "consultations": visits,
        "seconds": round(outcome.took_s, 2),
        "consultations_per_s": round(visits / outcome.took_s, 2),
        "messages_per_s": round(messages / outcome.took_s, 1),
        **{f"p{p}_accept_ms": round(1000 * percentile(accept, p), 1) for p in (50, 95, 99)},
        **{f"p{p}_delivery_ms": round(1000 * percentile(delivery, p), 1) for p in (50, 95, 99)},
        "cpu_ms_per_consultation": round(1000 * cpu / max(visits, 1), 1),
        "cpu_ms_by_process": each,
        "cpu_ms_loadgen": round(1000 * outcome.loadgen_cpu_s / max(visits, 1), 2),
        "pss_mb_idle": round(sum(outcome.pss_idle_mb.values())),
        "pss_mb": round(sum(outcome.pss_mb.values())),
        "pss_mb_by_process": {name: round(mb) for name, mb in outcome.pss_mb.items()},
        "lost": outcome.lost,
        "doubled": outcome.doubled,
        "failed": len(outcome.failed),
        "emergencies_replaced": sum(visit.was_emergency for visit in outcome.ended),
        "lines_lost": outcome.lines_lost,
    }


def _tell(load: replay.Load, outcome: replay.Outcome, figures: dict[str, Any]) -> None:
    print(
        f"\n {figures['consultations']} consultations, {load.at_once} at once, in"
        f" {figures['seconds']} s; {outcome.doctors} doctors on duty, {outcome.patients} patients"
    )
    print(
        f" {figures['consultations_per_s']} consultations/s  {figures['messages_per_s']} messages/s"
    )
    for name, words in (
        ("accept", "from the request to the patient's reading that a doctor has it"),
        ("delivery", "from the send of one side to the hearing of the other"),
    ):
        found = "  ".join(f"p{p} {figures[f'p{p}_{name}_ms']} ms" for p in (50, 95, 99))
        print(f" {name:9} {found}   ({words})")
    if outcome.cpu_s:
        split = "  ".join(
            f"{n} {figures['cpu_ms_by_process'][n]}" for n in _PARTS if n in outcome.cpu_s
        )
        print(f" CPU       {figures['cpu_ms_per_consultation']} ms a consultation: {split}")
        print(
            f"           besides, the load generator on the same cores:"
            f" {figures['cpu_ms_loadgen']} ms"
        )
        print(
            f" memory    {figures['pss_mb_idle']} MB (PSS) idle, {figures['pss_mb']} MB at the end"
        )
    print(
        f" threads   read back: {figures['lost']} lost, {figures['doubled']} doubled,"
        f" {figures['failed']} failed; {figures['lines_lost']} lines lost and resumed"
    )
    if figures["emergencies_replaced"]:
        print(
            f" {figures['emergencies_replaced']} complaints met a red flag and were stopped as"
            f" emergencies; those visits were opened with “{replay.dialogues.NEUTRAL}” instead"
        )
    for failure in outcome.failed[:10]:
        print(f" failed: {failure}", file=sys.stderr)
