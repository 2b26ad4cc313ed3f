"""`./run bench COMMAND`: load on a real hospital, measured."""

import argparse
import sys
from importlib import import_module

# Each module has `arguments(parser)` and `run(args) -> exit code`; only the wanted one is loaded.
COMMANDS = {
    "replay": ("bench.replay_command", "whole consultations from complaint to signed close"),
    "messages": ("bench.messages.command", "messages a second, against pgbench in the same run"),
    "storage": ("bench.storage.command", "what messages cost on the disk, and old ones in time"),
    "faults": ("bench.faults.command", "what is left of each message after faults"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    for name, (module, words) in COMMANDS.items():
        one = commands.add_parser(name, help=words, description=words)
        if name == wanted:
            import_module(module).arguments(one)
    args = parser.parse_args()
    code: int = import_module(COMMANDS[args.command][0]).run(args)
    return code


if __name__ == "__main__":
    sys.exit(main())
