"""Whatever is asked, an answer comes, every kind has run, and the order of items changes nothing."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.care.prescribing.safety import shipped
from xinglin.care.prescribing.safety.records import Unreadable, answer

_NAMES = st.sampled_from(
    ["warfarin", "阿司匹林肠溶片", "simvastatin", "复方磺胺甲噁唑片", "amlodipine/valsartan", "钙", "硝苯地平控释片",
     "甘精胰岛素注射液", "diazepam", "比卡鲁胺片", "儿童清肺口服液", "sodium oxybate", "沙库巴曲缬沙坦钠片"]
)  # fmt: skip
_ODD = st.text(max_size=12)
_NUMBERS = st.one_of(
    st.none(), st.integers(-5, 2000), st.floats(allow_nan=False, allow_infinity=False), _ODD
)
_ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "generic_en": st.one_of(_NAMES, _ODD),
        "generic_zh": st.one_of(_NAMES, _ODD),
        "dose": _NUMBERS,
        "unit": st.one_of(st.sampled_from(["mg", "g", "片", "IU", "mL"]), _ODD),
        "route": st.one_of(st.sampled_from(["口服", "iv", "eye"]), _ODD),
        "frequency": st.one_of(st.sampled_from(["qd", "bid", "prn", "q1/2h"]), _ODD),
        "days": _NUMBERS,
        "strength": _NUMBERS,
        "strength_unit": st.sampled_from(["mg", "g", ""]),
    },
)
_PATIENTS = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(0, 120),
        "sex": st.sampled_from(["male", "女", ""]),
        "pregnant": st.booleans(),
        "kidney": st.sampled_from(["none", "severe"]),
        "allergies": st.lists(st.one_of(_NAMES, _ODD), max_size=2),
    },
)
_RECORDS = st.fixed_dictionaries(
    {"items": st.lists(_ITEMS, max_size=5)},
    optional={"patient": _PATIENTS, "diagnoses": st.lists(st.sampled_from(["I10", "哮喘", "O10"]))},
)


@settings(max_examples=80, deadline=None)
@given(_RECORDS)
def test_every_record_is_answered_whole_or_refused(record: dict[str, Any]) -> None:
    try:
        found = answer(record, shipped())
    except Unreadable:
        return
    assert found["failed"] == []
    assert json.loads(json.dumps(found)) == found


@settings(max_examples=30, deadline=None)
@given(st.lists(_NAMES, min_size=2, max_size=5, unique=True))
def test_the_order_of_items_changes_no_level(names: list[str]) -> None:
    def levels(order: list[str]) -> list[tuple[str, str, list[str]]]:
        items = [{"generic_en": name} for name in order]
        hits = answer({"items": items}, shipped())["hits"]
        return sorted(
            (hit["kind"], hit["level"], sorted(order[place] for place in hit["items"]))
            for hit in hits
        )

    assert levels(names) == levels(names[::-1])
