"""The catalogue over HTTP. It is written by sheets and in the back office."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from xinglin.care.prescribing import rules
from xinglin.care.prescribing.queries import catalogue
from xinglin.care.prescribing.types import Medicine
from xinglin.foundation.accounts.services import requires, viewer_of
from xinglin.kernel.errors import NotFound
from xinglin.kernel.text import Text
from xinglin.kernel.wire import Out

router = Router()


class CodedOut(Out):
    code: str
    name: Text


class StrengthOut(Out):
    """What one dose unit holds; `unit`: UCUM. `value` is decimal digits as text."""

    value: str
    unit: str


class MedicineOut(Out):
    """`frequencies`: empty for any. `fact_status`: sourced or demonstration, by `fact_source`."""

    id: UUID
    code: str
    name: Text
    ingredients: list[Text]
    strength: str
    amount: StrengthOut | None
    form: CodedOut | None
    pack: str
    routes: list[CodedOut]
    frequencies: list[CodedOut]
    dose_unit: CodedOut | None
    category: CodedOut | None
    antibiotic: bool
    special_use_antibacterial: bool
    injection: bool
    high_alert: bool
    storage: CodedOut | None
    approval_number: str
    fact_status: str
    fact_source: str


class MedicinesOut(Out):
    items: list[MedicineOut]
    next: None


class AgainstOut(Out):
    """Why it cannot be prescribed, and what to do."""

    rule_id: str
    source: str
    text: Text
    instead: Text


class CatalogueLineOut(MedicineOut):
    control: CodedOut
    active: bool
    against: list[AgainstOut]


class CatalogueOut(Out):
    items: list[CatalogueLineOut]
    next: str | None


@router.get(
    "/medicines",
    response=MedicinesOut,
    operation_id="find_medicines",
    summary="Medicines that may be prescribed, by name, pinyin, initials or code",
)
@requires("prescribing.search_medicine")
def find_medicines(
    request: HttpRequest, q: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, Any]:
    house = viewer_of(request).institution_id
    if house is None:
        raise NotFound
    return {"items": [_told(each) for each in catalogue.find_medicines(house, q)], "next": None}


@router.get(
    "/medicines/catalogue",
    response=CatalogueOut,
    operation_id="list_catalogue",
    summary="All medicines of the institution, with what stands against prescribing them",
)
@requires("prescribing.read_catalogue")
def list_catalogue(
    request: HttpRequest,
    after: Annotated[str, Query(max_length=32)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> dict[str, Any]:
    rows, following = catalogue.catalogue(viewer_of(request), after=after, limit=limit, words=q)
    return {"items": [_line(row) for row in rows], "next": following}


def _line(row: Medicine) -> dict[str, Any]:
    return _told(row) | {
        "control": _coded(rules.CONTROLS, row.control),
        "active": row.active,
        "against": catalogue.refusals(row),
    }


def _told(row: Medicine) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return plain | {
        "amount": row.amount and {"value": _digits(row.amount.value), "unit": row.amount.unit},
        "form": _coded(rules.FORMS, row.form),
        "routes": [_coded(rules.ROUTES, code) for code in row.routes],
        "frequencies": [_coded(rules.frequencies(), code) for code in row.frequencies],
        "dose_unit": _coded(rules.UNITS, row.dose_unit),
        "category": _coded(rules.CATEGORIES, row.category),
        "storage": _coded(rules.STORAGES, row.storage),
    }


_CODED = {"amount", "form", "routes", "frequencies", "dose_unit", "category", "storage"}
_PLAIN = tuple(name for name in MedicineOut.model_fields if name not in _CODED)


def _coded(names: dict[str, Text], code: str) -> dict[str, Any] | None:
    """None for what is not said; a code of an earlier release stands for itself."""
    return {"code": code, "name": names.get(code, Text(code, code))} if code else None


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"
