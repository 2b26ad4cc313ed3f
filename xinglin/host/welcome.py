"""What the terminal says: progress while opening, and one small table at the end."""

import json
import os
import shutil
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xinglin.foundation.audit.types import Report
from xinglin.kernel.text import Text

FIRST_ADMINISTRATOR = "first_administrator.json"
# A line that begins so is progress, also in the log of a process that prepares something.
PROGRESS = "·"
_TERMINAL = 78


class Voice:
    """Speaks one language to a terminal."""

    def __init__(self, locale: str) -> None:
        self._locale = locale

    def say(self, text: Text | str) -> None:
        print(text if isinstance(text, str) else text.spoken(self._locale), flush=True)

    def spoken(self, text: Text) -> str:
        return text.spoken(self._locale)

    @contextmanager
    def step(self, text: Text) -> Iterator[None]:
        """One line for one long step, its time behind it."""
        began = time.monotonic()
        self.say(f"· {text.spoken(self._locale)} …")
        yield
        if (took := time.monotonic() - began) > 1:
            self.say(f"·   {took:.1f} s")

    def table(self, title: str, rows: Sequence[Sequence[str]]) -> None:
        """Columns as wide as their widest cell; a Chinese character is two wide."""
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        rule = "─" * min(sum(widths) + 2 * len(widths), _TERMINAL)
        print(f"\n {title}\n {rule}")
        for row in rows:
            cells = (
                cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
            )
            print(" " + "  ".join(cells).rstrip())
        print(f" {rule}", flush=True)


def demo_people(file: Path) -> list[dict[str, Any]]:
    """Those whom the terminal names, as `demo/seed.py` wrote them; none without the file."""
    try:
        people: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["people"]
    except (OSError, ValueError, KeyError):
        return []
    return [person for person in people if person["in_terminal"]]


def people_rows(people: Sequence[dict[str, Any]], voice: Voice) -> list[tuple[str, str, str]]:
    """(role, what to sign in with, name and who that is)."""
    return [
        (
            voice.spoken(Text(**person["role"])),
            person.get("phone") or person["username"],
            _named(person, voice),
        )
        for person in people
    ]


def _named(person: dict[str, Any], voice: Voice) -> str:
    """A family is known by what it is like, a doctor by the department."""
    name = voice.spoken(Text(**person["name"]))
    return f"{name} · {voice.spoken(Text(**person['note']))}" if "phone" in person else name


def take_first_administrator(data: Path) -> dict[str, str] | None:
    """The account that `founding` made, told once: the file is gone afterwards."""
    path = data / FIRST_ADMINISTRATOR
    try:
        told: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    path.unlink(missing_ok=True)
    return told


def audit_lines(report: Report) -> list[str]:
    """What `./run audit verify` prints."""
    lines = [
        f"{report.sealed} lines in {len(report.tips)} chains, {report.waiting} waiting to be sealed"
    ]
    lines += [
        f"  {fault.kind}: chain {fault.chain}, position {fault.position or '-'}, "
        f"line {fault.line_id or '-'}"
        for fault in report.faults
    ]
    lines += [f"  chain {chain:2} ends at {at}: {tip[:16]}…" for chain, at, tip in report.tips]
    verdict = "whole" if report.holds else f"BROKEN in {len(report.faults)} places"
    return [*lines, f"The audit trail is {verdict}."]


def open_browser(url: str) -> None:
    """Only where there is a display; a browser that complains does not disturb the terminal."""
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    display = sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if opener and display:
        quiet = subprocess.DEVNULL
        subprocess.Popen(
            [opener, url], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in cell)
