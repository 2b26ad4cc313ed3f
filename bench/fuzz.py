"""`./run bench fuzz`: every operation by every role with made-up requests, for as long as one likes.

The test of the API by its document (`xinglin/config/tests`), which `./run test` runs in its short
form, with examples on top: on a database of its own, without a hospital.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEST = "xinglin/config/tests/test_api_by_its_document.py"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--examples", type=int, default=50, help="right and wrong requests, each, an operation"
    )
    parser.add_argument("--role", default="", help="one role only, for example doctor")


def run(args: argparse.Namespace) -> int:
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", TEST]
    chosen = ["-k", args.role] if args.role else []
    env = os.environ | {"XINGLIN_FUZZ_EXAMPLES": str(args.examples)}
    return subprocess.run([*pytest, *chosen], cwd=ROOT, env=env, check=False).returncode
