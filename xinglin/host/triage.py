"""`./run triage`: the stable door of triage, for programs and for those who watch over it."""

import argparse
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from xinglin.kernel import clock
from xinglin.policy.rules import emergency_number

# By name: rules are no door of a module, and none of this may load a framework.
_PREDICT = "xinglin.care.triage.rules.predict"
_APART = {"train": "xinglin.care.triage.training.run", "evaluate": "bench.triage.evaluate"}
_ABOUT = {
    "predict": "JSON lines from standard input to standard output; needs no hospital",
    "report": "how triage did in a hospital: confusion, coverage, drift, missed red flags",
    "train": "the weights of the departments, from the repository",
    "evaluate": "figures on the sets of the repository, for docs/triage.md",
}
_BOM = b"\xef\xbb\xbf"
_MOST_DAYS = 3660
_DEMO = Path(__file__).resolve().parents[2] / "var" / "demo"

Predict = Callable[[Mapping[str, Any]], dict[str, Any]]


def main(words: Sequence[str]) -> int:
    """`words`: what stands behind `./run triage`."""
    if words and words[0] in _APART:
        code: int = import_module(_APART[words[0]]).main(list(words[1:]))
        return code
    parser = argparse.ArgumentParser(prog="./run triage", description="Triage from outside")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, about in _ABOUT.items():
        one = commands.add_parser(name, help=about, description=about)
        if name == "report":
            one.add_argument("--days", type=_days, default=28, help="how far back (28)")
            one.add_argument("--json", action="store_true", help="for programs")
            one.add_argument("--data", type=Path, default=_DEMO, metavar="DIR", help="its folder")
    args = parser.parse_args(words)
    if args.command == "report":
        return report(args.data, days=args.days, as_json=args.json)
    return predict()


def _days(words: str) -> int:
    if not words.isascii() or not words.isdigit() or not 0 < int(words) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {_MOST_DAYS}")
    return int(words)


def predict() -> int:
    """1 when a line could not be answered."""
    number = emergency_number("cn", clock.now())
    rules: Predict = partial(import_module(_PREDICT).predict, emergency_number=number)
    # The lists are read once and stay: the collector need not look through them again and again.
    rules({})
    gc.freeze()
    # Whatever prints from here on does not reach those who read JSON.
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    failed = 0
    try:
        for answer in answers(sys.stdin.buffer, rules):
            failed += "error" in answer
            out.write(_line(answer))
            out.flush()
    except BrokenPipeError:
        # Whoever read has gone; at its end the interpreter would try to write once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
        return 1
    if failed:
        print(f"triage: {failed} lines could not be answered", file=sys.stderr)
    return 1 if failed else 0


def answers(lines: BinaryIO, rules: Predict) -> Iterator[dict[str, Any]]:
    """One for each line that is not blank, in their order; keys of a failure: `id`, `error`."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answered(line.removeprefix(_BOM) if number == 1 else line, number, rules)


def report(data: Path, *, days: int, as_json: bool) -> int:
    """Needs the database of the hospital in `data`."""
    from xinglin.host import preparation

    with preparation.database(data):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
        import django

        django.setup()
        from xinglin.host.triage_report import printed

        sys.stdout.write(printed(days=days, as_json=as_json))
    return 0


def _answered(line: bytes, number: int, rules: Predict) -> dict[str, Any]:
    known: Any = None
    try:
        record = json.loads(line.decode(), parse_constant=_nothing)
        if not isinstance(record, dict):
            return _failure(None, f"line {number}: not an object")
        known = record.get("id")
        return rules(record)
    except UnicodeDecodeError:
        return _failure(None, f"line {number}: not UTF-8")
    except (ValueError, RecursionError) as error:
        return _failure(known, f"line {number}: {_told(error)}")
    except Exception as error:  # noqa: BLE001  # one line must not take the others with it
        traceback.print_exc()
        return _failure(known, f"line {number}: {type(error).__name__}")


def _told(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError | RecursionError):
        return "not JSON"
    return str(error)


def _failure(known: Any, why: str) -> dict[str, Any]:
    return {"id": known, "error": why}


def _nothing(_constant: str) -> None:
    """NaN and the infinities are no JSON, and no numbers that can be judged."""


def _line(answer: Mapping[str, Any]) -> bytes:
    """Half of a surrogate pair may stand in a JSON text; then everything is escaped.

    So does a number without end (1e999) in an id, of which nothing is left.
    """
    try:
        return f"{json.dumps(answer, ensure_ascii=False, allow_nan=False)}\n".encode()
    except UnicodeEncodeError:
        return f"{json.dumps(answer, allow_nan=False)}\n".encode()
    except ValueError:
        return _line({**answer, "id": None})
