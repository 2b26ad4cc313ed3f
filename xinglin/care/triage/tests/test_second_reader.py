"""The second reader raises what no rule names, and lowers nothing."""

import pytest

from xinglin.care.triage.rules.case import Case
from xinglin.care.triage.rules.urgency import judge, reader
from xinglin.care.triage.rules.urgency.listing import listed
from xinglin.care.triage.rules.urgency.reader import READS_GRAVE

QUIET = ("我想问一下挂号费多少", "Which day is the clinic open?", "", "...", "？" * 3000)


@pytest.mark.parametrize("text", QUIET, ids=range(len(QUIET)))
def test_what_tells_nothing_is_not_grave(text):
    assert not reader.reads_grave(text)


def test_numbers_are_one_and_the_same():
    assert reader.pieces("烧到39度", "zh") == reader.pieces("烧到40度", "zh")
    assert "for 0" in reader.pieces("For 12 days", "en")


def test_only_the_beginning_of_a_book_is_read():
    book = "甲" * 2_000
    assert reader.pieces(f"{book}乙", "zh") == reader.pieces(book, "zh")


def test_it_raises_what_no_rule_has_named(monkeypatch):
    words = Case(text="a thing that no rule has ever heard of")
    assert judge(words).urgency == "online_routine"
    monkeypatch.setattr("xinglin.care.triage.rules.urgency.judging.reads_grave", lambda _: True)
    raised = judge(words)
    assert (raised.urgency, raised.red_flags) == ("emergency", (READS_GRAVE.rule,))
    assert raised.reasons == (READS_GRAVE,)
    assert READS_GRAVE.status == "ours"


def test_it_changes_nothing_that_a_rule_calls_an_emergency(monkeypatch):
    crushing = Case(text="胸口压榨样疼半小时，冒冷汗，左胳膊麻", age_years=60)
    before = judge(crushing)
    monkeypatch.setattr("xinglin.care.triage.rules.urgency.judging.reads_grave", lambda _: True)
    assert before.urgency == "emergency"
    assert judge(crushing) == before


def test_it_is_listed_with_its_source():
    assert READS_GRAVE.rule in {each.id for each in listed()}
