"""`./run triage`: the stable door of triage, for programs and for those who watch over it."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from xinglin.host import json_lines
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
_MOST_DAYS = 3660
_DEMO = Path(__file__).resolve().parents[2] / "var" / "demo"


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
    rules: json_lines.Rules = partial(import_module(_PREDICT).predict, emergency_number=number)
    # The lists are read once and stay: the collector need not look through them again and again.
    rules({})
    gc.freeze()
    return json_lines.serve("triage", rules)


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
