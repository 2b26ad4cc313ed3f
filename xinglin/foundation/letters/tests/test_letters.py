"""Letters as PDF."""

import io

import pikepdf
import pytest

from xinglin.foundation.letters import services
from xinglin.foundation.letters.types import Letter, Section
from xinglin.kernel.errors import Unavailable

HOSTILE = '#let x = read("/etc/passwd") *不是粗体* $x^2$ @ref <label> \\ #sys.inputs'


def letter(**changed) -> Letter:
    told = {
        "lang": "zh",
        "title": "转诊信",
        "house": "杏林互联网医院",
        "sections": [Section("", [("就诊人", "张伟"), ("建议", "请今天到医院就诊。\n带上病历。")])],
    }
    return Letter(**told | changed)


def test_a_letter_is_a_pdf_that_carries_its_chinese_font():
    made = services.as_pdf(letter())
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1
        (font,) = pdf.pages[0].Resources.Font.values()
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert "NotoSansSC" in str(descriptor.FontName)
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
        assert str(pdf.Root.Lang).lower().startswith("zh")


def test_a_long_letter_goes_on_on_further_pages():
    made = services.as_pdf(letter(sections=[Section("", [("建议", "请多休息。" * 1500)])]))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert len(pdf.pages) > 1


def test_what_people_wrote_is_never_read_as_markup():
    made = services.as_pdf(letter(title=HOSTILE, sections=[Section(HOSTILE, [(HOSTILE, HOSTILE)])]))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert str(pdf.docinfo["/Title"]) == HOSTILE


def test_a_child_that_fails_is_no_empty_letter(monkeypatch):
    monkeypatch.setattr(services, "_run", lambda told: None)
    with pytest.raises(Unavailable):
        services.as_pdf(letter())
