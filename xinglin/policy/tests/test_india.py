"""India answers the first visit the other way; where its text is not in hand, the house speaks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    accepting,
    doctor,
    item,
    patient,
    sheet,
    steady,
    thing,
    visit,
    with_proof,
    without_proof,
)


def answered(decision, facts):
    verdict = decide(decision, facts, place="india", on=IN_2025)
    return verdict.kind, verdict.rule_ids


@pytest.mark.parametrize(
    ("facts", "capabilities"),
    [
        (visit(), {"open_advice"}),
        (visit(wanted="campaign"), {"open_advice"}),
        (visit(wanted="advice", wants_prescription=True), {"open_first_visit", "may_prescribe"}),
        (visit(wanted="first_visit"), {"open_first_visit", "may_prescribe"}),
        (without_proof(), {"open_first_visit", "may_prescribe"}),
        (with_proof(), {"open_follow_up", "may_prescribe"}),
    ],
)
def test_every_kind_may_be_opened(facts, capabilities):
    verdict = decide("open_kind", facts, place="india", on=IN_2025)
    assert (verdict.kind, verdict.rule_ids) == ("allow", ("IN1",))
    assert verdict.capabilities == capabilities


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (date(2024, 12, 9), "refuse"),
        (date(2024, 12, 10), "allow"),
        (IN_2025, "allow"),
        (IN_2025 + timedelta(days=1), "refuse"),
        (None, "refuse"),
    ],
)
def test_a_refill_needs_a_visit_in_person_within_six_months(seen, kind):
    facts = without_proof(refill=True, channel="video", in_person_prescription_on=seen)
    assert answered("open_kind", facts)[0] == kind


@pytest.mark.parametrize(("channel", "kind"), [("text", 1), ("audio", 1), ("video", 0)])
def test_a_refill_is_by_video_only(channel, kind):
    facts = without_proof(refill=True, channel=channel, in_person_prescription_on=IN_2025)
    verdict = decide("open_kind", facts, place="india", on=IN_2025)
    assert len(verdict.refusals) == kind


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"identity_verified": False}, ("IN4",)),
        ({"age_years": 17}, ("IN4",)),
        ({"consent_given_version": None}, ("XL5",)),
        ({"consent_withdrawn": True}, ("XL5",)),
    ],
    ids=steady,
)
def test_what_india_does_demand_is_demanded(change, ids):
    assert answered("open_kind", visit(**change)) == ("refuse", ids)


@pytest.mark.parametrize("change", [{"age_years": 18}, {"age_years": 5, "guardian_present": True}])
def test_a_minor_with_an_adult_and_an_adult_are_seen(change):
    assert answered("open_kind", visit(**change))[0] == "allow"


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"licence_number": ""}, ("IN4", "XL1")),
        ({"licence_until": NOW}, ("XL1",)),
        ({"is_human": False}, ("XL2",)),
        ({"suspended": True}, ("XL8",)),
    ],
    ids=steady,
)
def test_a_doctor_needs_number_licence_and_a_pulse(change, ids):
    assert answered("staff_eligibility", doctor(**change)) == ("refuse", ids)
    assert answered("staff_eligibility", doctor(open_visits=1, **change)) == ("hand_over", ids)
    facts = accepting(doctor=doctor(open_visits=1, **change))
    assert answered("accept_consultation", facts) == ("refuse", ids)


def test_a_young_doctor_may_take_a_visit_without_a_fresh_check():
    facts = accepting(doctor=doctor(independent_since=None), identity_checked_at=None)
    assert answered("accept_consultation", facts) == ("allow", ())


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"id_number": "none"}, ()),
        ({"real_name": ""}, ("IN4",)),
        ({"birth_date": IN_2025 + timedelta(days=1)}, ("IN4",)),
        ({"birth_date": date(2007, 6, 11)}, ("IN4",)),
        ({"birth_date": date(2007, 6, 11), "guardian_registers": True}, ("IN4",)),
        (
            {"birth_date": date(2007, 6, 11), "guardian_registers": True, "relation": "child"},
            (),
        ),
        ({"birth_date": date(2007, 6, 10)}, ()),
        ({"phone_verified": False}, ("XL4",)),
        ({"phone_verified": False, "seen_in_person": True}, ()),
    ],
    ids=steady,
)
def test_name_and_age_register_a_patient(change, ids):
    kind = "refuse" if ids else "allow"
    assert answered("register_patient", patient(**change)) == (kind, ids)


def test_nothing_is_deleted_while_no_retention_rule_is_in_hand():
    facts = thing("record", made_at=datetime(1950, 1, 1, tzinfo=UTC))
    assert answered("retain", facts) == ("refuse", ("XL3",))


# --- prescriptions


@pytest.mark.parametrize(
    ("facts", "ids"),
    [
        (sheet(item("otc")), ()),
        (sheet(item("india_list_o")), ()),
        (sheet(item("india_list_a")), ()),
        (sheet(item("india_list_b")), ()),
        (sheet(item()), ("IN3",)),
        (sheet(item("india_prohibited")), ("IN3",)),
        (sheet(item("narcotic", "india_list_o")), ("IN3",)),
        (sheet(item("psychotropic_1", "india_list_o")), ("IN3",)),
        (sheet(item("psychotropic_2", "india_list_o")), ("IN3",)),
        (sheet(item("india_list_a"), visit_kind="first_visit"), ("IN3",)),
        (sheet(item("india_list_a"), visit_kind="first_visit", channel="video"), ("IN1",)),
        (sheet(item("india_list_b"), visit_kind="first_visit", channel="video"), ("IN3",)),
        (sheet(item("otc"), birth_date=date(2007, 6, 11)), ("IN4",)),
        (sheet(item("otc"), birth_date=date(2007, 6, 11), guardian_present=True), ()),
        (sheet(item("otc"), birth_date=date(2007, 6, 10)), ()),
        (sheet(item("otc"), doctor=doctor(licence_number="")), ("IN4", "XL1")),
        (sheet(item("otc"), author="service"), ("XL10",)),
        (sheet(item("otc"), may_prescribe=False), ("XL20",)),
        (sheet(item("otc"), right_to_prescribe=False), ("XL9",)),
        (sheet(item("otc"), patient_is="self"), ("XL16",)),
        (sheet(item("otc"), signature_kind=""), ("XL15",)),
        (sheet(item("otc", days=None)), ("XL13",)),
        (sheet(item("otc"), diagnoses=()), ("XL12",)),
    ],
)
def test_lists_age_and_number_decide_what_is_prescribed(facts, ids):
    kind = "allow" if ids in {(), ("IN1",)} else "refuse"
    assert answered("prescribe", facts) == (kind, ids)


@pytest.mark.parametrize(
    ("seen", "kind"),
    [
        (date(2024, 12, 9), "refuse"),
        (date(2024, 12, 10), "allow"),
        (IN_2025 + timedelta(days=1), "refuse"),
    ],
)
def test_a_refill_is_written_within_six_months_of_a_visit_in_person(seen, kind):
    facts = sheet(
        item("india_list_a"), refill=True, channel="video", in_person_prescription_on=seen
    )
    assert answered("prescribe", facts)[0] == kind
