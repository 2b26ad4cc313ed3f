"""`./run bench faults`: each fault against a hospital of its own, told in a table."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from bench.faults import (
    clocks,
    crowds,
    disks,
    hostile,
    kills,
    machine,
    memory,
    notify,
    stage,
    tell,
)
from bench.faults.memory import Span
from bench.faults.scene import Fault, Outcome, play
from bench.faults.stage import Stage

_PARTS = (kills, disks, notify, crowds, machine, hostile, clocks)
FAULTS: dict[str, Fault] = {fault.name: fault for part in _PARTS for fault in part.FAULTS}
_PAIRS, _PAIRS_SHORT = 50, 20
_MEMORY_WITHIN_S = 20.0


@dataclass
class Results:
    """`memory`: of each hospital, from its opening to its end, over all faults it went through."""

    outcomes: list[Outcome] = field(default_factory=list)
    memory: list[Span] = field(default_factory=list)

    @property
    def hold(self) -> bool:
        rows = all(outcome.verdict != "BROKEN" for outcome in self.outcomes)
        return rows and all(span.holds for span in self.memory)

    def as_json(self) -> dict[str, Any]:
        return {
            "faults": [outcome.as_json() for outcome in self.outcomes],
            "memory": [span.as_json() for span in self.memory],
        }


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--short", action="store_true", help="fewer and shorter, for the tests")
    parser.add_argument("--pairs", type=int, metavar="N", help="conversations at a time (50)")
    parser.add_argument("--markdown", action="store_true", help="the table as docs/ has it")
    parser.add_argument("--json", action="store_true", help="the rows as JSON on the last line")
    parser.add_argument(
        "--only", action="append", choices=sorted(FAULTS), metavar="NAME", help=", ".join(FAULTS)
    )


def run(args: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = [fault for name, fault in FAULTS.items() if not args.only or name in args.only]
    pairs = args.pairs or (_PAIRS_SHORT if args.short else _PAIRS)
    print(f"· opening the hospital; {pairs} conversations run through each fault …", flush=True)
    results = Results()
    with stage.throw_away() as house:
        for faults, opened in _houses(house, wanted):
            with opened:
                _play_all(house, faults, pairs, results, short=args.short)
    if args.markdown:
        print(tell.markdown(results.outcomes))
    if args.json:
        print(json.dumps(results.as_json(), ensure_ascii=False))
    return 0 if results.hold else 1


def _houses(
    house: Stage, wanted: Sequence[Fault]
) -> Iterator[tuple[list[Fault], AbstractContextManager[None]]]:
    """Opened once with the true clock, and once more for those who need a false one."""
    if true := [fault for fault in wanted if not fault.false_clock]:
        yield true, house.opened()
    if false := [fault for fault in wanted if fault.false_clock]:
        yield false, clocks.opened(house)


def _play_all(
    house: Stage, faults: Sequence[Fault], pairs: int, results: Results, *, short: bool
) -> None:
    first, *sets = house.make_pairs(pairs + 1, len(faults) + 1)
    # Whoever has never been talked through has not yet taken what he needs every day.
    asyncio.run(play(FAULTS["calm"], house, first, short=short))
    start = asyncio.run(memory.at_rest(house.leaders, house.everybody))
    if not results.outcomes:
        tell.head()
    for fault, own in zip(faults, sets, strict=True):
        results.outcomes.append(asyncio.run(play(fault, house, own, short=short)))
        tell.tell(results.outcomes[-1])
    span = asyncio.run(memory.spanned(house.leaders, start, _MEMORY_WITHIN_S))
    results.memory.append(span)
    print(span.words, flush=True)
