"""A case as the kinds read it: names resolved, forms and routes told apart, doses in base units."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from xinglin.care.prescribing.safety.allergies import Allergen, allergens
from xinglin.care.prescribing.safety.conditions import Side
from xinglin.care.prescribing.safety.dosing import Frequency, dose_of
from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.names import Recognised
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.types import (
    Case,
    Diagnosis,
    Hit,
    Item,
    Patient,
    Quantity,
    Release,
)
from xinglin.kernel.text import Text

_CODE = 12
# Degrees by filtration rate, mL/min/1.73 m2 (KDIGO 2012; from memory, unverified).
_DEGREES = ((Decimal(30), "severe"), (Decimal(60), "moderate"), (Decimal(90), "mild"))
_INJECTIONS = frozenset({"iv", "im", "sc", "intradermal", "intrathecal", "injection"})


@dataclass(frozen=True, slots=True)
class NoData:
    """We know no fact of this kind about the item."""

    item: int
    why: Text


@dataclass(frozen=True, slots=True)
class NotTold:
    """We know one, and the case does not say what it asks for."""

    item: int
    why: Text


Finding = Hit | NoData | NotTold


@dataclass(frozen=True, slots=True)
class Line:
    """One item. `targets`: under which facts may speak of it; `release` None: nobody has said."""

    index: int
    item: Item
    is_current: bool
    substances: tuple[str, ...]
    missing: tuple[str, ...]
    may_hold_more: bool
    targets: frozenset[str]
    route: str
    form_routes: frozenset[str]
    release: Release | None
    dose: Quantity | None
    frequency: Frequency | None
    text: Text

    @property
    def per_day(self) -> Quantity | None:
        """What is taken in a day, where dose and frequency are told."""
        times = self.frequency.per_day if self.frequency else None
        if self.dose is None or times is None:
            return None
        return Quantity(self.dose.value * times, self.dose.unit)

    @property
    def is_injection(self) -> bool | None:
        if self.route:
            return self.route in _INJECTIONS
        return bool(self.form_routes & _INJECTIONS) if self.form_routes else None

    @property
    def whole(self) -> frozenset[str]:
        """Under which facts may speak of its dose: of all that it holds, not of one part."""
        if self.is_alone:
            return self.targets
        products = frozenset(each for each in self.targets if each[0] in "=#~")
        if self.missing or self.may_hold_more or not self.substances:
            return products
        return products | {"+".join(self.substances)}

    @property
    def is_alone(self) -> bool:
        """One substance, and nothing besides it."""
        return len(self.substances) == 1 and not self.missing and not self.may_hold_more


@dataclass(frozen=True, slots=True)
class View:
    """`lines` are written now, `current` are taken already."""

    lines: tuple[Line, ...]
    current: tuple[Line, ...]
    patient: Patient
    diagnoses: tuple[Diagnosis, ...] | None
    allergens: tuple[Allergen, ...] = ()

    @property
    def all_lines(self) -> tuple[Line, ...]:
        return self.lines + self.current

    def pairs(self) -> Iterator[tuple[Line, Line]]:
        """Each pair once; two medicines taken already are not our question."""
        every = self.all_lines
        for place, one in enumerate(self.lines):
            for other in every[place + 1 :]:
                yield one, other

    def side(self, line: Line, substance: str) -> Side:
        per_day = line.per_day
        is_mass = line.is_alone and line.dose is not None and line.dose.unit == "mg"
        return Side(
            substance=substance,
            route=line.route,
            single=line.dose.value if is_mass and line.dose else None,
            daily=per_day.value if is_mass and per_day else None,
            patient=self.patient,
            diagnoses=self.diagnoses,
        )


def viewed(case: Case, facts: Facts) -> View:
    count = len(case.items)
    lines = tuple(_line(place, item, facts) for place, item in enumerate(case.items))
    current = tuple(
        _line(count + place, item, facts, is_current=True)
        for place, item in enumerate(case.current)
    )
    told = allergens(case.patient.allergies or (), facts)
    return View(lines, current, _with_degree(case.patient), case.diagnoses, told)


def _line(index: int, item: Item, facts: Facts, *, is_current: bool = False) -> Line:
    known = _recognised(item, facts)
    substances = tuple(sorted(known.substances))
    form = facts.forms.find(item.form) or next(
        (found for name in _names(item) if (found := facts.forms.find(name))), None
    )
    route = facts.routes.get(folded(item.route), "")
    form_routes = form.routes if form else frozenset()
    if not route and len(form_routes) == 1:
        (route,) = form_routes
    return Line(
        index=index,
        item=item,
        is_current=is_current,
        substances=substances,
        missing=known.missing,
        may_hold_more=known.may_hold_more,
        targets=_targets(item, substances, facts, form_routes),
        route=route,
        form_routes=form_routes,
        release=form.release if form else None,
        dose=dose_of(item),
        frequency=facts.frequencies.get(folded(item.frequency)),
        text=_text(item, substances, facts),
    )


def _names(item: Item) -> list[str]:
    return [name for name in (item.generic_zh, item.generic_en) if name.strip()]


def _recognised(item: Item, facts: Facts) -> Recognised:
    """Both names and the ingredients count: where they disagree, whatever one of them says is checked.

    Where a name is known as a whole, or ingredients are told, the other names lack nothing.
    """
    if item.substances is not None:
        return Recognised(item.substances)
    names = [facts.names.recognise(name) for name in _names(item)]
    held = [_held(each, facts) for each in item.ingredients]
    some = [each for each in (*names, *held) if each.known]
    if not some:
        found = [each for each in names if each.substances] or names
        return found[0] if found else Recognised()
    whole = [each for each in names if each.known and not each.missing]
    partly = [each.missing for each in names if each.known and not (whole or held)]
    lost = [*(each.missing for each in held), *partly]
    return Recognised(
        frozenset().union(*(each.known for each in some)),
        tuple(dict.fromkeys(word for each in lost for word in each)),
        may_hold_more=all(each.may_hold_more for each in whole) if whole else _is_more(names),
    )


def _is_more(names: Iterable[Recognised]) -> bool:
    return any(each.may_hold_more for each in names)


def _held(ingredient: Text, facts: Facts) -> Recognised:
    """By either name; missing when neither is known."""
    told = [facts.names.recognise(name) for name in (ingredient.zh, ingredient.en)]
    known = frozenset().union(*(each.known for each in told))
    is_whole = any(each.known and not each.missing for each in told)
    return Recognised(known, () if is_whole else (ingredient.zh,))


def _targets(
    item: Item, substances: tuple[str, ...], facts: Facts, form_routes: frozenset[str]
) -> frozenset[str]:
    targets = set(substances)
    for name in _names(item):
        targets |= facts.names.recognise(name).substances - facts.names.recognise(name).known
    for substance in substances:
        targets |= {f"@{each}" for each in facts.classes_of(substance)}
    if item.code:
        targets.add(f"#{item.code[:_CODE]}")
    if item.generic_zh:
        plain = folded(item.generic_zh)
        targets.add(f"={plain}")
        if not form_routes or "oral" in form_routes:
            targets.add(f"~{facts.forms.without(plain)}")
    if len(substances) == 1 and (not form_routes or "oral" in form_routes):
        targets.add(f"!{substances[0]}")
    return frozenset(targets)


def _text(item: Item, substances: tuple[str, ...], facts: Facts) -> Text:
    """As written, where it was written in that language; else the name that we know."""
    known = [facts.names.text_of(each) for each in substances]
    zh = item.generic_zh or "、".join(text.zh for text in known) or item.generic_en
    en = item.generic_en or ", ".join(text.en for text in known) or item.generic_zh
    return Text(zh, en) if zh.strip() and en.strip() else Text("（无名称）", "(no name)")


def _with_degree(patient: Patient) -> Patient:
    if patient.kidney is not None or patient.egfr is None:
        return patient
    egfr = patient.egfr
    degree = next((name for below, name in _DEGREES if egfr < below), "none")
    return replace(patient, kidney=degree)
