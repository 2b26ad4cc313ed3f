"""How a level is found: one entry or many, conditions, and overrides that come last."""

from decimal import Decimal

import pytest

from xinglin.care.prescribing.safety.conditions import Side, parsed
from xinglin.care.prescribing.safety.engine import check
from xinglin.care.prescribing.safety.interactions import Condition, Entry, Interactions
from xinglin.care.prescribing.safety.tests.catalogue import SOURCE, case, facts, item
from xinglin.care.prescribing.safety.types import Case, Hit, Level, Override
from xinglin.kernel.text import Text

FACTS = facts()
_WHY = Text("虚构理由", "a made-up reason")


def _hits(told: Case, *overrides: Override) -> list[Hit]:
    found = check(told, FACTS.with_overrides(overrides)).hits
    return [hit for hit in found if hit.kind == "interaction"]


def _override(a: str, b: str, level: Level) -> Override:
    return Override(a, b, level, _WHY, "a made-up source", "")


def test_one_pair_is_one_hit_and_names_its_other_entries() -> None:
    (hit,) = _hits(case(item("gimel"), item("he")))
    assert (hit.level, hit.rule, hit.also) == ("caution", "test:reds+blues", ())
    both = Interactions(
        (
            Entry("wide", "reds", "blues", ("block",), SOURCE),
            Entry("narrow", "x", "y", ("block",), SOURCE),
            Entry("mild", "x", "blues", ("info",), SOURCE),
        ),
        {"x": frozenset({"reds"}), "y": frozenset({"blues"})},
    )
    found = both.between(Side("x"), Side("y"))
    assert [each.entry.id for each in found] == ["narrow", "wide", "mild"]
    assert both.between(Side("y"), Side("x")) == found


@pytest.mark.parametrize(
    ("dose", "route", "codes", "level", "lacks"),
    [
        ("", "", None, "block", ("daily", "route", "dx")),
        ("500 mg", "", None, "block", ("daily", "route", "dx")),
        ("10 mg", "oral", (), "warn", ()),
        ("10 mg", "oral", ("T10",), "info", ()),
        ("10 mg", "oral", None, "warn", ("dx",)),
        ("10 mg", "eye", None, None, ()),
        ("600 mg", "eye", None, "block", ()),
        ("10 mg", "", ("T10",), "info", ("route",)),
    ],
)
def test_what_is_not_told_counts_as_its_worst(
    dose: str,
    route: str,
    codes: tuple[str, ...] | None,
    level: Level | None,
    lacks: tuple[str, ...],
) -> None:
    frequency = "bid" if dose and dose != "500 mg" else "prn"
    told = {"dose": dose, "frequency": frequency} if dose else {}
    found = _hits(case(item("bet", **told), item("he", route=route), codes=codes))
    if level is None:
        assert found == []
    else:
        assert (found[0].level, found[0].depends_on) == (level, lacks)


def test_an_override_comes_after_the_source_and_says_what_it_changed() -> None:
    (hit,) = _hits(case(item("aleph"), item("bet")), _override("arnica", "borago", "info"))
    assert hit.level == "info"
    assert hit.source == SOURCE
    assert hit.override is not None
    assert hit.override.before == "block"
    assert "made-up reason" in hit.text.en
    assert "虚构理由" in hit.text.zh


def test_the_narrowest_override_counts() -> None:
    wide, narrow = _override("arnica", "reds", "info"), _override("arnica", "crocus", "block")
    for listed in ([wide, narrow], [narrow, wide]):
        (hit,) = _hits(case(item("aleph"), item("gimel")), *listed)
        assert hit.level == "block"
    (hit,) = _hits(case(item("aleph"), item("dalet")), wide, narrow)
    assert hit.level == "info"


def test_an_override_of_a_class_with_itself_leaves_one_substance_alone() -> None:
    every = _override("reds", "reds", "block")
    assert _hits(case(item("gimel"), item("丙药")), every) == []
    assert [hit.level for hit in _hits(case(item("gimel"), item("dalet")), every)] == ["block"]


def test_a_substance_does_not_interact_with_itself() -> None:
    table = Interactions(
        (Entry("e", "reds", "reds", ("block",), SOURCE),), {"x": frozenset({"reds"})}
    )
    assert table.between(Side("x"), Side("x")) == []


def test_where_both_can_stand_on_either_side_the_worse_reading_counts() -> None:
    conditions = (Condition("block", a_is=frozenset({"x"})), Condition("info"))
    table = Interactions(
        (Entry("e", "reds", "reds too", ("block", "info"), SOURCE, conditions=conditions),),
        {name: frozenset({"reds", "reds too"}) for name in "xyz"},
    )
    found = [table.between(Side(a), Side(b))[0].level for a, b in ("xy", "yx", "yz")]
    assert found == ["block", "block", "info"]


def test_an_override_can_add_a_pair_that_no_source_knows() -> None:
    (hit,) = _hits(case(item("aleph"), item("vav")), _override("arnica", "ficus", "block"))
    assert (hit.level, hit.rule) == ("block", "override:arnica+ficus")
    assert hit.override is not None
    assert hit.override.before is None


def test_without_overrides_nothing_is_overridden() -> None:
    assert all(hit.override is None for hit in _hits(case(item("aleph"), item("bet"))))


@pytest.mark.parametrize("words", ["nonsense=1", "a.route", "a.daily>=", "x.route=iv", "a.daily=5"])
def test_a_condition_that_says_nothing_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="no condition"):
        parsed(words)


def test_a_week_is_seven_days() -> None:
    entry = Entry(
        "e", "x", "y", ("warn", "info"), SOURCE,
        conditions=(Condition("info", when=parsed("a.weekly<=20")), Condition("warn")),
    )  # fmt: skip
    table = Interactions((entry,), {})
    for daily, level in (("2.8", "info"), ("2.9", "warn")):
        (found,) = table.between(Side("x", daily=Decimal(daily)), Side("y"))
        assert found.level == level
