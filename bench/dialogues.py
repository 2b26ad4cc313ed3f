"""Real consultations (bench/data) as scripts: who says what, after which line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

_DATA = Path(__file__).resolve().parent / "data" / "dialmed_dev.jsonl"
_SPEAKERS = {"患者": "patient", "医生": "doctor"}
NEUTRAL = "感冒三天，有点流鼻涕，想问问怎么护理。"


@dataclass(frozen=True)
class Line:
    speaker: str
    text: str


@dataclass(frozen=True)
class Script:
    """The complaint is said before the visit; the lines are the conversation, in their order."""

    complaint: str
    diagnosis: str
    lines: tuple[Line, ...]

    def said_by(self, speaker: str) -> list[str]:
        return [line.text for line in self.lines if line.speaker == speaker]


def scripts() -> list[Script]:
    """All rows in which both sides speak."""
    rows = (json.loads(row) for row in _DATA.read_text(encoding="utf-8").splitlines())
    return [script for row in rows if (script := _script(row)) is not None]


def endless() -> Iterator[Script]:
    return cycle(scripts())


def _script(row: dict[str, list[str]]) -> Script | None:
    names = cycle(row["label"] or ["药物"])
    lines = [line for turn in row["dialog"] if (line := _line(turn, names)) is not None]
    first = next((n for n, line in enumerate(lines) if line.speaker == "patient"), None)
    if first is None or all(line.speaker == "patient" for line in lines):
        return None
    diagnosis = (row["disease"] or [""])[0]
    return Script(lines[first].text, diagnosis, tuple(lines[:first] + lines[first + 1 :]))


def _line(turn: str, names: Iterator[str]) -> Line | None:
    """A masked name is filled with one of the row's."""
    who, _, text = turn.partition("：")
    while "[MASK]" in text:
        text = text.replace("[MASK]", next(names), 1)
    speaker = _SPEAKERS.get(who)
    return Line(speaker, text.strip()) if speaker and text.strip() else None
