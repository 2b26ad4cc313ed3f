"""The administrator brings doctors in by a spreadsheet: looks, mends, applies, exports."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from journeys.cast import PATIENCE_MS, Cast, Staff
from journeys.watch import PHONE

pytestmark = pytest.mark.slow

HEAD = [
    "执业证书编码",
    "姓名",
    "职称",
    "科室",
    "执业证书生效日",
    "独立执业起始日",
    "注册机构已同意",
    "备注",
]


def doctors(name: str, *numbers: str, title: str = "主治医师") -> list[list[str]]:
    return [
        [number, f"{name}{n}", title, "全科、儿科", "2015-07-01", "2018-07-01", "是", ""]
        for n, number in enumerate(numbers)
    ]


def sheet(*rows: list[str]) -> bytes:
    book = Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def hand_in(admin: Staff, content: bytes, name: str = "doctors.xlsx") -> None:
    kind = "application/octet-stream"
    admin.get("sheet-file").set_input_files({"name": name, "mimeType": kind, "buffer": content})


def see_state(admin: Staff, state: str) -> None:
    found = admin.page.locator(f'[data-testid="sheet-found"][data-state="{state}"]')
    expect(found).to_be_visible(timeout=2 * PATIENCE_MS)


def see_counts(admin: Staff, **counts: int) -> None:
    for name, count in counts.items():
        expect(admin.get(f"sheet-count-{name}")).to_have_text(str(count), timeout=PATIENCE_MS)


def look_on_a_phone(admin: Staff, test_id: str, name: str) -> None:
    """At what stands further down."""
    own = admin.page.viewport_size
    admin.page.set_viewport_size(PHONE)
    admin.get(test_id).evaluate("e => e.scrollIntoView({block: 'start'})")
    admin.page.screenshot(path=admin.watch.folder / f"{name}-{admin.locale}-390-below.png")
    assert own
    admin.page.set_viewport_size(own)


def saved(admin: Staff, test_id: str) -> bytes:
    with admin.page.expect_download() as download:
        admin.press(test_id)
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_sheet_is_looked_at_mended_applied_and_exported_as_all_the_same(
    cast: Cast, locale: str
) -> None:
    admin = cast.member(locale, "administrator", path="/staff/import")
    admin.sees("sheets")
    template = load_workbook(io.BytesIO(saved(admin, "sheet-template-xlsx")))
    first = template.worksheets[0]["A1"].value
    assert first == ("执业证书编码*" if locale == "zh" else "Licence number*")
    tail = "1" if locale == "zh" else "2"
    good = doctors("周" if locale == "zh" else "吴", *[f"99{tail}00000000{n}" for n in range(3)])
    bad = [list(row) for row in good]
    bad[0][2], bad[1][4], bad[2][1] = "护士", "31/01/2015", "=A1"
    hand_in(admin, sheet(*bad))
    see_state(admin, "checked")
    cells = [one.get_attribute("data-cell") for one in admin.get("sheet-error").all()]
    assert cells == ["C2", "E3", "B4"]
    expect(admin.get("sheet-apply")).to_have_count(0)
    admin.look("sheets-errors")
    look_on_a_phone(admin, "sheet-found", "sheets-errors")
    hand_in(admin, sheet(*good))
    see_counts(admin, new=3, changed=0, same=0, errors=0)
    admin.look("sheets-preview")
    admin.press("sheet-apply")
    see_state(admin, "applied")
    admin.look("sheets-applied")
    look_on_a_phone(admin, "sheet-history", "sheets-history")
    hand_in(admin, saved(admin, "sheet-export-xlsx"), "export.xlsx")
    see_counts(admin, new=0, changed=0, errors=0)
    expect(admin.get("sheet-past").first).to_have_attribute("data-state", "checked")
    admin.press("sheet-kind-departments")
    hand_in(admin, saved(admin, "sheet-export-csv"), "departments.csv")
    see_counts(admin, new=0, changed=0, errors=0)
    admin.press("sheet-kind-medicines")
    hand_in(admin, saved(admin, "sheet-export-xlsx"), "medicines.xlsx")
    see_counts(admin, new=0, changed=0, errors=0)


def test_the_keyboard_is_enough_and_what_is_no_sheet_is_told_at_once(cast: Cast) -> None:
    admin = cast.member("en", "administrator", path="/staff/import")
    admin.sees("sheet-choose")
    hand_in(admin, b"MZ\x90\x00", "setup.exe")
    admin.sees("sheet-fault")
    hand_in(admin, b"\x89PNG\r\n\x1a\n" + bytes(99), "picture.xlsx")
    see_state(admin, "refused")
    admin.sees("sheet-refused")
    expect(admin.get("sheet-preview")).to_be_focused()
    admin.get("sheet-choose").focus()
    with admin.page.expect_file_chooser() as chooser:
        admin.page.keyboard.press("Enter")
    kind = "application/octet-stream"
    content = sheet(*doctors("郑", "993000000001"))
    chooser.value.set_files({"name": "one.xlsx", "mimeType": kind, "buffer": content})
    expect(admin.get("sheet-apply")).to_be_visible(timeout=2 * PATIENCE_MS)
    admin.get("sheet-apply").focus()
    admin.page.keyboard.press("Enter")
    see_state(admin, "applied")


def test_who_may_not_import_is_not_led_there(cast: Cast) -> None:
    operator = cast.member("zh", "operator", path="/staff/import")
    operator.sees("board")
