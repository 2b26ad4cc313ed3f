"""Vital signs: implausible values are left out, NEWS2 as its chart says, children by their age."""

import pytest

from xinglin.care.triage.rules import vitals
from xinglin.care.triage.rules.findings.measured import told

NORMAL = {
    "respiratory_rate": 16.0,
    "spo2": 98.0,
    "systolic": 120.0,
    "heart_rate": 70.0,
    "temperature": 37.0,
    "consciousness": 0.0,
}


def test_a_well_adult_scores_nothing():
    assert vitals.news2(NORMAL).total == 0


@pytest.mark.parametrize(
    ("name", "value", "points"),
    [
        ("respiratory_rate", 8, 3), ("respiratory_rate", 9, 1), ("respiratory_rate", 12, 0), ("respiratory_rate", 20, 0),
        ("respiratory_rate", 21, 2), ("respiratory_rate", 24, 2), ("respiratory_rate", 25, 3),
        ("spo2", 91, 3), ("spo2", 92, 2), ("spo2", 93, 2), ("spo2", 94, 1), ("spo2", 95, 1), ("spo2", 96, 0),
        ("systolic", 90, 3), ("systolic", 91, 2), ("systolic", 100, 2), ("systolic", 101, 1), ("systolic", 110, 1),
        ("systolic", 111, 0), ("systolic", 219, 0), ("systolic", 220, 3),
        ("heart_rate", 40, 3), ("heart_rate", 41, 1), ("heart_rate", 50, 1), ("heart_rate", 51, 0), ("heart_rate", 90, 0),
        ("heart_rate", 91, 1), ("heart_rate", 110, 1), ("heart_rate", 111, 2), ("heart_rate", 130, 2), ("heart_rate", 131, 3),
        ("temperature", 35.0, 3), ("temperature", 35.1, 1), ("temperature", 36.0, 1), ("temperature", 36.1, 0),
        ("temperature", 38.0, 0), ("temperature", 38.1, 1), ("temperature", 39.0, 1), ("temperature", 39.1, 2),
        ("consciousness", 1, 3), ("oxygen", 1, 2), ("oxygen", 0, 0),
    ],
)  # fmt: skip
def test_each_value_scores_as_the_chart_says(name, value, points):
    score = vitals.news2({name: float(value)})
    assert score.total == points
    assert score.single_three == (points == 3)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"hr": 80}, {"heart_rate": 80}),
        ({"Pulse": "80"}, {"heart_rate": 80}),
        ({"temperature": 101.3}, {"temperature": 38.5}),
        ({"glucose": 360}, {"glucose_mmol": 20}),
        ({"oxygen_saturation": 0.95}, {"spo2": 95}),
        ({"avpu": "V"}, {"consciousness": 1}),
        ({"heart_rate": 900}, {}),
        ({"temperature": 12}, {}),
        ({"heart_rate": "fast"}, {}),
        ({"heart_rate": float("nan")}, {}),
        ({"heart_rate": None, "shoe_size": 42}, {}),
        ({"systolic": 80, "diastolic": 120}, {}),
    ],
)
def test_values_come_clean_or_not_at_all(given, kept):
    assert vitals.cleaned(given) == pytest.approx(kept)


@pytest.mark.parametrize(
    ("values", "age", "outside"),
    [
        ({"respiratory_rate": 40}, 0.1, ()),
        ({"respiratory_rate": 40}, 8, ("far:respiratory_rate",)),
        ({"heart_rate": 150}, 0.5, ()),
        ({"heart_rate": 150}, 6, ("heart_rate",)),
        ({"spo2": 90}, 3, ("far:spo2",)),
        ({"systolic": 70}, 14, ("far:systolic",)),
    ],
)
def test_a_child_is_measured_against_its_age(values, age, outside):
    assert vitals.outside_band(values, age) == outside


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "pulse 128, bp 85/50, temp 39.2",
            {"heart_rate": 128, "systolic": 85, "diastolic": 50, "temperature": 39.2},
        ),
        ("respiratory rate of 32 and oxygen saturation 88%", {"respiratory_rate": 32, "spo2": 88}),
        (
            "血氧88，心率130，血压80/50",
            {"spo2": 88, "heart_rate": 130, "systolic": 80, "diastolic": 50},
        ),
        ("血糖28.3", {"glucose_mmol": 28.3}),
        ("a headache for 3 days", {}),
    ],
)
def test_values_that_stand_in_the_words_are_read(text, values):
    assert told(text) == pytest.approx(values)
