"""Medicines by spreadsheet: looked at, applied whole or not at all, and exported as they were."""

import pytest

from xinglin.care.people.queries import institution
from xinglin.care.people.services import found_institution, sheets
from xinglin.care.people.tests.factories import hospital, staff_viewer
from xinglin.care.people.tests.handing_in import applied, counts, handed_in, told
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.queries.catalogue import find_medicines
from xinglin.care.prescribing.services.formulary import load_formulary
from xinglin.care.prescribing.tests.medicines import GOOD, HEAD, medicine, sheet
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.changes.queries import changes_of
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict
from xinglin.kernel.text import Text


@pytest.fixture(autouse=True)
def house(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return hospital()


@pytest.fixture
def admin(house):
    return staff_viewer("administrator", institution_id=house.id)


def brought(admin, *rows: dict):
    return handed_in(admin, sheet(*rows), kind="medicines", name="medicines.xlsx")


def test_a_preview_writes_nothing_and_what_is_applied_is_found(admin, house):
    row = brought(admin, GOOD, GOOD | {"code": "M0002", "generic_name_zh": "格列美脲片"})
    assert (told(row), row.state, counts(row)) == ([], "checked", (2, 0, 0, 0))
    assert not MedicinalProduct.objects.exists()
    assert applied(admin, row).state == "applied"
    (found,) = find_medicines(house.id, "glmn")
    assert (found.code, found.routes, found.category) == ("M0002", ("oral",), "rx")
    assert [name.en for name in found.ingredients] == ["metformin"]
    made = MedicinalProduct.objects.get(code="M0001")
    (line,) = changes_of("medicine", made.pk)
    assert (line.before, line.after["generic_name_zh"]) == ({}, "盐酸二甲双胍片")
    assert len(lines(action="prescribing.add_medicine", actor=admin.user_id)) == 2


WRONG = [
    ("code", None, "没有填写"),
    ("code", "有空格 的", "格式"),
    ("generic_name_zh", "=A1", "公式"),
    ("form", "药水", "药水"),
    ("routes", "口服、鼻孔", "鼻孔"),
    ("category", "保健品", "保健品"),
    ("control", "有一点", "有一点"),
    ("strength_value", "0", "正数"),
    ("strength_value", -5, "正数"),
    ("strength_value", "5mg", "正数"),
    ("strength_value", "5.1234567", "正数"),
    ("strength_unit", "mgg", "mgg"),
    ("strength_unit", "mg", "只填了一个"),
    ("ingredients_en", "metformin, glimepiride", "数量不一致"),
    ("injection", "也许", "是"),
    ("injection", "是", "剂型不符"),
    ("fact_status", "有来源", "没有写明来源"),
    ("generic_name_zh", "地西泮", "第二类精神药品"),
    ("ingredients_en", "Diazepam", "第二类精神药品"),
]
TOLD_AT = {"第二类精神药品": "control", "没有写明来源": "fact_source"}


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_written(admin):
    """Each fault in a row of its own; what the lists know is told where it must be mended."""
    bad = [GOOD | {"code": f"M9{n:03d}", key: value} for n, (key, value, _) in enumerate(WRONG)]
    row = brought(admin, GOOD, *bad)
    faults = {fault["row"]: fault for fault in row.found["errors"]}
    assert list(faults) == list(range(3, 3 + len(WRONG))), "one fault in each wrong row"
    for number, (key, _, words) in enumerate(WRONG, start=3):
        fault, column = faults[number], TOLD_AT.get(words, key)
        assert (fault["key"], words in fault["text"]["zh"]) == (column, True), fault
        assert fault["text"]["en"]
        assert fault["instead"]["zh"]
        # A source is missing in a column that this sheet does not have.
        place = (
            "" if column not in HEAD else f"{'ABCDEFGHIJKLMN'[list(HEAD).index(column)]}{number}"
        )
        assert fault["cell"] == place
    with pytest.raises(Conflict):
        sheets.apply_import(admin, row.pk, sha256=row.sha256, at=clock.now())
    assert not MedicinalProduct.objects.exists()


def test_a_change_is_told_field_by_field_and_kept_in_the_history(admin, house):
    applied(admin, brought(admin, GOOD))
    row = brought(admin, GOOD | {"generic_name_zh": "二甲双胍片", "strength_value": 0.5,
                                 "strength_unit": "g"})  # fmt: skip
    assert (told(row), counts(row)) == ([], (0, 1, 0, 0))
    applied(admin, row)
    made = MedicinalProduct.objects.get()
    assert (made.strength_unit, made.initials) == ("g", "ejsgp")
    line = changes_of("medicine", made.pk)[0]
    assert line.before == {
        "generic_name_zh": "盐酸二甲双胍片",
        "strength_value": "",
        "strength_unit": "",
    }
    assert line.after["strength_value"] == "0.5"
    assert counts(brought(admin, GOOD | {"generic_name_zh": "二甲双胍片"})) == (0, 1, 0, 0)


@pytest.mark.parametrize("as_format", ["xlsx", "csv"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_was_exported_comes_back_as_all_the_same(as_format, locale, admin, house):
    load_formulary(admin, institution(house.id))
    medicine(
        frequencies=["q1/2h", "qh", "q1h", "2W"],
        strength_value="0.000001",
        strength_unit="[IU]/mL",
        injection=True,
        form="injection",
        routes=["intravenous", "intramuscular"],
    )
    content = sheets.export_sheet(admin, "medicines", as_format=as_format, locale=locale)
    row = handed_in(admin, content, kind="medicines", name=f"medicines.{as_format}")
    assert (told(row), row.new, row.changed, row.errors) == ([], 0, 0, 0)
    assert row.same == MedicinalProduct.objects.count()


def test_what_somebody_changed_since_the_export_is_not_overwritten(admin):
    medicine(code="M0001")
    content = sheets.export_sheet(admin, "medicines", as_format="csv", locale="zh")
    MedicinalProduct.objects.update(pack="28片/盒")
    row = handed_in(admin, content, kind="medicines", name="medicines.csv")
    assert "已被他人修改" in told(row)[0][1]


def test_a_house_writes_its_own_medicines_and_no_others(admin):
    applied(admin, brought(admin, GOOD))
    far = found_institution(code="far", name=Text("外院", "Far"))
    stranger = staff_viewer("administrator", institution_id=far.id)
    row = brought(stranger, GOOD | {"generic_name_zh": "二甲双胍片"})
    assert counts(row) == (1, 0, 0, 0), "the same code at another house is another medicine"
    applied(stranger, row)
    told_here = sheets.export_sheet(admin, "medicines", as_format="csv", locale="zh").decode()
    assert "盐酸二甲双胍片" in told_here
    assert ",二甲双胍片" not in told_here
