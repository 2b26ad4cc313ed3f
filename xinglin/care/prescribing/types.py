"""What others may know of medicines."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from xinglin.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Strength:
    """What one dose unit holds. `unit`: UCUM."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """One product of an institution's catalogue; codes are those of `rules`.

    `amount`: None when no such fact is known. `frequencies`: empty for any. `fact_status`:
    sourced or demonstration, by `fact_source`.
    """

    id: UUID
    institution_id: UUID
    code: str
    name: Text
    ingredients: tuple[Text, ...]
    strength: str
    amount: Strength | None
    form: str
    pack: str
    routes: tuple[str, ...]
    frequencies: tuple[str, ...]
    dose_unit: str
    category: str
    antibiotic: bool
    special_use_antibacterial: bool
    injection: bool
    high_alert: bool
    control: str
    storage: str
    approval_number: str
    fact_status: str
    fact_source: str
    active: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an answer stands: `source` as `consultation.types.AllergyWords` has it, of the local day `on`."""

    source: str
    on: date


@dataclass(frozen=True, slots=True)
class AllergyAnswer:
    """What was told of allergies, and everywhere that it stands so. `words`: None: not asked there."""

    words: str | None = field(repr=False)
    origins: tuple[Origin, ...]
