"""What this house demands of every prescription, wherever no law of the place says it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from xinglin.policy.facts import SafetyCheck
from xinglin.policy.rules import decide, knob
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    RX,
    SIGNED,
    dispensing,
    doctor,
    item,
    pharmacist,
    reviewing,
    sheet,
)

ELSEWHERE = pytest.mark.parametrize("place", ["india", "uk"])
LISTED = item("india_list_o")


def answered(decision, facts, place, on=IN_2025):
    verdict = decide(decision, facts, place=place, on=on)
    return verdict.kind, set(verdict.rule_ids)


def written(*items, **changes):
    return sheet(
        *(items or (LISTED,)), **{"assessment_adequate": True, "gp_may_know": True, **changes}
    )


@ELSEWHERE
@pytest.mark.parametrize(
    ("facts", "ids"),
    [
        (written(), set()),
        (written(doctor=doctor(licence_until=NOW)), {"XL1"}),
        (written(doctor=doctor(is_human=False)), {"XL2"}),
        (written(doctor=doctor(suspended=True)), {"XL8"}),
        (written(doctor=doctor(role="nurse")), {"XL10"}),
        (written(right_to_prescribe=False), {"XL9"}),
        (written(may_prescribe=False), {"XL20"}),
        (written(author="other_person"), {"XL10"}),
        (written(author="service"), {"XL10"}),
        (written(replace(LISTED, entered_by="service")), {"XL10"}),
        (written(item(classes=frozenset({"india_list_o"}))), {"XL11"}),
        (written(diagnoses=()), {"XL12"}),
        (written(replace(LISTED, days=None)), {"XL13"}),
        (written(replace(LISTED, days=0)), {"XL13"}),
        (written(safety=None), {"XL14"}),
        (written(signature_kind="drawn"), {"XL15"}),
        (written(patient_is="self"), {"XL16"}),
    ],
)
def test_of_writing(place, facts, ids):
    assert answered("prescribe", facts, place) == ("refuse" if ids else "allow", ids)


@ELSEWHERE
def test_a_declared_relative_is_a_warning(place):
    verdict = decide("prescribe", written(patient_is="relative"), place=place, on=IN_2025)
    assert verdict.allowed
    assert [note.rule_id for note in verdict.notes] == ["XL16"]


@ELSEWHERE
@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({}, set()),
        ({"reviewer": None}, {"XL17"}),
        ({"reviewer": doctor()}, {"XL17"}),
        ({"reviewer": pharmacist(licence_until=NOW)}, {"XL1"}),
        ({"reviewer": pharmacist(is_human=False)}, {"XL2"}),
        ({"reviewer": pharmacist(suspended=True)}, {"XL8"}),
        ({"same_account": True}, {"XL17"}),
        ({"same_person": True}, {"XL17"}),
        ({"doctor_signature": None}, {"XL17"}),
        ({"reviewer_signature": None}, {"XL17"}),
        ({"doctor_signature": replace(SIGNED, intact=False)}, {"XL15"}),
        ({"safety": None}, {"XL14"}),
        ({"safety": SafetyCheck(complete=True, open_levels=frozenset({"warn"}))}, {"XL14"}),
        ({"safety": SafetyCheck(complete=True, overridden_levels=frozenset({"block"}))}, {"XL14"}),
    ],
    ids=str,
)
def test_of_reviewing(place, change, ids):
    assert answered("review", reviewing(**change), place) == ("refuse" if ids else "allow", ids)


@ELSEWHERE
@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({}, set()),
        ({"effective": False}, {"XL18"}),
        ({"same_patient": False}, {"XL18"}),
        ({"voided": True}, {"XL18"}),
        ({"times_taken": 1}, {"XL19"}),
        ({"not_before": IN_2025 + timedelta(days=1)}, {"XL19"}),
        ({"effective": False, "items": (RX | {"otc"},)}, {"XL18"}),
        ({"effective": False, "items": (frozenset({"otc"}),)}, set()),
    ],
    ids=str,
)
def test_of_dispensing(place, change, ids):
    assert answered("dispense", dispensing(**change), place) == ("refuse" if ids else "allow", ids)


@ELSEWHERE
@pytest.mark.parametrize(
    ("decision", "facts"),
    [("prescribe", written()), ("review", reviewing()), ("dispense", dispensing())],
    ids=["prescribe", "review", "dispense"],
)
def test_a_clock_that_jumped_back_lets_nothing_pass(place, decision, facts):
    kind, ids = answered(decision, facts, place, on=date(2019, 12, 31))
    assert kind == "refuse"
    assert "XL21" in ids


@pytest.mark.parametrize("place", ["cn", "cn_bj", "india", "uk"])
def test_the_house_has_one_deadline_for_a_review_and_calls_it_its_own(place):
    assert knob("review_deadline_minutes", place=place, on=IN_2025) == 30
