"""The stable door: what a record may hold, what is refused, and what the answer looks like."""

import json
from typing import Any

import pytest

from xinglin.care.prescribing.safety.records import Unreadable, answer, case_of
from xinglin.care.prescribing.safety.tests.catalogue import facts

FACTS = facts()
PAIR = [{"generic_en": "Aleph"}, {"generic_zh": "乙药片"}]


def _answer(**record: Any) -> dict[str, Any]:
    found = answer(record, FACTS)
    assert json.loads(json.dumps(found)) == found
    return found


def test_an_answer_has_the_promised_members() -> None:
    found = _answer(id="x", items=[*PAIR, {"generic_en": "no such thing"}])
    assert list(found) == ["id", "hits", "unknown", "no_data", "not_told", "failed"]
    (hit,) = found["hits"]
    assert (found["id"], hit["kind"], hit["level"]) == ("x", "interaction", "block")
    assert (hit["rule"], hit["source"], hit["items"]) == (
        "test:a+b",
        "made-up facts, 2026-01-01",
        [0, 1],
    )
    assert set(hit["text"]) == set(hit["instead"]) == {"zh", "en"}
    assert hit["evidence"]["date"] == "2026-01-01"
    assert found["unknown"] == ["no such thing"]
    assert {"kind": "indication", "item": 2, "name": "no such thing"} in found["no_data"]
    assert found["failed"] == []


def test_everything_a_prescription_may_tell_is_read() -> None:
    found = _answer(
        id=7,
        items=[
            {"generic_en": "aleph", "dose": "0.06", "unit": "g", "route": "oral", "frequency": "bid",
             "days": 20, "amount": 1, "amount_unit": "g", "form": "缓释片", "made_up": 1},
        ],
        patient={"age": 17, "sex": "女", "pregnant": True, "egfr": 40, "allergies": ["甲药"]},
        diagnoses=["J45.9", {"code": "e11", "text": "糖尿病"}],
        current=[{"generic_en": "bet"}],
    )  # fmt: skip
    assert {hit["kind"] for hit in found["hits"]} >= {
        "course_limit", "quantity_limit", "frequency", "age", "population", "sex",
        "indication", "interaction", "contraindication",
    }  # fmt: skip
    # At 17 the doses of adults say nothing; at 18 they do.
    assert {(each["kind"], each["item"]) for each in found["no_data"]} >= {("single_dose", 0)}
    grown = _answer(items=[{"generic_en": "aleph", "dose": 0.2, "unit": "g"}], patient={"age": 18})
    assert [hit["kind"] for hit in grown["hits"]] == ["single_dose"]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({}, "items is not a list"),
        ({"items": "aleph"}, "items is not a list"),
        ({"items": ["aleph"]}, "items[0] is not an object"),
        ({"items": [*PAIR, {}]}, "items[2] has neither"),
        ({"items": [{"generic_en": "  "}]}, "items[0] has neither"),
        ({"items": [{"generic_en": 5}]}, "items[0].generic_en is not a string"),
        ({"items": [{"generic_en": "a" * 201}]}, "items[0].generic_en is longer"),
        ({"items": [{"generic_en": "aleph", "dose": "many"}]}, "items[0].dose is not a number"),
        ({"items": [{"generic_en": "aleph", "dose": True}]}, "items[0].dose is not a number"),
        ({"items": [{"generic_en": "aleph", "days": "NaN"}]}, "items[0].days is not a number"),
        ({"items": [{"generic_en": "aleph", "days": 1e300}]}, "items[0].days is not a number"),
        (
            {"items": [{"generic_en": "aleph", "unit": 3, "dose": 1}]},
            "items[0].unit is not a string",
        ),
        ({"items": PAIR * 51}, "items holds more than 100"),
        ({"items": [], "patient": []}, "patient is not an object"),
        ({"items": [], "patient": {"age": -1}}, "patient.age is not an age"),
        ({"items": [], "patient": {"age": 150}}, "patient.age is not an age"),
        ({"items": [], "patient": {"sex": "x"}}, "patient.sex is neither"),
        ({"items": [], "patient": {"pregnant": "yes"}}, "patient.pregnant is neither"),
        ({"items": [], "patient": {"kidney": "bad"}}, "patient.kidney is none of"),
        ({"items": [], "patient": {"egfr": 0}}, "patient.egfr is not above 0"),
        ({"items": [], "patient": {"allergies": "甲药"}}, "patient.allergies is not a list"),
        ({"items": [], "diagnoses": [3]}, "diagnoses holds neither"),
        ({"items": [], "current": {}}, "current is not a list"),
    ],
)
def test_what_cannot_be_read_is_refused_and_named(record: dict[str, Any], told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        answer(record, FACTS)
    assert told in str(refused.value)


def test_no_items_are_no_fault() -> None:
    assert _answer(items=[])["hits"] == []


def test_a_diagnosis_is_a_code_or_words() -> None:
    told = case_of({"items": [], "diagnoses": ["i10", "高血压", "J45.9", {"text": "asthma"}]})
    assert told.diagnoses is not None
    assert [(each.code, each.words) for each in told.diagnoses] == [
        ("I10", ""), ("", "高血压"), ("J45.9", ""), ("", "asthma"),
    ]  # fmt: skip


def test_days_of_age_are_parts_of_a_year() -> None:
    age = case_of({"items": [], "patient": {"age_days": 30}}).patient.age_years
    assert age is not None
    assert 0 < age < 1
