"""Doctors and departments by spreadsheet: looked at, then applied as it was looked at, or not at all."""

import io
from datetime import date, timedelta

import pytest
from django.db import connection
from openpyxl import load_workbook

from xinglin.care.people import queries
from xinglin.care.people.models import Department, Institution, Licence, Practitioner
from xinglin.care.people.services import seed_departments, sheets
from xinglin.care.people.tests.factories import doctor, hospital, staff_viewer
from xinglin.care.people.tests.handing_in import (
    GOOD,
    HEAD,
    applied,
    counts,
    handed_in,
    people,
    sheet,
    told,
)
from xinglin.foundation.accounts.models import User
from xinglin.foundation.audit.queries import lines
from xinglin.foundation.changes.queries import changes_of
from xinglin.foundation.outbox.models import OutboxEvent
from xinglin.foundation.sheets.services.columns import MARK
from xinglin.foundation.sheets.tests.samples import PNG, workbook
from xinglin.host.demo.seed import seed
from xinglin.host.founding import load_shipped
from xinglin.kernel import clock
from xinglin.kernel.errors import Conflict, NotFound


@pytest.fixture(autouse=True)
def house(db, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    return hospital()


@pytest.fixture
def admin(house):
    return staff_viewer("administrator", institution_id=house.id)


def test_a_preview_writes_nothing_and_applying_it_employs_everybody(admin, house):
    row = handed_in(admin, sheet(*people(3)))
    assert (row.state, counts(row)) == ("checked", (3, 0, 0, 0))
    assert not Practitioner.objects.exists()
    assert applied(admin, row).state == "applied"
    card = queries.practitioners(Practitioner.objects.values_list("pk", flat=True))
    assert {c.name.zh for c in card.values()} == {"医生0", "医生1", "医生2"}
    assert {c.departments for c in card.values()} == {("general_practice", "cardiology")}
    assert {c.title_code for c in card.values()} == {"233"}
    assert Licence.objects.filter(institution_id=house.id, valid_from=date(2015, 7, 1)).count() == 3


def test_each_account_waits_for_an_invitation_and_is_a_doctor(admin, house):
    applied(admin, handed_in(admin, sheet(*people(2))))
    users = list(User.objects.filter(roles=["doctor"]))
    assert {u.username for u in users} == {f"1101{n:011d}" for n in range(2)}
    assert not any(u.has_usable_password() for u in users)
    assert {u.institution_id for u in users} == {house.id}
    assert all(u.synthetic for u in users), "this is a demonstration"


def test_it_is_announced_in_one_event_and_audited_line_by_line(admin):
    applied(admin, handed_in(admin, sheet(*people(3))))
    (event,) = OutboxEvent.objects.filter(kind="DoctorsEmployed")
    assert len(event.payload["practitioner_ids"]) == 3
    assert len(lines(action="people.employ_doctor")) == 3
    assert len(lines(action="people.apply_sheet", actor=admin.user_id)) == 1


@pytest.mark.parametrize("as_format", ["xlsx", "csv"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_was_exported_comes_back_as_all_the_same(as_format, locale, admin):
    applied(admin, handed_in(admin, sheet(*people(2))))
    doctor("dermatology", good_at=None)
    content = sheets.export_sheet(admin, "doctors", as_format=as_format, locale=locale)
    row = handed_in(admin, content)
    assert (told(row), counts(row)) == ([], (0, 0, 3, 0))
    content = sheets.export_sheet(admin, "departments", as_format=as_format, locale=locale)
    row = handed_in(admin, content, kind="departments")
    assert (told(row), counts(row)) == ([], (0, 0, 17, 0))


def test_a_change_is_shown_field_by_field_and_leaves_the_rest(admin):
    applied(admin, handed_in(admin, sheet(*people(2))))
    changed = people(2)
    changed[1] |= {"title": "主任医师", "departments": "皮肤科"}
    row = handed_in(admin, sheet(*changed))
    assert counts(row) == (0, 1, 1, 0)
    (line,) = row.found["lines"]
    assert [f["after"]["en"] for f in line["fields"]] == ["Chief physician", "Dermatology"]
    assert line["fields"][0]["before"]["zh"] == "主治医师"
    applied(admin, row)
    doctor_row = Practitioner.objects.get(name_zh="医生1")
    assert queries.practitioner(doctor_row.pk).departments == ("dermatology",)
    (kept,) = changes_of("practitioner", doctor_row.pk)
    assert (kept.before["title"], kept.after["title"], kept.by) == ("233", "231", admin.user_id)
    assert set(kept.after) == {"title", "departments"}
    assert OutboxEvent.objects.filter(kind="DoctorsChanged").count() == 1


def test_twice_is_once(admin):
    row = handed_in(admin, sheet(*people(2)))
    applied(admin, row)
    again = sheets.apply_import(admin, row.pk, sha256=row.sha256, at=clock.now())
    assert again.state == "applied"
    assert not sheets.take_up_next()
    assert counts(handed_in(admin, sheet(*people(2)))) == (0, 0, 2, 0)


WRONG = [
    ("licence_number", None, "没有填写"),
    ("licence_number", 1.2345678901234567e19, "数字"),
    ("licence_number", "1.10101E+14", "数字"),
    ("licence_number", "编号", "格式"),
    ("licence_from", "01/02/2026", "日期"),
    ("licence_from", 45292, "2024-01-01"),
    ("licence_from", "2026-02-30", "日期"),
    ("title", "护士", "护士"),
    ("departments", "全科、牙科", "牙科"),
    ("name_zh", "=A1", "公式"),
    ("name_zh", "名" * 61, "过长"),
    ("consented", "也许", "是"),
    ("consented", "否", "同意"),
    ("independent_since", clock.now().date().isoformat(), "3年"),
    ("licence_from", "2199-01-01", "尚未生效"),
]


@pytest.mark.parametrize(
    ("key", "value", "words"), WRONG, ids=[f"{key}-{n}" for n, (key, _, _) in enumerate(WRONG)]
)
def test_what_is_wrong_is_named_by_cell_and_nothing_is_imported(key, value, words, admin):
    bad = GOOD | {"licence_number": "110110000000002", key: value}
    row = handed_in(admin, sheet(GOOD, bad))
    cell = f"{'ABCDEFG'[list(HEAD).index(key)]}3"
    assert any(where == cell and words in text for where, text in told(row))
    assert all(e["text"]["en"] and e["instead"]["zh"] for e in row.found["errors"])
    with pytest.raises(Conflict) as caught:
        sheets.apply_import(admin, row.pk, sha256=row.sha256, at=clock.now())
    assert caught.value.code == "sheet_has_errors"
    assert not Practitioner.objects.exists()


def test_full_width_digits_spaces_and_real_dates_are_read_as_meant(admin):
    meant = {
        "licence_number": " １１０１ 10000000009 ",
        "title": "２３３",
        "licence_from": date(2015, 7, 1),
        "independent_since": "２０１８年７月１日",
        "consented": True,
    }
    row = handed_in(admin, sheet(GOOD | meant))
    assert (told(row), counts(row)) == ([], (1, 0, 0, 0))
    applied(admin, row)
    assert Licence.objects.get().number == "110110000000009"


def test_headers_may_come_in_any_order_and_language_and_strangers_are_told(admin):
    head = {
        "consented": "institution  CONSENTED",
        "name_zh": "Name",
        "departments": "departments",
        "licence_from": "Licence from",
        "extra": "工资",
        "title": "职称",
        "independent_since": "Independent since",
        "licence_number": "licence number",
    }
    row = handed_in(admin, sheet(GOOD | {"extra": "1"}, head=head))
    assert (told(row), counts(row)) == ([], (1, 0, 0, 0))
    assert row.found["extra"] == ["工资"]


def test_names_that_hold_a_comma_are_one_department(admin):
    for n, words in enumerate(
        [
            "内科（血液、肾病、免疫）、耳鼻咽喉科",
            "Internal medicine (blood, kidney, immune), Ear, nose and throat",
        ]
    ):
        row = handed_in(admin, sheet(GOOD | {"departments": words, "licence_number": f"AB{n}0001"}))
        assert told(row) == []
        applied(admin, row)
        made = Licence.objects.get(number=f"AB{n}0001").practitioner_id
        assert queries.practitioner(made).departments == ("internal_medicine", "ent")


def test_missing_and_doubled_columns_and_rows_are_told(admin):
    head = {key: words for key, words in HEAD.items() if key != "title"}
    row = handed_in(admin, sheet(GOOD, head=head))
    assert "职称" in told(row)[0][1]
    row = handed_in(admin, sheet(GOOD, GOOD))
    assert "第2行" in told(row)[0][1]
    row = handed_in(admin, sheet())
    assert "没有数据" in told(row)[0][1]


def test_all_errors_are_counted_and_five_hundred_are_shown(admin):
    row = handed_in(admin, sheet(*[one | {"title": "?"} for one in people(510)]))
    assert row.errors == 510
    assert len(row.found["errors"]) == 500


def test_what_somebody_changed_since_the_export_is_not_overwritten(admin):
    applied(admin, handed_in(admin, sheet(*people(1))))
    content = sheets.export_sheet(admin, "doctors", as_format="xlsx", locale="zh")
    Practitioner.objects.update(good_at_zh="新的专长", good_at_en="new")
    row = handed_in(admin, edited(content, "姓名*", "别的名字"))
    assert "已被他人修改" in told(row)[0][1]


def edited(content: bytes, column: str, value: str) -> bytes:
    """The same workbook with another value in the first row of this column."""
    book = load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    index = [cell.value for cell in page[1]].index(column) + 1
    page.cell(row=2, column=index).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_changed_between_preview_and_apply_stops_all_of_it(admin):
    applied(admin, handed_in(admin, sheet(*people(1))))
    changed = [people(1)[0] | {"title": "主任医师"}, *people(3)[1:]]
    row = handed_in(admin, sheet(*changed))
    Practitioner.objects.update(title_code="234")
    assert applied(admin, row).state == "outdated"
    assert Practitioner.objects.count() == 1
    assert Practitioner.objects.get().title_code == "234"


def test_one_sheet_at_a_time_and_never_another_file_than_was_seen(admin):
    row = handed_in(admin, sheet(*people(1)))
    with pytest.raises(Conflict) as caught:
        sheets.apply_import(admin, row.pk, sha256="0" * 64, at=clock.now())
    assert caught.value.code == "another_file"
    sheets.apply_import(admin, row.pk, sha256=row.sha256, at=clock.now())
    with pytest.raises(Conflict) as caught:
        sheets.ask_import(admin, kind="doctors", file_id=row.file_id, at=clock.now())
    assert caught.value.code == "import_running"


def test_a_preview_is_good_for_a_day(admin):
    row = handed_in(admin, sheet(*people(1)))
    with pytest.raises(Conflict) as caught:
        sheets.apply_import(
            admin, row.pk, sha256=row.sha256, at=clock.now() + timedelta(days=1, minutes=1)
        )
    assert caught.value.code == "import_outdated"


def test_what_is_no_sheet_is_refused_and_the_history_keeps_it(admin):
    row = handed_in(admin, PNG)
    assert row.state == "refused"
    assert row.found["refused"]["code"] == "not_a_sheet"
    shown, names, following = queries.sheet_imports(admin, before=None, limit=20)
    assert [r.pk for r in shown] == [row.pk]
    assert (names[admin.user_id], following) == ("administrator", None)


def test_of_another_institution_nothing_is_there(admin):
    row = handed_in(admin, sheet(*people(1)))
    stranger = staff_viewer("administrator")
    with pytest.raises(NotFound):
        queries.sheet_import(stranger, row.pk)
    with pytest.raises(NotFound):
        sheets.apply_import(stranger, row.pk, sha256=row.sha256, at=clock.now())
    with pytest.raises(NotFound):
        sheets.ask_import(stranger, kind="doctors", file_id=row.file_id, at=clock.now())


def test_login_names_are_one_persons_and_not_changed(admin):
    head = HEAD | {"username": "登录名"}
    staff = staff_viewer("operator")
    taken = User.objects.get(pk=staff.user_id).username
    rows = people(2)
    row = handed_in(admin, sheet(rows[0] | {"username": taken}, head=head))
    assert "已有人使用" in told(row)[0][1]
    row = handed_in(admin, sheet(*[one | {"username": "same.name"} for one in rows], head=head))
    assert "第2行" in told(row)[0][1]
    applied(admin, handed_in(admin, sheet(rows[0] | {"username": "first.name"}, head=head)))
    assert counts(handed_in(admin, sheet(rows[0], head=head))) == (0, 0, 1, 0)
    row = handed_in(admin, sheet(rows[0] | {"username": "other.name"}, head=head))
    assert "不能在表格中修改" in told(row)[0][1]


def test_a_new_department_opens_and_a_new_version_leaves_what_the_house_edits(admin):
    columns = ["科室代码", "科室名称", "英文名称", "诊疗科目代码", "别名"]
    content = workbook(
        columns,
        ["pain", "疼痛科", "Pain clinic", "", "颈痛、腰痛"],
        ["ent", "耳鼻喉头颈科", "Ear, nose and throat", "11", "耳鼻喉"],
    )
    row = handed_in(admin, content, kind="departments")
    assert (told(row), counts(row)) == ([], (1, 1, 0, 0))
    applied(admin, row)
    seed_departments()
    assert Department.objects.get(pk="ent").name_zh == "耳鼻喉头颈科"
    assert Department.objects.get(pk="pain").aliases == ["颈痛", "腰痛"]
    assert changes_of("department", "ent")[0].after["name_zh"] == "耳鼻喉头颈科"
    row = handed_in(
        admin, workbook(columns, ["pain", "疼痛科", "Pain", "99.99", ""]), kind="departments"
    )
    assert [cell for cell, _ in told(row)] == ["D2"]


def test_the_template_is_an_empty_sheet_of_these_columns_with_an_explanation():
    book = load_workbook(io.BytesIO(sheets.template("doctors", as_format="xlsx", locale="en")))
    first, explained = book.worksheets
    assert [cell.value for cell in first[1]][:2] == ["Licence number*", "Name*"]
    assert first.max_row == 1
    assert explained.max_row == 1 + len(sheets.kind_of("doctors").columns)
    assert sheets.kind_of("doctors").columns[-1].key == MARK


def test_a_sheet_that_names_who_applied_nothing_cannot_be_written(admin):
    row = handed_in(admin, sheet(GOOD | {"title": "?"}))
    with (
        pytest.raises(Exception, match="a_sheet_with_errors_is_not_applied"),
        connection.cursor() as cursor,
    ):
        cursor.execute("update people_sheet_import set state = 'applying' where id = %s", [row.pk])


def test_the_whole_demo_hospital_comes_back_as_all_the_same(settings, tmp_path):
    settings.DEMO_PEOPLE_FILE = tmp_path / "people.json"
    Institution.objects.all().delete()  # the demo's own is the first
    load_shipped()
    seed()
    house = queries.institution(Practitioner.objects.values_list("institution_id", flat=True)[0])
    viewer = staff_viewer("administrator", institution_id=house.id)
    for kind in settings.SHEET_KINDS:
        for as_format in ("xlsx", "csv"):
            content = sheets.export_sheet(viewer, kind, as_format=as_format, locale="en")
            row = handed_in(viewer, content, kind=kind, name=f"export.{as_format}")
            assert (told(row), row.new, row.changed) == ([], 0, 0)
