"""What the terminal says."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from xinglin.foundation.audit.types import Fault, Report
from xinglin.host import welcome
from xinglin.host.welcome import Voice
from xinglin.kernel.text import Text

PERSON = {
    "kind": "staff",
    "role": {"zh": "全科 主任医师", "en": "General practice, chief physician"},
    "name": {"zh": "林知远", "en": "Lin Zhiyuan"},
    "username": "dr.gp1",
    "note": {"zh": "发热、咳嗽", "en": "Fever, cough"},
    "in_terminal": True,
}


def test_columns_stay_in_line_when_a_cell_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    Voice("zh").table("杏林", [("医生", "dr.gp1"), ("admin", "x")])

    lines = capsys.readouterr().out.splitlines()
    assert lines[3] == " 医生   dr.gp1"
    assert lines[4] == " admin  x"


@pytest.mark.parametrize(("locale", "said"), [("zh", "林知远"), ("en", "Lin Zhiyuan")])
def test_people_are_named_in_the_language_of_the_terminal(
    tmp_path: Path, locale: str, said: str
) -> None:
    file = tmp_path / "people.json"
    file.write_text(json.dumps({"people": [PERSON, {**PERSON, "in_terminal": False}]}))

    rows = welcome.people_rows(welcome.demo_people(file), Voice(locale))

    assert [row[1:] for row in rows] == [("dr.gp1", said)]


def test_without_people_there_is_no_row(tmp_path: Path) -> None:
    assert welcome.demo_people(tmp_path / "nothing.json") == []


def test_the_first_password_is_told_once(tmp_path: Path) -> None:
    (tmp_path / welcome.FIRST_ADMINISTRATOR).write_text('{"username": "admin", "password": "x"}')

    assert welcome.take_first_administrator(tmp_path) == {"username": "admin", "password": "x"}
    assert welcome.take_first_administrator(tmp_path) is None


def test_a_broken_chain_is_named_with_its_line() -> None:
    line = UUID(int=7)
    report = Report(
        sealed=12, waiting=1, faults=(Fault("altered", 3, 4, line),), tips=((3, 12, "ab" * 32),)
    )
    said = "\n".join(welcome.audit_lines(report))

    assert "altered: chain 3, position 4" in said
    assert str(line) in said
    assert "BROKEN" in said
    assert "whole" in welcome.audit_lines(Report(sealed=0, waiting=0, faults=(), tips=()))[-1]


def test_a_long_step_says_how_long_it_took(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([10.0, 12.5])
    monkeypatch.setattr(welcome.time, "monotonic", lambda: next(clock))
    with Voice("en").step(Text("等待", "Waiting")):
        pass
    said = capsys.readouterr().out
    assert "Waiting" in said
    assert "2.5 s" in said
