"""`./run bench safety`: prescriptions of five items through the stable door, and one check by itself."""

import argparse
import gc
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.triage.speed import cpu
from xinglin.care.prescribing.safety import check, shipped
from xinglin.care.prescribing.safety.records import case_of

LINES, ALLOWED_S, ALLOWED_P99_MS = 4_000, 60.0, 20.0
_ITEMS, _SEED = 5, 20261129


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=LINES, metavar="N", help=f"lines ({LINES})")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    """1 when the whole, or the slowest hundredth of the checks, takes longer than allowed."""
    asked = list(records(args.lines))
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.jsonl"
        lines.write_text("".join(f"{json.dumps(each)}\n" for each in asked), encoding="utf-8")
        door = [sys.executable, "-m", "xinglin", "safety", "check"]
        seconds, memory_mb = cpu(door, lines)
    figures = {"lines": args.lines, "seconds": round(seconds, 2), "memory_mb": memory_mb}
    figures |= checked(asked)
    print(
        "{lines} prescriptions: {seconds} s of one core, {memory_mb} MB; one check: median "
        "{p50_ms} ms, p99 {p99_ms} ms; {interrupting} % of these random ones interrupt by an "
        "interaction".format(**figures)
    )
    if args.json:
        print(json.dumps(figures))
    return 1 if seconds >= ALLOWED_S or figures["p99_ms"] >= ALLOWED_P99_MS else 0


def records(count: int) -> Iterator[dict[str, Any]]:
    """Five substances of the source at random; the same ones in every run."""
    facts = shipped()
    texts = [facts.names.text_of(each) for each in sorted(facts.interactions.known)]
    chance = random.Random(_SEED)
    for number in range(count):
        items = [
            {
                "generic_en" if place % 2 else "generic_zh": text.en if place % 2 else text.zh,
                "dose": chance.choice([5, 25, 100]),
                "unit": "mg",
                "route": "oral",
                "frequency": chance.choice(["qd", "bid"]),
                "days": 7,
            }
            for place, text in enumerate(chance.sample(texts, _ITEMS))
        ]
        patient = {"age": chance.randint(1, 90), "sex": chance.choice(["male", "female"])}
        yield {"id": number, "items": items, "patient": patient | {"allergies": []}}


def checked(asked: list[dict[str, Any]]) -> dict[str, Any]:
    """In this process, after one round that fills what is remembered."""
    facts, cases = shipped(), [case_of(each) for each in asked]
    reports = [check(case, facts) for case in cases]
    gc.freeze()
    took = []
    for case in cases:
        began = time.perf_counter()
        check(case, facts)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    interrupted = sum(
        any(hit.interrupts and hit.kind == "interaction" for hit in report.hits)
        for report in reports
    )
    return {
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[len(took) * 99 // 100], 2),
        "interrupting": round(100 * interrupted / len(reports), 1),
    }
