from pathlib import Path

import pytest

from xinglin.care.dispatch.simulator import performance
from xinglin.care.dispatch.simulator.scenario import load

PAGE = Path(__file__).resolve().parents[5] / "docs" / "performance.md"


def test_a_part_is_written_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- simulate speed -->\nold\n<!-- /simulate speed -->\nb\n", "utf-8")
    performance.write({"speed": "new \\1"}, page)
    expected = "a\n<!-- simulate speed -->\nnew \\1\n<!-- /simulate speed -->\nb\n"
    assert page.read_text("utf-8") == expected


def test_a_page_without_the_marks_is_left_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("a <!-- simulate speed -->", "utf-8")
    with pytest.raises(ValueError, match="/simulate speed"):
        performance.write({"speed": "new"}, page)
    assert page.read_text("utf-8") == "a <!-- simulate speed -->"


def test_an_unknown_part_is_answered_with_those_that_are_known():
    with pytest.raises(ValueError, match="comparisons"):
        performance.made(["fame"], progress=print)


@pytest.mark.parametrize(
    ("value", "goal", "words"),
    [
        (97.04, (">=", 95), "**97.04**"),
        (94, (">=", 95), "**94: missed**"),
        (2.9, ("<=", 3.1), "**2.9**"),
        (21907.4, (">=", 15000), "**21,907**"),
        (None, (">=", 15000), "-"),
    ],
)
def test_a_missed_goal_says_so(value, goal, words):
    assert performance._judged(value, goal) == words


@pytest.fixture
def small(monkeypatch):
    """The same parts on worlds that take no time."""
    monkeypatch.setattr(performance, "_RUNS", {"fifteen-1350": 2})
    monkeypatch.setattr(performance, "_SIZES", (60, 120))
    monkeypatch.setattr(performance, "load", lambda name: performance.resized(load(name), 300))
    return lambda name: performance.made([name], progress=lambda _: None)[name]


def test_the_comparison_has_a_row_for_each_goal(small, monkeypatch):
    monkeypatch.setattr(performance, "load", load)
    page = small("comparisons")
    asked = [line for line in page.splitlines() if "| >= " in line or "| <= " in line]
    assert len(asked) == len(performance.GOALS["fifteen-1350"]) + 2
    assert "2 seeds from 1" in page


def test_experts_are_to_be_spared_against_fifo():
    row = performance._spared({"fifo": 10.0, "tuned": 5.0, "xinglin": 2.0, "spare": 1.0})
    assert row.endswith("|  | -50 | **-80** | **-90: missed** | |")


def test_the_speed_has_a_row_for_each_size(small):
    page = small("speed")
    assert "\n| 60 |" in page
    assert "\n| 120 |" in page


def test_the_page_of_the_house_has_the_marks():
    text = PAGE.read_text("utf-8")
    for name in performance.parts():
        assert f"<!-- simulate {name} -->" in text
        assert f"<!-- /simulate {name} -->" in text
