"""China's rules on reviewing and dispensing, each at its edges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.policy.facts import Dispense, Review, SafetyCheck
from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    RX,
    SIGNED,
    dispensing,
    doctor,
    pharmacist,
    reviewing,
    steady,
)

OTC = frozenset({"otc"})


def reviewed(facts, *, place="cn"):
    verdict = decide("review", facts, place=place, on=IN_2025)
    return verdict.kind, set(verdict.rule_ids)


def dispensed(facts, *, on=IN_2025):
    verdict = decide("dispense", facts, on=on)
    return verdict.kind, set(verdict.rule_ids)


# --- review


@pytest.mark.parametrize("act", ["claim", "sign", "take_effect"])
def test_a_pharmacist_in_time_claims_signs_and_makes_effective(act):
    assert reviewed(reviewing(act=act)) == ("allow", set())


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"reviewer": None}, {"R23"}),
        ({"reviewer": doctor()}, {"R23"}),
        (
            {"reviewer": doctor(is_human=False, licence_number="", registered_here=False)},
            {"R14", "R15", "R16", "R17", "R23"},
        ),
        ({"reviewer": pharmacist(role="nurse")}, {"R23"}),
        ({"reviewer": pharmacist(role="service")}, {"R23"}),
        ({"reviewer": pharmacist(licence_number=" ")}, {"XL1"}),
        ({"reviewer": pharmacist(licence_until=NOW)}, {"XL1"}),
        ({"reviewer": pharmacist(is_human=False)}, {"XL2"}),
        ({"reviewer": pharmacist(suspended=True)}, {"XL8"}),
        ({"doctor_signature": None}, {"R23"}),
        ({"reviewer_signature": None}, {"R23"}),
        ({"safety": None}, {"R37"}),
        ({"safety": SafetyCheck(complete=False)}, {"R37"}),
        ({"safety": SafetyCheck(complete=True, open_levels=frozenset({"block"}))}, {"XL14"}),
        ({"safety": SafetyCheck(complete=True, open_levels=frozenset({"warn"}))}, {"XL14"}),
    ],
    ids=steady,
)
def test_each_demand_of_the_review_is_its_own_rule(change, ids):
    assert reviewed(reviewing(**change)) == ("refuse", ids)


def test_what_the_doctor_answered_with_a_reason_is_the_pharmacists_to_judge():
    answered = SafetyCheck(complete=True, overridden_levels=frozenset({"warn"}))
    assert reviewed(reviewing(safety=answered)) == ("allow", set())


@pytest.mark.parametrize("whose", ["doctor_signature", "reviewer_signature"])
@pytest.mark.parametrize(
    "broken", [{"kind": "drawn"}, {"intact": False}, {"by_person": False}], ids=steady
)
def test_a_signature_that_proves_nothing_counts_as_none(whose, broken):
    facts = reviewing(**{whose: replace(SIGNED, **broken)})
    assert reviewed(facts) == ("refuse", {"R58"})


def test_what_is_broken_can_be_claimed_and_so_be_sent_back():
    broken = replace(SIGNED, intact=False)
    facts = reviewing(act="claim", safety=None, doctor_signature=broken, reviewer_signature=None)
    assert reviewed(facts) == ("allow", set())
    assert reviewed(replace(facts, act="sign")) == ("refuse", {"R37", "R58"})


def test_a_signature_of_the_pharmacist_is_asked_for_only_where_it_takes_effect():
    assert reviewed(reviewing(act="sign", reviewer_signature=None)) == ("allow", set())


def test_the_reviewers_licence_is_judged_at_this_moment():
    stale = pharmacist(licence_until=NOW, now=NOW - timedelta(hours=1), open_visits=2)
    assert reviewed(reviewing(reviewer=stale)) == ("refuse", {"XL1"})


_safety = st.none() | st.builds(
    SafetyCheck,
    complete=st.booleans(),
    open_levels=st.frozensets(st.sampled_from(["block", "warn", "caution", "info"])),
    overridden_levels=st.frozensets(st.sampled_from(["block", "warn", "caution", "info"])),
)
_signature = st.none() | st.builds(
    replace,
    st.just(SIGNED),
    kind=st.sampled_from(["certificate", "drawn"]),
    intact=st.booleans(),
    by_person=st.booleans(),
)
_reviewer = st.none() | st.builds(
    pharmacist,
    role=st.sampled_from(["pharmacist", "doctor", "nurse", "operator", "service"]),
    is_human=st.booleans(),
    licence_number=st.sampled_from(["", "P1"]),
)


@given(
    place=st.sampled_from(["cn", "cn_bj", "india", "uk"]),
    facts=st.builds(
        Review,
        act=st.just("take_effect"),
        reviewer=_reviewer,
        same_account=st.booleans(),
        same_person=st.booleans(),
        deadline=st.sampled_from([NOW - timedelta(1), NOW, NOW + timedelta(1)]),
        safety=_safety,
        doctor_signature=_signature,
        reviewer_signature=_signature,
        now=st.just(NOW),
    ),
)
def test_nothing_takes_effect_but_by_another_pharmacists_good_signature_in_time(place, facts):
    sound = (
        facts.reviewer is not None
        and facts.reviewer == pharmacist()
        and not (facts.same_account or facts.same_person)
        and facts.now < facts.deadline
        and facts.doctor_signature == facts.reviewer_signature == SIGNED
        and facts.safety is not None
        and facts.safety.complete
        and not facts.safety.open_levels & {"block", "warn"}
        and "block" not in facts.safety.overridden_levels
    )
    assert decide("review", facts, place=place, on=IN_2025).allowed == sound


# --- dispensing

AGAIN = {
    "written_on": IN_2025 - timedelta(days=7),
    "times_allowed": 2,
    "times_taken": 1,
    "not_before": IN_2025,
}


@pytest.mark.parametrize("act", ["order", "hand_out"])
def test_an_effective_prescription_of_today_is_served(act):
    assert dispensed(dispensing(act=act, checked=True)) == ("allow", set())


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"effective": False}, {"R25"}),
        ({"same_patient": False}, {"R25"}),
        ({"voided": True}, {"R25"}),
        ({"items": ()}, set()),
        ({"items": (), "effective": False}, {"R25"}),
        ({"items": (OTC, RX), "effective": False}, {"R25"}),
        ({"items": (frozenset({"tcm_slices"}),), "effective": False}, {"R25"}),
        ({"items": (frozenset(),), "effective": False}, {"R25"}),
        ({"items": (frozenset({"otc", "rx"}),), "effective": False}, {"R25"}),
        ({"items": (OTC,), "effective": False, "written_on": None}, set()),
        ({"items": (OTC, frozenset({"otc", "narcotic"}))}, {"R27"}),
        ({"items": (RX | {"psychotropic_2"},)}, {"R27"}),
        ({"items": (RX | {"special_rule_high_risk"},)}, {"R27"}),
        ({"chosen_by_patient": False}, {"R31"}),
        ({"written_on": None}, {"R33"}),
        ({"valid_days": 0}, {"R33"}),
        ({"valid_days": 4}, {"R33"}),
        ({"times_taken": 1}, {"XL19"}),
        ({"times_taken": -1}, {"XL19"}),
        ({"times_taken": 1, "times_allowed": 2}, set()),
        ({"not_before": IN_2025 + timedelta(days=1)}, {"XL19"}),
        ({"not_before": IN_2025}, set()),
        (AGAIN, set()),
        ({**AGAIN, "not_before": IN_2025 - timedelta(days=1)}, {"R33"}),
        ({**AGAIN, "not_before": IN_2025 - timedelta(days=1), "valid_days": 2}, set()),
        ({**AGAIN, "not_before": None}, {"R33"}),
        ({"act": "hand_out"}, {"R37"}),
        ({"act": "hand_out", "items": (OTC,)}, set()),
        ({"act": "hand_out", "checked": True, "by_third_party": True}, {"R30"}),
        ({"act": "order", "by_third_party": True}, set()),
    ],
    ids=steady,
)
def test_each_demand_of_dispensing_is_its_own_rule(change, ids):
    kind = "refuse" if ids else "allow"
    assert dispensed(dispensing(**change)) == (kind, ids)


@pytest.mark.parametrize(
    ("agreement", "traced", "kind"),
    [(True, True, "allow"), (True, False, "refuse"), (False, True, "refuse")],
)
def test_a_carrier_needs_an_agreement_and_a_flow_that_can_be_traced(agreement, traced, kind):
    facts = dispensing(
        act="hand_out",
        checked=True,
        by_third_party=True,
        agreement=agreement,
        flow_traced=traced,
    )
    assert dispensed(facts)[0] == kind


@pytest.mark.parametrize(
    ("days", "on", "kind"),
    [
        (1, IN_2025 - timedelta(days=1), "refuse"),
        (1, IN_2025, "allow"),
        (1, IN_2025 + timedelta(days=1), "refuse"),
        (2, IN_2025 + timedelta(days=1), "allow"),
    ],
)
def test_without_the_doctors_word_a_prescription_holds_on_its_day_alone(days, on, kind):
    found = dispensed(dispensing(valid_days=days), on=on)
    assert found == (kind, {"R33"} if kind == "refuse" else set())


@given(
    items=st.lists(
        st.frozensets(st.sampled_from(["rx", "otc", "tcm_slices", "injection"])), max_size=3
    ).map(tuple),
    place=st.sampled_from(["cn", "cn_bj", "india", "uk"]),
)
def test_without_a_prescription_only_what_is_sold_freely_is_given(items, place):
    facts = Dispense(
        act="order", items=items, effective=False, same_patient=True, chosen_by_patient=True
    )
    free = bool(items) and all("otc" in one and "rx" not in one for one in items)
    assert decide("dispense", facts, place=place, on=IN_2025).allowed == free


@pytest.mark.parametrize(
    ("decision", "facts"),
    [("review", reviewing()), ("dispense", dispensing(written_on=date(2021, 12, 31)))],
    ids=["review", "dispense"],
)
def test_a_clock_that_jumped_back_lets_nothing_pass(decision, facts):
    verdict = decide(decision, facts, on=date(2021, 12, 31))
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("XL21",))
