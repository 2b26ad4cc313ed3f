"""`./run simulate`: what goes in, what comes out, and what the exit says."""

import json
from pathlib import Path

import pytest

from xinglin.host import cli, simulate

ASK = ["guizhou-2016", "--policy", "fifo,tuned", "--seed", "3"]
# What a run has cost is not the same twice; everything else is.
COSTS = {"decisions_per_cpu_s", "costs"}


def _asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert simulate.main([*words, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_the_last_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    found = _asked(capsys, *ASK)
    assert found["requests"]
    assert found["decisions_per_cpu_s"]
    assert list(found["policies"]) == ["fifo", "tuned"]  # type: ignore[call-overload]


def test_the_same_seed_gives_the_same_answer(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = _asked(capsys, *ASK), _asked(capsys, *ASK)
    assert {k: v for k, v in first.items() if k not in COSTS} == {
        k: v for k, v in second.items() if k not in COSTS
    }


def test_the_report_is_the_same_byte_for_byte(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert simulate.main([*ASK, "--out", str(tmp_path / name / "page.html")]) == 0
    for file in ("page.html", "page.html.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_the_engine_is_what_is_tried_out_unless_said(capsys: pytest.CaptureFixture[str]) -> None:
    found = _asked(capsys, "guizhou-2016")
    assert list(found["policies"]) == ["xinglin"]  # type: ignore[call-overload]


def test_days_make_more_requests(capsys: pytest.CaptureFixture[str]) -> None:
    one = _asked(capsys, "guizhou-2016", "--policy", "fifo")["requests"]
    two = _asked(capsys, "guizhou-2016", "--policy", "fifo", "--days", "2")["requests"]
    assert two > one  # type: ignore[operator]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["atlantis"], "guizhou-2016"),
        (["guizhou-2016", "--policy", "lifo"], "tuned"),
        (["guizhou-2016", "jd-2020"], "one scenario at a time"),
        (["table", "fame"], "comparisons"),
    ],
    ids=["scenario", "policy", "two scenarios", "part of the table"],
)
def test_what_is_unknown_is_answered_with_what_there_is(
    words: list[str], answer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["simulate", *words]) == 1
    assert answer in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "x", "999999999999"])
def test_a_number_is_a_whole_one(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        simulate.main(["guizhou-2016", "--days", number])
    assert "a whole number from 1 to" in capsys.readouterr().err


def test_the_list_names_every_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.main(["list"]) == 0
    words = capsys.readouterr().out
    assert "jd-2020" in words
    assert "surge-10x" in words
