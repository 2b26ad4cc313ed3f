"""The labels of our cases follow what docs/triage.md decided."""

import json
import re
from pathlib import Path

import pytest

_DATA = Path(__file__).parent / "data"
_COLD = re.compile(
    r"感冒|流感|上呼吸道|上感|\bcolds?\b(?! sore)|\bflu\b|influenza|upper respiratory",
    re.IGNORECASE,
)
_CHILD_UNTIL_YEARS = 14


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_colds_and_flu_of_grown_ups_are_not_of_general_practice(locale: str) -> None:
    """They are respiratory in the table of departments; nose and throat alone may stand as well."""
    lines = (_DATA / f"cases_{locale}.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines]
    astray = [
        case["id"]
        for case in cases
        if _COLD.search(case["why"])
        and case["department"] == "general_practice"
        and case.get("age_years", _CHILD_UNTIL_YEARS) >= _CHILD_UNTIL_YEARS
    ]
    assert astray == []
