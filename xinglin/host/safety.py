"""`./run safety`: the check of prescriptions, for programs; needs no hospital."""

import argparse
import gc
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module

from xinglin.host import json_lines

# By name, as triage's rules are: the check is no door of its module.
_SAFETY = "xinglin.care.prescribing.safety"
_CHECK = (
    "prescriptions as JSON lines from standard input, what is wrong with them to standard output"
)
_OVERRIDES = (
    "levels of the list of overrides count instead of the source's (docs/prescription-check.md)"
)
_NO_FACTS = 2


def main(words: Sequence[str]) -> int:
    """`words`: what stands behind `./run safety`."""
    parser = argparse.ArgumentParser(prog="./run safety", description="The check of prescriptions")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    one = commands.add_parser("check", help=_CHECK, description=_CHECK)
    one.add_argument("--overrides", action="store_true", help=_OVERRIDES)
    args = parser.parse_args(words)
    return check(overrides=args.overrides)


def check(*, overrides: bool) -> int:
    """1 when a line could not be answered, 2 when there are no facts to check by."""
    safety = import_module(_SAFETY)
    try:
        facts = safety.overridden() if overrides else safety.shipped()
    except safety.FactsBroken as error:
        print(f"safety: the facts cannot be used, nothing was checked: {error}", file=sys.stderr)
        return _NO_FACTS
    # They are read once and stay: the collector need not look through them again and again.
    gc.freeze()
    answer = import_module(f"{_SAFETY}.records").answer
    return json_lines.serve("safety", partial(answer, facts=facts))
