"""Identity numbers: what they tell, and how a wrong one is named."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.errors import Invalid
from xinglin.kernel.identity import (
    ID_TYPES,
    ResidentId,
    check_character,
    normalised,
    read_document,
    read_resident_id,
)

ON = date(2025, 6, 10)
# The example in GB 11643.
WOMAN = "11010519491231002X"


def number(born=date(1949, 12, 31), region="110105", sequence="002"):
    first = f"{region}{born:%Y%m%d}{sequence}"
    return first + check_character(first)


def code_of(id_number, *, id_type="01"):
    with pytest.raises(Invalid) as caught:
        read_document(id_type, id_number, on=ON, field="patient.id_number")
    (wrong,) = caught.value.errors
    assert wrong.text == caught.value.text
    return caught.value.code, wrong.field


def test_the_number_of_the_standard_is_read():
    assert read_resident_id(WOMAN, on=ON) == ResidentId(
        WOMAN, "110105", date(1949, 12, 31), "female"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "11010519491231002x",
        " 110105 19491231 002X\n",
        "110105-19491231-002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105　19491231　002ｘ",
        "110105–19491231—002X",
    ],
)
def test_a_number_is_understood_as_people_type_it(typed):
    assert read_resident_id(typed, on=ON).number == WOMAN


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("", "id_number_malformed"),
        ("110105491231002", "id_number_malformed"),  # the old form of 15 digits
        ("11010519491231002", "id_number_malformed"),
        (WOMAN + "1", "id_number_malformed"),
        ("1101051949123100XX", "id_number_malformed"),
        ("11010519491231002Y", "id_number_malformed"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "id_number_malformed"),
        (number(region="990105"), "id_number_region"),
        (number(region="010105"), "id_number_region"),
        ("110105194902300021", "id_number_birth_date"),
        ("110105000000000021", "id_number_birth_date"),
        (number(born=ON + timedelta(days=1)), "id_number_birth_date"),
        ("110105194912310021", "id_number_check_digit"),
    ],
)
def test_a_wrong_number_is_told_what_is_wrong(wrong, code):
    assert code_of(wrong) == (code, "patient.id_number")


def test_a_child_may_be_registered_on_its_first_day():
    assert read_resident_id(number(born=ON), on=ON).born == ON


@given(
    born=st.dates(date(1900, 1, 1), ON),
    sequence=st.integers(0, 999),
    region=st.sampled_from(["110101", "520102", "650000", "810000", "830000"]),
)
def test_what_was_written_is_read_back(born, sequence, region):
    read = read_resident_id(number(born, region, f"{sequence:03}"), on=ON)
    assert (read.born, read.region) == (born, region)
    assert read.sex == ("male" if sequence % 2 else "female")


@given(at=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_one_mistyped_digit_is_always_found(at, digit):
    if digit == WOMAN[at]:
        return
    with pytest.raises(Invalid):
        read_resident_id(WOMAN[:at] + digit + WOMAN[at + 1 :], on=ON)


@given(at=st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_found(at):
    if WOMAN[at] == WOMAN[at + 1]:
        return
    with pytest.raises(Invalid):
        read_resident_id(WOMAN[:at] + WOMAN[at + 1] + WOMAN[at] + WOMAN[at + 2 :], on=ON)


@pytest.mark.parametrize(
    ("id_type", "typed", "stored"),
    [
        ("01", "11010519491231002x", WOMAN),
        ("03", "e1234 5678", "E12345678"),
        ("06", "h12345678", "H12345678"),
        ("07", "12345678", "12345678"),
    ],
)
def test_other_documents_are_read_too(id_type, typed, stored):
    assert read_document(id_type, typed, on=ON) == stored


@pytest.mark.parametrize(
    ("id_type", "typed"),
    [("03", "E123"), ("03", "E" * 18), ("03", "E1234567;"), ("06", "H12"), ("99", "证件一二三四")],
)
def test_a_document_number_is_letters_and_digits(id_type, typed):
    assert code_of(typed, id_type=id_type) == ("document_number_malformed", "patient.id_number")


def test_an_unknown_kind_of_document_is_named():
    assert code_of("X1234567", id_type="55") == ("id_type_unknown", "id_type")
    assert "55" not in ID_TYPES


@given(st.text("0129xX - \u3000\u2013\uff10\uff19\uff38\uff58\u00b7Ee", max_size=30))
def test_normalising_twice_changes_nothing(typed):
    once = normalised(typed)
    assert normalised(once) == once


@given(st.text(max_size=30), st.sampled_from([*ID_TYPES, "x"]))
def test_whatever_is_typed_is_read_or_named(typed, id_type):
    try:
        read = read_document(id_type, typed, on=ON)
    except Invalid as error:
        read = ""
        named = error.errors
    else:
        named = ()
    assert bool(read) != bool(named)
