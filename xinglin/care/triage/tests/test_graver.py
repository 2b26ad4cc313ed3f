"""Nothing that stands beside a danger takes it away: each of these once did."""

import pytest

from xinglin.care.triage.rules import predict as door
from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.findings import person
from xinglin.care.triage.rules.urgency import judge


def urgency(text: str, **who) -> str:
    return judge(Case(text=text, **who)).urgency


def test_without_an_age_measured_values_count_as_those_of_an_adult():
    vitals = {"systolic": 70.0, "heart_rate": 150.0, "respiratory_rate": 35.0}
    assert urgency("不舒服", vitals=vitals) == "emergency"


@pytest.mark.parametrize(("rate", "level"), [(130.0, "online_routine"), (131.0, "emergency")])
def test_the_third_point_of_the_pulse_begins_where_the_chart_has_it(rate, level):
    assert urgency("不舒服", age_years=40, vitals={"heart_rate": rate}) == level


def test_since_when_an_illness_is_known_says_nothing_of_the_pain():
    assert urgency("高血压10年，胸痛，恶心呕吐", age_years=60) == "emergency"


@pytest.mark.parametrize(
    "words",
    [
        "老公不在家，我怀孕8周，下面出血肚子疼",
        "My husband is away, I am 8 weeks pregnant, bleeding and my belly hurts",
        "没有其他不舒服，月经推迟，下腹剧痛出血",
    ],
)
def test_whoever_is_spoken_of_first_a_woman_with_child_is_a_woman(words):
    assert person(words).sex == "female"
    assert urgency(words) in {"emergency", "in_person_today"}


@pytest.mark.parametrize(
    ("words", "vitals"),
    [
        (
            "我刚出生的宝宝很好，我发冷",
            {"heart_rate": 140.0, "respiratory_rate": 26.0, "systolic": 85.0},
        ),
        ("宝宝3个月，我月经没来，下腹剧痛出血", {}),
    ],
)
def test_a_mother_who_speaks_of_her_baby_is_no_baby(words, vitals):
    assert urgency(words, age_years=30, sex="female", vitals=vitals) == "emergency"


def test_a_baby_that_is_asked_for_from_a_grown_up_account_is_a_baby():
    assert urgency("宝宝2个月，发烧38.5", age_years=30) == "emergency"


def test_with_a_lung_disease_oxygen_of_eighty_two_is_an_emergency_too():
    who = {"age_years": 40, "answers": {"past_illness": ["lung"]}}
    assert urgency("不舒服", vitals={"spo2": 82.0}, **who) == "emergency"
    assert urgency("不舒服", vitals={"spo2": 90.0}, **who) != "emergency"


def test_who_has_dementia_may_become_confused_all_the_same():
    assert urgency("奶奶老年痴呆，今天突然糊涂不认人", age_years=85) == "emergency"
    assert urgency("奶奶老年痴呆好几年了，记性越来越差", age_years=85) != "emergency"


def test_an_old_history_does_not_make_a_sudden_pain_old():
    assert urgency("高血压病史十年突发剧烈头痛") == "emergency"


@pytest.mark.parametrize(
    ("words", "vitals"),
    [
        ("昨天血氧98，今天血氧85", {}),
        ("发烧41.5度", {"temperature": 36.5}),
        ("心跳快了60分钟，心率150", {}),
    ],
)
def test_of_two_values_the_graver_counts(words, vitals):
    assert urgency(words, age_years=50, vitals=vitals) in {"emergency", "in_person_today"}


@pytest.mark.parametrize("vitals", [{"spo2": 35}, {"systolic": 30}, {"spo_2": 80}])
def test_a_value_that_is_left_out_is_said(vitals):
    (name,) = vitals
    said = door.predict(
        {"id": "1", "text": "不舒服", "age_years": 50, "vitals": vitals}, emergency_number="120"
    )
    assert any(name in reason for reason in said["reasons"])
