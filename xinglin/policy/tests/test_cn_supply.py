"""China's rules on how long a prescription lasts, each at its edges."""

import pytest

from xinglin.policy.tests.factories import item, long_sheet, sheet, steady
from xinglin.policy.tests.test_cn_prescribe import decided, refused

REASON = {"longer_for": "chronic", "longer_reason": "高血压，血压平稳"}


@pytest.mark.parametrize(
    ("days", "change", "ids"),
    [
        (7, {}, set()),
        (8, {}, {"R34"}),
        (8, REASON, set()),
        (8, {**REASON, "longer_reason": "  "}, {"R34"}),
        (8, {**REASON, "longer_for": ""}, {"R34"}),
        (28, REASON, set()),
        (3, {"emergency": True}, set()),
        (4, {"emergency": True}, {"R34"}),
        (4, {"emergency": True, **REASON}, set()),
        (0, {}, {"XL13"}),
        (-7, {}, {"XL13"}),
        (None, {}, {"XL13"}),
    ],
    ids=steady,
)
def test_seven_days_three_in_an_emergency_longer_with_a_reason(days, change, ids):
    kind = "refuse" if ids else "allow"
    assert decided(sheet(item(days=days), **change)) == (kind, ids)


def test_the_longest_supply_on_the_sheet_counts():
    assert decided(sheet(item(days=5), item(days=8))) == refused("R34")


def test_while_it_is_written_the_reason_may_wait_but_nothing_impossible_is_put_on():
    assert decided(sheet(item(days=8), act="add")) == ("allow", set())
    assert decided(sheet(item(days=None), act="add")) == ("allow", set())
    assert decided(sheet(item(days=0), act="add")) == refused("XL13")
    assert decided(sheet(item(days=85), act="add")) == refused("R41")


def test_no_reason_makes_twelve_weeks_an_ordinary_supply():
    facts = sheet(item(days=29), **REASON)
    assert decided(facts) == refused("R41")
    assert decided(sheet(item(days=90), **REASON)) == refused("R41")


def test_a_long_term_prescription_in_an_emergency_is_none():
    assert decided(long_sheet(28, emergency=True)) == refused("R34")


@pytest.mark.parametrize("missing", ["stable", "first_issued_offline"])
@pytest.mark.parametrize("days", [7, 28, 84])
def test_a_long_term_prescription_is_for_the_stable_and_never_the_first(missing, days):
    assert decided(long_sheet(days, **{missing: False})) == refused("R41")


@pytest.mark.parametrize("days", [7, 14, 28])
@pytest.mark.parametrize("name", ["antibacterial", "special_storage"])
def test_what_is_excluded_from_long_term_prescriptions(name, days):
    assert decided(long_sheet(days, name)) == refused("R41")
    assert decided(long_sheet(days, name, act="add")) == refused("R41")
    assert decided(sheet(item(name, days=days), **REASON)) == ("allow", set())


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("narcotic", "R27"),
        ("psychotropic_1", "R27"),
        ("psychotropic_2", "R27"),
        ("special_use_antibacterial", "R39"),
    ],
)
def test_what_is_not_for_the_internet_is_not_for_long_either(name, rule):
    assert decided(long_sheet(14, name)) == refused(rule, "R41")


@pytest.mark.parametrize(
    ("days", "kind"), [(0, "refuse"), (1, "allow"), (3, "allow"), (4, "refuse")]
)
def test_the_doctor_extends_validity_to_three_days_at_most(days, kind):
    found = decided(sheet(valid_days=days))
    assert found == (kind, {"R33"} if kind == "refuse" else set())
