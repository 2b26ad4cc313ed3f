"""What holds whatever the kinds are: a broken check is never silence, and gaps are told apart."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from xinglin.care.prescribing.safety.engine import check, failed
from xinglin.care.prescribing.safety.facts import Facts
from xinglin.care.prescribing.safety.kinds import CHECKS
from xinglin.care.prescribing.safety.tests.catalogue import case, facts, item
from xinglin.care.prescribing.safety.types import KINDS, LEVELS, Kind
from xinglin.care.prescribing.safety.view import Finding, View

FACTS = facts()


def _breaks(_view: View, _facts: Facts) -> Iterator[Finding]:
    raise KeyError("a table is not there")
    yield


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_breaks_is_named_and_the_others_go_on(kind: Kind) -> None:
    told = case(item(days=0, dose="0 mg"), item("bet"))
    whole = check(told, FACTS)
    report = check(told, FACTS, checks={**CHECKS, kind: _breaks})
    assert dict(report.failed) == {kind: "KeyError"}
    assert not report.is_whole
    assert report.hits == tuple(hit for hit in whole.hits if hit.kind != kind)
    assert all(gap.kind != kind for gap in report.no_data)


def test_facts_that_cannot_be_read_fail_every_kind() -> None:
    broken = replace(FACTS, names=None)  # type: ignore[arg-type]
    report = check(case(item()), broken)
    assert set(report.failed) == set(KINDS)
    assert not report.is_whole
    assert not failed("FactsBroken").is_whole


def test_the_log_names_the_kind_and_the_error_and_never_what_a_patient_takes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def tells(view: View, _facts: Facts) -> Iterator[Finding]:
        raise ValueError(f"{view.lines[0].item.name} {view.patient.allergies}")
        yield

    told = case(item("aleph"), allergies=("gimel",))
    check(told, FACTS, checks={**CHECKS, "age": tells})
    check(told, replace(FACTS, names=None))  # type: ignore[arg-type]
    assert "age" in caplog.text
    assert "ValueError" in caplog.text
    assert not any(word in caplog.text for word in ("aleph", "gimel", "Traceback"))


def test_a_name_nobody_knows_is_unknown_and_has_no_data_but_is_no_failure() -> None:
    report = check(case(item("no such thing"), item("bet"), item("no such thing")), FACTS)
    assert report.unknown == ("no such thing",)
    assert report.is_whole
    silent = {gap.kind for gap in report.no_data if gap.item == 0}
    assert {"interaction", "duplicate", "single_dose", "age"} <= silent


def test_missing_facts_and_missing_words_are_told_apart() -> None:
    report = check(case(item(), item("bet")), FACTS)
    # Illnesses and allergies are one kind, and ask for two things.
    no_data = {(g.kind, g.item) for g in report.no_data if g.kind != "contraindication"}
    not_told = {(g.kind, g.item) for g in report.not_told}
    assert ("age", 1) in no_data
    assert ("age", 0) in not_told
    assert not no_data & not_told


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "contraindication"])
def test_each_item_of_each_kind_is_judged_or_said_to_be_not(kind: Kind) -> None:
    """A recognised medicine without a fact is never passed over in silence."""
    report = check(case(item("no such thing")), FACTS)
    assert any(gap.kind == kind and gap.item == 0 for gap in report.no_data)


def test_hits_come_by_level_and_always_in_the_same_order() -> None:
    told = case(
        item(days=20, frequency="qid"), item("bet"), item("gimel"), item("dalet"), item("he")
    )
    first = check(told, FACTS)
    ranks = [LEVELS.index(hit.level) for hit in first.hits]
    assert ranks == sorted(ranks)
    assert check(told, facts()) == first


def test_a_product_that_may_hold_more_is_judged_by_what_is_known_and_says_so() -> None:
    report = check(case(item("复方甲"), item("bet")), FACTS)
    assert [(hit.kind, hit.level) for hit in report.hits] == [("interaction", "block")]
    assert ("interaction", 0) in {(gap.kind, gap.item) for gap in report.no_data}
    assert ("interaction", 1) not in {(gap.kind, gap.item) for gap in report.no_data}


def test_the_catalogue_may_say_what_an_item_holds() -> None:
    report = check(
        case(item("a name of the house", substances=frozenset({"arnica"})), item("bet")), FACTS
    )
    assert report.unknown == ()
    assert [(hit.kind, hit.level) for hit in report.hits] == [("interaction", "block")]


def test_men_are_not_asked_about_pregnancy() -> None:
    asked = [
        {
            gap.why.en
            for gap in check(case(item(), sex=sex), FACTS).not_told
            if gap.kind == "population"
        }
        for sex in ("male", "female")
    ]
    assert asked == [set(), {"not told: pregnancy", "not told: a planned pregnancy"}]
