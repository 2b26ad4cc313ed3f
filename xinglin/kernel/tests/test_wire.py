"""A body is what was sent, and nothing that could be made of it."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import pytest
from pydantic import Field, ValidationError

from xinglin.kernel import ids
from xinglin.kernel.wire import In


class Inner(In):
    words: str = ""


class Form(In):
    count: int
    share: float = 0.0
    agreed: bool = False
    note: str | None = None
    which: Literal["a", "b"] = "a"
    who: UUID | None = None
    born: date | None = None
    back_at: datetime | None = None
    most: Annotated[int, Field(ge=1)] | None = None
    inner: Inner = Inner()
    many: list[Inner] = []
    mixed: bool | str | list[str] = ""


@pytest.mark.parametrize("body", [None, 0, 1.5, True, "words", [], [None], object()])
def test_what_is_no_object_is_no_empty_form(body):
    with pytest.raises(ValidationError):
        Inner.model_validate(body)


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": True},
        {"count": "1"},
        {"count": 1.5},
        {"count": None},
        {"count": 1, "share": "0.5"},
        {"count": 1, "share": True},
        {"count": 1, "agreed": "yes"},
        {"count": 1, "agreed": 1},
        {"count": 1, "agreed": None},
        {"count": 1, "note": 5},
        {"count": 1, "which": 1},
        {"count": 1, "who": 1},
        {"count": 1, "born": 0},
        {"count": 1, "back_at": 1.5},
        {"count": 1, "most": True},
        {"count": 1, "most": "1"},
        {"count": 1, "inner": None},
        {"count": 1, "inner": []},
        {"count": 1, "many": [None]},
        {"count": 1, "many": {}},
    ],
    ids=str,
)
def test_nothing_is_guessed(wrong):
    with pytest.raises(ValidationError):
        Form.model_validate(wrong)


def test_what_fits_is_read():
    who = ids.new()
    form = Form.model_validate(
        {
            "count": 1,
            "share": 1,
            "who": str(who),
            "born": "2016-05-21",
            "back_at": "2026-11-28T08:00:00Z",
            "most": 1,
            "inner": {"words": "好"},
            "more": 1,
            "mixed": ["a"],
        }
    )
    assert (form.count, form.share, form.who, form.inner.words) == (1, 1.0, who, "好")
    assert (form.born, form.most, form.mixed) == (date(2016, 5, 21), 1, ["a"])
