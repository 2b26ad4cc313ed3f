"""Doses compared: units of mass, units of action, and how often a code means."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.types import Item, Quantity

# Unit: (what it is brought to, how many of that one is).
_UNITS: Mapping[str, tuple[str, Decimal]] = MappingProxyType(
    {
        "kg": ("mg", Decimal(1_000_000)),
        "g": ("mg", Decimal(1000)),
        "克": ("mg", Decimal(1000)),
        "mg": ("mg", Decimal(1)),
        "毫克": ("mg", Decimal(1)),
        "ug": ("mg", Decimal("0.001")),
        "mcg": ("mg", Decimal("0.001")),
        "μg": ("mg", Decimal("0.001")),
        "微克": ("mg", Decimal("0.001")),
        "ng": ("mg", Decimal("0.000001")),
        "l": ("ml", Decimal(1000)),
        "ml": ("ml", Decimal(1)),
        "毫升": ("ml", Decimal(1)),
        "[iu]": ("iu", Decimal(1)),
        "iu": ("iu", Decimal(1)),
        "u": ("iu", Decimal(1)),
        "单位": ("iu", Decimal(1)),
        "国际单位": ("iu", Decimal(1)),
        "万单位": ("iu", Decimal(10_000)),
    }
)
_COUNTED = frozenset(
    {"{tablet}", "{capsule}", "{tbl}", "{puff}", "{sachet}", "[drp]", "{pill}", "{patch}", "{vial}",
     "{suppository}", "{application}", "tablet", "tablets", "tab", "tabs",
     "capsule", "capsules", "puff", "puffs", "sachet", "sachets", "ampoule", "vial", "drop", "drops",
     "patch", "片", "粒", "丸", "袋", "包", "支", "瓶", "喷", "揿", "吸", "滴", "贴", "枚", "颗"}
)  # fmt: skip

# Known, and no dose by themselves: what a strength may be told in.
_SHARES = frozenset({"%", "mmol", "mg/ml", "ug/ml", "[iu]/ml", "mg/g", "g/l"})


@dataclass(frozen=True, slots=True)
class Frequency:
    """`times` in `days`; `is_open`: no daily count may be computed (st, prn)."""

    code: str
    times: Decimal
    days: Decimal
    is_open: bool

    @property
    def per_day(self) -> Decimal | None:
        return None if self.is_open else self.times / self.days


def in_base(quantity: Quantity) -> Quantity | None:
    """Mass in mg, volume in ml, units of action in iu; None for what counts or is not known."""
    found = _UNITS.get(folded(quantity.unit))
    return Quantity(quantity.value * found[1], found[0]) if found else None


def is_unit(unit: str) -> bool:
    plain = folded(unit)
    return plain in _UNITS or plain in _COUNTED or plain in _SHARES


def dose_of(item: Item) -> Quantity | None:
    """What one dose holds, in base units; None where nobody can tell."""
    if item.dose is None:
        return None
    plain = in_base(item.dose)
    if plain is not None or folded(item.dose.unit) not in _COUNTED or item.strength is None:
        return plain
    held = in_base(item.strength)
    return Quantity(held.value * item.dose.value, held.unit) if held else None
