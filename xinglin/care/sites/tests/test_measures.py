"""Units and limits: what is measured is one number in one unit, or is refused in words. No database."""

import pytest

from xinglin.care.sites.measures import LIMITS, MEASURES
from xinglin.care.sites.rules import (
    canonical,
    check_context,
    check_likely,
    is_guessed,
    masked_card,
    same_name,
    unlikely,
)
from xinglin.kernel.errors import Conflict, Invalid


@pytest.mark.parametrize(
    ("kind", "values", "unit", "wanted"),
    [
        (
            "blood_pressure",
            {"systolic": 16.0, "diastolic": 10.7},
            "kPa",
            {"systolic": 120, "diastolic": 80},
        ),
        ("temperature", {"value": 98.6}, "[degF]", {"value": 37.0}),
        ("glucose", {"value": 100}, "mg/dL", {"value": 5.6}),
        ("weight", {"value": 120}, "jin", {"value": 60}),
        ("weight", {"value": 150}, "[lb_av]", {"value": 68.0}),
        ("spo2", {"value": 97}, "%", {"value": 97}),
    ],
)
def test_each_unit_becomes_the_canonical_one(kind, values, unit, wanted):
    assert canonical(kind, values, unit) == wanted


@pytest.mark.parametrize(
    ("kind", "values", "unit", "code"),
    [
        ("mood", {"value": 1}, "1", "unknown_measure"),
        ("temperature", {"value": 37}, "K", "wrong_unit"),
        ("blood_pressure", {"value": 120}, "mm[Hg]", "wrong_values"),
        ("heart_rate", {"value": float("nan")}, "/min", "wrong_values"),
        ("heart_rate", {"value": 0}, "/min", "impossible_value"),
        ("spo2", {"value": 104}, "%", "impossible_value"),
        ("blood_pressure", {"systolic": 80, "diastolic": 120}, "mm[Hg]", "impossible_value"),
    ],
)
def test_what_cannot_be_is_refused(kind, values, unit, code):
    with pytest.raises(Invalid) as caught:
        canonical(kind, values, unit)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("kind", "values", "unit", "other"),
    [
        ("temperature", {"value": 98.6}, "Cel", "[degF]"),
        ("glucose", {"value": 105}, "mmol/L", "mg/dL"),
        ("blood_pressure", {"systolic": 16, "diastolic": 11}, "mm[Hg]", "kPa"),
    ],
)
def test_a_value_in_another_unit_is_told_which_one(kind, values, unit, other):
    with pytest.raises(Invalid) as caught:
        canonical(kind, values, unit)
    assert other in caught.value.text.zh
    assert other in caught.value.text.en


def test_what_is_rare_is_measured_twice():
    assert unlikely(MEASURES["temperature"], {"value": 42.5}) == ["value"]
    with pytest.raises(Conflict) as caught:
        check_likely("temperature", {"value": 42.5}, {"value": 42.5}, "Cel")
    assert caught.value.code == "unlikely_value"
    check_likely("temperature", {"value": 38.9}, {"value": 38.9}, "Cel")


def test_glucose_says_when_and_nothing_else_does():
    check_context("glucose", "fasting")
    check_context("weight", "")
    for kind, context in (("glucose", ""), ("glucose", "later"), ("weight", "fasting")):
        with pytest.raises(Invalid):
            check_context(kind, context)


def test_every_part_has_limits_that_hold_each_other():
    parts = {known for measure in MEASURES.values() for known in measure.parts.values()}
    assert parts == set(LIMITS)
    for limits in LIMITS.values():
        low, high = limits.possible
        assert low < limits.likely[0] < limits.likely[1] <= high
        assert limits.source


def test_the_first_unit_is_the_canonical_one():
    assert {measure.units[measure.unit] for measure in MEASURES.values()} == {(1, 0)}


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "12345", "12345a", "１３５７９０"])
def test_numbers_that_everybody_tries_first_are_guessed(pin):
    assert is_guessed(pin)


def test_a_number_that_nobody_tries_first_is_not_guessed():
    assert not is_guessed("135790")


def test_names_are_compared_whatever_their_width_and_spaces():
    assert same_name("阿不都·热合曼", "阿不都 • 热合曼")
    assert same_name("Ｌin Xiaoman", "LIN XIAOMAN")
    assert not same_name("林小满", "林小漫")
    assert not same_name("བཀྲ་ཤིས", "བཀྲི་ཤིས")
    assert not same_name("··", "--")


def test_a_rare_number_that_is_usual_in_another_unit_names_it():
    told = {"value": 200.0}
    with pytest.raises(Conflict) as caught:
        check_likely("weight", canonical("weight", told, "kg"), told, "kg")
    assert "[lb_av]" in caught.value.text.en
    assert "[lb_av]" in caught.value.text.zh


def test_of_a_card_the_last_four_are_shown():
    assert masked_card("110000198805170022") == "*" * 14 + "0022"
