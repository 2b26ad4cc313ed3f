"""Each of the thirteen kinds on a made-up catalogue: what it must say, and when it must be silent."""

import pytest

from xinglin.care.prescribing.safety.engine import check
from xinglin.care.prescribing.safety.tests.catalogue import case, facts, item, of_kind
from xinglin.care.prescribing.safety.types import KINDS, Case, Diagnosis, Kind

FACTS = facts()
RED, RED_TOO, BLUE, BLUE_TOO = "gimel", "dalet", "he", "vav"

# Kind, case, what is said: level and items. Nothing: the kind must be silent.
SAID: list[tuple[Kind, Case, list[tuple[str, tuple[int, ...]]]]] = [
    ("course_limit", case(item(days=15)), [("warn", (0,))]),
    ("course_limit", case(item(days="14.5")), [("warn", (0,))]),
    ("course_limit", case(item(days=0)), [("block", (0,))]),
    ("course_limit", case(item(days=-1)), [("block", (0,))]),
    ("course_limit", case(item("bet", days=0)), [("block", (0,))]),
    ("course_limit", case(item("bet"), item("甲药片", days=90)), [("warn", (1,))]),
    ("quantity_limit", case(item(days=8)), [("block", (0,))]),
    ("quantity_limit", case(item("甲药缓释片", days=30)), [("block", (0,))]),
    ("quantity_limit", case(item("甲药注射液", days=2, frequency="qd")), [("block", (0,))]),
    ("quantity_limit", case(item("bet", amount="2001 mg")), [("warn", (0,))]),
    ("quantity_limit", case(item("bet", amount="3 g")), [("warn", (0,))]),
    ("quantity_limit", case(item("bet", amount="0 g")), [("block", (0,))]),
    ("quantity_limit", case(item(RED, days=4)), [("warn", (0,))]),
    ("frequency", case(item(frequency="qid")), [("warn", (0,))]),
    ("frequency", case(item("甲药缓释片", frequency="bid")), [("warn", (0,))]),
    ("frequency", case(item(frequency="qod")), [("info", (0,))]),
    ("frequency", case(item("甲药片", frequency="QID")), [("warn", (0,))]),
    ("frequency", case(item("bet"), item(frequency="qid")), [("warn", (1,))]),
    ("daily_dose", case(item(dose="60 mg", frequency="bid")), [("warn", (0,))]),
    ("daily_dose", case(item(dose="0.3 g", frequency="qd")), [("warn", (0,))]),
    ("daily_dose", case(item(dose="250 mg", frequency="bid")), [("block", (0,))]),
    (
        "daily_dose",
        case(item(dose="2 {tablet}", strength="30 mg", frequency="bid")),
        [("warn", (0,))],
    ),
    (
        "daily_dose",
        case(item(dose="50 mg", frequency="bid"), item("甲药片", dose="50 mg", frequency="qd")),
        [("warn", (0, 1))],
    ),
    ("single_dose", case(item(dose="101 mg")), [("warn", (0,))]),
    ("single_dose", case(item("甲药片", dose="51 mg")), [("warn", (0,))]),
    ("single_dose", case(item(dose="0.5 g")), [("block", (0,))]),
    ("single_dose", case(item(dose="5 mg")), [("info", (0,))]),
    ("single_dose", case(item(dose="0 mg")), [("block", (0,))]),
    ("single_dose", case(item(dose="-20 mg")), [("block", (0,))]),
    ("single_dose", case(item("bet", dose="6 mg"), age_years=4), [("warn", (0,))]),
    ("single_dose", case(item("复方戊己", dose="21 mg")), [("warn", (0,))]),
    ("route", case(item(RED, route="iv")), [("warn", (0,))]),
    ("route", case(item(RED_TOO, route="舌下")), [("block", (0,))]),
    ("route", case(item("甲药片", route="iv")), [("warn", (0,))]),
    ("route", case(item("甲药注射液", route="口服")), [("warn", (0,))]),
    ("route", case(item("乙药滴眼液", route="oral")), [("warn", (0,))]),
    ("route", case(item("注射用乙药", route="eye")), [("warn", (0,))]),
    ("duplicate", case(item("aleph"), item("甲药片")), [("warn", (0, 1))]),
    ("duplicate", case(item("alephine"), item("bet"), item("甲药")), [("warn", (0, 2))]),
    ("duplicate", case(item("复方戊己"), item("戊药")), [("warn", (0, 1))]),
    ("duplicate", case(item("bet"), item("乙药滴眼液")), [("caution", (0, 1))]),
    ("duplicate", case(item(RED_TOO), item(BLUE)), [("caution", (0, 1))]),
    ("duplicate", Case((item("aleph"),), current=(item("aleph"),)), [("warn", (0, 1))]),
    ("age", case(item(), age_years=17), [("block", (0,))]),
    ("age", case(item(), age_years="17.99"), [("block", (0,))]),
    ("age", case(item("甲药片"), age_years=0), [("block", (0,))]),
    ("age", case(item("小儿乙药片"), age_years=18), [("caution", (0,))]),
    ("age", case(item("bet", code="XA01AAA001A010102"), age_years=40), [("caution", (0,))]),
    ("population", case(item(), is_pregnant=True), [("block", (0,))]),
    ("population", case(item(), plans_pregnancy=True), [("warn", (0,))]),
    ("population", case(item("bet"), is_breast_feeding=True), [("warn", (0,))]),
    ("population", case(item(RED), kidney="severe"), [("block", (0,))]),
    ("population", case(item(RED), egfr=45), [("block", (0,))]),
    ("population", case(item(RED_TOO), liver="severe"), [("warn", (0,))]),
    ("population", case(item(BLUE), creatinine=265), [("block", (0,))]),
    ("sex", case(item(), sex="female"), [("warn", (0,))]),
    ("sex", case(item("乙药栓"), sex="male"), [("block", (0,))]),
    ("sex", case(item(), codes=("O10",)), [("warn", (0,))]),
    ("sex", case(item("bet"), sex="female", codes=("N40",)), [("warn", ())]),
    ("sex", case(item("bet"), sex="male", codes=("O99.8", "I10")), [("warn", ())]),
    ("indication", case(item(), codes=("E11",)), [("caution", (0,))]),
    ("indication", case(item(), codes=("I12", "E11")), [("caution", (0,))]),
    ("indication", case(item("bet"), codes=("I10",)), [("warn", (0,))]),
    ("indication", case(item("乙药"), codes=("J44.1",)), [("warn", (0,))]),
    ("indication", case(item(RED), item(), codes=("J45",)), [("caution", (1,))]),
    ("interaction", case(item("aleph"), item("bet")), [("block", (0, 1))]),
    ("interaction", case(item("乙药片"), item("甲药")), [("block", (0, 1))]),
    ("interaction", case(item("aleph"), item(RED)), [("warn", (0, 1))]),
    ("interaction", case(item(RED), item(BLUE)), [("caution", (0, 1))]),
    ("interaction", case(item(BLUE), item(BLUE_TOO)), [("info", (0, 1))]),
    ("interaction", case(item("bet"), item("复方戊己"), codes=("T10",)), [("block", (0, 1))]),
    ("interaction", Case((item("bet"),), current=(item("aleph"),)), [("block", (0, 1))]),
    ("contraindication", case(item(), codes=("J45.9",)), [("block", (0,))]),
    ("contraindication", case(item(RED), codes=("I10", "M10")), [("warn", (0,))]),
    (
        "contraindication",
        Case((item(),), diagnoses=(Diagnosis(words="支气管哮喘"),)),
        [("block", (0,))],
    ),
    ("contraindication", case(item("bet"), allergies=("乙药",)), [("block", (0,))]),
    ("contraindication", case(item(BLUE), allergies=("复方戊己",)), [("block", (0,))]),
    # Both groups speak: of one family, and of the wider one.
    (
        "contraindication",
        case(item(RED), allergies=("dalet",)),
        [("warn", (0,)), ("caution", (0,))],
    ),
    ("contraindication", case(item(RED), allergies=("红药",)), [("block", (0,))]),
    ("contraindication", case(item("aleph"), allergies=("gimel",)), [("caution", (0,))]),
]  # fmt: skip

SILENT: list[tuple[Kind, Case]] = [
    ("course_limit", case(item(days=14))),
    ("course_limit", case(item(days="0.5"))),
    ("course_limit", case(item())),
    ("course_limit", case(item("bet", days=300))),
    ("course_limit", case(item("no such thing", days=300))),
    ("quantity_limit", case(item(days=7))),
    ("quantity_limit", case(item("甲药注射液", days=1, frequency="st"))),
    ("quantity_limit", case(item("bet", amount="2 g"))),
    ("quantity_limit", case(item("bet", amount="50 {tablet}"))),
    ("quantity_limit", case(item(BLUE, days=90))),
    ("quantity_limit", case(item())),
    ("frequency", case(item(frequency="qd"))),
    ("frequency", case(item(frequency="bid"))),
    ("frequency", case(item(frequency="prn"))),
    ("frequency", case(item(frequency="no such code"))),
    ("frequency", case(item("bet", frequency="qid"))),
    ("frequency", case(item("复方甲", frequency="qid"))),
    ("daily_dose", case(item(dose="50 mg", frequency="bid"))),
    ("daily_dose", case(item(dose="99999 ug", frequency="qd"))),
    ("daily_dose", case(item(dose="100 mg", frequency="prn"))),
    ("daily_dose", case(item(dose="9 {tablet}", frequency="qid"))),
    ("daily_dose", case(item(dose="900 mg", frequency="qd"), age_years=9)),
    ("daily_dose", case(item("bet", dose="9 g", frequency="qid"))),
    ("single_dose", case(item(dose="100 mg"))),
    ("single_dose", case(item("甲药片", dose="10 mg"))),
    ("single_dose", case(item(dose="20 mL"))),
    ("single_dose", case(item(dose="20 no-such-unit"))),
    ("single_dose", case(item("复方甲", dose="5000 mg"))),
    ("single_dose", case(item("bet", dose="500 mg"), age_years=40)),
    ("route", case(item(RED, route="oral"))),
    ("route", case(item(RED_TOO, route="oral"))),
    ("route", case(item("甲药片", route="口服"))),
    ("route", case(item("甲药注射液", route="iv"))),
    ("route", case(item("甲药片"))),
    ("route", case(item(route="no such route"))),
    ("duplicate", case(item("aleph"), item("bet"))),
    ("duplicate", case(item("aleph"))),
    ("duplicate", case(item("no such thing"), item("no such thing"))),
    ("duplicate", case(item(RED), item(RED_TOO))),
    ("duplicate", case(item("复方戊己"), item("aleph"))),
    ("duplicate", Case((item("bet"),), current=(item("aleph"), item("aleph")))),
    ("age", case(item(), age_years=18)),
    ("age", case(item(), age_years=90)),
    ("age", case(item())),
    ("age", case(item("小儿乙药片"), age_years="17.9")),
    ("age", case(item("乙药片"), age_years=40)),
    ("age", case(item("bet", code="XA01AAA002A0"), age_years=40)),
    ("population", case(item(), is_pregnant=False, plans_pregnancy=False)),
    ("population", case(item(), sex="male")),
    ("population", case(item("bet"), is_pregnant=True)),
    ("population", case(item(RED), kidney="mild")),
    ("population", case(item(RED), egfr=60)),
    ("population", case(item(BLUE), creatinine="264.9")),
    ("sex", case(item(), sex="male")),
    ("sex", case(item("乙药栓"), sex="female")),
    ("sex", case(item())),
    ("sex", case(item(), item("乙药栓"), codes=("O10", "N40"))),
    ("sex", case(item("bet"), sex="female", codes=("O10", "I10"))),
    ("sex", case(item("bet"), sex="male", codes=("N52",))),
    ("indication", case(item(), codes=("I10",))),
    ("indication", case(item(), codes=("E11", "I11.9"))),
    ("indication", case(item("bet"), codes=("J45.0",))),
    ("indication", case(item(RED), codes=("I10",))),
    ("indication", case(item())),
    ("indication", case(item(), codes=())),
    ("interaction", case(item("aleph"), item("aleph"))),
    ("interaction", case(item("aleph"), item(BLUE))),
    ("interaction", case(item(RED), item(RED_TOO))),
    ("interaction", case(item("aleph"), item("no such thing"))),
    ("interaction", case(item("复方戊己"))),
    ("interaction", Case((item("vav"),), current=(item("aleph"), item("bet")))),
    ("contraindication", case(item(), codes=("J44",))),
    ("contraindication", case(item("bet"), codes=("J45", "M10"))),
    ("contraindication", case(item(), codes=())),
    ("contraindication", case(item("bet"), allergies=("aleph", "no such thing"))),
    ("contraindication", case(item(BLUE), allergies=("红药", "dalet"))),
    ("contraindication", case(item(), allergies=())),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "told", "said"), SAID, ids=[f"{k}-{n}" for n, (k, *_) in enumerate(SAID)]
)
def test_a_kind_says_what_is_wrong(
    kind: Kind, told: Case, said: list[tuple[str, tuple[int, ...]]]
) -> None:
    report = check(told, FACTS)
    assert of_kind(report.hits, kind) == said
    assert report.is_whole


@pytest.mark.parametrize(
    ("kind", "told"), SILENT, ids=[f"{k}-{n}" for n, (k, _) in enumerate(SILENT)]
)
def test_a_kind_is_silent_where_nothing_is_wrong(kind: Kind, told: Case) -> None:
    report = check(told, FACTS)
    assert of_kind(report.hits, kind) == []
    assert report.is_whole


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_five_cases_of_each(kind: Kind) -> None:
    assert sum(each[0] == kind for each in SAID) >= 5
    assert sum(each[0] == kind for each in SILENT) >= 5


@pytest.mark.parametrize(
    ("kind", "told", "said"), SAID, ids=[f"{k}-{n}" for n, (k, *_) in enumerate(SAID)]
)
def test_every_hit_says_what_why_and_what_to_do(kind: Kind, told: Case, said: object) -> None:
    for hit in check(told, FACTS).hits:
        assert hit.rule
        assert hit.source.title.zh
        assert hit.source.date
        assert hit.text.zh != hit.text.en
        assert hit.instead.zh != hit.instead.en
        assert hit.interrupts == (hit.level in {"block", "warn"})
