"""The catalogue in the back office: its own permission, the sheet's rules, and a history in words."""

import pytest

from xinglin.care.people.services import found_institution
from xinglin.care.people.tests.factories import Browser, hospital, staff_viewer
from xinglin.care.prescribing.models import MedicinalProduct
from xinglin.care.prescribing.tests.medicines import medicine
from xinglin.edge.tests.test_backoffice import form_of
from xinglin.foundation.changes.queries import changes_of
from xinglin.kernel.text import Text

LIST = "/admin/prescribing/medicinalproduct/"


@pytest.fixture
def house(db):
    return hospital()


@pytest.fixture
def admin(house):
    return Browser(staff_viewer("administrator", institution_id=house.id))._client


@pytest.fixture
def row(house):
    return medicine(ingredients=[{"zh": "二甲双胍", "en": "metformin"}])


def page(row) -> str:
    return f"{LIST}{row.pk}/change/"


def test_a_medicine_is_edited_with_its_history_in_words(admin, row):
    told = form_of(admin, page(row)) | {
        "category": "otc",
        "strength_value": "0.5",
        "strength_unit": "g",
        "frequencies": ["bid", "tid"],
    }
    assert admin.post(page(row), told).status_code == 302
    row.refresh_from_db()
    assert (row.category, row.strength_unit, row.frequencies) == ("otc", "g", ["bid", "tid"])
    assert row.ingredients == [{"zh": "二甲双胍", "en": "metformin"}]
    (line,) = changes_of("medicine", row.pk)
    assert (line.before["category"], line.after["category"]) == ("rx", "otc")
    admin.get("/admin/?lang=zh")
    said = admin.get(f"{LIST}{row.pk}/history/").content.decode()
    assert "药品类别" in said
    assert "非处方药" in said
    assert admin.post(page(row), form_of(admin, page(row))).status_code == 302
    assert len(changes_of("medicine", row.pk)) == 1, "nothing was changed"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"generic_name_en": ""}, "generic_name_en"),
        ({"strength_value": "5"}, "strength_unit"),
        ({"strength_value": "-1", "strength_unit": "mg"}, "strength_value"),
        ({"ingredients_en": ""}, "ingredients_en"),
        ({"ingredients_zh": "地西泮", "ingredients_en": "diazepam"}, "control"),
        ({"control": "harmless"}, "control"),
        ({"fact_status": "sourced"}, "fact_source"),
        ({"injection": "on"}, "injection"),
    ],
)
def test_what_a_sheet_would_refuse_is_refused_by_hand(told, field, admin, row):
    answer = admin.post(page(row), form_of(admin, page(row)) | told)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors[field]
    assert not changes_of("medicine", row.pk)


def test_nothing_is_added_or_deleted_here(admin, row):
    for path in (f"{LIST}add/", f"{LIST}{row.pk}/delete/"):
        assert admin.get(path).status_code == admin.post(path, {"post": "yes"}).status_code == 403
    assert MedicinalProduct.objects.count() == 1


def test_another_house_and_other_roles_see_nothing_of_it(admin, row):
    far = found_institution(code="far", name=Text("外院", "Far"))
    stranger = Browser(staff_viewer("administrator", institution_id=far.id))._client
    assert row.code not in stranger.get(LIST).content.decode()
    assert stranger.get(page(row)).status_code == 302
    assert row.code in admin.get(LIST).content.decode()
    operator = Browser(staff_viewer("operator", institution_id=row.institution_id))._client
    assert operator.get(LIST).status_code == 302


@pytest.mark.parametrize(("locale", "words"), [("zh", "可开具"), ("en", "May be prescribed")])
def test_the_list_speaks_either_language(locale, words, admin, row):
    admin.get(f"/admin/?lang={locale}")
    assert words in admin.get(f"{LIST}?q=ejsg").content.decode()
