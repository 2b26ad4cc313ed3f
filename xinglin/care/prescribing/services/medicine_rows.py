"""A medicine as a sheet has it, and as the table has it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.foundation.sheets.services.plans import Values

_WORDS = (
    "code",
    "generic_name_zh",
    "generic_name_en",
    "strength",
    "strength_unit",
    "form",
    "pack",
    "dose_unit",
    "category",
    "control",
    "storage",
    "approval_number",
    "fact_status",
    "fact_source",
)
_LISTS = ("routes", "frequencies")
_FLAGS = ("antibiotic", "special_use_antibacterial", "injection", "high_alert", "active")


def values_of(row: MedicinalProduct) -> Values:
    """Text of one shape: two values are equal when their texts are."""
    told: Values = {key: getattr(row, key) for key in _WORDS}
    told |= {key: ",".join(getattr(row, key)) for key in _LISTS}
    told |= {key: str(int(getattr(row, key))) for key in _FLAGS}
    value = row.strength_value
    told["strength_value"] = "" if value is None else f"{value.normalize():f}"
    for locale in ("zh", "en"):
        told[f"ingredients_{locale}"] = ",".join(each[locale] for each in row.ingredients)
    return told


def row_of(values: Mapping[str, str]) -> dict[str, Any]:
    """Field -> value; without what the Chinese name is spelt like."""
    made: dict[str, Any] = {key: values[key] for key in _WORDS}
    made |= {key: [part for part in values[key].split(",") if part] for key in _LISTS}
    made |= {key: values[key] == "1" for key in _FLAGS}
    value = values["strength_value"]
    made["strength_value"] = Decimal(value) if value else None
    names = zip(
        values["ingredients_zh"].split(","), values["ingredients_en"].split(","), strict=True
    )
    made["ingredients"] = [{"zh": zh, "en": en} for zh, en in names if zh]
    return made


def spelt(name: str) -> dict[str, str]:
    """How a Chinese name is typed by sound. Loads pypinyin's tables, 56 MB: the worker's work."""
    from pypinyin import lazy_pinyin

    syllables = [
        "".join(c for c in part.lower() if c.isascii() and c.isalnum())
        for part in lazy_pinyin(name)
    ]
    return {
        "pinyin": "".join(syllables)[:480],
        "initials": "".join(part[:1] for part in syllables)[:120],
    }
