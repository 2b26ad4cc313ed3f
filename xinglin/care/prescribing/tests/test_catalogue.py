"""What a doctor finds and may write down: what the law bans is neither found nor taken by its code."""

import pytest
from django.db import IntegrityError, transaction

from xinglin.care.people.queries import institution
from xinglin.care.people.services import found_institution
from xinglin.care.people.tests.factories import (
    Browser,
    doctor,
    hospital,
    patient_viewer,
    staff_viewer,
)
from xinglin.care.prescribing import rules
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.queries.catalogue import (
    catalogue,
    find_medicines,
    medicines_by_code,
    prescribable,
)
from xinglin.care.prescribing.services.formulary import load_formulary, shipped
from xinglin.care.prescribing.tests.medicines import medicine
from xinglin.kernel.errors import NotFound, RuleRefused
from xinglin.kernel.text import Text

BANNED = sorted(set(rules.CONTROLS) - {rules.NOT_CONTROLLED})


@pytest.fixture(autouse=True)
def house(db):
    return hospital()


def names(house, query: str) -> list[str]:
    return [each.name.zh for each in find_medicines(house.id, query)]


@pytest.mark.parametrize(
    "query",
    ["二甲双胍", "盐酸二甲", "ysejsg", "ejsg", "erjiashuanggua", "metformin", "Hydrochl", "ＭＥＴ"],
)
def test_a_medicine_is_found_by_either_name_its_sound_and_its_initials(query, house):
    medicine()
    medicine("阿莫西林胶囊", "Amoxicillin capsules")
    assert names(house, query) == ["盐酸二甲双胍片"]


def test_the_likeliest_comes_first_and_no_more_than_twenty(house):
    medicine("复方氨氯地平缓释片", "Compound amlodipine")
    medicine("氨氯地平片", "Amlodipine tablets")
    for n in range(30):
        medicine(f"氨氯地平分散片{n}", "Amlodipine dispersible")
    found = names(house, "氨氯地平")
    assert (found[0], len(found)) == ("氨氯地平片", 20)
    assert "复方氨氯地平缓释片" not in found


@pytest.mark.parametrize("query", ["", "   ", "%", "_", "' or 1=1 --", "\\", "没有这种药"])
def test_what_names_nothing_finds_nothing(query, house):
    medicine()
    assert names(house, query) == []


@pytest.mark.parametrize("control", BANNED)
def test_a_banned_class_is_in_no_search_and_refused_by_code(control, house):
    medicine("地西泮片", "Diazepam tablets", code="D1", control=control)
    for query in ("地西泮", "dxp", "diazepam", "dixipan", "D1"):
        assert names(house, query) == []
    with pytest.raises(RuleRefused) as caught:
        prescribable(house.id, "D1")
    (refusal,) = caught.value.refusals
    assert refusal.rule_id == ("R28" if control == "special_rule" else "R27")
    assert "地西泮片" in refusal.text.zh
    assert "Diazepam" in refusal.text.en
    assert refusal.instead.zh


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"approval_number": ""}, "批准文号"),
        ({"category": ""}, "药品类别"),
        ({"active": False}, "停用"),
    ],
)
def test_what_lacks_its_number_or_class_or_is_out_of_use_is_not_prescribed(lacks, words, house):
    row = medicine(**lacks)
    assert names(house, "二甲双胍") == []
    with pytest.raises(RuleRefused) as caught:
        prescribable(house.id, row.code)
    assert [words in refusal.text.zh for refusal in caught.value.refusals] == [True]


def test_every_reason_is_told_at_once(house):
    row = medicine(approval_number="", category="", active=False, control="narcotic")
    with pytest.raises(RuleRefused) as caught:
        prescribable(house.id, row.code)
    assert [r.rule_id for r in caught.value.refusals] == ["R27", "E01", "E01", "E01"]


def test_of_another_house_nothing_is_there(house):
    far = found_institution(code="far", name=Text("外院", "Far"))
    row = medicine(institution_id=far.id)
    assert names(house, "二甲双胍") == []
    assert medicines_by_code(house.id, [row.code]) == {}
    with pytest.raises(NotFound):
        prescribable(house.id, row.code)
    admin = staff_viewer("administrator", institution_id=house.id)
    assert catalogue(admin, after="", limit=50) == ([], None)
    assert prescribable(far.id, row.code).name.zh == "盐酸二甲双胍片"


@pytest.mark.parametrize(
    "wrong",
    [
        {"control": "harmless"},
        {"category": "sweets"},
        {"fact_status": "sourced"},
        {"strength_value": 5},
        {"strength_unit": "mg"},
        {"strength_value": 0, "strength_unit": "mg"},
    ],
)
def test_the_database_keeps_no_medicine_that_cannot_be(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        medicine(**wrong)


def test_the_formulary_comes_once_and_says_how_little_it_proves(house):
    admin = staff_viewer("administrator", institution_id=house.id)
    count = load_formulary(admin, institution(house.id))
    assert count == len(shipped().rows) - 1 == MedicinalProduct.objects.count() >= 300
    assert load_formulary(admin, institution(house.id)) == count
    rows = MedicinalProduct.objects.all()
    assert all(row.approval_number.startswith("DEMO-") or not row.approval_number for row in rows)
    assert all(row.fact_source for row in rows)
    unsourced = rows.filter(fact_status="demonstration")
    assert not unsourced.exclude(strength="", strength_value=None).exists()
    assert rows.filter(fact_status="sourced").exists()
    for query in ("地西泮", "diazepam", "dxp", "吗啡", "tramadol"):
        assert names(house, query) == []
    assert names(house, "apzl") == []
    assert "苯磺酸氨氯地平片" in names(house, "aldp")


def test_the_lists_of_controlled_substances_know_whole_names_only():
    assert rules.control_of(["地西泮片", "Diazepam tablets", "地西泮", "diazepam"], 1) != "none"
    assert rules.control_of(["复方感冒片", "咖啡因", "对乙酰氨基酚"], 2) == "none"
    assert rules.control_of(["咖啡因片", "咖啡因"], 1) == "psychotropic_2"
    assert rules.control_of(["可待因酮样物"], 1) == "none"


def test_a_doctor_searches_and_whoever_keeps_the_house_reads_all_of_it(house):
    medicine(code="A1", strength="0.5 g", strength_value="500.0", strength_unit="mg")
    medicine("地西泮片", "Diazepam tablets", code="B1", control="psychotropic_2")
    doctors = Browser(doctor()[0])
    status, found = doctors.get("/medicines?q=ejsg")
    (line,) = found["items"]
    assert (status, line["code"], line["form"]["name"]["en"]) == (200, "A1", "tablet")
    assert line["amount"] == {"value": "500", "unit": "mg"}
    assert doctors.get("/medicines?q=地西泮")[1]["items"] == []
    assert doctors.get("/medicines/catalogue")[0] == 403
    for role in ("administrator", "operator"):
        reader = Browser(staff_viewer(role, institution_id=house.id))
        assert reader.get("/medicines?q=ejsg")[0] == 403
        _, first = reader.get("/medicines/catalogue?limit=1")
        assert ([i["code"] for i in first["items"]], first["next"]) == (["A1"], "A1")
        _, rest = reader.get(f"/medicines/catalogue?after={first['next']}")
        (banned,) = rest["items"]
        assert (banned["code"], rest["next"]) == ("B1", None)
        assert [a["rule_id"] for a in banned["against"]] == ["R27"]
        assert len(reader.get("/medicines/catalogue?q=diazepam")[1]["items"]) == 1
    assert Browser(patient_viewer()).get("/medicines?q=ejsg")[0] == 403


def test_lists_ask_the_database_once_however_long_they_are(house, django_assert_num_queries):
    admin = staff_viewer("administrator", institution_id=house.id)
    for size in (3, 30):
        for _ in range(size):
            medicine(ingredients=[{"zh": "二甲双胍", "en": "metformin"}])
        with django_assert_num_queries(1):
            assert len(find_medicines(house.id, "ejsg")) == min(size, 20)
        with django_assert_num_queries(1):
            catalogue(admin, after="", limit=100)
