"""`./run bench COMMAND`: load on a real hospital, measured."""

import argparse
import sys
from importlib import import_module

# Each module has `arguments(parser)` and `run(args) -> exit code`; only the wanted one is loaded.
COMMANDS = {
    "replay": ("bench.replay_command", "whole consultations from complaint to signed close"),
    "messages": ("bench.messages.command", "messages a second, against pgbench in the same run"),
    "storage": ("bench.storage.command", "what messages cost on the disk, and old ones in time"),
    "triage": ("bench.triage.speed", "20,000 lines through the stable door of triage"),
    "safety": ("bench.safety", "4,000 prescriptions through the check, and one check by itself"),
    "prescribe": ("bench.prescribe", "prescriptions a second, from the draft to both signatures"),
    "fuzz": ("bench.fuzz", "every operation by every role with made-up requests"),
    "dispatch": ("bench.dispatch", "one event of the dispatch engine, from 100 to 30,000 doctors"),
    "live": ("bench.live", "from a request to the offer on the doctor's socket, 30,000 on duty"),
    "desk": ("bench.desk", "a doctor's desk with ten chats: opening a visit, INP, long lists"),
    "pages": ("bench.pages", "the patient's pages on a slow phone: Lighthouse, INP, long thread"),
    "sites": ("bench.sites.command", "a planned day of 200 sites, and its board counted again"),
    "call": ("bench.call", "how soon two browsers meet in a call, and what recording it costs"),
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
