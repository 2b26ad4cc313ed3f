"""A made-up catalogue: no substance in it exists, so that every kind of check can be proved."""

from decimal import Decimal

from xinglin.care.prescribing.safety.conditions import parsed
from xinglin.care.prescribing.safety.dosing import Frequency
from xinglin.care.prescribing.safety.facts import (
    AgeLimit,
    AllergyGroup,
    Contraindication,
    CourseLimit,
    DoseLimit,
    DuplicateClass,
    Facts,
    FrequencyLimit,
    Indication,
    PopulationLimit,
    RouteLimit,
    SexLimit,
    SexOfDiagnosis,
    SupplyLimit,
    Table,
)
from xinglin.care.prescribing.safety.forms import Form, Forms
from xinglin.care.prescribing.safety.interactions import Condition, Entry, Interactions
from xinglin.care.prescribing.safety.names import Combination, Name, NameTable
from xinglin.care.prescribing.safety.types import (
    Case,
    Diagnosis,
    Hit,
    Item,
    Kind,
    Patient,
    Quantity,
    Source,
)
from xinglin.kernel.text import Text

SOURCE = Source("test", Text("虚构资料", "made-up facts"), "2026-01-01", "test")
D = Decimal
_TEXT = Text("虚构", "made up")


def _names(forms: Forms) -> NameTable:
    told = {
        "arnica": ("甲药", "aleph"),
        "borago": ("乙药", "bet"),
        "crocus": ("丙药", "gimel"),
        "dahlia": ("丁药", "dalet"),
        "erica": ("戊药", "he"),
        "ficus": ("己药", "vav"),
    }
    names = [Name(key, Text(*texts), (f"{texts[1]}ine",)) for key, texts in told.items()]
    return NameTable.of(names, forms).with_combinations(
        [
            Combination(("复方戊己",), ("戊药", "己药")),
            Combination(("复方甲",), ("甲药",), may_hold_more=True),
        ]
    )


def _forms() -> Forms:
    return Forms.of(
        [
            Form("片", frozenset({"oral"}), ""),
            Form("缓释片", frozenset({"oral"}), "sustained"),
            Form("注射液", frozenset({"iv", "im"}), ""),
            Form("注射用", frozenset({"iv", "im"}), ""),
            Form("滴眼液", frozenset({"ophthalmic"}), ""),
            Form("tablets", frozenset({"oral"}), ""),
        ]
    )


def _interactions() -> Interactions:
    entries = (
        Entry("test:a+b", "arnica", "borago", ("block",), SOURCE),
        Entry("test:a+reds", "arnica", "reds", ("warn",), SOURCE, original="mécanisme"),
        Entry("test:reds+blues", "reds", "blues", ("caution",), SOURCE),
        Entry("test:blues+blues", "blues", "other blues", ("info",), SOURCE),
        Entry(
            "test:b+e",
            "borago",
            "erica",
            ("block", "warn", "info"),
            SOURCE,
            conditions=(
                Condition("block", when=parsed("a.daily>=1000")),
                Condition(None, when=parsed("b.route=ophthalmic")),
                Condition("info", when=parsed("dx=T1")),
                Condition("warn"),
            ),
        ),
    )
    classes = {
        "crocus": frozenset({"reds"}),
        "dahlia": frozenset({"reds", "twins"}),
        "erica": frozenset({"blues", "other blues", "twins"}),
        "ficus": frozenset({"blues", "other blues"}),
    }
    known = frozenset({"arnica", "borago", "crocus", "dahlia", "erica", "ficus"})
    return Interactions(entries, classes, known)


def facts() -> Facts:
    forms = _forms()
    return Facts(
        names=_names(forms),
        forms=forms,
        interactions=_interactions(),
        routes={
            "oral": "oral",
            "口服": "oral",
            "iv": "iv",
            "eye": "ophthalmic",
            "舌下": "sublingual",
        },
        frequencies={
            "qd": Frequency("qd", D(1), D(1), is_open=False),
            "bid": Frequency("bid", D(2), D(1), is_open=False),
            "qid": Frequency("qid", D(4), D(1), is_open=False),
            "qod": Frequency("qod", D(1), D(2), is_open=False),
            "prn": Frequency("prn", D(1), D(1), is_open=True),
            "st": Frequency("st", D(1), D(1), is_open=True),
        },
        courses=Table.of([CourseLimit("arnica", D(14), "warn", SOURCE)]),
        supplies=Table.of(
            [
                SupplyLimit("arnica", "block", SOURCE, most_days=D(7), is_injection=False),
                SupplyLimit("arnica", "block", SOURCE, is_one_dose=True, is_injection=True),
                SupplyLimit("borago", "warn", SOURCE, most=Quantity(D(2), "g")),
                SupplyLimit("crocus", "warn", SOURCE, most_days=D(3), alone=True),
            ]
        ),
        times=Table.of(
            [
                FrequencyLimit("arnica", D(1), D(2), SOURCE),
                FrequencyLimit("arnica", D(1), D(1), SOURCE, "sustained"),
            ]
        ),
        single_doses=Table.of(
            [
                DoseLimit("arnica", D(50), "mg", SOURCE, D(10)),
                DoseLimit("arnica", D(100), "mg", SOURCE, D(100), "sustained"),
                DoseLimit("borago", D(5), "mg", SOURCE, of_children=True),
                DoseLimit("erica+ficus", D(20), "mg", SOURCE),
            ]
        ),
        daily_doses=Table.of([DoseLimit("arnica", D(100), "mg", SOURCE)]),
        route_limits=Table.of(
            [
                RouteLimit("crocus", SOURCE, "warn", allowed=frozenset({"oral"})),
                RouteLimit("dahlia", SOURCE, "block", never=frozenset({"sublingual"})),
            ]
        ),
        duplicates=Table.of([DuplicateClass("@twins", _TEXT, "caution", SOURCE)]),
        ages=Table.of(
            [
                AgeLimit("arnica", "block", SOURCE, _TEXT, least=D(18)),
                AgeLimit("=小儿乙药片", "caution", SOURCE, _TEXT, below=D(18)),
                AgeLimit("#XA01AAA001A0", "caution", SOURCE, _TEXT, below=D(18)),
            ]
        ),
        populations=Table.of(
            [
                PopulationLimit("arnica", "pregnancy", "block", SOURCE),
                PopulationLimit("arnica", "plans_pregnancy", "warn", SOURCE),
                PopulationLimit("borago", "breast_feeding", "warn", SOURCE),
                PopulationLimit(
                    "crocus", "kidney", "block", SOURCE, degrees=frozenset({"severe", "moderate"})
                ),
                PopulationLimit("dahlia", "liver", "warn", SOURCE, degrees=frozenset({"severe"})),
                PopulationLimit("erica", "kidney", "block", SOURCE, creatinine_from=D(265)),
            ]
        ),
        sexes=Table.of(
            [
                SexLimit("arnica", "male", "warn", SOURCE),
                SexLimit("=乙药栓", "female", "block", SOURCE),
            ]
        ),
        sexes_of_diagnoses=(
            SexOfDiagnosis("N40", "N51", "male", SOURCE),
            SexOfDiagnosis("O00", "O99", "female", SOURCE),
        ),
        indications=Table.of(
            [
                Indication("arnica", ("I10", "I11"), SOURCE),
                Indication("borago", ("J45",), SOURCE, "warn"),
            ]
        ),
        contraindications=Table.of(
            [
                Contraindication(
                    "arnica",
                    "block",
                    SOURCE,
                    Text("哮喘", "asthma"),
                    ("J45", "J46"),
                    ("哮喘", "asthma"),
                ),
                Contraindication("@reds", "warn", SOURCE, Text("痛风", "gout"), ("M10",)),
            ]
        ),
        allergy_groups=(
            AllergyGroup("reds", _TEXT, frozenset({"@reds"}), "warn", SOURCE, ("红药", "reds")),
            AllergyGroup("wide", _TEXT, frozenset({"@reds", "arnica"}), "caution", SOURCE),
        ),
    )


def item(name: str = "aleph", **told: object) -> Item:
    """`dose="20 mg"`, `days=7`, and so on: numbers and quantities as a person writes them."""
    known: dict[str, object] = dict(told)
    for key in ("dose", "amount", "strength"):
        if isinstance(known.get(key), str):
            value, _, unit = str(known[key]).partition(" ")
            known[key] = Quantity(D(value), unit)
    if "days" in known:
        known["days"] = D(str(known["days"]))
    key = "generic_en" if name.isascii() else "generic_zh"
    return Item(**{key: name, **known})  # type: ignore[arg-type]


def case(*items: Item, codes: tuple[str, ...] | None = None, **patient: object) -> Case:
    told = {
        k: D(str(v)) if k in {"age_years", "egfr", "creatinine"} else v for k, v in patient.items()
    }
    return Case(
        items=items,
        patient=Patient(**told),  # type: ignore[arg-type]
        diagnoses=None if codes is None else tuple(Diagnosis(code=code) for code in codes),
    )


def of_kind(hits: tuple[Hit, ...], kind: Kind) -> list[tuple[str, tuple[int, ...]]]:
    return [(hit.level, hit.items) for hit in hits if hit.kind == kind]
