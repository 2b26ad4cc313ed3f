"""Errors carry a stable code, both languages, and all that was wrong."""

from typing import get_args

import pytest

from xinglin.kernel import errors
from xinglin.kernel.errors import (
    FieldError,
    Invalid,
    Kind,
    NotFound,
    Refusal,
    RuleRefused,
    TooMany,
    XinglinError,
)
from xinglin.kernel.text import Text

EVERY = [
    found
    for found in vars(errors).values()
    if isinstance(found, type) and issubclass(found, XinglinError)
]
PLAIN = [found for found in EVERY if found not in {TooMany, RuleRefused}]
REFUSALS = [
    Refusal(name, "GL 1", Text(f"{name}不行", f"{name} no"), Text("改", "Else")) for name in "AB"
]


def test_every_kind_the_edge_maps_has_an_error():
    assert {found.kind for found in EVERY} == set(get_args(Kind))


@pytest.mark.parametrize("error", PLAIN)
def test_an_error_speaks_for_its_class_unless_told_otherwise(error):
    plain = error()
    assert (plain.code, plain.text) == (error.code, error.text)
    assert str(plain) == f"{error.code}: {error.text.en}"
    own = Text("别的", "Something else")
    told = error(code="other", text=own)
    assert (told.code, told.text, str(told)) == ("other", own, "other: Something else")
    assert error.code != "other"


def test_codes_are_words_for_programs():
    assert all(found.code.replace("_", "").isalpha() for found in EVERY)
    assert len({found.code for found in EVERY if found is not XinglinError}) == len(EVERY) - 1


def test_wrong_fields_are_all_named():
    wrong = [FieldError(name, Text("错", "Wrong")) for name in ("name", "id_number")]
    assert Invalid(*wrong).errors == tuple(wrong)
    assert Invalid().errors == ()


def test_too_many_tells_when_to_come_back():
    assert TooMany(30).retry_after_s == 30


def test_a_refused_act_carries_every_refusal_and_speaks_the_first():
    refused = RuleRefused(REFUSALS, verdict="recheck")
    assert refused.refusals == tuple(REFUSALS)
    assert refused.text == REFUSALS[0].text
    assert refused.verdict == "recheck"


def test_a_refusal_without_reasons_still_speaks():
    refused = RuleRefused([])
    assert (refused.refusals, refused.text, refused.verdict) == ((), RuleRefused.text, "refuse")


def test_one_except_catches_the_house():
    with pytest.raises(XinglinError):
        raise NotFound
