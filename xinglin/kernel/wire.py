"""What goes over the wire: `In` is what somebody has sent, `Out` what we answer."""

import re
from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationInfo,
    field_validator,
)

_PLAIN = {str, int, float, bool, NoneType}
_AS_WORDS = {UUID, date, datetime}
_BEGINS = re.compile(r"\d{4}-\d\d-\d\d[Tt]")


def _as_written(value: object) -> object:
    """As RFC 3339 writes it: pydantic would take a bare number for one as well."""
    if isinstance(value, str) and not _BEGINS.match(value):
        raise ValueError("not a moment of RFC 3339")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written)]
"""Of a query, where everything is written in letters."""


class In(BaseModel):
    """A body, of a JSON object and of nothing else.

    ninja's `Schema` reads any value by its attributes: `null` in the place of an object would be one
    without a single field, and would empty what stands there. A number stays a number here as well:
    neither `true` nor "1" is one, no word is a yes, and no number is a date.
    """

    @field_validator("*", mode="before")
    @classmethod
    def _as_it_was_sent(cls, value: Any, field: ValidationInfo) -> Any:
        wanted = _plain(cls, field.field_name or "")
        if (
            wanted
            and type(value) in _PLAIN - wanted
            and not (float in wanted and type(value) is int)
        ):
            raise ValueError(f"a {type(value).__name__} is not what belongs here")
        return value


@cache
def _plain(shape: type[BaseModel], name: str) -> frozenset[type]:
    """The plain types, as JSON has them, of a field that takes no others."""
    annotation = shape.model_fields[name].annotation
    types = frozenset(map(_in_json, get_args(annotation) or (annotation,)))
    return types if types <= _PLAIN else frozenset()


def _in_json(kind: Any) -> Any:
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return str if kind in _AS_WORDS else kind


class Out(BaseModel):
    """An answer, made of a dict or of any object with these attributes.

    ninja's `Schema` reads each object through a getter in Python, which costs more than the rest of
    the answer; this is read by pydantic's own core.
    """

    model_config = ConfigDict(from_attributes=True)
