"""`./run safety check`: JSON lines only, in their order, and an exit that tells what happened."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xinglin.care.prescribing.safety import FactsBroken
from xinglin.host import safety

ROOT = Path(__file__).resolve().parents[3]


def _door(lines: bytes, *words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "xinglin", "safety", "check", *words],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        check=False,
        timeout=60,
    )


def _read(out: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_is_answered_in_its_place_and_bad_ones_do_not_stop_it() -> None:
    lines = (
        '{"id": 1, "items": [{"generic_en": "simvastatin"}, {"generic_zh": "伊曲康唑胶囊"}]}\n'
        "junk\n\n"
        '{"id": 2, "items": [{"generic_en": "no such thing", "dose": "many"}]}\n'
        '{"id": 3, "items": [{"generic_en": "no such thing"}]}\n'
    ).encode()
    done = _door(lines)
    first, junk, unread, last = _read(done.stdout)
    assert [(hit["kind"], hit["level"]) for hit in first["hits"]] == [("interaction", "block")]
    assert "ANSM" in first["hits"][0]["source"]
    assert "2020-10-20" in first["hits"][0]["source"]
    assert junk == {"id": None, "error": "line 2: not JSON"}
    assert unread == {"id": 2, "error": "line 4: items[0].dose is not a number"}
    assert (last["id"], last["unknown"]) == (3, ["no such thing"])
    assert done.returncode == 1
    assert b"2 lines could not be answered" in done.stderr


def test_it_needs_neither_a_framework_nor_a_hospital() -> None:
    program = (
        "import sys; from xinglin.host import safety; code = safety.main(['check']);"
        "print(code, [name for name in ('django', 'psycopg') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input=b"",
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == b""
    assert done.stderr.split() == [b"0", b"[]"]


@pytest.mark.parametrize("overrides", [False, True])
def test_without_facts_nothing_is_answered_and_the_exit_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], overrides: bool
) -> None:
    def broken() -> object:
        raise FactsBroken("a file is cut off")

    package = sys.modules["xinglin.care.prescribing.safety"]
    monkeypatch.setattr(package, "overridden" if overrides else "shipped", broken)
    assert safety.main(["check", *(["--overrides"] if overrides else [])]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "nothing was checked" in told.err
