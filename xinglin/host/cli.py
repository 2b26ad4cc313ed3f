"""The command line behind `./run`: one subcommand, one small function."""

import argparse
import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from xinglin.host.crew import API_WORKERS, BUSTLE, MOST_BUSTLE
from xinglin.host.places import HostError
from xinglin.host.welcome import Voice

_ROOT = Path(__file__).resolve().parents[2]
# By name, as the worker's loops are: tasks are no door of a module.
_DISPATCHER = "xinglin.care.dispatch.tasks.run"
# They read their own words.
_OWN_WORDS = {
    "safety": "xinglin.host.safety",
    "simulate": "xinglin.host.simulate",
    "triage": "xinglin.host.triage",
    "verify": "xinglin.host.verifying",
}
Command = Callable[[argparse.Namespace], int]


def main(words: Sequence[str] | None = None) -> int:
    words = sys.argv[1:] if words is None else words
    try:
        if words and words[0] in _OWN_WORDS:
            command_of: Callable[[Sequence[str]], int] = import_module(_OWN_WORDS[words[0]]).main
            return command_of(words[1:])
        args = _parser().parse_args(words)
        command: Command = args.command
        return command(args)
    except HostError as error:
        print(f"xinglin: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run", description="Xinglin, the open internet hospital"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, about in _HOSPITALS.items():
        _opening_options(commands.add_parser(name, help=about), name)
    for name, (command, about) in _PARTS.items():
        commands.add_parser(name, help=about).set_defaults(command=command)
    for name, (command, about) in _ON_A_DATABASE.items():
        _data_option(commands.add_parser(name, help=about), command)
    bustle = commands.add_parser("bustle", help="simulated visits at a demo that is open")
    bustle.add_argument("--url", required=True)
    bustle.add_argument("--people", type=Path, required=True)
    bustle.add_argument("--per-minute", type=_per_minute, default=BUSTLE)
    bustle.set_defaults(command=_bustle)
    audit = commands.add_parser("audit", help="verify the audit trail")
    audit.add_argument("what", choices=["verify"])
    _data_option(audit, _audit)
    commands.add_parser("triage", help="predict, report, train, evaluate", add_help=False)
    commands.add_parser("safety", help="check prescriptions", add_help=False)
    commands.add_parser("verify", help="does a signed prescription hold?", add_help=False)
    commands.add_parser("simulate", help="dispatch policies, tried out", add_help=False)
    docs = commands.add_parser("docs", help="write docs/generated")
    docs.add_argument("--check", action="store_true", help="only say whether it is up to date")
    docs.set_defaults(command=_docs)
    return parser


def _opening_options(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument("--port", type=int, help="8000 unless given, or the next that is free")
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--locale", choices=["zh", "en"], default=_locale())
    parser.add_argument("--only", default="", metavar="PROC,...", help="run only these processes")
    parser.add_argument("--api-workers", type=int, default=API_WORKERS)
    _data_option(parser, _open, "demo" if name == "demo" else "hospital")
    parser.set_defaults(demo=name == "demo", bustle=0)
    if name == "demo":
        parser.add_argument(
            "--bustle",
            type=_per_minute,
            nargs="?",
            const=BUSTLE,
            metavar="N",
            help=f"simulated visits a minute ({BUSTLE} when N is not said, at most {MOST_BUSTLE})",
        )


def _per_minute(words: str) -> int:
    if not words.isascii() or not words.isdigit() or not 0 < int(words) <= MOST_BUSTLE:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {MOST_BUSTLE}")
    return int(words)


def _data_option(parser: argparse.ArgumentParser, command: Command, folder: str = "demo") -> None:
    parser.add_argument(
        "--data", type=Path, default=_ROOT / "var" / folder, metavar="DIR", help="its folder"
    )
    parser.set_defaults(command=command)


def _locale() -> str:
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if language.startswith("en") else "zh"


def _open(args: argparse.Namespace) -> int:
    from xinglin.host import opening

    wish = opening.Wish(
        data=args.data,
        locale=args.locale,
        demo=args.demo,
        port=args.port,
        browser=not args.no_browser,
        only=tuple(filter(None, args.only.split(","))),
        api_workers=args.api_workers,
        bustle=args.bustle,
    )
    return opening.run(wish)


def _django() -> None:
    """From here on the models are there. What is loaded now stays: the collector may skip it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    import django

    django.setup()
    gc.collect()
    gc.freeze()


def _bustle(args: argparse.Namespace) -> int:
    from xinglin.host.demo import bustle

    bustle.start(args.url, args.people, per_minute=args.per_minute)
    return 0


def _worker(_args: argparse.Namespace) -> int:
    _django()
    from xinglin.host import worker

    worker.run()
    return 0


def _dispatcher(_args: argparse.Namespace) -> int:
    _django()
    import signal

    from django.utils.module_loading import import_string

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    import_string(_DISPATCHER)(stop)
    return 0


def _prepare(_args: argparse.Namespace) -> int:
    _django()
    from xinglin.host import preparation

    voice = Voice(os.environ.get("XINGLIN_LOCALE", "zh"))
    preparation.migrate(voice)
    is_demo = os.environ.get("XINGLIN_DEMO") == "1"
    preparation.fill(voice, demo=is_demo)
    if is_demo and os.environ.get("XINGLIN_BUSTLE", "0") != "0":
        from xinglin.host.demo.hiring import hire

        hire()
    return 0


def _migrate(args: argparse.Namespace) -> int:
    from xinglin.host import preparation

    with preparation.database(args.data):
        _django()
        preparation.migrate(Voice(_locale()))
    return 0


def _seed(args: argparse.Namespace) -> int:
    from xinglin.host import preparation

    with preparation.database(args.data):
        _django()
        preparation.migrate(Voice(_locale()))
        preparation.fill(Voice(_locale()), demo=True)
    return 0


def _profiles(args: argparse.Namespace) -> int:
    from xinglin.host import preparation

    with preparation.database(args.data):
        _django()
        from xinglin.care.dispatch.services.profiles import make_again

        sys.stdout.write(f"{make_again()}\n")
    return 0


def _audit(args: argparse.Namespace) -> int:
    from xinglin.host import preparation

    with preparation.database(args.data):
        _django()
        return preparation.verify_audit()


def _docs(args: argparse.Namespace) -> int:
    _django()
    from xinglin.host import docs

    return docs.check() if args.check else docs.write()


_HOSPITALS = {
    "demo": "a whole hospital with demo people",
    "up": "an empty hospital of your own",
}
_PARTS: dict[str, tuple[Command, str]] = {
    "prepare": (_prepare, "migrations, shipped data, and a hospital in an empty database"),
    "worker": (_worker, "run the worker in this terminal"),
    "dispatcher": (_dispatcher, "run the dispatcher in this terminal"),
}
_ON_A_DATABASE: dict[str, tuple[Command, str]] = {
    "migrate": (_migrate, "bring the database to this version"),
    "seed": (_seed, "fill an empty database with the demo hospital"),
    "profiles": (_profiles, "count anew what is told of doctors, from the visits themselves"),
}
