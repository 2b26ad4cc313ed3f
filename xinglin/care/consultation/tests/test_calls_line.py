"""How well the line of a call carries, as it is told to who watches over it."""

import re

import pytest
from django.conf import settings

from xinglin.care.consultation.queries.calls_past import FAIR, POOR, grade_of

PAGES = settings.BASE_DIR / "web/src/shared/call/quality.ts"


@pytest.mark.parametrize(
    ("states", "grade"),
    [
        ([], "good"),
        ([{}, {"loss": None, "rtt": None}], "good"),
        ([{"loss": 3, "rtt": 400}], "good"),
        ([{"loss": 0.5}, {"loss": 3.5}], "fair"),
        ([{"rtt": 401}], "fair"),
        ([{"loss": 8.5}, {"loss": 0}], "poor"),
        ([{"rtt": 901}], "poor"),
    ],
)
def test_the_line_is_as_good_as_the_worse_side_has_it(states, grade):
    assert grade_of(states) == grade


@pytest.mark.parametrize(("name", "limit"), [("FAIR", FAIR), ("POOR", POOR)])
def test_the_pages_and_the_house_grade_a_line_alike(name, limit):
    table = re.search(rf"const {name}: Limit = {{(.*)}}", PAGES.read_text(encoding="utf-8"))
    assert table, "the pages keep their limits somewhere else now"
    told = {key: int(most) for key, most in re.findall(r"(\w+): (\d+)", table[1])}
    assert {of: told[of] for of in limit} == limit
