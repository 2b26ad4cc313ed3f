"""What the check knows: one immutable object, from files or, in tests, from a made-up catalogue.

A `target` says whom a fact is about: a substance (`captopril`), a class (`@hypnotiques`), the name
of a product (`=比卡鲁胺片`) or the start of its national code (`#XL02BBB085A0`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Literal, Protocol, TypeVar

from xinglin.care.prescribing.safety.dosing import Frequency
from xinglin.care.prescribing.safety.forms import Forms
from xinglin.care.prescribing.safety.interactions import Interactions
from xinglin.care.prescribing.safety.names import NameTable
from xinglin.care.prescribing.safety.types import Level, Override, Quantity, Release, Sex, Source
from xinglin.kernel.text import Text

State = Literal["pregnancy", "plans_pregnancy", "breast_feeding", "kidney", "liver"]


class About(Protocol):
    @property
    def target(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CourseLimit:
    """The longest course of treatment, repeats included."""

    target: str
    most_days: Decimal
    level: Level
    source: Source


@dataclass(frozen=True, slots=True)
class SupplyLimit:
    """The most that one prescription may hold: days, an amount, or one single dose.

    `routes` and `releases` say of which forms; None: of all. Alone: compounds are not meant.
    """

    target: str
    level: Level
    source: Source
    most_days: Decimal | None = None
    most: Quantity | None = None
    is_one_dose: bool = False
    is_injection: bool | None = None
    releases: frozenset[Release] | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True)
class FrequencyLimit:
    """Times a day."""

    target: str
    least: Decimal
    most: Decimal
    source: Source
    release: Release = ""


@dataclass(frozen=True, slots=True)
class DoseLimit:
    """`unit` is a base unit of `dosing`. Of adults, unless `of_children`."""

    target: str
    most: Decimal
    unit: str
    source: Source
    least: Decimal | None = None
    release: Release = ""
    of_children: bool = False


@dataclass(frozen=True, slots=True)
class RouteLimit:
    """`allowed` None: only `never` is known."""

    target: str
    source: Source
    level: Level
    allowed: frozenset[str] | None = None
    never: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """From `least` up to, and without, `below`; in years."""

    target: str
    level: Level
    source: Source
    text: Text
    least: Decimal | None = None
    below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PopulationLimit:
    """`degrees` of impairment that are meant; `creatinine_from` in umol/L."""

    target: str
    state: State
    level: Level
    source: Source
    degrees: frozenset[str] = frozenset()
    creatinine_from: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SexLimit:
    target: str
    sex: Sex
    level: Level
    source: Source


@dataclass(frozen=True, slots=True)
class SexOfDiagnosis:
    """Codes of ICD-10 from `first` to `last` (their first three characters) belong to one sex."""

    first: str
    last: str
    sex: Sex
    source: Source


@dataclass(frozen=True, slots=True)
class Indication:
    """Starts of ICD-10 codes."""

    target: str
    codes: tuple[str, ...]
    source: Source
    level: Level = "caution"


@dataclass(frozen=True, slots=True)
class Contraindication:
    """`codes` are starts of ICD-10 codes; `words` stand in a diagnosis that is only told."""

    target: str
    level: Level
    source: Source
    text: Text
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AllergyGroup:
    """Who reacts to one member may react to `level` to the others; `names` are words for the group."""

    id: str
    text: Text
    members: frozenset[str]
    level: Level
    source: Source
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DuplicateClass:
    """Two of it have one effect, and seldom a reason."""

    target: str
    text: Text
    level: Level
    source: Source


Row = TypeVar("Row", bound=About)


class Table(dict[str, tuple[Row, ...]]):
    """Facts of one kind by target."""

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Table[Row]":
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row.target, []).append(row)
        return cls({target: tuple(each) for target, each in found.items()})

    def about(self, targets: Iterable[str]) -> list[Row]:
        """In an order that does not depend on the run."""
        if not self:
            return []
        return [row for target in sorted(targets) for row in self.get(target, ())]


HOUSE = Source("xinglin", Text("本院规则", "our own rule"), "2026-11", "ours")


@dataclass(frozen=True)
class Facts:
    """Nothing in it changes; `with_overrides` makes another one."""

    names: NameTable
    forms: Forms
    interactions: Interactions
    routes: Mapping[str, str] = field(default_factory=dict)
    route_texts: Mapping[str, Text] = field(default_factory=dict)
    frequencies: Mapping[str, Frequency] = field(default_factory=dict)
    controlled: Mapping[str, str] = field(default_factory=dict)
    courses: Table[CourseLimit] = field(default_factory=Table)
    supplies: Table[SupplyLimit] = field(default_factory=Table)
    times: Table[FrequencyLimit] = field(default_factory=Table)
    daily_doses: Table[DoseLimit] = field(default_factory=Table)
    single_doses: Table[DoseLimit] = field(default_factory=Table)
    route_limits: Table[RouteLimit] = field(default_factory=Table)
    duplicates: Table[DuplicateClass] = field(default_factory=Table)
    ages: Table[AgeLimit] = field(default_factory=Table)
    populations: Table[PopulationLimit] = field(default_factory=Table)
    sexes: Table[SexLimit] = field(default_factory=Table)
    sexes_of_diagnoses: tuple[SexOfDiagnosis, ...] = ()
    indications: Table[Indication] = field(default_factory=Table)
    contraindications: Table[Contraindication] = field(default_factory=Table)
    allergy_groups: tuple[AllergyGroup, ...] = ()
    overrides: Mapping[frozenset[str], Override] = field(default_factory=dict)
    house: Source = field(default_factory=lambda: HOUSE)

    def with_overrides(self, overrides: Iterable[Override]) -> "Facts":
        by_pair = {frozenset((each.a, each.b)): each for each in overrides}
        return replace(self, overrides=MappingProxyType(by_pair))

    @cached_property
    def overrides_of(self) -> Mapping[str, Mapping[str, Override]]:
        """By the name of one side, then of the other."""
        found: dict[str, dict[str, Override]] = {}
        for each in self.overrides.values():
            found.setdefault(each.a, {})[each.b] = each
            found.setdefault(each.b, {})[each.a] = each
        return found

    def classes_of(self, substance: str) -> frozenset[str]:
        return self.interactions.classes.get(substance, frozenset())
