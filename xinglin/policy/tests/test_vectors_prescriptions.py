"""The test vectors of the law on prescriptions, by their ids: verdict and rule ids."""

from datetime import date, timedelta

import pytest

from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    child_sheet,
    dispensing,
    item,
    long_sheet,
    pharmacist,
    reviewing,
    sheet,
)

DIAZEPAM = item("psychotropic_2")
AI_DRAFT = item(entered_by="service")
BOTULINUM = item("injection", cosmetic=True)

# A refill in India, of a medicine on list A.
REFILL = {"refill": True, "channel": "video", "proven": frozenset()}
SEEN = date(2025, 5, 1)


def refill(**changes):
    return sheet(item("india_list_a"), **{**REFILL, **changes})


def in_uk(*items, **changes):
    return sheet(*items, **{"assessment_adequate": True, "gp_may_know": True, **changes})


PRESCRIBE = {
    "V08": (child_sheet(specialties=frozenset({"03"})), "cn", "refuse", {"R29"}),
    "V09": (child_sheet(), "cn", "allow", {"R29"}),
    "V10a": (sheet(DIAZEPAM, act="search"), "cn", "refuse", {"R27"}),
    "V10b": (sheet(DIAZEPAM, act="add"), "cn", "refuse", {"R27"}),
    "V10c": (sheet(DIAZEPAM, act="sign"), "cn", "refuse", {"R27"}),
    "V11": (sheet(AI_DRAFT, act="add", author="service"), "cn", "refuse", {"R24"}),
    "V17a": (long_sheet(30), "cn", "allow", {"R41"}),
    "V17b": (long_sheet(90), "cn", "refuse", {"R41"}),
    "V17c": (long_sheet(60, patient_signed=False), "cn", "refuse", {"R41"}),
    "V18": (long_sheet(14, "antibacterial"), "cn", "refuse", {"R41"}),
    "V26b": (refill(), "india", "refuse", {"IN2"}),
    "V26c": (
        refill(in_person_prescription_on=SEEN, channel="text"),
        "india",
        "refuse",
        {"IN2"},
    ),
    "V27a": (in_uk(BOTULINUM), "uk", "refuse", {"UK2"}),
    "V27b before": (in_uk(gp_may_know=False), "uk", "refuse", {"UK3"}),
    "V27b after": (in_uk(gp_may_know=False, risk_weighed=True), "uk", "allow", {"UK3"}),
}


@pytest.mark.parametrize(
    ("facts", "place", "kind", "ids"), PRESCRIBE.values(), ids=PRESCRIBE.keys()
)
def test_a_prescription_is_decided_as_the_vector_says(facts, place, kind, ids):
    verdict = decide("prescribe", facts, place=place, on=IN_2025)
    assert (verdict.kind, set(verdict.rule_ids)) == (kind, ids)


@pytest.mark.parametrize("place", ["cn_bj", "cn_gz", "cn_sh"])
@pytest.mark.parametrize("name", [name for name, row in PRESCRIBE.items() if row[1] == "cn"])
def test_a_province_inherits_the_vectors_of_its_nation(name, place):
    facts, _nation, kind, ids = PRESCRIBE[name]
    verdict = decide("prescribe", facts, place=place, on=IN_2025)
    assert (verdict.kind, set(verdict.rule_ids)) == (kind, ids)


@pytest.mark.parametrize("act", ["search", "add", "sign"])
def test_v10_the_refusal_sends_the_patient_to_a_hospital_in_both_languages(act):
    (refusal,) = decide("prescribe", sheet(DIAZEPAM, act=act), on=IN_2025).refusals
    assert "医院" in refusal.instead.zh
    assert "hospital" in refusal.instead.en


@pytest.mark.parametrize(
    "facts",
    [
        sheet(AI_DRAFT, author="doctor"),
        sheet(author="service"),
        sheet(item(), AI_DRAFT, act="add"),
    ],
    ids=["one item", "the act", "beside the doctor's own"],
)
def test_v11_no_part_of_it_comes_from_a_program(facts):
    verdict = decide("prescribe", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R24",))


@pytest.mark.parametrize(
    ("reviewer", "signature"),
    [(None, None), (pharmacist(), None), (pharmacist(), reviewing().reviewer_signature)],
    ids=["nobody", "not signed", "signed too late"],
)
@pytest.mark.parametrize("place", ["cn", "cn_bj", "india", "uk"])
def test_v14_a_deadline_that_has_passed_escalates_and_never_passes(place, reviewer, signature):
    facts = reviewing(
        act="sign" if signature is None else "take_effect",
        reviewer=reviewer,
        reviewer_signature=signature,
        deadline=NOW,
    )
    verdict = decide("review", facts, place=place, on=IN_2025)
    expected = ("R23",) if place.startswith("cn") else ("XL17",)
    assert (verdict.kind, verdict.rule_ids) == ("escalate", expected)
    assert not verdict.allowed


def test_v14_the_clock_alone_is_told_to_escalate():
    facts = reviewing(reviewer=None, reviewer_signature=None, deadline=NOW - timedelta(hours=9))
    verdict = decide("review", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("escalate", ("R23",))


def test_v14_a_second_before_the_deadline_is_in_time():
    facts = reviewing(deadline=NOW + timedelta(seconds=1))
    assert decide("review", facts, on=IN_2025).allowed


@pytest.mark.parametrize("act", ["claim", "sign", "take_effect"])
@pytest.mark.parametrize(
    "same", [{"same_account": True}, {"same_person": True}], ids=["account", "person"]
)
def test_v15_the_prescriber_does_not_review(act, same):
    verdict = decide("review", reviewing(act=act, **same), on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R23",))


def test_v15_not_even_too_late():
    facts = reviewing(same_person=True, deadline=NOW)
    assert decide("review", facts, on=IN_2025).kind == "refuse"


@pytest.mark.parametrize(
    ("day", "kind", "ids"),
    [(0, "refuse", {"R33"}), (1, "allow", set()), (3, "allow", set()), (4, "refuse", {"R33"})],
)
def test_v16_valid_for_three_days_of_which_the_day_of_writing_is_the_first(day, kind, ids):
    facts = dispensing(written_on=IN_2025, valid_days=3)
    on = IN_2025 + timedelta(days=day - 1)
    verdict = decide("dispense", facts, on=on)
    assert (verdict.kind, set(verdict.rule_ids)) == (kind, ids)


@pytest.mark.parametrize(
    ("days", "kind"), [(28, "allow"), (29, "allow"), (84, "allow"), (85, "refuse")]
)
def test_v17_twelve_weeks_are_84_days(days, kind):
    verdict = decide("prescribe", long_sheet(days), on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == (kind, ("R41",))


@pytest.mark.parametrize(("days", "kind"), [(28, "allow"), (29, "refuse")])
@pytest.mark.parametrize("missing", ["evaluated", "patient_signed"])
def test_v17_over_four_weeks_needs_evaluation_and_signature(days, kind, missing):
    verdict = decide("prescribe", long_sheet(days, **{missing: False}), on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == (kind, ("R41",))


@pytest.mark.parametrize("act", ["order", "hand_out"])
def test_v20_no_order_without_an_effective_prescription(act):
    facts = dispensing(act=act, effective=False, written_on=None, checked=True)
    verdict = decide("dispense", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R25",))


def test_v26_the_refill_by_video_after_a_visit_in_person_is_written():
    facts = refill(in_person_prescription_on=SEEN)
    assert decide("prescribe", facts, place="india", on=IN_2025).allowed


def test_v27a_the_same_medicine_for_an_illness_and_a_cream_for_looks_are_written():
    for one in (item("injection"), item(cosmetic=True)):
        assert decide("prescribe", in_uk(one), place="uk", on=IN_2025).allowed


def test_v27b_the_step_is_told_even_when_it_is_allowed():
    facts = in_uk(gp_may_know=False, risk_weighed=True)
    verdict = decide("prescribe", facts, place="uk", on=IN_2025)
    assert [note.rule_id for note in verdict.notes] == ["UK3"]


def test_v27b_who_was_not_asked_is_asked_first():
    facts = in_uk(gp_may_know=None, risk_weighed=True)
    verdict = decide("prescribe", facts, place="uk", on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("UK3",))
