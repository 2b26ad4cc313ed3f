"""The child that makes a file, and how it ends: by itself, after its time, or with the worker."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any, Final

from django.conf import settings

_LOOK_S: Final = 0.5


class Stopped(Exception):
    """The worker is to end; somebody else makes it."""


class Died(Exception):
    """Of its limits, or of what it was given."""


def answered(
    plan: dict[str, Any], numbers: Sequence[int], *, within_s: float, stop: threading.Event
) -> dict[str, Any]:
    """What the child says. `numbers`: the open files that it is handed.

    Raises:
        Stopped, Died.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "xinglin.foundation.recordings.rules"],
        cwd=settings.BASE_DIR,
        # No address of the database, no key.
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=numbers,
    ) as child:
        try:
            said = _said(child, json.dumps(plan).encode(), time.monotonic() + within_s, stop)
        except BaseException:
            child.kill()
            raise
    if child.returncode != 0:
        raise Died(f"status {child.returncode}")
    found: dict[str, Any] = json.loads(said)
    return found


def _said(
    child: subprocess.Popen[bytes], plan: bytes, until: float, stop: threading.Event
) -> bytes:
    told: bytes | None = plan
    while True:
        try:
            said, _ = child.communicate(told, timeout=_LOOK_S)
        except subprocess.TimeoutExpired:
            told = None  # it is kept, and written on, by what was called first
        else:
            return said
        if stop.is_set():
            raise Stopped
        if time.monotonic() >= until:
            raise Died("too long")
