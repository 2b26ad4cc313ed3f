"""Setting letters."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from xinglin.foundation.letters.types import Letter
from xinglin.kernel.errors import Unavailable

log = structlog.get_logger(__name__)
_WITHIN_S = 30


def as_pdf(letter: Letter) -> bytes:
    """Made by a child process; a sign that the font lacks is a box (PDF/A would refuse the letter).

    Raises:
        Unavailable: the child has failed.
    """
    return _made(asdict(letter), "")


def typeset(template: Path, told: Mapping[str, Any]) -> bytes:
    """The same for a form of one's own: typst, which finds the words as `sys.inputs.told`.

    Raises:
        Unavailable: the child has failed.
    """
    return _made(told, template.read_text(encoding="utf-8"))


def _made(told: Mapping[str, Any], template: str) -> bytes:
    asked = {"template": template, "told": json.dumps(told, ensure_ascii=False)}
    child = _run(json.dumps(asked, ensure_ascii=False).encode())
    if child is None or child.returncode != 0:
        log.warning("letter not set", status=None if child is None else child.returncode)
        raise Unavailable
    return child.stdout


def _run(told: bytes) -> "subprocess.CompletedProcess[bytes] | None":
    """None when it did not end in time. It gets no address of the database and no key."""
    try:
        return subprocess.run(  # our own words
            [sys.executable, "-m", "xinglin.foundation.letters.rules"],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
            input=told,
            capture_output=True,
            timeout=_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
