"""The numbers of the policy are checked before anybody is dispatched by them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.care.dispatch.engine import Weights, WeightsRefused, load
from xinglin.care.dispatch.engine.weights import _DATA, parse

_WORDS = (_DATA / "weights-2026-11.json").read_text()


def refused(words: str) -> WeightsRefused:
    with pytest.raises(WeightsRefused) as told:
        parse(words)
    assert told.value.text.zh
    return told.value


def line_of(part: str) -> int:
    return _WORDS[: _WORDS.index(part)].count("\n") + 1


def changed(name: str, value: str) -> str:
    lines = _WORDS.splitlines()
    n = line_of(f'"{name}"') - 1
    comma = "," if lines[n].endswith(",") else ""
    lines[n] = f'    "{name}": {{"value": {value}, "source": "a test"}}{comma}'
    return "\n".join(lines)


def test_the_numbers_in_force_are_whole():
    assert isinstance(load(), Weights)
    assert load().version == "2026-11"


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("cost_grade", "-1", "lies between"),
        ("cost_grade", "true", "is no number"),
        ("cost_grade", '"0.8"', "is no number"),
        ("cost_grade", "1e999", "lies between"),
        ("cost_grade", "NaN", "is no number"),
        ("hold_most", "1.5", "whole number"),
        ("target_s", "[60, 180, 600]", "takes 4 numbers"),
        ("target_s", "60", "takes 4 numbers"),
        ("target_s", "[600, 180, 60, 1800]", "the shorter the target"),
        ("slope", "[1, 2, 4, 8]", "the greater the slope"),
        ("widen_1_to_2", "1", "grade 2 is asked before"),
        ("widen_1_to_3_spare", "0", "to spare experts"),
        ("strict_leave", "0.9", "left at no more"),
    ],
)
def test_a_poisoned_number_is_refused_with_its_line_and_why(name: str, value: str, why: str):
    told = refused(changed(name, value))
    assert told.line == line_of(f'"{name}"')
    assert why in told.text.en


def test_what_is_missing_unknown_twice_or_no_json_is_refused():
    line = _WORDS.splitlines()[line_of('"offer_s"') - 1]
    assert "missing" in refused(_WORDS.replace(line + "\n", "")).text.en
    twice = refused(_WORDS.replace(line, f"{line}\n{line}"))
    assert (twice.line, "twice" in twice.text.en) == (line_of('"offer_s"') + 1, True)
    assert "unknown" in refused(_WORDS.replace('"offer_s"', '"offers"')).text.en
    assert "unknown" in refused('{"version": "1", "numbers": {}, "more": 1}').text.en
    assert "unknown" in refused(_WORDS.replace(line, line.replace('"source"', '"sauce"'))).text.en
    bare = '    "offer_s": {"value": 30},'
    assert "no source" in refused(_WORDS.replace(line, bare)).text.en
    assert refused(_WORDS[:-5]).line >= line_of('"fewest_answers"')
    assert "no table" in refused('{"version": "1"}').text.en
    assert "version" in refused('{"version": " ", "numbers": {}}').text.en
    assert "object" in refused("[]").text.en
    assert "nested" in refused("[" * 100_000).text.en


@given(st.text() | st.recursive(st.none() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_whatever_is_given_is_refused_in_words(words: str):
    assert refused(words).line >= 1
