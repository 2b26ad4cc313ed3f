"""`./run bench triage`: what the stable door takes for 20,000 lines, and as a ratio to plain reading."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench import dialogues

_ROOT = Path(__file__).resolve().parents[2]
_ENGLISH = _ROOT / "xinglin" / "care" / "triage" / "tests" / "data" / "cases_en.jsonl"
LINES, ALLOWED_S = 20_000, 90.0
# Reads and writes the same lines, and looks for 2,000 words in each: what no triage can do without.
_BASELINE = """
import json, sys, unicodedata
words = [chr(0x4e00 + 37 * n % 20000) + chr(0x4e00 + 91 * n % 20000) for n in range(1000)]
words += [chr(97 + n % 26) + chr(97 + n // 26 % 26) + chr(97 + n // 7 % 26) for n in range(1000)]
for line in sys.stdin.buffer:
    record = json.loads(line)
    text = unicodedata.normalize("NFKC", record["text"]).lower()
    found = [word for word in words if word in text]
    sys.stdout.buffer.write(json.dumps({**record, "found": found}).encode() + b"\\n")
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lines", type=int, default=LINES, metavar="N", help=f"lines ({LINES})")
    parser.add_argument("--json", action="store_true", help="the figures as JSON on the last line")


def run(args: argparse.Namespace) -> int:
    """1 when the whole takes longer than allowed; fewer lines are judged by their ratio only."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.jsonl"
        with lines.open("w", encoding="utf-8") as out:
            out.writelines(
                f"{json.dumps(record, ensure_ascii=False)}\n"
                for record in islice(records(), args.lines)
            )
        figures = measured(lines, args.lines)
    print(
        "{lines} lines: {seconds} s of one core ({per_line_ms} ms each, at most {allowed_s:.0f} s for"
        " 20,000); {ratio} times the baseline of {baseline_s} s; start {start_s} s; "
        "{memory_mb} MB".format(**figures)
    )
    if args.json:
        print(json.dumps(figures))
    return 1 if args.lines >= LINES and figures["for_20000_s"] >= ALLOWED_S else 0


def records() -> Iterator[dict[str, Any]]:
    """Real first lines of patients and English vignettes in turn; no two records are the same."""
    chinese = [script.complaint for script in dialogues.scripts()]
    english = [
        json.loads(line)["text"] for line in _ENGLISH.read_text(encoding="utf-8").splitlines()
    ]
    for number, (one, other) in enumerate(zip(cycle(chinese), cycle(english), strict=False)):
        for text in (one, other):
            yield {
                "id": f"{number}-{text[:1]}",
                "text": f"{text} ({number})",
                "age_years": number % 90,
                "sex": "female" if number % 2 else "male",
            }


def measured(lines: Path, count: int) -> dict[str, Any]:
    door = [sys.executable, "-m", "xinglin", "triage", "predict"]
    start_s, memory_mb = cpu(door, Path(os.devnull))
    baseline_s, _ = cpu([sys.executable, "-c", _BASELINE], lines)
    seconds, memory_mb = cpu(door, lines)
    return {
        "lines": count,
        "seconds": round(seconds, 2),
        "start_s": round(start_s, 2),
        "baseline_s": round(baseline_s, 2),
        "ratio": round(seconds / baseline_s, 1),
        "per_line_ms": round((seconds - start_s) / count * 1000, 3),
        "for_20000_s": round(start_s + (seconds - start_s) / count * LINES, 1),
        "allowed_s": ALLOWED_S,
        "memory_mb": memory_mb,
    }


def cpu(command: list[str], lines: Path) -> tuple[float, int]:
    """Seconds of the processor, which do not count what others do meanwhile; and memory at most."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with lines.open("rb") as told:
        # One thread: libraries for sums would otherwise take every core.
        env = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run(
            command, cwd=_ROOT, env=env, stdin=told, stdout=subprocess.DEVNULL, check=True
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return seconds, after.ru_maxrss // unit
