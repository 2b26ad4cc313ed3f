"""Names as people write them: case, accents, salts, forms, strengths, combinations."""

import pytest

from xinglin.care.prescribing.safety import shipped
from xinglin.care.prescribing.safety.forms import Form, Forms
from xinglin.care.prescribing.safety.names import Combination, Name, NameTable
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.kernel.text import Text

_FORMS = Forms.of(
    [
        Form(word, frozenset({"oral"}), "")
        for word in (
            "片",
            "缓释片",
            "胶囊",
            "注射液",
            "滴眼液",
            "注射用",
            "tablets",
            "extended-release tablets",
        )
    ]
)
_TABLE = NameTable.of(
    [
        Name("metoprolol", Text("美托洛尔", "metoprolol")),
        Name("valproique", Text("丙戊酸", "valproic acid"), ("valproate", "acide valproïque")),
        Name("amlodipine", Text("氨氯地平", "amlodipine")),
        Name("atorvastatine", Text("阿托伐他汀", "atorvastatin")),
        Name("paracetamol", Text("对乙酰氨基酚", "paracetamol"), ("acetaminophen", "扑热息痛")),
        Name("calcium", Text("钙", "calcium")),
        Name("sodium", Text("氯化钠", "sodium chloride")),
    ],
    _FORMS,
).with_combinations([Combination(("氨酚氨氯",), ("paracetamol", "amlodipine", "nothing known"))])

# We know no Chinese generic name of them.
WITHOUT_A_CHINESE_NAME = {
    "naloxegol",
    "benethamine-penicilline",
    "di(acefylline) diphenhydramine",
    "monmectite",
}


@pytest.mark.parametrize(
    ("name", "substances"),
    [
        ("Metoprolol", "metoprolol"),
        ("METOPROLOL SUCCINATE", "metoprolol"),
        ("metoprolol tartrate extended-release tablets", "metoprolol"),
        ("Metoprolol (succinate) 50 mg tablets", "metoprolol"),
        ("metoprolol (as it is) succinate", "metoprolol"),
        ("琥珀酸美托洛尔缓释片", "metoprolol"),
        ("酒石酸美托洛尔片", "metoprolol"),
        ("美托洛尔片 25mg", "metoprolol"),
        ("美托洛尔片（薄膜衣）", "metoprolol"),
        ("注射用美托洛尔", "metoprolol"),
        ("丙戊酸钠缓释片", "valproique"),
        ("Acide  VALPROÏQUE", "valproique"),
        ("sodium valproate", "valproique"),
        ("valproate sodium", "valproique"),
        ("扑热息痛", "paracetamol"),
        ("calcium carbonate", "calcium"),
        ("碳酸钙片", "calcium"),
        ("氯化钠注射液", "sodium"),
        ("ＭＥＴＯＰＲＯＬＯＬ", "metoprolol"),
        ("苯磺酸氨氯地平/阿托伐他汀钙片", "amlodipine atorvastatine"),
        ("氨氯地平阿托伐他汀钙片", "amlodipine atorvastatine"),
        ("amlodipine and atorvastatin", "amlodipine atorvastatine"),
        ("amlodipine-atorvastatin", "amlodipine atorvastatine"),
        ("amlodipine besylate + atorvastatin calcium", "amlodipine atorvastatine"),
        ("氨酚氨氯片", "amlodipine paracetamol"),
    ],
)
def test_a_name_is_read_through_salt_form_and_spelling(name: str, substances: str) -> None:
    found = _TABLE.recognise(name)
    assert found.substances == frozenset(substances.split())
    assert not found.missing


@pytest.mark.parametrize(
    "name",
    ["", "   ", "片", "metoprol", "metoprololol", "美托", "美托洛尔乐", "盐酸", "tablets", "123"],
)
def test_what_is_no_name_is_not_guessed(name: str) -> None:
    assert not _TABLE.recognise(name).substances


def test_of_a_combination_the_known_part_counts_and_the_other_is_named() -> None:
    found = _TABLE.recognise("amlodipine/no such thing")
    assert found.substances == {"amlodipine"}
    assert found.missing == ("no such thing",)


def test_a_compound_may_hold_more_than_its_name_says() -> None:
    assert _TABLE.recognise("复方氨氯地平片").may_hold_more
    assert _TABLE.recognise("氨酚氨氯片").may_hold_more
    assert not _TABLE.recognise("氨氯地平片").may_hold_more


@pytest.mark.parametrize(
    "name",
    ["magnesium salicylate", "水杨酸镁片", "potassium iodide", "碘化钾片", "potassium bromide", "溴化钾",
     "门冬氨酸钙", "potassium iodide and paracetamol"],
)  # fmt: skip
def test_a_metal_is_not_taken_for_the_whole_of_a_salt_whose_other_part_acts(name: str) -> None:
    found = shipped().names.recognise(name)
    assert found.may_hold_more or not found.substances


@pytest.mark.parametrize(
    "name",
    ["氯化钾缓释片", "potassium chloride prolonged-release tablets", "碳酸钙片", "葡萄糖酸钙口服溶液", "硫酸镁注射液",
     "calcium gluconate", "magnesium oxide", "碳酸锂片", "lithium carbonate", "硫酸亚铁片", "枸橼酸钾颗粒",
     "calcium carbonate 500 mg", "钙", "zinc", "丙戊酸镁", "氯沙坦钾片", "atorvastatin calcium"],
)  # fmt: skip
def test_a_salt_of_which_the_metal_is_all_that_acts_is_known_whole(name: str) -> None:
    found = shipped().names.recognise(name)
    assert found.substances
    assert not found.may_hold_more
    assert not found.missing


def test_a_salt_of_two_metals_is_both_and_a_glycerophosphate_is_no_glycerol() -> None:
    names = shipped().names
    assert names.recognise("门冬氨酸钾镁片").substances == {"potassium", "magnesium"}
    assert not names.recognise("甘油磷酸钠注射液").substances


def test_a_broken_hyphen_of_the_source_is_closed() -> None:
    assert folded("gastro- intestinaux, Œdème") == "gastro-intestinaux, oedeme"


def test_every_substance_of_the_source_has_both_names() -> None:
    facts = shipped()
    wrong = [
        (substance, name)
        for substance in facts.interactions.known
        for name in (facts.names.text_of(substance).zh, facts.names.text_of(substance).en)
        if facts.names.recognise(name).substances != {substance}
    ]
    assert wrong == []
    plain = {s for s in facts.interactions.known if facts.names.text_of(s).zh.isascii()}
    assert plain <= WITHOUT_A_CHINESE_NAME


def test_no_name_stands_for_two_substances() -> None:
    known = shipped().names._known
    assert {name: ids for name, ids in known.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("name", "substances"),
    [
        ("阿莫西林克拉维酸钾片", {"amoxicilline", "clavulanic acid"}),
        ("复方磺胺甲噁唑片", {"sulfamethoxazole", "trimethoprime"}),
        ("沙库巴曲缬沙坦钠片", {"sacubitril", "valsartan"}),
        ("厄贝沙坦氢氯噻嗪片", {"irbesartan", "hydrochlorothiazide"}),
        ("阿司匹林肠溶片", {"acide acetylsalicylique"}),
        ("硫酸氢氯吡格雷片", {"clopidogrel"}),
        ("acetaminophen", {"paracetamol"}),
        ("rifampin", {"rifampicine"}),
        ("ferrous sulfate", {"fer"}),
        ("potassium chloride", {"potassium"}),
        ("St. John's wort", {"millepertuis"}),
        ("grapefruit juice", {"pamplemousse (jus et fruit)"}),
    ],
)
def test_common_names_find_the_substances_of_the_source(name: str, substances: set[str]) -> None:
    assert shipped().names.recognise(name).substances == substances
