"""Years, months and birthdays as law counts them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.dates import add_months, add_years, age_on

DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 3, 1)),
        (date(2024, 8, 31), 6, date(2025, 3, 1)),
        (date(2025, 12, 31), 2, date(2026, 3, 1)),
        (date(2025, 10, 31), 1, date(2025, 12, 1)),
        (date(2025, 6, 10), 0, date(2025, 6, 10)),
        (date(2025, 6, 10), -6, date(2024, 12, 10)),
        (date(2025, 6, 10), 7, date(2026, 1, 10)),
    ],
)
def test_months_keep_the_day_or_begin_the_next_month(day, months, expected):
    assert add_months(day, months) == expected


def test_moments_keep_their_hour_and_zone():
    assert add_years(datetime(2024, 2, 29, 8, tzinfo=UTC), 3) == datetime(2027, 3, 1, 8, tzinfo=UTC)


@given(born=DAYS, years=st.integers(0, 100))
def test_a_birthday_makes_a_year_and_the_day_before_does_not(born, years):
    birthday = add_years(born, years)
    assert age_on(born, birthday) == years
    if years:
        assert age_on(born, birthday - timedelta(days=1)) == years - 1


@given(day=DAYS, months=st.integers(0, 1200))
def test_a_period_is_never_cut_short(day, months):
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) in {months, months + 1}
    assert end.day in {day.day, 1}


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="born"):
        age_on(date(2025, 6, 10), date(2025, 6, 9))
