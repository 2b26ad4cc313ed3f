"""The test vectors of the law, by their ids: verdict and rule ids."""

from datetime import UTC, date, datetime, timedelta

import pytest

from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    accepting,
    doctor,
    pilot_visit,
    thing,
    visit,
    with_proof,
    without_proof,
)

PILOT = date(2026, 3, 10)

VISITS = {
    "V01": (without_proof(), "cn", IN_2025, "advice_only", {"R02", "R04", "R08"}),
    "V02": (with_proof(), "cn", IN_2025, "allow", {"R04", "R05"}),
    "V03": (with_proof(condition_changed=True), "cn", IN_2025, "stop_and_refer", {"R06"}),
    "V04": (pilot_visit(), "cn_bj", PILOT, "allow", {"R03"}),
    "V05": (
        pilot_visit(specialty="13", doctor_whitelisted=False),
        "cn_bj",
        PILOT,
        "refuse",
        {"R03"},
    ),
    "V06": (pilot_visit(), "cn_bj", date(2027, 1, 1), "refuse", {"R02", "R03"}),
    "V07": (pilot_visit(), "cn_gz", PILOT, "refuse", {"R02", "R03"}),
    "V24": (visit(consent_withdrawn=True), "cn", IN_2025, "refuse", {"R13", "R52"}),
    "V26a": (without_proof(), "india", IN_2025, "allow", {"IN1"}),
    "V26b": (without_proof(refill=True, channel="video"), "india", IN_2025, "refuse", {"IN2"}),
    "V26c": (
        without_proof(refill=True, in_person_prescription_on=date(2025, 5, 1)),
        "india",
        IN_2025,
        "refuse",
        {"IN2"},
    ),
}


@pytest.mark.parametrize(
    ("facts", "place", "on", "kind", "ids"), VISITS.values(), ids=VISITS.keys()
)
def test_a_visit_is_decided_as_the_vector_says(facts, place, on, kind, ids):
    verdict = decide("open_kind", facts, place=place, on=on)
    assert (verdict.kind, set(verdict.rule_ids)) == (kind, ids)


def test_v01_opens_advice_and_forbids_a_prescription():
    verdict = decide("open_kind", without_proof(), on=IN_2025)
    assert verdict.capabilities == {"open_advice"}
    assert {r.rule_id for r in verdict.refusals} == {"R02", "R04", "R08"}


def test_v01_holds_however_the_wish_is_worded():
    verdict = decide("open_kind", without_proof(wanted="advice"), on=IN_2025)
    assert (verdict.kind, set(verdict.rule_ids)) == ("advice_only", {"R02", "R04", "R08"})


def test_v02_opens_a_follow_up_that_may_prescribe():
    verdict = decide("open_kind", with_proof(), on=IN_2025)
    assert verdict.capabilities == {"open_follow_up", "may_prescribe"}


def test_v03_shows_the_emergency_number():
    (refusal,) = decide("open_kind", with_proof(condition_changed=True), on=IN_2025).refusals
    assert "120" in refusal.instead.zh
    assert "120" in refusal.instead.en


@pytest.mark.parametrize(
    ("minutes", "kind", "ids"),
    [
        (13 * 60, "recheck", ("R16",)),
        (720, "allow", ()),
        (721, "recheck", ("R16",)),
    ],
)
def test_v12_an_identity_check_is_good_for_twelve_hours(minutes, kind, ids):
    facts = accepting(identity_checked_at=NOW - timedelta(minutes=minutes))
    verdict = decide("accept_consultation", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == (kind, ids)


def test_v12_a_doctor_who_never_proved_the_identity_does_so_first():
    verdict = decide("accept_consultation", accepting(identity_checked_at=None), on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("recheck", ("R16",))


@pytest.mark.parametrize("decision", ["staff_eligibility", "accept_consultation"])
@pytest.mark.parametrize(
    ("since", "kind", "ids"),
    [
        (date(2022, 12, 10), "refuse", ("R14",)),  # two and a half years
        (date(2022, 6, 11), "refuse", ("R14",)),  # one day short
        (date(2022, 6, 10), "allow", ()),  # three years to the day
        (None, "refuse", ("R14",)),
    ],
)
def test_v13_three_years_of_independent_work(decision, since, kind, ids):
    able = doctor(independent_since=since)
    facts = able if decision == "staff_eligibility" else accepting(doctor=able)
    verdict = decide(decision, facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == (kind, ids)


def test_v24_the_record_stays_and_may_be_exported():
    verdict = decide("open_kind", visit(consent_withdrawn=True), on=IN_2025)
    assert verdict.can("export_record")
    kept = decide("retain", thing("record", wants_delete=True), on=IN_2025)
    assert (kept.kind, kept.rule_ids) == ("refuse", ("R22", "R52"))
    assert kept.can("export_record")


MIDNIGHT = datetime(2025, 6, 9, 16, 0, tzinfo=UTC)  # begins 10 June in China


@pytest.mark.parametrize(
    ("now", "open_visits", "kind", "ids"),
    [
        (MIDNIGHT - timedelta(seconds=1), 3, "allow", ()),
        (MIDNIGHT, 3, "hand_over", ("R14", "R15")),
        (MIDNIGHT, 0, "refuse", ("R14", "R15")),
    ],
)
def test_v30_a_licence_ends_at_midnight(now, open_visits, kind, ids):
    facts = doctor(licence_until=MIDNIGHT, open_visits=open_visits, now=now)
    verdict = decide("staff_eligibility", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == (kind, ids)


def test_v30_no_new_visit_is_taken_whatever_is_open():
    facts = accepting(doctor=doctor(licence_until=MIDNIGHT, open_visits=3))
    verdict = decide("accept_consultation", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("refuse", ("R14", "R15"))


def test_v30_the_moment_of_accepting_counts_and_not_the_moment_of_reading():
    stale = doctor(licence_until=MIDNIGHT, now=MIDNIGHT - timedelta(hours=1))
    assert decide("accept_consultation", accepting(doctor=stale), on=IN_2025).kind == "refuse"


def test_v21_a_chat_goes_after_three_years_and_the_record_stays():
    made = NOW - timedelta(days=365 * 3 - 30)
    early = decide("retain", thing("chat", made_at=made), on=IN_2025)
    assert (early.kind, early.rule_ids) == ("refuse", ("R22",))
    old = datetime(2022, 6, 9, 4, 0, tzinfo=UTC)
    assert decide("retain", thing("media", made_at=old), on=IN_2025).kind == "allow"
    assert decide("retain", thing("record", made_at=old), on=IN_2025).kind == "refuse"


def test_the_same_visits_in_three_places():
    places = ("cn", "cn_bj", "india")
    first = [decide("open_kind", pilot_visit(), place=p, on=PILOT).kind for p in places]
    assert first == ["refuse", "allow", "allow"]
    care = [decide("open_kind", without_proof(), place=p, on=PILOT) for p in places]
    assert [v.kind for v in care] == ["advice_only", "advice_only", "allow"]
    assert [v.can("may_prescribe") for v in care] == [False, False, True]
    assert care[1].rule_ids == care[0].rule_ids == ("R02", "R04", "R08")
