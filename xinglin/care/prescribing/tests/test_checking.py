"""What the catalogue and the patient say, as the safety check reads it."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from xinglin.care.people.types import PatientCard
from xinglin.care.prescribing import rules
from xinglin.care.prescribing.safety import Case, Hit, shipped
from xinglin.care.prescribing.safety.dosing import is_unit
from xinglin.care.prescribing.safety.facts import HOUSE
from xinglin.care.prescribing.safety.names import PRODUCT
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.view import viewed
from xinglin.care.prescribing.services import checking
from xinglin.care.prescribing.sheet import Sheet, Told, Written
from xinglin.care.prescribing.types import AllergyAnswer, Medicine, Origin, Strength
from xinglin.kernel import ids
from xinglin.kernel.text import Text

_FORMULARY = Path(rules.__file__).parent / "data" / "formulary.tsv"
_PATIENT = PatientCard(
    id=ids.new(),
    holder_id=ids.new(),
    institution_id=ids.new(),
    place="cn",
    name="病人",
    sex="male",
    birth_date=date(1980, 1, 1),
    relation="self",
    is_minor=False,
    age_years=46,
    age_months=552,
    age_text=Text("46岁", "46 years"),
    synthetic=True,
)


def medicine(zh: str, en: str, *ingredients: Text, **changed: object) -> Medicine:
    known = {
        "id": ids.new(),
        "institution_id": _PATIENT.institution_id,
        "code": "T1",
        "name": Text(zh, en),
        "ingredients": ingredients,
        "strength": "",
        "amount": None,
        "form": "tablet",
        "pack": "",
        "routes": ("oral",),
        "frequencies": (),
        "dose_unit": "{tablet}",
        "category": "rx",
        "antibiotic": False,
        "special_use_antibacterial": False,
        "injection": False,
        "high_alert": False,
        "control": "none",
        "storage": "",
        "approval_number": "DEMO-1",
        "fact_status": "demonstration",
        "fact_source": "",
        "active": True,
    }
    return Medicine(**(known | changed))


def case(*medicines: Medicine, allergies: str | None = None, dose: str = "1") -> Case:
    written = Sheet(
        items=tuple(
            Written(
                product_id=each.id,
                dose=dose,
                dose_unit=each.dose_unit,
                route="oral",
                frequency="qd",
                days=7,
            )
            for each in medicines
        ),
        diagnoses=(),
        valid_days=1,
        patient_facts={},
        told=Told(),
    )
    known = {each.id: each for each in medicines}
    told = (AllergyAnswer(allergies, (Origin("intake", date(2026, 11, 2)),)),)
    return checking.case_of(written, known, _PATIENT, diagnoses=(), allergies=told, current=())


def formulary() -> list[Medicine]:
    with _FORMULARY.open(encoding="utf-8", newline="") as file:
        return [
            medicine(
                row["generic_name_zh"],
                row["generic_name_en"],
                *map(
                    Text,
                    filter(None, row["ingredients_zh"].split(",")),
                    filter(None, row["ingredients_en"].split(",")),
                ),
                form=row["form"],
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]


@pytest.mark.parametrize("code", rules.ROUTES)
def test_every_route_of_the_catalogue_is_one_that_the_check_knows(code):
    facts = shipped()
    assert folded(code) in facts.routes
    assert folded(rules.ROUTES[code].zh) in facts.routes


@pytest.mark.parametrize("code", rules.UNITS)
def test_every_unit_of_the_catalogue_is_one_that_the_check_knows(code):
    assert is_unit(code)


def test_whatever_ingredient_is_known_is_checked_of_every_medicine_of_the_formulary():
    facts, medicines = shipped(), formulary()
    lines = viewed(case(*medicines), facts).lines
    assert len(lines) > 400
    for line, each in zip(lines, medicines, strict=True):
        for ingredient in each.ingredients:
            found = facts.names.recognise(ingredient.zh).known
            found |= facts.names.recognise(ingredient.en).known
            assert found <= set(line.substances), each.name
            is_silent = all(name.startswith(PRODUCT) for name in line.substances)
            assert found or is_silent or ingredient.zh in line.missing, each.name


def test_a_product_of_a_list_hides_neither_its_ingredients_nor_what_is_not_known_of_it():
    pamabrom, paracetamol = Text("帕马溴", "pamabrom"), Text("对乙酰氨基酚", "paracetamol")
    product = medicine("氨酚帕马溴片", "Paracetamol and pamabrom tablets", paracetamol, pamabrom)
    report = checking.told(
        checking.checked(case(product, medicine("对乙酰氨基酚片", "Paracetamol tablets")))
    )
    # The list has it for women only, and goes on saying so.
    assert {each["kind"] for each in report["hits"]} == {"duplicate", "sex"}
    assert report["unknown"] == ["帕马溴"]
    (line, *_) = viewed(case(product), shipped()).lines
    assert {"product:氨酚帕马溴片", "=氨酚帕马溴片", "paracetamol"} <= line.targets


def test_a_name_of_the_house_is_checked_by_the_ingredients_that_the_catalogue_tells():
    held = Text("布洛芬", "ibuprofen")
    (line,) = viewed(case(medicine("院内一号", "House one", held)), shipped()).lines
    assert line.substances == ("ibuprofene",)
    assert not line.missing


@pytest.mark.parametrize("words", ["青霉素过敏。", "我对青霉素过敏", "花粉；阿莫西林过敏。"])
def test_an_allergy_in_the_patients_own_words_reaches_the_doctor(words):
    amoxicillin = medicine("阿莫西林胶囊", "Amoxicillin capsules")
    report = checking.told(checking.checked(case(amoxicillin, allergies=words)))
    assert "block" in {each["level"] for each in report["hits"]}
    assert ("花粉" in report["unknown"]) == ("花粉" in words)


@pytest.mark.parametrize(
    ("words", "told"), [("无", ()), ("没有。", ()), (None, None), ("", None), ("不详", None)]
)
def test_no_allergies_is_not_the_same_as_not_known(words, told):
    assert case(allergies=words).patient.allergies == told


def hits(*medicines: Medicine, dose: str = "1") -> list[dict]:
    return checking.told(checking.checked(case(*medicines, dose=dose)))["hits"]


AMLODIPINE = medicine(
    "氨氯地平片",
    "Amlodipine tablets",
    Text("氨氯地平", "amlodipine"),
    amount=Strength(Decimal(5), "mg"),
)
WARFARIN = medicine("华法林钠片", "Warfarin tablets", Text("华法林", "warfarin"))
PAIN = medicine(
    "复方院内一号", "House one", Text("布洛芬", "ibuprofen"), Text("双氯芬酸", "diclofenac")
)


def test_each_hit_of_a_report_has_an_id_of_its_own():
    """One rule speaks of two ingredients of a combination, and each is answered by itself."""
    found = [each for each in hits(WARFARIN, PAIN) if each["kind"] == "interaction"]
    assert len(found) == 2
    assert len({each["rule"] for each in found}) == 1
    assert len({each["id"] for each in found}) == 2


def test_the_same_words_about_two_lines_are_two_hits():
    twice = [replace(AMLODIPINE, id=ids.new()) for _ in range(2)]
    found = [each["id"] for each in hits(*twice, dose="20")]
    assert len(found) > 2
    assert len(set(found)) == len(found)


def test_an_answer_is_to_this_amount_and_not_to_a_larger_one():
    of_two, of_three = (
        {each["id"] for each in hits(AMLODIPINE, dose=dose) if each["kind"] == "single_dose"}
        for dose in ("3", "4")
    )
    assert of_two
    assert of_three
    assert not of_two & of_three
    assert {each["id"] for each in hits(AMLODIPINE, dose="3")} >= of_two


def test_an_answer_is_to_these_medicines_wherever_they_stand():
    def asked(*medicines: Medicine) -> set[str]:
        return {each["id"] for each in hits(*medicines) if each["kind"] == "duplicate"}

    other = replace(AMLODIPINE, id=ids.new(), name=Text("苯磺酸氨氯地平片", "Amlodipine besylate"))
    third = replace(other, id=ids.new(), name=Text("氨氯地平胶囊", "Amlodipine capsules"))
    assert asked(AMLODIPINE, other)
    assert asked(AMLODIPINE, other) == asked(WARFARIN, AMLODIPINE, other)
    assert not asked(AMLODIPINE, other) & asked(AMLODIPINE, third)


def test_an_id_fits_into_the_field_that_answers_it():
    hit = Hit("sex", "warn", "r" * 900, (), Text("话", "words"), Text("话", "words"), HOUSE)
    assert len(checking.hit_id(hit)) < 300
