"""The engine: dates, layers, exceptions, and errors that say what is wrong."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.text import Text
from xinglin.policy import rules
from xinglin.policy.rules import (
    NoRuleError,
    UnknownDecisionError,
    UnknownPlaceError,
    decide,
    judge,
    knob,
    knobs_in_force,
    local_date,
)
from xinglin.policy.terms import (
    ADVICE,
    REFUSE,
    STRICTNESS,
    Citation,
    Finding,
    Jurisdiction,
    Knob,
    Rule,
    Source,
    grant,
)
from xinglin.policy.tests.factories import IN_2025, NOW, doctor, visit

LAW = Source("T", "试验法", "-")
FROM, UNTIL = date(2025, 1, 1), date(2025, 12, 31)


def cite(name, **dates):
    return Citation(id=name, source="T 1", basis=(LAW,), status="confirmed", **dates)


def rule(name, finding, *, dates=None, **more):
    return Rule(
        cites=cite(name, **(dates or {})),
        text=Text(f"{name}不允许。", f"{name} says no."),
        instead=Text("另想办法。", "Do otherwise."),
        check=lambda _facts, _here: finding,
        **more,
    )


def land(code, *found, parent=None, knobs=()):
    return Jurisdiction(
        code=code,
        name=Text(code, code),
        zone=timezone(timedelta(hours=8)),
        parent=parent,
        knobs=tuple(knobs),
        rules={"open_kind": tuple(found)},
    )


def asked(*layers, on=IN_2025, neighbours=(), facts=None):
    verdict = judge("open_kind", facts or visit(), layers=layers, neighbours=neighbours, on=on)
    return verdict.kind, verdict.rule_ids


# --- dates


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (FROM - timedelta(days=1), "allow"),
        (FROM, "refuse"),
        (UNTIL, "refuse"),
        (UNTIL + timedelta(days=1), "allow"),
    ],
)
def test_a_rule_binds_on_both_its_end_days_and_not_beside_them(on, kind):
    always = rule("A", None)
    bound = rule("B", REFUSE, dates={"since": FROM, "until": UNTIL})
    assert asked(land("x", always, bound), on=on)[0] == kind


def test_where_no_rule_binds_there_is_no_verdict():
    future = rule("A", None, dates={"since": FROM})
    with pytest.raises(NoRuleError, match="no rule of x for open_kind binds on 2024-12-31"):
        asked(land("x", future), on=date(2024, 12, 31))
    with pytest.raises(NoRuleError):
        decide("price", object(), on=IN_2025)


# --- layers


def test_a_province_adds_to_its_nation_and_the_stricter_wins():
    nation, province = land("n", rule("N", ADVICE)), land("n_p", rule("P", REFUSE), parent="n")
    assert asked(nation) == ("advice_only", ("N",))
    assert asked(nation, province) == ("refuse", ("N", "P"))


def test_a_grant_of_a_province_does_not_lift_a_refusal_of_the_nation():
    nation, province = land("n", rule("N", REFUSE)), land("n_p", rule("P", grant()), parent="n")
    assert asked(nation, province) == ("refuse", ("N",))


DATED = {"since": FROM, "until": UNTIL}


def exception(finding, **more):
    return rule("E", finding, dates=DATED, lifts=frozenset({"N"}), **more)


@pytest.mark.parametrize(
    ("finding", "more", "on", "expected"),
    [
        (grant(), {}, IN_2025, ("allow", ("E",))),
        (grant(), {}, UNTIL + timedelta(days=1), ("refuse", ("N", "E"))),
        (grant(), {"specialties": frozenset({"03.04"})}, IN_2025, ("allow", ("E",))),
        (grant(), {"specialties": frozenset({"13"})}, IN_2025, ("refuse", ("N", "E"))),
        (grant(), {"when": lambda _facts: False}, IN_2025, ("refuse", ("N",))),
        (REFUSE, {}, IN_2025, ("refuse", ("N", "E"))),
        (None, {}, IN_2025, ("refuse", ("N",))),
    ],
    ids=["reaches", "over", "specialty", "other specialty", "other matter", "does not", "silent"],
)
def test_a_dated_exception_lifts_only_where_it_reaches(finding, more, on, expected):
    nation, province = land("n", rule("N", REFUSE)), land("n_p", exception(finding, **more))
    assert asked(nation, province, on=on) == expected


def test_an_exception_without_an_end_cannot_be_written():
    for dates in ({}, {"since": FROM}, {"until": UNTIL}):
        with pytest.raises(ValueError, match="must be dated at both ends"):
            rule("E", grant(), dates=dates, lifts=frozenset({"N"}))


@pytest.mark.parametrize(
    ("when", "on", "expected"),
    [
        (True, IN_2025, ("N", "E")),
        (True, FROM - timedelta(days=1), ("N",)),
        (False, IN_2025, ("N",)),
    ],
)
def test_an_exception_next_door_is_named_while_it_lasts_and_helps_nobody(when, on, expected):
    door = land("n_q", exception(grant(), when=lambda _facts: when), rule("Q", REFUSE))
    assert asked(land("n", rule("N", REFUSE)), neighbours=[door], on=on) == ("refuse", expected)


def test_a_rule_of_another_specialty_is_silent():
    one = rule("S", REFUSE, specialties=frozenset({"13"}))
    assert asked(land("x", one)) == ("allow", ())
    assert asked(land("x", one), facts=visit(specialty="13")) == ("refuse", ("S",))


# --- knobs


@pytest.mark.parametrize(
    ("national", "local", "expected"),
    [
        ({"stricter": max}, {"value": 5}, 5),
        ({"stricter": max}, {"value": 1}, 3),
        ({"stricter": max}, {"value": 1, "since": FROM, "until": UNTIL}, 1),
        ({"stricter": max}, {"value": 1, "since": FROM}, 3),
        ({}, {"value": 1}, 1),
        ({"stricter": min}, {"value": 5}, 3),
        ({"stricter": max}, {"value": 9, "since": date(2030, 1, 1)}, 3),
        ({"stricter": max}, {"value": 9, "specialties": frozenset({"13"})}, 3),
        ({"stricter": max}, {"value": 9, "specialties": frozenset({"03.04"})}, 9),
    ],
)
def test_a_province_tightens_a_knob_and_loosens_it_only_by_a_dated_exception(
    national, local, expected
):
    nation = land("n", knobs=[Knob(name="k", value=3, rule="N", **national)])
    province = land("n_p", knobs=[Knob(name="k", rule="P", **local)])
    assert knobs_in_force((nation, province), on=IN_2025, specialty="03.04") == {"k": expected}


def test_within_one_layer_the_later_line_stands():
    both = [Knob(name="k", value=3, rule="N", stricter=max), Knob(name="k", value=1, rule="N")]
    assert knobs_in_force((land("n", knobs=both),), on=IN_2025) == {"k": 1}


def test_a_knob_can_be_asked_for_by_name():
    assert knob("doctor_check_hours", on=IN_2025) == 12
    assert knob("doctor_check_hours", place="cn_bj", on=IN_2025) == 12
    with pytest.raises(KeyError):
        knob("doctor_check_hours", place="india", on=IN_2025)


# --- verdicts


@given(st.lists(st.sampled_from(STRICTNESS), max_size=6))
def test_the_strictest_finding_is_the_verdict_and_every_objection_is_told(kinds):
    found = [rule(f"R{i}", Finding(kind=kind)) for i, kind in enumerate(kinds)]
    verdict = judge("open_kind", visit(), layers=(land("x", rule("Z", None), *found),), on=IN_2025)
    assert verdict.kind == max(kinds, key=STRICTNESS.index, default="allow")
    objecting = [f"R{i}" for i, kind in enumerate(kinds) if kind != "allow"]
    assert [r.rule_id for r in verdict.refusals] == objecting
    assert list(verdict.rule_ids) == (objecting or [f"R{i}" for i in range(len(kinds))])


def test_the_verdict_names_the_place_that_was_asked():
    assert decide("open_kind", visit(), place="cn_gz", on=IN_2025).place == "cn_gz"


def test_a_province_without_a_folder_is_decided_as_its_nation():
    here, there = (decide("open_kind", visit(), place=p, on=IN_2025) for p in ("cn", "cn_gz"))
    assert (here.kind, here.rule_ids, here.refusals) == (there.kind, there.rule_ids, there.refusals)


# --- errors


def test_an_unknown_decision_or_place_is_named():
    with pytest.raises(UnknownDecisionError, match="opne_kind"):
        decide("opne_kind", visit(), on=IN_2025)
    with pytest.raises(UnknownPlaceError, match=r"'atlantis'; known: cn, cn_bj, india, uk, cn_ah"):
        decide("open_kind", visit(), place="atlantis", on=IN_2025)


def test_facts_of_another_decision_are_refused():
    with pytest.raises(TypeError, match="open_kind is decided on OpenKind, not StaffEligibility"):
        decide("open_kind", doctor(), on=IN_2025)


def test_a_moment_is_not_taken_for_a_local_date():
    with pytest.raises(TypeError, match="local_date"):
        decide("open_kind", visit(), on=NOW)


def test_the_local_date_follows_the_zone_of_the_place():
    at = datetime(2025, 6, 9, 17, 0, tzinfo=UTC)
    assert local_date(at) == local_date(at, "cn_gz") == date(2025, 6, 10)
    assert local_date(at, "india") == date(2025, 6, 9)
    with pytest.raises(ValueError, match="aware"):
        local_date(datetime(2025, 6, 9))  # noqa: DTZ001 - the very thing that is refused


def test_all_that_is_promised_is_there():
    assert all(hasattr(rules, name) for name in rules.__all__)
