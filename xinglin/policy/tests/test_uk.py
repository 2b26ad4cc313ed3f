"""The United Kingdom asks for judgement and its record; where no text is in hand, the house speaks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from xinglin.policy.rules import day_begins, decide, emergency_number, local_date
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
)


def answered(decision, facts):
    verdict = decide(decision, facts, place="uk", on=IN_2025)
    return verdict.kind, verdict.rule_ids


@pytest.mark.parametrize(
    ("facts", "capabilities"),
    [
        (visit(), {"open_advice"}),
        (visit(wanted="first_visit"), {"open_first_visit", "may_prescribe"}),
        (visit(wanted="advice", wants_prescription=True), {"open_first_visit", "may_prescribe"}),
        (with_proof(), {"open_follow_up", "may_prescribe"}),
    ],
)
def test_every_kind_may_be_opened(facts, capabilities):
    verdict = decide("open_kind", facts, place="uk", on=IN_2025)
    assert (verdict.kind, verdict.rule_ids, verdict.capabilities) == (
        "allow",
        ("UK1",),
        capabilities,
    )


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"identity_verified": False}, ("XL22",)),
        ({"age_years": 17}, ("XL23",)),
        ({"consent_given_version": None}, ("XL5",)),
        ({"relation": "parent"}, ("XL7",)),
        (
            {"relation": "child", "age_years": 5, "asker_known": False, "guardian_named": True},
            ("XL6",),
        ),
    ],
    ids=steady,
)
def test_what_the_house_demands_is_demanded(change, ids):
    assert answered("open_kind", visit(**change)) == ("refuse", ids)


def test_a_guardian_asks_for_a_child():
    child = visit(relation="child", age_years=5, guardian_named=True)
    assert answered("open_kind", child)[0] == "allow"


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({}, ()),
        ({"real_name": " "}, ("XL22",)),
        ({"birth_date": IN_2025 + timedelta(days=1)}, ("XL22", "XL23")),
        ({"birth_date": date(2007, 6, 11)}, ("XL23",)),
        ({"birth_date": date(2007, 6, 10)}, ()),
        (
            {"birth_date": date(2007, 6, 11), "guardian_registers": True, "relation": "child"},
            (),
        ),
        ({"phone_verified": False}, ("XL4",)),
        ({"phone_verified": False, "seen_in_person": True}, ()),
    ],
    ids=steady,
)
def test_name_and_birth_register_a_patient(change, ids):
    kind = "refuse" if ids else "allow"
    assert answered("register_patient", patient(**change)) == (kind, ids)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"licence_until": NOW}, ("XL1",)),
        ({"is_human": False}, ("XL2",)),
        ({"suspended": True}, ("XL8",)),
    ],
    ids=steady,
)
def test_a_doctor_needs_a_licence_and_a_pulse(change, ids):
    assert answered("staff_eligibility", doctor(**change)) == ("refuse", ids)
    facts = accepting(doctor=doctor(open_visits=1, **change))
    assert answered("accept_consultation", facts) == ("refuse", ids)


def test_nothing_is_deleted_while_no_retention_rule_is_in_hand():
    facts = thing("record", made_at=datetime(1950, 1, 1, tzinfo=UTC))
    assert answered("retain", facts) == ("refuse", ("XL3",))


READY = {"assessment_adequate": True, "gp_may_know": True}


@pytest.mark.parametrize(
    ("facts", "ids"),
    [
        (sheet(**READY), ()),
        (sheet(**READY, visit_kind="first_visit", proven=frozenset()), ()),
        (sheet(**{**READY, "assessment_adequate": False}), ("UK1",)),
        (sheet(**{**READY, "gp_may_know": False}), ("UK3",)),
        (sheet(item("psychotropic_2"), **READY), ("UK3",)),
        (sheet(item("psychotropic_1"), **READY), ("UK3",)),
        (sheet(item("narcotic"), **READY), ("UK3",)),
        (sheet(item("psychotropic_2"), **READY, safeguards_recorded=True), ()),
        (sheet(**READY, may_prescribe=False), ("XL20",)),
        (sheet(**READY, author="service"), ("XL10",)),
        (sheet(**READY, author="other_person"), ("XL10",)),
        (sheet(**READY, patient_is="self"), ("XL16",)),
        (sheet(**READY, signature_kind="drawn"), ("XL15",)),
        (sheet(act="search"), ()),
    ],
)
def test_what_the_guidance_and_the_house_demand_of_a_prescription(facts, ids):
    assert answered("prescribe", facts) == ("refuse" if ids else "allow", ids)


def test_botulinum_for_looks_is_not_even_found():
    facts = sheet(item("injection", cosmetic=True), act="search")
    assert answered("prescribe", facts) == ("refuse", ("UK2",))


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2025, 7, 1, 23, 30, tzinfo=UTC), date(2025, 7, 2)),
        (datetime(2025, 1, 1, 23, 30, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_the_day_follows_summer_time(at, day):
    assert local_date(at, "uk") == day
    assert day_begins(day, "uk") <= at


def test_help_is_called_by_the_number_of_the_place():
    assert emergency_number("uk", NOW) == "999"
