"""What the kinds that compare numbers share: whose range counts, and how far beyond it is."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from xinglin.care.prescribing.safety.facts import DoseLimit
from xinglin.care.prescribing.safety.types import Level, Patient, Quantity, Release, Source
from xinglin.care.prescribing.safety.view import Line
from xinglin.kernel.text import Text

ADULT = Decimal(18)
# Ours: so far above a range, a slip of the unit or of a digit is likelier than an intention.
SLIP = Decimal(5)
NO_DOSE = Text("本库没有该药的剂量资料", "no dose facts for this product here")
ADULTS_ONLY = Text("剂量资料仅适用于成人", "the dose facts here are of adults")
NO_NUMBER = Text(
    "剂量未填、单位不能换算，或缺少规格", "no dose, a unit that cannot be converted, or no strength"
)
CHECK_DOSE = Text(
    "请核对剂量、单位与说明书；确需使用请写明理由。",
    "Compare dose and unit with the leaflet; if it is meant, write the reason.",
)


class Released(Protocol):
    @property
    def release(self) -> Release: ...


Row = TypeVar("Row", bound=Released)


def of_release(rows: Iterable[Row], release: Release | None) -> list[Row]:
    """All of them where nobody has said how it is set free: then the widest range counts."""
    return [row for row in rows if release is None or row.release == release]


def of_age(rows: Sequence[DoseLimit], patient: Patient) -> list[DoseLimit]:
    """Adults' facts until a child's age is told."""
    is_child = patient.age_years is not None and patient.age_years < ADULT
    return [row for row in rows if row.of_children == is_child]


def widest(rows: Sequence[DoseLimit]) -> DoseLimit:
    return max(rows, key=lambda row: row.most)


def beyond(value: Decimal, most: Decimal) -> Level | None:
    """None within the range."""
    if value <= most:
        return None
    return "block" if value >= most * SLIP else "warn"


def plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no zeros behind."""
    words = f"{value:f}"
    return words.rstrip("0").rstrip(".") if "." in words else words


def amount(quantity: Quantity) -> str:
    return f"{plain(quantity.value)} {quantity.unit}"


def rule(source: Source, what: str, line: Line) -> str:
    """Stable, for statistics of what was overridden: source, kind of fact, substance."""
    return f"{source.id}:{what}:{'+'.join(line.substances) or line.item.name}"
