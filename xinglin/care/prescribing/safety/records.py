"""The stable door: one JSON object in, one out. Its keys stand in docs/prescription-check.md."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from xinglin.care.prescribing.safety.engine import check
from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.types import (
    Case,
    Diagnosis,
    Gap,
    Hit,
    Item,
    Patient,
    Quantity,
    Report,
    Sex,
    Source,
)

MOST_ITEMS = 100
_LONGEST = 200
_DEGREES = frozenset({"none", "mild", "moderate", "severe"})
_SEXES: Mapping[str, Sex] = {
    "male": "male", "m": "male", "男": "male", "female": "female", "f": "female", "女": "female"
}  # fmt: skip


class Unreadable(ValueError):
    """Says which member is wrong, and what it should be."""


def answer(record: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Raises: Unreadable."""
    case = case_of(record)
    return {"id": record.get("id"), **told(check(case, facts), case)}


def case_of(record: Mapping[str, Any]) -> Case:
    """Members that nobody knows are read over. Raises: Unreadable."""
    patient = record.get("patient")
    if patient is not None and not isinstance(patient, Mapping):
        raise Unreadable("patient is not an object")
    diagnoses = _list(record, "diagnoses")
    return Case(
        items=tuple(_items(record, "items") or ()),
        patient=_patient(patient or {}),
        diagnoses=None if diagnoses is None else tuple(_diagnosis(each) for each in diagnoses),
        current=tuple(_items(record, "current") or ()),
    )


def told(report: Report, case: Case) -> dict[str, Any]:
    names = [item.name for item in (*case.items, *case.current)]
    return {
        "hits": [_hit(hit) for hit in report.hits],
        "unknown": list(report.unknown),
        "no_data": [_gap(gap, names) for gap in report.no_data],
        "not_told": [_gap(gap, names) | {"why": gap.why.as_dict()} for gap in report.not_told],
        "failed": sorted(report.failed),
    }


def _hit(hit: Hit) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "kind": hit.kind,
        "level": hit.level,
        "rule": hit.rule,
        "source": f"{hit.source.title.en}, {hit.source.date}".rstrip(", "),
        "items": list(hit.items),
        "text": hit.text.as_dict(),
        "instead": hit.instead.as_dict(),
        "evidence": _evidence(hit.source),
    }
    if hit.original:
        shown["original"] = hit.original
    if hit.depends_on:
        shown["depends_on"] = list(hit.depends_on)
    if hit.also:
        shown["also"] = [{"level": level, "rule": rule} for level, rule in hit.also]
    if hit.override:
        by = hit.override.by
        shown["override"] = {
            "before": hit.override.before,
            "reason": by.reason.as_dict(),
            "source": by.source,
            "reviewer": by.reviewer,
        }
    return shown


def _evidence(source: Source) -> dict[str, Any]:
    return {
        "id": source.id,
        "title": source.title.as_dict(),
        "date": source.date,
        "status": source.status,
        "link": source.link,
    }


def _gap(gap: Gap, names: Sequence[str]) -> dict[str, Any]:
    return {"kind": gap.kind, "item": gap.item, "name": names[gap.item]}


def _items(record: Mapping[str, Any], key: str) -> list[Item] | None:
    told = _list(record, key)
    if told is None and key == "items":
        raise Unreadable("items is not a list")
    return None if told is None else [_item(each, f"{key}[{n}]") for n, each in enumerate(told)]


def _item(told: Any, where: str) -> Item:
    if not isinstance(told, Mapping):
        raise Unreadable(f"{where} is not an object")
    item = Item(
        generic_en=_words(told, "generic_en", where),
        generic_zh=_words(told, "generic_zh", where),
        dose=_quantity(told, "dose", "unit", where),
        route=_words(told, "route", where),
        frequency=_words(told, "frequency", where),
        days=_number(told, "days", where),
        amount=_quantity(told, "amount", "amount_unit", where),
        strength=_quantity(told, "strength", "strength_unit", where),
        form=_words(told, "form", where),
        code=_words(told, "code", where),
    )
    if not item.name.strip():
        raise Unreadable(f"{where} has neither generic_en nor generic_zh")
    return item


def _patient(told: Mapping[str, Any]) -> Patient:
    sex = _words(told, "sex", "patient").strip().lower()
    if sex and sex not in _SEXES:
        raise Unreadable("patient.sex is neither male nor female")
    return Patient(
        age_years=_age(told),
        sex=_SEXES.get(sex),
        is_pregnant=_claim(told, "pregnant"),
        plans_pregnancy=_claim(told, "plans_pregnancy"),
        is_breast_feeding=_claim(told, "breast_feeding"),
        kidney=_degree(told, "kidney"),
        liver=_degree(told, "liver"),
        egfr=_positive(told, "egfr"),
        creatinine=_positive(told, "creatinine"),
        allergies=_allergies(told),
    )


def _age(told: Mapping[str, Any]) -> Decimal | None:
    """`age` in years; `age_days` for the very young."""
    age, days = _number(told, "age", "patient"), _number(told, "age_days", "patient")
    found = age if age is not None or days is None else days / Decimal("365.25")
    if found is not None and not 0 <= found < 150:  # noqa: PLR2004  # nobody was older
        raise Unreadable("patient.age is not an age")
    return found


def _positive(told: Mapping[str, Any], key: str) -> Decimal | None:
    value = _number(told, key, "patient")
    if value is not None and value <= 0:
        raise Unreadable(f"patient.{key} is not above 0")
    return value


def _claim(told: Mapping[str, Any], key: str) -> bool | None:
    value = told.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise Unreadable(f"patient.{key} is neither true nor false")


def _degree(told: Mapping[str, Any], key: str) -> str | None:
    degree = _words(told, key, "patient").strip().lower()
    if degree and degree not in _DEGREES:
        raise Unreadable(f"patient.{key} is none of {', '.join(sorted(_DEGREES))}")
    return degree or None


def _allergies(told: Mapping[str, Any]) -> tuple[str, ...] | None:
    listed = told.get("allergies")
    if listed is None:
        return None
    if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
        raise Unreadable("patient.allergies is not a list of strings")
    return tuple(each for each in listed if each.strip())


def _diagnosis(told: Any) -> Diagnosis:
    """A string is a code when it looks like one of ICD-10, else words."""
    if isinstance(told, str):
        is_code = told[:1].isascii() and told[:1].isalpha() and told[1:3].isdigit()
        return Diagnosis(code=told.strip().upper()) if is_code else Diagnosis(words=told)
    if isinstance(told, Mapping):
        code, words = _words(told, "code", "diagnoses"), _words(told, "text", "diagnoses")
        return Diagnosis(code=code.strip().upper(), words=words)
    raise Unreadable("diagnoses holds neither strings nor objects")


def _list(record: Mapping[str, Any], key: str) -> list[Any] | None:
    listed = record.get(key)
    if listed is None:
        return None
    if not isinstance(listed, list):
        raise Unreadable(f"{key} is not a list")
    if len(listed) > MOST_ITEMS:
        raise Unreadable(f"{key} holds more than {MOST_ITEMS}")
    return listed


def _words(told: Mapping[str, Any], key: str, where: str) -> str:
    value = told.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"{where}.{key} is not a string")
    if len(value) > _LONGEST:
        raise Unreadable(f"{where}.{key} is longer than {_LONGEST} characters")
    return value


def _quantity(told: Mapping[str, Any], key: str, unit: str, where: str) -> Quantity | None:
    value = _number(told, key, where)
    return None if value is None else Quantity(value, _words(told, unit, where))


def _number(told: Mapping[str, Any], key: str, where: str) -> Decimal | None:
    """A number, or a string that is one: 0.5, "0.5"."""
    value = told.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unreadable(f"{where}.{key} is not a number")
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise Unreadable(f"{where}.{key} is not a number") from None
    if not number.is_finite() or abs(number) > Decimal(10) ** 12:
        raise Unreadable(f"{where}.{key} is not a number that can be judged")
    return number
