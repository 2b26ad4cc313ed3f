"""How people are named, counted and shown."""

from datetime import date

import pytest

from xinglin.care.people import rules


@pytest.mark.parametrize(
    ("born", "on", "zh", "en"),
    [
        (date(2026, 11, 1), date(2026, 11, 1), "0天", "0 days"),
        (date(2026, 11, 1), date(2026, 11, 2), "1天", "1 day"),
        (date(2026, 11, 1), date(2026, 12, 1), "1个月", "1 month"),
        (date(2024, 11, 2), date(2026, 11, 1), "23个月", "23 months"),
        (date(2024, 11, 1), date(2026, 11, 1), "2岁", "2 years"),
        (date(1990, 2, 3), date(2026, 2, 2), "35岁", "35 years"),
    ],
)
def test_an_age_is_told_in_days_then_months_then_years(born, on, zh, en):
    told = rules.age_text(born, on)
    assert (told.zh, told.en) == (zh, en)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("110000198805170029", "**************0029"), ("E1234567", "******67"), ("AB12", "**12")],
)
def test_a_number_is_shown_by_its_end(number, shown):
    assert rules.masked(number) == shown


def test_one_kind_of_dot_and_of_space():
    assert rules.clean_name("  阿不都 • 热合曼 ") == "阿不都·热合曼"
    assert rules.clean_name("Mary   Jane") == "Mary Jane"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张桂芳", "张*芳"),
        ("马云", "马*"),
        ("欧阳娜娜", "欧**娜"),
        ("Nora Whitfield", "N** W**"),
    ],
)
def test_a_masked_name_is_enough_for_who_knows_the_person(name, masked):
    assert rules.masked_name(name) == masked
