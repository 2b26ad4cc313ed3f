"""Identity documents of persons: what a number tells, and whether it can be one at all.

The resident identity number follows GB 11643: six digits of region, eight of birth date, three of
sequence (odd: male, even: female) and a check character (ISO 7064, MOD 11-2).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from xinglin.kernel.errors import FieldError, Invalid
from xinglin.kernel.text import Text

RESIDENT_ID, PASSPORT = "01", "03"
# Codes as in the Chinese health data element for kinds of documents (from memory: verify).
ID_TYPES: dict[str, Text] = {
    RESIDENT_ID: Text("居民身份证", "Resident identity card"),
    "02": Text("居民户口簿", "Household register"),
    PASSPORT: Text("护照", "Passport"),
    "04": Text("军官证", "Military officer's card"),
    "06": Text(
        "港澳居民来往内地通行证", "Mainland travel permit for Hong Kong and Macao residents"
    ),
    "07": Text("台湾居民来往大陆通行证", "Mainland travel permit for Taiwan residents"),
    "99": Text("其他法定有效证件", "Another valid legal document"),
}

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_PASSPORT = re.compile(r"[A-Z0-9]{5,17}")
_OTHER = re.compile(r"[A-Z0-9]{4,30}")
_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_DASHES = re.compile(r"[\s\-\u2010-\u2015\u2212\u00b7]")

_WRONG: dict[str, Text] = {
    "id_number_malformed": Text(
        "身份证号码应为18位：前17位是数字，最后一位是数字或字母X。",
        "A resident identity number has 18 characters: 17 digits, then a digit or X.",
    ),
    "id_number_region": Text(
        "身份证号码的前两位不是有效的省级代码，请核对。",
        "The first two digits are not the code of a province; please compare with the card.",
    ),
    "id_number_birth_date": Text(
        "身份证号码中的出生日期不成立，请核对。",
        "The birth date inside the number cannot be right; please compare with the card.",
    ),
    "id_number_check_digit": Text(
        "身份证号码的校验位不符，可能有一位输错了，请核对。",
        "The last character does not fit the others: one of them may be mistyped; please compare.",
    ),
    "document_number_malformed": Text(
        "证件号码只能含字母和数字，且长度要合适，请核对。",
        "A document number holds only letters and digits, and not too few or many; please compare.",
    ),
    "id_type_unknown": Text("不支持这种证件类型。", "This kind of document is not known here."),
}


@dataclass(frozen=True, slots=True)
class ResidentId:
    """What a resident identity number tells. `region` has six digits (GB/T 2260)."""

    number: str
    region: str
    born: date
    sex: Literal["male", "female"]


def normalised(number: str) -> str:
    """Half-width, upper case, without spaces and hyphens: the one form that is stored and found."""
    return _DASHES.sub("", unicodedata.normalize("NFKC", number)).upper()


def check_character(first_17: str) -> str:
    """The 18th character of a resident identity number."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def read_resident_id(number: str, *, on: date, field: str = "id_number") -> ResidentId:
    """Read a number as typed.

    Args:
        on: the local date; nobody is born after it.
        field: the path that the error names.
    Raises:
        Invalid: with code `id_number_malformed`, `_region`, `_birth_date` or `_check_digit`.
    """
    clean = normalised(number)
    if not _SHAPE.fullmatch(clean):
        raise _invalid("id_number_malformed", field)
    if clean[:2] not in _PROVINCES:
        raise _invalid("id_number_region", field)
    born = _birth_date(clean[6:14])
    if born is None or born > on:
        raise _invalid("id_number_birth_date", field)
    if clean[17] != check_character(clean[:17]):
        raise _invalid("id_number_check_digit", field)
    return ResidentId(clean, clean[:6], born, "male" if int(clean[16]) % 2 else "female")


def read_document(id_type: str, number: str, *, on: date, field: str = "id_number") -> str:
    """The normalised number of any document in `ID_TYPES`.

    Raises:
        Invalid: as `read_resident_id`, or `document_number_malformed`, or `id_type_unknown`.
    """
    if id_type == RESIDENT_ID:
        return read_resident_id(number, on=on, field=field).number
    if id_type not in ID_TYPES:
        raise _invalid("id_type_unknown", "id_type")
    clean = normalised(number)
    if not (_PASSPORT if id_type == PASSPORT else _OTHER).fullmatch(clean):
        raise _invalid("document_number_malformed", field)
    return clean


def _birth_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _invalid(code: str, field: str) -> Invalid:
    text = _WRONG[code]
    return Invalid(FieldError(field, text), code=code, text=text)
