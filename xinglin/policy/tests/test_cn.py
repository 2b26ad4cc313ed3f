"""China's rules on what kind of visit is opened, and its pilot, at their edges."""

from datetime import date, timedelta

import pytest

from xinglin.kernel.errors import RuleRefused
from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import (
    IN_2025,
    pilot_visit,
    steady,
    summary,
    visit,
    with_proof,
    without_proof,
)

# --- open_kind


def opened(facts, *, place="cn", on=IN_2025):
    verdict = decide("open_kind", facts, place=place, on=on)
    return verdict.kind, verdict.rule_ids


@pytest.mark.parametrize("wanted", ["advice", "campaign"])
def test_plain_advice_is_open_and_says_that_nothing_is_prescribed(wanted):
    verdict = decide("open_kind", visit(wanted=wanted), on=IN_2025)
    assert verdict.allowed
    assert verdict.rule_ids == ("R08",)
    assert verdict.capabilities == {"open_advice"}
    assert [note.rule_id for note in verdict.notes] == ["R08"]
    assert verdict.refusals == ()


@pytest.mark.parametrize(
    "proof",
    [
        summary(kind="chat_screenshot"),
        summary(diagnosis_code="  "),
        summary(issued_on=IN_2025 + timedelta(days=1)),
    ],
    ids=["kind", "no diagnosis", "from the future"],
)
def test_a_paper_that_proves_nothing_counts_as_none(proof):
    assert opened(with_proof(proof=proof)) == ("advice_only", ("R02", "R04", "R08"))


@pytest.mark.parametrize(
    "kind",
    ["outpatient_record", "inpatient_record", "discharge_summary", "diagnosis_certificate"],
)
def test_each_kind_of_proof_is_taken_even_on_its_own_day(kind):
    proof = summary(kind=kind, issued_on=IN_2025)
    assert opened(with_proof(proof=proof)) == ("allow", ("R04", "R05"))


def test_another_diagnosis_is_no_follow_up():
    verdict = decide("open_kind", with_proof(same_diagnosis=False), on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("advice_only", ("R05",))
    assert verdict.capabilities == {"open_advice"}


def test_until_a_doctor_judged_the_diagnosis_nothing_is_prescribed():
    verdict = decide("open_kind", with_proof(same_diagnosis=None), on=IN_2025)
    assert (verdict.kind, verdict.capabilities) == ("allow", {"open_follow_up"})
    [told] = verdict.notes
    assert (told.rule_id, "等待医生判断" in told.text.zh) == ("R04", True)


def test_once_a_doctor_has_judged_nothing_waits_any_more():
    for same in (True, False):
        assert decide("open_kind", with_proof(same_diagnosis=same), on=IN_2025).notes == ()


def test_a_record_of_our_own_online_visit_is_no_diagnosis_made_offline():
    """R04 names the papers that count, R05 says offline: advice given online is neither."""
    proof = summary(kind="online_record")
    assert opened(with_proof(proof=proof)) == ("advice_only", ("R02", "R04", "R08"))


@pytest.mark.parametrize(("days", "notes"), [(180, []), (181, ["R04"])])
def test_old_proof_is_taken_with_a_reminder(days, notes):
    facts = with_proof(proof=summary(issued_on=IN_2025 - timedelta(days=days)))
    verdict = decide("open_kind", facts, on=IN_2025)
    assert (verdict.kind, set(verdict.rule_ids)) == ("allow", {"R04", "R05"})
    assert [note.rule_id for note in verdict.notes] == notes
    assert all("180" in note.text.zh for note in verdict.notes)


def test_all_refusals_are_told_and_not_only_the_first():
    facts = visit(institution_licensed=False, identity_verified=False, consent_given_version=None)
    assert opened(facts) == ("refuse", ("R09", "R13", "R20"))


def test_an_older_consent_text_does_not_do():
    assert opened(visit(consent_given_version="2024-12")) == ("refuse", ("R13",))


def test_a_milder_objection_stays_beside_a_strict_one():
    facts = without_proof(institution_licensed=False)
    verdict = decide("open_kind", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R02", "R04", "R08", "R09"))
    assert verdict.capabilities == frozenset()


def test_a_demand_turns_a_verdict_into_an_error_that_carries_every_rule():
    verdict = decide("open_kind", without_proof(), on=IN_2025)
    assert verdict.demand("advice_only") is verdict
    with pytest.raises(RuleRefused) as caught:
        verdict.demand()
    assert [r.rule_id for r in caught.value.refusals] == ["R02", "R04", "R08"]
    assert caught.value.verdict == "advice_only"
    plain = decide("open_kind", visit(), on=IN_2025)
    assert plain.demand() is plain


# --- the pilot


@pytest.mark.parametrize(
    ("on", "kind", "ids"),
    [
        (date(2026, 1, 31), "refuse", ("R02", "R03")),
        (date(2026, 2, 1), "allow", ("R03",)),
        (date(2026, 12, 31), "allow", ("R03",)),
        (date(2027, 1, 1), "refuse", ("R02", "R03")),
    ],
)
def test_the_pilot_begins_and_ends_on_its_days(on, kind, ids):
    assert opened(pilot_visit(), place="cn_bj", on=on) == (kind, ids)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"specialty": "07"}, ("R02", "R03")),
        ({"institution": "xinglin"}, ("R02", "R03")),
        ({"age_years": 18}, ("R02", "R03")),
        ({"doctor_whitelisted": False}, ("R03",)),
        ({"doctor_title": "234"}, ("R03",)),
        ({"doctor_title": "241"}, ("R03",)),
        ({"doctor_title": None}, ("R03",)),
        ({"doctor_online_years": 0.99}, ("R03",)),
        ({"doctor_online_years": None}, ("R03",)),
        ({"guardian_present": False}, ("R03",)),
    ],
    ids=steady,
)
def test_the_pilot_refuses_whoever_is_outside_it(change, ids):
    assert opened(pilot_visit(**change), place="cn_bj", on=date(2026, 3, 10)) == ("refuse", ids)


@pytest.mark.parametrize(
    "change",
    [
        {"age_years": 17},
        {"doctor_title": "231"},
        {"specialty": "09.02"},
        {"specialty": "13"},
        {"institution": "capital_center_for_childrens_health"},
    ],
    ids=steady,
)
def test_the_pilot_takes_whoever_is_inside_it(change):
    verdict = decide("open_kind", pilot_visit(**change), place="cn_bj", on=date(2026, 3, 10))
    assert (verdict.kind, verdict.rule_ids) == ("allow", ("R03",))
    assert verdict.can("open_first_visit")


def test_every_broken_condition_of_the_pilot_has_its_own_sentence():
    facts = pilot_visit(
        doctor_whitelisted=False,
        doctor_title="235",
        doctor_online_years=0.0,
        guardian_present=False,
    )
    verdict = decide("open_kind", facts, place="cn_bj", on=date(2026, 3, 10))
    assert verdict.rule_ids == ("R03",)
    assert len({refusal.text for refusal in verdict.refusals}) == 4


def test_the_pilot_lifts_no_other_rule():
    facts = pilot_visit(consent_withdrawn=True)
    assert opened(facts, place="cn_bj", on=date(2026, 3, 10)) == ("refuse", ("R13", "R52"))


def test_before_the_pilot_nobody_outside_beijing_hears_of_it():
    assert opened(pilot_visit(), place="cn_gz", on=date(2026, 1, 31)) == ("refuse", ("R02",))
