"""`./run simulate`: the dispatch policies in a hospital of numbers; needs no database."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from xinglin.host.places import HostError

# By name, as triage's rules are: a simulator is no door of a module.
_SIMULATOR = "xinglin.care.dispatch.simulator"
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
_MOST_DAYS = 366
_MOST_RUNS = 1000
_EVERY_S = 5
_EPILOG = """\
  ./run simulate list                      the scenarios
  ./run simulate fifteen-1350 --policy fifo,tuned,xinglin --runs 24 --out report.html
  ./run simulate replay DAY.json           a recorded day under another policy
  ./run simulate sensitivity fifteen-1350  do the conclusions hold when a number varies by half?
  ./run simulate bound                     against the optimum that knows the future (needs ./run check's tools)
  ./run simulate table [PART,...] --write  the tables of docs/performance.md, anew
"""


def main(words: Sequence[str]) -> int:
    """`words`: what stands behind `./run simulate`."""
    args = _parser().parse_args(words)
    command: Callable[[argparse.Namespace], int] = _COMMANDS.get(args.what, _simulate)
    try:
        return command(args)
    except ValueError as error:
        raise HostError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run simulate",
        description="Dispatch policies in a simulated hospital",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what", metavar="SCENARIO", help="or list, replay, sensitivity, bound, table"
    )
    parser.add_argument("scenario", nargs="?", help="scenario, file or parts", metavar="OF")
    parser.add_argument("--days", type=_whole(_MOST_DAYS), default=1, help="how many (1)")
    parser.add_argument("--seed", type=_whole(2**31), default=1, help="of the first run (1)")
    parser.add_argument("--runs", type=_whole(_MOST_RUNS), help="seeds from --seed on (1)")
    parser.add_argument(
        "--policy", action="append", metavar="NAME,...", help="the first is compared with (xinglin)"
    )
    parser.add_argument("--meter", action="store_true", help="clock every event of the policy")
    parser.add_argument("--json", action="store_true", help="one object on the last line")
    parser.add_argument("--out", type=Path, metavar="FILE", help="a page with plots, and FILE.json")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md (table)")
    return parser


def _whole(most: int) -> Callable[[str], int]:
    def parsed(words: str) -> int:
        if not words.isascii() or not words.isdigit() or not 0 < int(words) <= most:
            raise argparse.ArgumentTypeError(f"a whole number from 1 to {most}")
        return int(words)

    return parsed


def _part(name: str) -> Any:
    return import_module(f"{_SIMULATOR}.{name}")


def _policies(args: argparse.Namespace, usual: str) -> list[str]:
    words = ",".join(args.policy or [usual]).split(",")
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


def _simulate(args: argparse.Namespace) -> int:
    if args.scenario is not None:
        raise HostError(f"'{args.scenario}' is one word too many; one scenario at a time.")
    return _answered(args, _part("scenario").load(args.what))


def _answered(args: argparse.Namespace, scenario: Any, **more: Any) -> int:
    outcome = _part("running").run(
        scenario,
        _policies(args, "xinglin"),
        seed=args.seed,
        runs=args.runs or 1,
        days=args.days,
        is_metered=args.meter,
        progress=_progress(),
        **more,
    )
    if args.out is not None:
        _save(args.out, outcome.document)
    print(_part("table").text(outcome))
    if args.json:
        print(_line(_part("table").summary(outcome)))
    return 0


def _replay(args: argparse.Namespace) -> int:
    recorded = _part("recorded")
    if args.scenario is None:
        raise HostError("replay needs the file of a recorded day; docs/simulator.md has its shape.")
    scenario, raw = recorded.read(Path(args.scenario))

    def world(seed: int) -> Any:
        return recorded.RecordedWorld(scenario, raw, seed=seed)

    return _answered(args, scenario, worlds=world)


def _list(_args: argparse.Namespace) -> int:
    scenarios = _part("scenario")
    for name in scenarios.names():
        found = scenarios.load(name)
        print(f"{name:16} {found.title.en} / {found.title.zh}\n{'':16} {found.about.en}")
    return 0


def _sensitivity(args: argparse.Namespace) -> int:
    scenario = _part("scenario").load(args.scenario or "fifteen-1350")
    policies = _policies(args, "fifo,xinglin")
    found = _part("sensitivity").run(
        scenario, policies, seed=args.seed, runs=args.runs or 8, progress=_progress()
    )
    print(_part("sensitivity").text(found))
    if args.json:
        print(_line(found))
    return 0


def _bound(args: argparse.Namespace) -> int:
    found = _part("clairvoyant").run(
        _policies(args, "fifo,tuned,xinglin"),
        seed=args.seed,
        runs=args.runs or 10,
        progress=_progress(),
    )
    print(_part("clairvoyant").text(found))
    if args.json:
        print(_line(found))
    return 0


def _table(args: argparse.Namespace) -> int:
    performance = _part("performance")
    names = args.scenario.split(",") if args.scenario else performance.parts()
    pages = performance.made(names, progress=_progress())
    if args.write:
        performance.write(pages, _PAGE)
        _told(f"written: {_PAGE}")
    else:
        print("\n\n".join(pages.values()))
    return 0


_COMMANDS = {
    "list": _list,
    "replay": _replay,
    "sensitivity": _sensitivity,
    "bound": _bound,
    "table": _table,
}


def _save(path: Path, document: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_part("page").html(document), encoding="utf-8")
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    path.with_suffix(path.suffix + ".json").write_text(text + "\n", encoding="utf-8")
    _told(f"written: {path} and {path}.json")


def _told(words: str) -> None:
    print(f"· {words}", file=sys.stderr, flush=True)


def _progress() -> Callable[[str], None]:
    """Says where it is every few seconds, not at every step."""
    last = time.monotonic()

    def told(words: str) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY_S:
            last = time.monotonic()
            _told(words)

    return told


def _line(found: Mapping[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
