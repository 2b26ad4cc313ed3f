"""The shipped facts: what the sources forbid is said, and a damaged file stops everything."""

import gzip
import json
import shutil
from itertools import product
from pathlib import Path

import pytest

from xinglin.care.prescribing.safety import (
    Case,
    Diagnosis,
    FactsBroken,
    Hit,
    Item,
    Patient,
    check,
    overridden,
    shipped,
)
from xinglin.care.prescribing.safety.ansm import classes_of
from xinglin.care.prescribing.safety.conditions import Side
from xinglin.care.prescribing.safety.manifest import listed
from xinglin.care.prescribing.safety.reading import DATA, read, rows_of
from xinglin.care.prescribing.safety.spelling import folded
from xinglin.care.prescribing.safety.tables import sexes
from xinglin.care.prescribing.safety.tests.catalogue import case, item


def _hits(told: Case, kind: str) -> list[Hit]:
    report = check(told, shipped())
    assert report.is_whole
    return [hit for hit in report.hits if hit.kind == kind]


def _levels(*names: str) -> list[str]:
    return [hit.level for hit in _hits(case(*(item(name) for name in names)), "interaction")]


def test_whatever_the_source_contraindicates_blocks() -> None:
    """Read from the source once more, apart from the engine: single-level entries, every member."""
    index = json.loads(gzip.decompress((DATA / "ansm/index-20102020.json.gz").read_bytes()))
    thesaurus = json.loads(gzip.decompress((DATA / "ansm/thesaurus-20102020.json.gz").read_bytes()))
    members: dict[str, set[str]] = {}
    for each in index:
        for name in (each["substance"], *each["drug_classes"]):
            members.setdefault(folded(name), set()).add(folded(each["substance"]))
    table, names = shipped().interactions, shipped().names
    wrong, tried = [], 0
    for entry in thesaurus:
        if [level["level"] for level in entry["severity_levels"]] != ["CONTRE-INDICATION"]:
            continue
        sides = (members.get(folded(entry[key]), set()) for key in ("main_drug", "plus_drug"))
        for a, b in product(*sides):
            one, other = (next(iter(names.recognise(each).substances)) for each in (a, b))
            if one != other:
                tried += 1
                found = table.between(Side(one), Side(other))
                wrong += [(a, b)] if not found or found[0].level != "block" else []
    assert wrong == []
    assert tried > 3_000


def test_no_entry_names_a_class_that_has_no_member() -> None:
    """Foods, condoms and "whatever is taken by mouth" are no classes of medicines."""
    table = shipped().interactions
    groups = {group for each in table.classes.values() for group in each} | table.known
    empty = {side for entry in table.entries for side in (entry.a, entry.b)} - groups
    assert empty == {
        "sels de fer par voie injectable",
        "preservatifs en latex",
        "medicaments administres par voie orale",
        "medicaments utilises par voie vaginale",
        # Of the guideline and of leaflets; the French source does not hold them.
        "aliskiren",
        "tizanidine",
        "cefoperazone",
    }


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("simvastatin", "itraconazole", "block"),
        ("辛伐他汀片", "伊曲康唑胶囊", "block"),
        ("colchicine", "clarithromycin", "block"),
        ("colchicine", "ketoconazole", "warn"),
        ("ergotamine", "clarithromycin", "block"),
        ("methotrexate", "trimethoprim", "block"),
        ("warfarin", "ibuprofen", "warn"),
        ("amlodipine", "clarithromycin", "caution"),
        ("lercanidipine", "clarithromycin", "warn"),
        ("atorvastatin", "fenofibrate", "warn"),
        ("simvastatin", "gemfibrozil", "block"),
        ("lorazepam", "codeine", "info"),
        ("lorazepam", "hydroxyzine", "info"),
        ("tizanidine", "ciprofloxacin", "block"),
        ("sodium oxybate", "morphine", "block"),
        ("sodium oxybate", "lorazepam", "warn"),
        ("sacubitril", "enalapril", "block"),
        ("enalapril", "valsartan", "block"),
        ("metoprolol", "amlodipine", "info"),
    ],
)
def test_levels_of_well_known_pairs(one: str, other: str, level: str) -> None:
    assert _levels(one, other)[:1] == [level]
    assert _levels(other, one)[:1] == [level]


def test_a_substance_that_the_source_lists_twice_has_what_is_said_of_both() -> None:
    index = json.loads(gzip.decompress((DATA / "ansm/index-20102020.json.gz").read_bytes()))
    classes = classes_of(index)
    for row in rows_of(DATA / "ansm/same.tsv"):
        other, kept = folded(row["substance"]), folded(row["same_as"])
        assert {other, *classes[other], *classes[kept]} <= shipped().interactions.groups(Side(kept))
        assert other not in shipped().interactions.known


def test_a_list_that_names_a_substance_for_both_sexes_says_nothing_of_it() -> None:
    rows = [
        {"drug_zh": zh, "code_prefix": code, "sex": sex}
        for zh, code, sex in (
            ("氨氯地平片", "A", "male"),
            ("氨氯地平胶囊", "B", "female"),
            ("地高辛片", "C", "male"),
        )
    ]
    facts = shipped()
    found = sexes(rows, facts.names, facts.forms, facts.house)
    assert set(found) == {
        "=氨氯地平片",
        "#A",
        "=氨氯地平胶囊",
        "#B",
        "=地高辛片",
        "#C",
        "~地高辛",
        "!digoxine",
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [("paracetamol", "amoxicillin"), ("metformin", "amlodipine"), ("omeprazole", "loratadine")],
)
def test_pairs_that_no_source_mentions_are_silent(one: str, other: str) -> None:
    assert _levels(one, other) == []


def test_a_route_by_mouth_brings_what_is_said_of_all_that_is_swallowed() -> None:
    assert _levels("diosmectite", "metformin") == []
    told = case(item("蒙脱石散"), item("盐酸二甲双胍片", route="口服"))
    assert [hit.level for hit in _hits(told, "interaction")] == ["caution"]


def test_low_dose_aspirin_with_warfarin_is_not_a_block_once_the_dose_is_told() -> None:
    assert _levels("aspirin", "warfarin") == ["block"]
    told = case(item("aspirin", dose="100 mg", frequency="qd"), item("warfarin"), codes=("I48",))
    (hit,) = _hits(told, "interaction")
    assert (hit.level, hit.depends_on) == ("info", ())


@pytest.mark.parametrize(
    ("told", "kind", "level"),
    [
        (case(item("卡托普利片", dose="1 g", frequency="tid")), "single_dose", "block"),
        (case(item("氨氯地平片", dose="20 mg", frequency="qd")), "daily_dose", "warn"),
        (case(item("硝苯地平控释片", frequency="tid")), "frequency", "warn"),
        (case(item("硝苯地平片", route="舌下")), "route", "block"),
        (case(item("地西泮片", days=30)), "quantity_limit", "warn"),
        (case(item("吗啡片", days=5)), "quantity_limit", "block"),
        (case(item("enalapril"), is_pregnant=True), "population", "block"),
        (case(item("sacubitril/valsartan"), egfr=20), "population", "block"),
        (case(item("比卡鲁胺片"), sex="female"), "sex", "warn"),
        (case(item("bicalutamide"), sex="female"), "sex", "caution"),
        (case(item("儿童清肺口服液"), age_years=40), "age", "caution"),
        (case(item("metoprolol"), codes=("J45.9",)), "contraindication", "block"),
        (case(item("氢氯噻嗪片"), codes=("M10.0",)), "contraindication", "block"),
        (case(item("阿莫西林胶囊"), allergies=("青霉素",)), "contraindication", "block"),
        (case(item("ibuprofen"), allergies=("aspirin",)), "contraindication", "warn"),
        (case(item("amlodipine"), item("felodipine")), "duplicate", "caution"),
        (case(item("paracetamol"), item("氨酚羟考酮片")), "duplicate", "warn"),
    ],
)
def test_the_sources_speak_through_each_kind(told: Case, kind: str, level: str) -> None:
    assert [hit.level for hit in _hits(told, kind)][:1] == [level]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (case(item("沙库巴曲缬沙坦钠片", dose="400 mg", frequency="qd")), "daily_dose"),
        (case(item("nifedipine", dose="60 mg", frequency="qd")), "single_dose"),
        (case(item("克霉唑乳膏"), sex="male"), "sex"),
        (case(item("布洛芬片"), age_years=40), "age"),
        (case(item("氨酚咖匹林片", days=30)), "quantity_limit"),
        (case(item("amoxicillin"), item("clavulanic acid")), "interaction"),
        (case(item("氨氯地平片", dose="5 mg", frequency="qd")), "daily_dose"),
    ],
)
def test_ordinary_prescriptions_are_left_in_peace(told: Case, kind: str) -> None:
    assert _hits(told, kind) == []


def test_a_diagnosis_in_words_counts_where_no_code_is_told() -> None:
    told = Case((Item(generic_zh="比索洛尔片"),), Patient(), (Diagnosis(words="支气管哮喘"),))
    assert [hit.level for hit in _hits(told, "contraindication")] == ["block"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _without_a_line(path: Path) -> None:
    """Still a table, and one row short."""
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")


def _other_level(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("block", "info", 1), "utf-8")


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        ("ansm/thesaurus-20102020.json.gz", _cut),
        ("ansm/thesaurus-20102020.json.gz", Path.unlink),
        ("nhsa/sex_limits.tsv", _cut),
        ("rules/pairs.tsv", _other_level),
        ("names.tsv", _cut),
        ("names.tsv", Path.unlink),
        ("names.tsv", _without_a_line),
        ("overrides.tsv", _without_a_line),
        ("override_groups.tsv", _without_a_line),
        ("MANIFEST.tsv", Path.unlink),
    ],
)
def test_a_damaged_file_stops_every_check(data: Path, file: str, harm: object) -> None:
    harm(data / file)  # type: ignore[operator]
    with pytest.raises(FactsBroken):
        read(data)


def test_the_manifest_lists_every_table() -> None:
    told = (DATA / "MANIFEST.tsv").read_text("utf-8")
    assert told == listed(DATA)
    tables = {path.name for path in DATA.rglob("*.tsv")} - {"MANIFEST.tsv"}
    assert all(f"{name}\t" in told for name in tables)


def _override(data: Path, *rows: str) -> Path:
    header = "a\tb\tlevel\treason_zh\treason_en\tsource\treviewer"
    (data / "overrides.tsv").write_text("\n".join([header, *rows, ""]), "utf-8")
    groups = "group\tmembers\nvka\twarfarine|acenocoumarol\n"
    (data / "override_groups.tsv").write_text(groups, "utf-8")
    (data / "MANIFEST.tsv").write_text(listed(data), "utf-8")
    return data


@pytest.mark.parametrize(
    "row",
    [
        "no such thing\twarfarine\tinfo\t理由\treason\tsource\t",
        "@nobody\twarfarine\tinfo\t理由\treason\tsource\t",
        "warfarine\tibuprofene\tnone\t理由\treason\tsource\t",
        "warfarine\tibuprofene\tinfo\t\treason\tsource\t",
        "warfarine\tibuprofene\tinfo",
    ],
)
def test_an_override_that_is_wrong_stops_the_check(data: Path, row: str) -> None:
    with pytest.raises(FactsBroken):
        overridden(_override(data, row))


def test_overrides_that_are_not_there_stop_the_check(data: Path) -> None:
    (_override(data) / "overrides.tsv").unlink()
    with pytest.raises(FactsBroken):
        overridden(data)


def test_overrides_count_only_where_they_are_asked_for(data: Path) -> None:
    _override(
        data,
        "warfarine\tnaproxene\tblock\t理由\treason\tsource\tsomebody",
        "@vka\tanti-inflammatoires non stéroïdiens\tinfo\t理由\treason\tsource\tsomebody",
    )
    facts = read(data), overridden(data)
    for name, levels in {"ibuprofen": ["warn", "info"], "naproxen": ["warn", "block"]}.items():
        told = case(item("warfarin"), item(name))
        found = [[h for h in check(told, each).hits if h.kind == "interaction"] for each in facts]
        assert [hits[0].level for hits in found] == levels


def test_the_shipped_overrides_stand_apart_from_the_sources_and_wait_for_a_reviewer() -> None:
    assert not shipped().overrides
    listed = overridden().overrides.values()
    assert listed
    assert all(each.reason.zh != each.reason.en and each.source for each in listed)
    assert all(not each.reviewer for each in listed)
