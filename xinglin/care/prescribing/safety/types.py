"""What is checked, and what the check answers: immutable, and without a framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, get_args

from xinglin.kernel.text import Text

Kind = Literal[
    "course_limit",
    "quantity_limit",
    "frequency",
    "daily_dose",
    "single_dose",
    "route",
    "duplicate",
    "age",
    "population",
    "sex",
    "indication",
    "interaction",
    "contraindication",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

# In the order of the source of interactions: the first two interrupt the doctor.
Level = Literal["block", "warn", "caution", "info"]
LEVELS: tuple[Level, ...] = get_args(Level)
INTERRUPTING: frozenset[Level] = frozenset({"block", "warn"})

Sex = Literal["male", "female"]
# `sustained` and `controlled` release; "" is neither; None: nobody has said.
Release = Literal["", "sustained", "controlled"]
Status = Literal["official", "source", "facts", "memory", "ours", "test"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`unit` is UCUM (`mg`, `g`, `ug`, `mL`, `[iU]`) or a word that counts units (`{tablet}`)."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a prescription, or a medicine that the patient takes already.

    `ingredients`: what the catalogue says that it holds; they count beside the names.
    `substances` is set by who knows them for sure; then no name is read.
    `code` is the national drug code, of which prefixes are compared. `strength` is what one
    counted unit holds; without it a dose in tablets cannot be compared with one in milligrams.
    """

    generic_en: str = ""
    generic_zh: str = ""
    dose: Quantity | None = None
    route: str = ""
    frequency: str = ""
    days: Decimal | None = None
    amount: Quantity | None = None
    strength: Quantity | None = None
    form: str = ""
    code: str = ""
    substances: frozenset[str] | None = None
    ingredients: tuple[Text, ...] = ()

    @property
    def name(self) -> str:
        return self.generic_zh or self.generic_en


@dataclass(frozen=True, slots=True)
class Patient:
    """None is "nobody has said", never "no". `allergies`: medicines or groups, as people tell them;
    not `allergies_asked`: they are known from before, and nobody has asked this time.

    `egfr` in mL/min/1.73 m2, `creatinine` in umol/L; `kidney` and `liver` are the degree of
    impairment as a clinician has judged it: none, mild, moderate or severe.
    """

    age_years: Decimal | None = None
    sex: Sex | None = None
    is_pregnant: bool | None = None
    plans_pregnancy: bool | None = None
    is_breast_feeding: bool | None = None
    kidney: str | None = None
    liver: str | None = None
    egfr: Decimal | None = None
    creatinine: Decimal | None = None
    allergies: tuple[str, ...] | None = None
    allergies_asked: bool = True


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`code` is ICD-10; either may be empty."""

    code: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """`current` are medicines taken already: they meet the items, and are not checked themselves."""

    items: tuple[Item, ...]
    patient: Patient = Patient()
    diagnoses: tuple[Diagnosis, ...] | None = None
    current: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from. `status`: how far it can be leant on, as the screen shows it."""

    id: str
    title: Text
    date: str
    status: Status
    link: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A level that somebody set against the source; `reviewer` is empty until a person has agreed."""

    a: str
    b: str
    level: Level
    reason: Text
    source: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Overridden:
    """`before` is None where the source knows nothing of the pair."""

    by: Override
    before: Level | None


@dataclass(frozen=True, slots=True)
class Hit:
    """`items` are places in the case, from 0; medicines taken already follow the items.

    `original` is the source's own wording (French for interactions), not translated.
    `depends_on`: what was not told and might lower the level. `also`: levels and rules of other
    entries on the same two substances. `allergies`: places among what the patient's allergies were
    told as, from 0, on which it rests.
    """

    kind: Kind
    level: Level
    rule: str
    items: tuple[int, ...]
    text: Text
    instead: Text
    source: Source
    original: str = ""
    depends_on: tuple[str, ...] = ()
    also: tuple[tuple[Level, str], ...] = ()
    override: Overridden | None = None
    allergies: tuple[int, ...] = ()

    @property
    def interrupts(self) -> bool:
        return self.level in INTERRUPTING


@dataclass(frozen=True, slots=True)
class Gap:
    """A check that could say nothing of an item. `why`: the facts, or the case, lack something."""

    kind: Kind
    item: int
    why: Text


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found, and all that it could not find.

    `unknown`: names and allergies that were not recognised. `no_data`: no facts here. `not_told`: the
    facts are here, and the case lacks what they ask for. `failed`: kinds whose check broke. Who signs must
    refuse while `failed` is not empty: an absent hit then means nothing.
    """

    hits: tuple[Hit, ...] = ()
    unknown: tuple[str, ...] = ()
    no_data: tuple[Gap, ...] = ()
    not_told: tuple[Gap, ...] = ()
    failed: Mapping[Kind, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Every kind has run to its end."""
        return not self.failed
