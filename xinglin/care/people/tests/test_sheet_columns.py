"""Cells that would take for ever, or stop the whole sheet, are read or refused like any other."""

import pytest

from xinglin.care.people.services.sheets import kind_of
from xinglin.care.people.tests.factories import hospital
from xinglin.foundation.sheets.services.columns import WrongCellError
from xinglin.foundation.sheets.types import Cell


@pytest.fixture(autouse=True)
def house(db):
    return hospital()


def read(kind: str, key: str, text: str) -> str:
    column = next(c for c in kind_of(kind).columns if c.key == key)
    return column.reads(Cell(text))


def test_a_list_of_thousands_is_read_like_one_of_two():
    assert read("doctors", "departments", "全科、" * 3000) == "general_practice"
    with pytest.raises(WrongCellError) as told:
        read("doctors", "departments", "全科、" * 3000 + "牙科")
    assert "牙科" in told.value.text.zh


@pytest.mark.parametrize("digits", ["1000", "9" * 16, "9" * 5000])
def test_a_number_of_thousands_of_digits_is_no_position(digits):
    with pytest.raises(WrongCellError):
        read("departments", "position", digits)
    assert read("departments", "position", "007") == "7"
