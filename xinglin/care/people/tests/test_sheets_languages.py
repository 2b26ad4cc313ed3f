"""The languages of doctors, in a sheet."""

import pytest

from xinglin.care.people.models import Practitioner
from xinglin.care.people.services import sheets
from xinglin.care.people.tests.factories import hospital, staff_viewer
from xinglin.care.people.tests.handing_in import GOOD, HEAD, applied, counts, handed_in, sheet, told


@pytest.fixture
def admin(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return staff_viewer("administrator", institution_id=hospital().id)


def test_languages_are_read_in_any_order_and_come_back_as_the_same(admin):
    rows = [GOOD | {"languages": "藏语；English、普通话"}]
    head = HEAD | {"languages": "语言"}
    row = applied(admin, handed_in(admin, sheet(*rows, head=head)))
    assert row.state == "applied"
    assert Practitioner.objects.get().languages == ["zh", "en", "bo"]
    assert counts(handed_in(admin, sheet(*rows, head=head))) == (0, 0, 1, 0)
    for locale in ("zh", "en"):
        content = sheets.export_sheet(admin, "doctors", as_format="csv", locale=locale)
        assert counts(handed_in(admin, content, name="doctors.csv")) == (0, 0, 1, 0)
    # A sheet without the column leaves them as they are.
    assert counts(handed_in(admin, sheet(GOOD))) == (0, 0, 1, 0)


def test_what_is_no_language_is_named_by_its_cell(admin):
    head = HEAD | {"languages": "语言"}
    row = handed_in(admin, sheet(GOOD | {"languages": "英语、克林贡语"}, head=head))
    ((cell, text),) = told(row)
    assert cell == "H2"
    assert "克林贡语" in text
