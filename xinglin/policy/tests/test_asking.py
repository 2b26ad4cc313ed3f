"""Who may ask for whom: a relative with that person's word, a guardian for a minor (R13, R49)."""

import pytest

from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import IN_2025, visit

RELATIVE = {"relation": "parent", "age_years": 70}
CHILD = {"relation": "child", "age_years": 5}


def answered(place: str = "cn", **changes) -> tuple[str, tuple[str, ...]]:
    verdict = decide("open_kind", visit(**changes), place=place, on=IN_2025)
    return verdict.kind, verdict.rule_ids


def test_oneself_needs_nobodys_word():
    assert answered()[0] == "allow"


@pytest.mark.parametrize(
    ("changes", "kind", "rule"),
    [
        (RELATIVE, "refuse", "R13"),
        (RELATIVE | {"patient_agreed": True}, "allow", None),
        (CHILD, "refuse", "R49"),
        (CHILD | {"guardian_named": True}, "allow", None),
        (CHILD | {"patient_agreed": True}, "refuse", "R49"),
        (RELATIVE | {"patient_agreed": True, "asker_known": False}, "refuse", "XL6"),
    ],
)
def test_in_china(changes, kind, rule):
    found, rules = answered(**changes)
    assert found == kind
    if rule:
        assert rules == (rule,)


@pytest.mark.parametrize(
    ("age", "named", "kind"),
    [(13, False, "refuse"), (14, False, "refuse"), (17, False, "refuse"), (17, True, "allow")],
)
def test_until_the_eighteenth_birthday_the_guardian_asks(age, named, kind):
    assert answered(relation="child", age_years=age, guardian_named=named)[0] == kind


def test_from_the_eighteenth_birthday_on_the_own_word_counts():
    assert answered(relation="child", age_years=18, guardian_named=True) == ("refuse", ("R13",))
    assert answered(relation="child", age_years=18, patient_agreed=True)[0] == "allow"


def test_the_refusal_says_what_to_do_in_both_languages():
    (refusal,) = decide("open_kind", visit(**RELATIVE), place="cn", on=IN_2025).refusals
    assert "手机" in refusal.instead.zh
    assert "own phone" in refusal.instead.en
    assert "未核实" in refusal.source


def test_in_india_the_house_asks_the_same_by_rules_of_its_own():
    assert answered("india", **RELATIVE) == ("refuse", ("XL7",))
    told = {"patient_agreed": True, "asker_known": False}
    assert answered("india", **RELATIVE, **told) == ("refuse", ("XL6",))
    assert answered("india", **CHILD, guardian_present=True)[0] == "allow"
