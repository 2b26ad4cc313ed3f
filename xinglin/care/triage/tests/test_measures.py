"""Values in free text: what is a temperature, what is a pressure, and what only looks like one."""

import pytest

from xinglin.care.triage.rules import measures


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        ("烧到38.5度", [38.5]),
        ("三十八度五", [38.5]),
        ("38度5", [38.5]),
        ("38度半", [38.5]),
        ("三十九度", [39.0]),
        ("体温38", [38.0]),
        ("38℃", [38.0]),
        ("fever of 101", [38.3]),
        ("103.1f", [39.5]),
        ("temperature is 38.2", [38.2]),
        ("temperature up to 102", [38.9]),
        ("101.5 fever since monday", [38.6]),
        ("t 39, hr 120", [39.0]),
        ("不到38度", []),
        ("never 38 degrees", []),
        ("今年38岁", []),
        ("tired, 38f", []),
        ("38斤", []),
        ("发烧40分钟", []),
        ("血压138/88", []),
    ],
)
def test_a_temperature_is_read_in_celsius(text, celsius):
    assert [round(value, 1) for value in measures.temperatures(text)] == celsius


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("血压200/120", {(200, 120)}),
        ("高压一百八，低压一百一", {(180, 0), (0, 110)}),
        ("收缩压一百八十五", {(185, 0)}),
        ("bp 185 over 100", {(185, 100)}),
        ("血压150", {(150, 0)}),
        ("systolic pressure of 78 mm hg", {(78, 0)}),
        ("bp 90 systolic", {(90, 0)}),
        ("没到180/110", set()),
        ("5/12 12/5", set()),
        ("2023/11/24", set()),
        ("血压500/20", set()),
        ("80/120", set()),
    ],
)
def test_a_pressure_is_read_in_mmhg(text, pairs):
    assert pairs <= set(measures.pressures(text))
    if not pairs:
        assert not {p for p in measures.pressures(text) if all(p)}


@pytest.mark.parametrize(
    ("condition", "text", "holds"),
    [
        ("temperature>=38", "37.9度", False),
        ("temperature>=38", "38度", True),
        ("temperature>=38", "100.3 f", False),
        ("temperature>=38", "100.4 f", True),
        ("pressure>=180/110", "179/109", False),
        ("pressure>=180/110", "180/100", True),
        ("pressure>=180/110", "150/110", True),
    ],
)
def test_a_limit_is_reached_at_its_value(condition, text, holds):
    assert measures.holds(condition, text) is holds


def test_a_condition_that_nothing_measures_is_a_mistake():
    with pytest.raises(ValueError, match="glucose"):
        measures.holds("glucose>=16.7", "血糖20")
