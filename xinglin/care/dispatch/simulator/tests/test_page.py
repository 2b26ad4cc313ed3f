import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

from xinglin.care.dispatch.simulator.page import html
from xinglin.care.dispatch.simulator.plots import Series, bars, lines
from xinglin.care.dispatch.simulator.running import run
from xinglin.care.dispatch.simulator.scenario import load
from xinglin.care.dispatch.simulator.words import DEPARTMENTS, department
from xinglin.kernel.text import Text

VOID = {"meta", "input", "rect", "line", "circle", "polyline"}


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page():
    document = run(load("guizhou-2016"), ["fifo", "tuned", "xinglin"], runs=2).document
    return html(document)


def test_the_page_is_whole(page):
    parser = Balanced()
    parser.feed(page.removeprefix("<!doctype html>"))
    assert not parser.open
    assert page.count("<svg viewBox") == 4


def test_the_page_needs_nothing_else(page):
    assert not re.search(r"<script|https?://|<link|@import|url\(", page)


def test_each_sentence_is_there_in_both_languages(page):
    assert page.count('class="zh"') == page.count('class="en"') > 80
    assert "Promise not kept" in page
    assert "未按时首答" in page


def test_the_same_document_gives_the_same_bytes(page):
    document = run(load("guizhou-2016"), ["fifo", "tuned", "xinglin"], runs=2).document
    assert html(document) == page


def test_a_run_of_one_policy_has_no_differences():
    document = run(load("guizhou-2016"), ["fifo"]).document
    assert "paired" not in html(document)


def test_words_are_escaped():
    title = Text("<甲>", "<a>")
    drawn = bars(title, [title], {"p": [None]})
    assert "<a>" not in drawn.figure()
    assert "<a>" not in drawn.image("en")
    assert lines(title, [], x_label=title) is None
    assert "polyline" in lines(title, [Series("p", [(1.0, 0.0)])], x_label=title).body


def test_a_picture_of_its_own_is_xml_and_hides_the_other_language():
    drawn = bars(Text("甲", "a & b"), [Text("一", "one")], {"p": [3.5]})
    root = ET.fromstring(drawn.image("en"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert ".zh{display:none}" in drawn.image("en")
    assert ".en{display:none}" in drawn.image("zh")


def test_every_department_of_the_scenarios_has_a_name():
    assert set(load("jd-2020").table("demand.departments")) == set(DEPARTMENTS)
    assert department("other").en == "other"
