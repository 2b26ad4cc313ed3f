"""Calendar arithmetic as law counts it: whole years and months, birthdays, 29 February."""

from datetime import date
from typing import TypeVar

D = TypeVar("D", bound=date)

_MONTHS_IN_A_YEAR = 12


def add_months(day: D, months: int) -> D:
    """The same day so many months on; the first of the next month where it does not exist.

    Takes dates and datetimes (December has every day, so the next month is in the same year).
    31 August and six months make 1 March: a period is never cut short.
    """
    years, month = divmod(day.month - 1 + months, _MONTHS_IN_A_YEAR)
    year, month = day.year + years, month + 1
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return day.replace(year=year, month=month + 1, day=1)


def add_years(day: D, years: int) -> D:
    """The same day so many years on; 1 March for a 29 February that does not exist."""
    return add_months(day, years * _MONTHS_IN_A_YEAR)


def age_on(born: date, on: date) -> int:
    """Full years; who was born on 29 February turns a year older on 1 March.

    Raises:
        ValueError: `on` lies before the birth.
    """
    if on < born:
        raise ValueError(f"born {born}, after {on}")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
