"""Spreadsheets as people make them, and as somebody makes them on purpose."""

from datetime import date, datetime

import pytest

from xinglin.foundation.sheets import rules
from xinglin.foundation.sheets.services import UnreadableError, cell_name, read, write
from xinglin.foundation.sheets.services.reading import WORDS
from xinglin.foundation.sheets.tests import samples
from xinglin.foundation.sheets.types import Cell, Page

# A spreadsheet knows no time zone.
AT_EIGHT = datetime(2026, 1, 31, 8, 0)  # noqa: DTZ001
SHEET = "xl/worksheets/sheet1.xml"


def rows(path):
    return [list(row.cells) for row in read(path).rows]


def refused(path) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(path)
    return caught.value.code


def test_a_workbook_is_read_cell_by_cell_as_it_was_written(tmp_path):
    path = samples.put(
        tmp_path,
        samples.workbook(
            ["姓名", " b ", None],
            [],
            [110, 1.5, date(2026, 1, 31), AT_EIGHT, True, None, None],
        ),
    )
    found = read(path)
    assert [row.number for row in found.rows] == [1, 3]
    assert rows(path)[0] == [Cell("姓名"), Cell(" b ")]
    assert rows(path)[1] == [
        Cell("110", "number"),
        Cell("1.5", "number"),
        Cell("2026-01-31", "date"),
        Cell("2026-01-31", "date"),
        Cell("1", "yes_no"),
    ]


def test_the_first_sheet_that_holds_anything_is_read_and_the_others_are_named(tmp_path):
    assert read(samples.put(tmp_path, samples.workbook(["x"], sheets=3))).others == (
        "more1",
        "more2",
    )


@pytest.mark.parametrize("written", ["=1+1", '=HYPERLINK("http://x")', "=[1]Other!A1"])
def test_a_formula_stays_a_formula_and_is_never_reckoned(written, tmp_path):
    path = samples.put(tmp_path, samples.workbook(["h"], [written]))
    assert rows(path)[1] == [Cell(written, "formula")]


@pytest.mark.parametrize("written", ["=1+1", "+86", "-2+3", "@SUM(1)", "\t=1"])
def test_text_that_a_program_would_reckon_counts_as_a_formula_in_csv(written, tmp_path):
    assert rows(samples.put(tmp_path, f'h\n"{written}"\n'.encode()))[1][0].kind == "formula"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (samples.PNG, "not_a_sheet"),
        (samples.EXE, "not_a_sheet"),
        (b"PK\x03\x04 and then nothing", "not_a_sheet"),
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (samples.OLD_XLS, "old_format"),
        (samples.ENCRYPTED_OLE, "locked"),
        (samples.workbook(), "empty"),
        (samples.with_part(samples.workbook(["a"]), "xl/vbaProject.bin"), "macros"),
        (samples.with_part(samples.workbook(["a"]), "xl/externalLinks/externalLink1.xml"), "links"),
        (samples.workbook(["a", "b"], ["c", "d"], merge="A2:B2"), "merged"),
        (samples.with_part(samples.workbook(["a"]), SHEET, samples.BILLION), "hostile"),
        (samples.with_part(samples.workbook(["a"]), SHEET, b"<broken"), "not_a_sheet"),
        (samples.workbook(["x" * 10_001]), "long_cell"),
        (samples.workbook(["x"] * 65), "too_many_columns"),
        ("\n".join(["h", *(["1"] * 20_001)]).encode(), "too_many_rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_sheet_is_refused_in_plain_words(content, code, tmp_path):
    assert refused(samples.put(tmp_path, content)) == code
    assert WORDS[code].zh
    assert WORDS[code].en


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    content = samples.with_part(samples.workbook(["a"]), SHEET, samples.BOMB)
    assert len(content) < 1_000_000
    assert refused(samples.put(tmp_path, content)) == "too_much"


def test_one_text_in_every_cell_is_refused_before_it_is_told(tmp_path):
    content = samples.workbook(*[["x" * 10_000] * 60] * 40)
    assert len(content) < 1_000_000
    assert refused(samples.put(tmp_path, content)) == "too_much"


def test_merged_cells_are_named(tmp_path):
    path = samples.put(tmp_path, samples.workbook(["a"], ["b", "c"], merge="A2:B2"))
    with pytest.raises(UnreadableError) as caught:
        read(path)
    assert "A2:B2" in caught.value.text.zh


def test_a_row_far_down_costs_nothing(tmp_path):
    far = samples.sheet_of(
        '<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    path = samples.put(tmp_path, samples.with_part(samples.workbook(["a"]), SHEET, far))
    assert [row.number for row in read(path).rows] == [1_048_576]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_read_in_each_encoding_that_excel_writes_in_china(encoding, tmp_path):
    gap = "\t" if encoding == "utf-16" else ","
    content = f"姓名{gap}科室\r\n沈听澜{gap}全科\r\n".encode(encoding)
    assert rows(samples.put(tmp_path, content))[1] == [Cell("沈听澜"), Cell("全科")]


HARD = [
    "=1+1",
    "+86 138",
    "-",
    "-说明",
    "@x",
    "'quoted",
    "plain",
    "多行\n文字",
    "👩‍⚕️𠮷",
    "\u202eabc",
    "",
]


@pytest.mark.parametrize("as_format", ["xlsx", "csv"])
def test_what_is_handed_out_acts_nowhere_and_comes_back_as_it_was(as_format, tmp_path):
    content = write(
        [Page(name="x", rows=[["h", "n"], *[[text, "1"] for text in HARD]])], as_format=as_format
    )
    path = samples.put(tmp_path, content)
    found = [row[0].text if row[0] else "" for row in rows(path)[1:]]
    assert found == HARD
    assert {row[0].kind for row in rows(path)[1:] if row[0]} == {"text"}
    if as_format == "csv":
        lines = content.decode("utf-8-sig").splitlines()
        assert not [line for line in lines if line.lstrip('"').startswith(rules.ACTS)]


def test_cells_are_named_as_spreadsheets_do():
    assert [cell_name(index, 7) for index in (0, 25, 26, 701, 702)] == [
        "A7",
        "Z7",
        "AA7",
        "ZZ7",
        "AAA7",
    ]
