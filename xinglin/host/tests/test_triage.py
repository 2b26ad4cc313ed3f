"""The stable door of triage: what goes in, what comes out, and what the exit says."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from xinglin.host import json_lines

ROOT = Path(__file__).resolve().parents[3]
KEYS = [
    "id",
    "urgency",
    "department",
    "department_top3",
    "confidence",
    "red_flags",
    "reasons",
    "ask",
]


def _echo(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": record.get("id"), "text": record.get("text")}


def _answers(lines: bytes, rules: json_lines.Rules = _echo) -> list[dict[str, Any]]:
    return list(json_lines.answers(BytesIO(lines), rules))


def _door(lines: bytes, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "xinglin", "triage", "predict", *words],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("line", "known", "why"),
    [
        (b"junk", None, "not JSON"),
        (b'{"id": 3', None, "not JSON"),
        (b"[" * 100_000, None, "not JSON"),
        (b'"words"', None, "not an object"),
        (b'{"id": "a", "text": "\xff"}', None, "not UTF-8"),
    ],
    ids=["words", "cut off", "too deep", "no object", "another encoding"],
)
def test_a_line_that_is_no_record_is_answered_as_an_error(
    line: bytes, known: Any, why: str
) -> None:
    (answer,) = _answers(line)
    assert answer == {"id": known, "error": f"line 1: {why}"}


def test_a_bad_line_does_not_stop_the_next_one_and_keeps_its_id() -> None:
    def rules(record: Mapping[str, Any]) -> dict[str, Any]:
        if record["id"] == "a":
            raise ValueError("text is not a string")
        return {"id": record["id"]}

    answers = _answers(b'{"id": "a"}\n\n  \n{"id": "b"}', rules)
    assert answers == [{"id": "a", "error": "line 1: text is not a string"}, {"id": "b"}]


def test_a_fault_of_the_rules_costs_its_own_line_only(capsys: pytest.CaptureFixture[str]) -> None:
    def rules(record: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": record["id"], "share": 1 / record["id"]}

    answers = _answers(b'{"id": 0}\n{"id": 1}', rules)
    assert answers == [{"id": 0, "error": "line 1: ZeroDivisionError"}, {"id": 1, "share": 1.0}]
    told = capsys.readouterr()
    assert not told.out
    assert "ZeroDivisionError" in told.err


def test_marks_of_windows_are_read_over() -> None:
    answers = _answers(b'\xef\xbb\xbf{"id": 1, "text": "\xe5\x92\xb3"}\r\n')
    assert answers == [{"id": 1, "text": "咳"}]


def test_what_is_no_json_never_leaves() -> None:
    for odd in ({"id": float("inf")}, {"id": "\ud800"}, {"id": 1, "text": "\ud800"}):
        line = json_lines.line_of(odd)
        assert line.endswith(b"\n")
        json.loads(line, parse_constant=pytest.fail)


def test_the_door_answers_each_line_and_says_by_its_exit_that_one_was_bad() -> None:
    done = _door('{"id": 1, "text": "咳嗽三天"}\njunk\n{"id": 2}\n'.encode())
    first, bad, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (list(first), list(second)) == (KEYS, KEYS)
    assert bad["error"]
    assert done.returncode == 1
    assert b"1 lines could not be answered" in done.stderr


def test_the_door_needs_no_hospital_and_no_framework() -> None:
    loaded = (
        'import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO(b\'{"text": "cough"}\'));'
        "from xinglin.host.cli import main; code = main(['triage', 'predict']);"
        "print(code, [n for n in ('django', 'psycopg', 'pydantic') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", loaded],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
        env={},
    )
    # What prints afterwards is no answer, and so does not reach standard output.
    assert done.stderr.decode().strip() == "0 []"
    assert len(done.stdout.splitlines()) == 1


def test_an_empty_input_is_no_fault() -> None:
    done = _door(b"")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_in_a_fresh_clone_the_environment_is_made_and_its_progress_is_no_answer(
    tmp_path: Path,
) -> None:
    """With stand-ins for uv and Python: what is asked here is where `./run` speaks."""
    tools, house = tmp_path / "tools", tmp_path / "house"
    (house / "requirements").mkdir(parents=True)
    tools.mkdir()
    (house / "run").write_bytes((ROOT / "run").read_bytes())
    for name in ("base", "dev"):
        (house / "requirements" / f"{name}.txt").touch()
    python, uv = tools / "stand-in", tools / "uv"
    python.write_text(
        f'#!/bin/sh\n[ "$1" = -c ] && exec {sys.executable} "$@"\necho "answer to $*"\n'
    )
    uv.write_text(
        "#!/bin/sh\necho noise\nfor last; do :; done\n"
        f'[ "$1" = venv ] || exit 0\nmkdir -p "$last/bin"\ncp {python} "$last/bin/python"\n'
    )
    for tool in (python, uv):
        tool.chmod(0o755)
    done = subprocess.run(
        ["sh", "run", "triage", "predict"],
        cwd=house,
        env={**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "answer to -m xinglin triage predict\n")
    assert "Making the virtual environment" in done.stderr
    assert "Installing Python packages" in done.stderr
