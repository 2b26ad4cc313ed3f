"""`./run bench messages`: which trials are run in which order, and what they say together."""

import argparse
import gc
import json
import os
import signal
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench.messages import baseline, door, judge, stage, trials
from bench.messages.baseline import ALL, ONE_STATEMENT, PLAIN, Reached
from bench.messages.judge import Verdict
from bench.messages.stage import Stage
from bench.messages.talk import ALTERNATING, ONE_SIDED, Crowd
from bench.messages.tell import tell
from bench.messages.trials import Idle, Window

PARTS = ("talk", "half", "single", "cost", "marks", "idle", "door-idle")
_ROUNDS = 3
_COST_PAIRS = (10, 30, 100, 300, 1000)


@dataclass(frozen=True)
class Wish:
    """How much of everything. `parts`: some of PARTS."""

    seconds: float = 8.0
    pairs: int = 500
    how: str = ALTERNATING
    in_flight: int = 1
    rounds: int = _ROUNDS
    pgbench_s: float = 2.0
    clients: tuple[int, ...] = baseline.CLIENTS
    cost_pairs: tuple[int, ...] = _COST_PAIRS
    singles: int = 200
    idle: int = 10_000
    door_idle: int = 5_000
    idle_s: float = 35.0
    parts: tuple[str, ...] = PARTS

    @property
    def talking(self) -> bool:
        return not {"idle", "door-idle"}.issuperset(self.parts)


QUICK = Wish(
    seconds=1.0,
    pairs=20,
    rounds=1,
    pgbench_s=1.0,
    clients=(8,),
    cost_pairs=(5, 20),
    singles=20,
    # Fewer weigh less than what a process that has just started gives back.
    idle=1_000,
    door_idle=500,
    idle_s=2.0,
)


@dataclass
class Results:
    """Everything that was measured; what was not asked for stays empty."""

    wish: Wish
    load_before: str = ""
    pgbench: list[dict[str, Reached]] = field(default_factory=list)
    straight: list[Window] = field(default_factory=list)
    front: list[Window] = field(default_factory=list)
    half: Window | None = None
    front_half: Window | None = None
    single: Window | None = None
    cost: dict[int, list[Window]] = field(default_factory=dict)
    quiet: dict[str, float] = field(default_factory=dict)
    marks: Window | None = None
    marks_per_s: float = 0.0
    idle: Idle | None = None
    front_idle: Idle | None = None
    verdict: Verdict = field(default_factory=Verdict)
    busy: int = 0
    failures: list[str] = field(default_factory=list)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, metavar="S", help="of each window (8)")
    parser.add_argument("--pairs", type=int, metavar="N", help="talking pairs (500)")
    parser.add_argument("--in-flight", type=int, default=1, metavar="K", help="of each pair (1)")
    parser.add_argument(
        "--how",
        choices=(ALTERNATING, ONE_SIDED),
        default=ALTERNATING,
        help="answer what is heard (alternating), or go on when acknowledged (one-sided)",
    )
    parser.add_argument("--only", metavar="PART,...", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="seconds: for the tests")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    wish = _wish(args)
    results = Results(wish, Path("/proc/loadavg").read_text(encoding="ascii").strip())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and nothing is left behind
    door.raise_limits()
    pairs = max(wish.pairs, *wish.cost_pairs) if "cost" in wish.parts else wish.pairs
    threads = pairs + wish.pairs if wish.talking else 0
    people = max(2 * threads, wish.idle + 100)
    print(f"· filling a database: {people} people, {threads} visits …", flush=True)
    gc.disable()  # nothing here goes in circles, and a pause of ours would look like theirs
    with stage.throw_away(people=people, pairs=threads, base_count=baseline.BASE_COUNT) as made:
        uvloop.run(_trials(made, results, pairs))
    found = figures(results)
    tell(results, found)
    if args.json:
        print(json.dumps(found, ensure_ascii=False))
    return 0 if results.verdict.clean and not results.failures else 1


def _wish(args: argparse.Namespace) -> Wish:
    usual = QUICK if args.quick else Wish()
    parts = tuple(args.only.split(",")) if args.only else PARTS
    if unknown := set(parts) - set(PARTS):
        raise SystemExit(f"bench: no part is called {', '.join(unknown)}: {', '.join(PARTS)}")
    given = {"seconds": args.seconds, "pairs": args.pairs}
    return Wish(
        **vars(usual)
        | {name: value for name, value in given.items() if value}
        | {"how": args.how, "in_flight": args.in_flight, "parts": parts}
    )


async def _trials(made: Stage, results: Results, pairs: int) -> None:
    wish = results.wish
    made.start("live")
    made.start("caddy")
    if wish.talking:
        print("· opening the sockets of both doors …", flush=True)
        threads = made.cast.threads
        straight = await door.crowd(made, door.straight(made), threads[:pairs])
        front = await door.crowd(made, door.front(made), threads[pairs : pairs + wish.pairs])
        await _talk(made, results, straight, front)
        await _seldom(made, results, straight, front)
        results.verdict = judge.read_back(made, straight, front)
        results.busy = straight.busy + front.busy
        results.failures = (straight.failures + front.failures)[:10]
        straight.leave()
        front.leave()
    if "idle" in wish.parts:
        results.idle = await _idle(made, "straight", wish.idle, wish.idle_s)
    if "door-idle" in wish.parts:
        results.front_idle = await _idle(made, "front", wish.door_idle, wish.idle_s)


async def _talk(made: Stage, results: Results, straight: Crowd, front: Crowd) -> None:
    """pgbench, straight, through the door; the next round the other way round."""
    wish = results.wish
    if not {"talk", "half"}.intersection(wish.parts):
        return
    scripts = baseline.write_scripts(made)

    async def base() -> None:
        first = dict.fromkeys(ALL, wish.clients)
        best = {shape: (r.clients,) for shape, r in (results.pgbench or [{}])[0].items()}
        seconds = wish.pgbench_s * (2 if best else 1)
        results.pgbench.append(await trials.pgbench(made, scripts, seconds, best or first))

    async def talk(crowd: Crowd, windows: list[Window]) -> None:
        windows.append(
            await trials.closed(
                made, crowd, wish.seconds, how=wish.how, pairs=wish.pairs, at_once=wish.in_flight
            )
        )

    for n in range(wish.rounds):
        print(f"· round {n + 1} of {wish.rounds}: pgbench, straight, through Caddy …", flush=True)
        steps = [
            base,
            lambda: talk(straight, results.straight),
            lambda: talk(front, results.front),
        ]
        for step in steps if n % 2 == 0 else reversed(steps):
            await step()


async def _seldom(made: Stage, results: Results, straight: Crowd, front: Crowd) -> None:
    """What is measured once."""
    wish = results.wish
    if "half" in wish.parts:
        print("· at half of the rate, whatever the answers …", flush=True)
        for crowd, windows, name in (
            (straight, results.straight, "half"),
            (front, results.front, "front_half"),
        ):
            rate = statistics.median(window.per_second for window in windows) / 2
            window = await trials.paced(
                made, crowd, wish.seconds, per_second=rate, pairs=wish.pairs
            )
            setattr(results, name, window)
    if "single" in wish.parts:
        print("· one message at a time …", flush=True)
        results.single = await trials.single(made, straight, wish.singles)
    if "cost" in wish.parts:
        await _cost(made, results, straight)
    if "marks" in wish.parts:
        print("· with the marks of browsers …", flush=True)
        results.marks, results.marks_per_s = await trials.closed_with_marks(
            made, straight, wish.seconds, how=wish.how, pairs=wish.pairs
        )


async def _cost(made: Stage, results: Results, straight: Crowd) -> None:
    """Up and down again, so that what the house has become meanwhile is not taken for the pairs."""
    wish = results.wish
    print("· few pairs and many, and nobody …", flush=True)
    results.quiet = await trials.quiet(made, wish.seconds / 2)
    for count in (*wish.cost_pairs, *reversed(wish.cost_pairs)):
        window = await trials.cost(
            made, straight, wish.seconds / 2, how=wish.how, pairs=count, idle=results.quiet
        )
        results.cost.setdefault(count, []).append(window)


async def _idle(made: Stage, which: str, sockets: int, seconds: float) -> Idle:
    print(f"· {sockets} idle sockets, {which}, of processes just started …", flush=True)
    for name in ("caddy", "live"):
        made.stop(name)
    for name in ("live", "caddy"):
        made.start(name)
    entry = door.straight(made) if which == "straight" else door.front(made)
    return await trials.idle(made, entry, sockets, seconds)


def figures(results: Results) -> dict[str, Any]:
    """One flat object; only what was measured is in it."""
    found: dict[str, Any] = {"cores": os.cpu_count(), "load_before": results.load_before}
    if results.straight:
        found |= _of_talk(results)
    for name, window in (("", results.half), ("door_", results.front_half)):
        if window:
            found |= {
                f"{name}half_per_s": round(window.per_second),
                f"{name}p50_half_ms": trials.p(window.delivered_ms, 50),
                f"{name}p99_half_ms": trials.p(window.delivered_ms, 99),
                f"{name}cpu_us_per_delivered_half": round(window.cost_us_delivered, 1),
            }
    if results.single:
        found["single_p50_ms"] = trials.p(results.single.acked_ms, 50)
        found["single_p99_ms"] = trials.p(results.single.acked_ms, 99)
        found["single_delivered_p50_ms"] = trials.p(results.single.delivered_ms, 50)
    if results.cost:
        found |= _of_cost(results)
    if results.marks:
        found["with_marks_per_s"] = round(results.marks.per_second)
        found["with_marks_told_per_s"] = round(results.marks_per_s)
        found["with_marks_cost_us"] = round(results.marks.cost_us, 1)
    for name, idle in (("", results.idle), ("door_", results.front_idle)):
        if idle:
            found |= _of_idle(name, idle)
    if results.wish.talking:
        verdict = results.verdict
        found |= {
            "acknowledged": verdict.acknowledged,
            "lost": verdict.lost,
            "doubled": verdict.doubled,
            "gaps": verdict.gaps,
            "out_of_order": verdict.out_of_order,
            "unanswered": verdict.unanswered,
            "busy": results.busy,
        }
    return found | {"failures": results.failures}


def _of_talk(results: Results) -> dict[str, Any]:
    """Medians of the rounds, and lowest and highest beside."""
    plain = [base[PLAIN].per_second for base in results.pgbench]
    one = [base[ONE_STATEMENT].per_second for base in results.pgbench]
    ours = [window.per_second for window in results.straight]
    front = [window.per_second for window in results.front]
    base, best = statistics.median(plain), results.pgbench[0][PLAIN]
    last, doors = results.straight[-1], results.front[-1]
    acked = [ms for window in results.straight for ms in window.acked_ms]
    heard = [ms for window in results.straight for ms in window.delivered_ms]
    through = [ms for window in results.front for ms in window.delivered_ms]
    return {
        "messages_per_s": round(statistics.median(ours)),
        "messages_per_s_spread": [round(min(ours)), round(max(ours))],
        "ratio_to_pgbench": round(statistics.median(ours) / base, 2),
        "ratio_to_pgbench_one_statement": round(
            statistics.median(ours) / statistics.median(one), 2
        ),
        "p50_ms": trials.p(acked, 50),
        "p99_ms": trials.p(acked, 99),
        "delivered_per_s": round(
            statistics.median(w.delivered_per_second for w in results.straight)
        ),
        "delivered_p50_ms": trials.p(heard, 50),
        "delivered_p99_ms": trials.p(heard, 99),
        "cpu_us_per_delivered": round(
            statistics.median(_without(w, "caddy") for w in results.straight),
            1,
        ),
        "cpu_us_by_process": last.cost_us_by_process,
        "cores_busy": round(last.cores_busy, 2),
        "generator_us_per_message": round(last.generator_us, 1),
        "door_messages_per_s": round(statistics.median(front)),
        "door_messages_per_s_spread": [round(min(front)), round(max(front))],
        "door_ratio": round(statistics.median(front) / base, 2),
        "door_delivered_p50_ms": trials.p(through, 50),
        "door_delivered_p99_ms": trials.p(through, 99),
        "door_cpu_us_per_delivered": round(
            statistics.median(w.cost_us_delivered for w in results.front), 1
        ),
        "door_cpu_us_by_process": doors.cost_us_by_process,
        "door_cores_busy": round(doors.cores_busy, 2),
        "pgbench_per_s": round(base),
        "pgbench_spread": [round(min(plain)), round(max(plain))],
        "pgbench_clients": best.clients,
        "pgbench_by_clients": {str(n): round(rate) for n, rate in best.by_clients.items()},
        "pgbench_one_statement_per_s": round(statistics.median(one)),
        "pgbench_one_statement_clients": results.pgbench[0][ONE_STATEMENT].clients,
    }


def _of_cost(results: Results) -> dict[str, Any]:
    """Means of the way up and the way down, and both beside."""

    def each(value: Callable[[Window], float], digits: int = 1) -> dict[str, float]:
        return {
            str(pairs): round(statistics.mean(map(value, windows)), digits)
            for pairs, windows in results.cost.items()
        }

    return {
        "cost_us_per_message": each(lambda window: window.cost_us),
        "cost_us_up_and_down": {
            str(pairs): [round(window.cost_us, 1) for window in windows]
            for pairs, windows in results.cost.items()
        },
        "cost_us_live": each(lambda window: window.cost_us_by_process["live"]),
        "cost_us_postgres": each(lambda window: window.cost_us_by_process["postgres"]),
        "cost_batch": each(lambda window: window.batch),
        "cost_cores_busy": each(lambda window: window.cores_busy, 2),
        "rate_by_pairs": each(lambda window: window.per_second, 0),
        "quiet_cpu_percent": {name: round(100 * c, 2) for name, c in results.quiet.items()},
    }


def _without(window: Window, name: str) -> float:
    rest = sum(seconds for process, seconds in window.cpu_s.items() if process != name)
    return 1e6 * rest / max(1, len(window.delivered_ms))


def _of_idle(name: str, idle: Idle) -> dict[str, Any]:
    return {
        f"{name}idle_sockets": idle.sockets,
        f"{name}idle_kb_per_socket": round(idle.kb_each["live"], 1),
        f"{name}idle_kb_by_process": {n: round(kb, 1) for n, kb in idle.kb_each.items()},
        f"{name}idle_cpu_percent": round(idle.cpu_percent["live"], 2),
        f"{name}idle_cpu_by_process": {n: round(c, 2) for n, c in idle.cpu_percent.items()},
        f"{name}idle_opened_per_s": round(idle.per_second),
    }
