"""A bench as a person starts it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def figures(*words: str, within_s: float) -> Any:
    """What `./run bench <words> --json` says on its last line; it must end well."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=within_s,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])
