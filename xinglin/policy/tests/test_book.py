"""The page of rules tells everything, and calls nothing surer than it is."""

from dataclasses import replace
from datetime import date

import pytest

from xinglin.policy import book, places
from xinglin.policy.terms import DECISIONS, Knob

PAGE = book.render()
RULES = [
    pytest.param(code, decision, rule, id=f"{code}-{decision}-{rule.id}")
    for code, jurisdiction in places.load().items()
    for decision, rules in jurisdiction.rules.items()
    for rule in rules
]


def section(code, decision):
    name = places.load()[code].name
    of_place = PAGE.split(f"## {name.zh} {name.en} (`{code}`)\n")[1].split("\n## ")[0]
    return of_place.split(f"### `{decision}`")[1].split("\n### ")[0]


@pytest.mark.parametrize(("code", "decision", "rule"), RULES)
def test_a_rule_stands_under_its_place_and_decision_with_source_and_doubt(code, decision, rule):
    found = section(code, decision)
    assert f"#### {rule.id}\n" in found
    assert rule.cites.source in found
    assert rule.text.en.split("{")[0] in found
    assert rule.instead.zh.split("{")[0] in found
    if rule.cites.status != "confirmed":
        assert f"**unverified** ({rule.cites.status})" in found


def test_every_knob_is_listed_with_its_rule():
    for jurisdiction in places.load().values():
        for knob in jurisdiction.knobs:
            assert f"| `{knob.name}` |" in PAGE


def test_the_page_is_the_same_each_time_and_names_the_exception_and_its_days():
    assert book.render() == PAGE
    assert "lifts R02" in PAGE
    assert "Since 2026-02-01 until 2026-12-31" in PAGE
    assert PAGE.endswith("\n")
    assert "cn_bj`" not in PAGE.split("Places without")[1].split("\n")[0]


def test_every_decision_has_its_question():
    assert set(book.QUESTIONS) == set(DECISIONS)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (frozenset({"b", "a"}), "a; b"),
        (frozenset(), "none"),
        (("a", 1), "a 1"),
        ({"a": 1}, "a: 1"),
        (True, "True"),
    ],
)
def test_values_are_shown_in_one_order(value, shown):
    assert book._value(value) == shown


def test_a_knob_that_only_ends_says_until_when():
    knob = Knob(name="k", value=1, rule="R", until=date(2026, 5, 1))
    assert book._dates(knob) == "Until 2026-05-01"


def test_specialties_are_shown():
    rule = replace(places.load()["cn"].rules["open_kind"][1], specialties=frozenset({"13", "07"}))
    assert any("07, 13" in line for line in book._rule(rule, {}))
