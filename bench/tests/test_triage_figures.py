"""The labelled cases are sound, the figures are counted rightly, and they do not fall."""

from collections import Counter
from functools import cache

import pytest

from bench.triage import evaluate, figures, sets, telling
from bench.triage.answering import Answered, answered
from bench.triage.figures import Rate
from bench.triage.sets import Labelled
from xinglin.care.triage.rules import catalogue

SLUGS = {core.slug for core in catalogue.cores()}
KINDS = {
    "abuse", "child", "contradictory", "crisis", "dialect", "family_history", "infant", "laconic",
    "long", "negation", "old_age", "other_language_mixed", "past_history", "pregnancy",
    "prompt_like", "proxy", "typing_error", "vitals",
}  # fmt: skip
OURS = ("zh", "en", "avey")
# What held cases reached when they were last written; raised when they rise, never lowered.
FLOORS: dict[str, dict[str, float]] = {
    "zh": {"exact": 0.76, "emergencies": 0.76, "top1": 0.80, "top3": 0.90},
    "en": {"exact": 0.81, "emergencies": 0.92, "top1": 0.69, "top3": 0.86},
    "avey": {"exact": 0.76, "emergencies": 0.88, "top1": 0.60, "top3": 0.84},
    "dialogues": {"top1": 0.82, "top3": 0.96},
}


@cache
def cases() -> dict[str, list[Labelled]]:
    return sets.all_sets()


@cache
def held(name: str) -> tuple[Answered, ...]:
    return tuple(answered(case for case in cases()[name] if case.split == "held"))


def said(
    *, wanted: str, urgency: str = "online_soon", department: str = "ent", confidence: float = 0.5
) -> Answered:
    case = Labelled(record={}, split="tune", department="ent", urgency=wanted)
    return Answered(case, urgency, department, (department,), confidence, (), sure=True)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_language_has_300_cases_of_every_urgency_department_and_kind(locale):
    found = cases()[locale]
    urgencies = Counter(case.urgency for case in found)
    assert len(found) >= 320
    assert {case.department for case in found} == SLUGS
    assert set(urgencies) == set(telling.URGENCIES)
    assert min(urgencies.values()) >= len(found) // 10
    assert {tag for case in found for tag in case.tags} >= KINDS


@pytest.mark.parametrize("name", OURS)
def test_a_case_is_told_once_and_labelled_with_what_exists(name):
    found = cases()[name]
    assert len({case.record["id"] for case in found}) == len(found)
    assert len({case.record["text"] for case in found}) == len(found)
    assert {case.department for case in found} <= SLUGS
    assert {case.urgency for case in found} <= set(telling.URGENCIES)


@pytest.mark.parametrize("name", OURS)
def test_a_third_is_held_by_a_rule_that_nobody_chooses(name):
    found = cases()[name]
    assert all(case.split == sets.split_of(case.record["id"]) for case in found)
    assert 0.25 < sum(case.split == "held" for case in found) / len(found) < 0.4


def test_the_diagnosis_of_a_vignette_is_not_read():
    case = {
        "id": "x", "demographics": "3 month old Male", "chief_complaints": "Cough",
        "presentation": "For two days.", "absent_findings": "No fever", "physical_history": "",
        "family_history": "Asthma", "correct_diagnosis": "Croup",
    }  # fmt: skip
    assert sets.composed(case) == {
        "id": "x", "locale": "en", "age_years": 0.25, "sex": "male",
        "text": "3 month old Male. Cough. For two days. No fever. Family history: Asthma.",
    }  # fmt: skip


def test_the_interval_is_that_of_wilson():
    # Newcombe 1998, table I: 81 of 263.
    rate = Rate(81, 263)
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.2553, 0.3662)
    assert (Rate(0, 0).value, Rate(0, 0).low, Rate(0, 0).high) == (None, 0.0, 1.0)
    assert Rate(10, 10).high == pytest.approx(1.0)


def test_too_low_and_too_high_are_told_apart_on_three_levels():
    found = figures.urgencies(
        [
            said(wanted="emergency", urgency="emergency"),
            said(wanted="emergency", urgency="in_person_today"),
            said(wanted="in_person_today", urgency="online_routine"),
            said(wanted="self_care", urgency="online_routine"),
        ]
    )
    rates = (found.exact, found.under, found.over, found.emergencies, found.self_care, found.five)
    assert [rate.hits for rate in rates] == [2, 1, 1, 1, 0, 1]
    assert (found.emergencies.n, found.self_care.n) == (2, 1)


def test_calibration_sets_confidence_beside_what_was_right():
    items = [
        said(wanted="self_care", confidence=0.95),
        said(wanted="self_care", confidence=0.91, department="tcm"),
        said(wanted="self_care", confidence=1.0),
        said(wanted="self_care", confidence=0.2),
    ]
    low, high = figures.calibration(items)
    assert (low.n, low.right, high.n, round(high.right, 3)) == (1, 1.0, 3, 0.667)
    assert figures.expected_error([low, high]) == pytest.approx(
        0.25 * 0.8 + 0.75 * (0.9533 - 0.6667), abs=1e-3
    )
    assert [(kept.hits, right.hits) for _, kept, right in figures.coverage(items, (0.0, 0.92))] == [
        (4, 3),
        (2, 2),
    ]


def test_a_confusion_counts_what_was_wanted_and_what_was_said():
    items = [said(wanted="self_care", department=name) for name in ("tcm", "tcm", "ent", "urology")]
    assert figures.confusions(items, most=1) == [("ent", "tcm", 2, 4)]


@pytest.mark.parametrize("name", OURS)
def test_urgency_of_held_cases_does_not_fall(name):
    found, floor = figures.urgencies(held(name)), FLOORS[name]
    assert found.exact.value >= floor["exact"]
    assert found.emergencies.value >= floor["emergencies"]


@pytest.mark.parametrize("name", FLOORS)
def test_departments_of_held_cases_do_not_fall(name):
    found, floor = figures.departments(held(name)), FLOORS[name]
    assert found.top1.value >= floor["top1"]
    assert found.top3.value >= floor["top3"]


def test_ordinary_complaints_are_not_stopped_more_often():
    # 15 of 398 on 2026-11-28; the danger signs alone stopped fewer than one in a hundred.
    assert evaluate.stop_rate().value < 0.04


def test_the_page_and_the_card_tell_every_set():
    page, card = (
        evaluate.PAGE.read_text(encoding="utf-8"),
        evaluate.CARD.read_text(encoding="utf-8"),
    )
    assert page.count(evaluate.BEGIN) == page.count(evaluate.END) == 1
    assert all(name in page and name in card for name in telling.NAMES.values())
