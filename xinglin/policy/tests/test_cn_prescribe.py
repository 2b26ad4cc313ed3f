"""China's rules on writing a prescription, each at its edges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.policy.facts import SafetyCheck
from xinglin.policy.rules import NoRuleError, decide, knob
from xinglin.policy.tests.factories import (
    IN_2025,
    NOW,
    child_sheet,
    doctor,
    item,
    sheet,
    steady,
)

SLICES = item(classes=frozenset({"tcm_slices"}))


def decided(facts, *, place="cn", on=IN_2025):
    verdict = decide("prescribe", facts, place=place, on=on)
    return verdict.kind, set(verdict.rule_ids)


def refused(*ids):
    return ("refuse", set(ids))


def test_a_complete_sheet_is_signed():
    assert decided(sheet()) == ("allow", set())


# --- who, for whom, in which visit


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"visit_kind": "first_visit"}, {"R02"}),
        ({"visit_kind": "advice"}, {"R08"}),
        ({"visit_kind": "campaign"}, {"R08"}),
        ({"may_prescribe": False}, {"R08"}),
        ({"proven": frozenset()}, {"R05"}),
        ({"diagnoses": ("I10.x00", "J45.900")}, {"R05"}),
        ({"diagnoses": ()}, {"XL12"}),
        ({"diagnoses": (" ",), "proven": frozenset({" "})}, {"XL12"}),
        ({"right_to_prescribe": False}, {"XL9"}),
        ({"author": "other_person"}, {"R23"}),
        ({"channel": "pigeon"}, {"R23"}),
        ({"patient_is": "self"}, {"R42"}),
        ({"signature_kind": ""}, {"R58"}),
        ({"signature_kind": "drawn"}, {"R58"}),
    ],
    ids=steady,
)
def test_each_demand_on_people_and_visit_is_its_own_rule(change, ids):
    assert decided(sheet(**change)) == refused(*ids)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"licence_until": NOW}, {"R14", "R15"}),
        ({"licence_until": NOW + timedelta(seconds=1)}, set()),
        ({"independent_since": date(2022, 6, 11)}, {"R14"}),
        ({"institution_consented": False}, {"R14"}),
        ({"registered_here": False}, {"R17"}),
        ({"suspended": True}, {"XL8"}),
        ({"is_human": False}, {"R16"}),
        ({"role": "pharmacist"}, {"R23"}),
        ({"role": "pharmacist", "licence_number": "", "is_human": False}, {"R23", "XL1", "XL2"}),
        ({"role": "assistant"}, {"R23"}),
        ({"open_visits": 3, "suspended": True}, {"XL8"}),
    ],
    ids=steady,
)
def test_the_doctor_is_fit_at_the_moment_of_the_act(change, ids):
    kind = "refuse" if ids else "allow"
    assert decided(sheet(doctor=doctor(**change))) == (kind, ids)


def test_a_licence_that_ends_between_draft_and_signature_is_seen():
    read_an_hour_ago = doctor(licence_until=NOW, now=NOW - timedelta(hours=1))
    assert decided(sheet(doctor=read_an_hour_ago)) == refused("R14", "R15")


def test_an_item_that_another_person_entered_is_not_the_doctors():
    assert decided(sheet(item(entered_by="other_person"))) == refused("R23")


def test_for_a_declared_relative_the_doctor_is_warned_and_not_refused():
    verdict = decide("prescribe", sheet(patient_is="relative"), on=IN_2025)
    assert verdict.allowed
    (note,) = verdict.notes
    assert (note.rule_id, "亲属" in note.text.zh, "relative" in note.text.en) == ("R42", True, True)


def test_whoever_searches_may_not_even_look_for_medicines_in_a_visit_of_advice():
    assert decided(sheet(act="search", visit_kind="advice")) == refused("R08")
    assert decided(sheet(act="search", diagnoses=("J45.900",))) == ("allow", set())


@pytest.mark.parametrize(
    ("on", "kind"), [(date(2025, 12, 31), "refuse"), (date(2026, 1, 1), "allow")]
)
def test_on_the_sixth_birthday_guardian_and_specialist_are_needed_no_more(on, kind):
    facts = child_sheet(guardian_present=False, specialties=frozenset({"03"}))
    verdict = decide("prescribe", facts, on=on)
    assert verdict.kind == kind
    assert len(verdict.refusals) == (2 if kind == "refuse" else 0)


@pytest.mark.parametrize(
    ("specialties", "kind"),
    [
        ({"07"}, "allow"),
        ({"07.03"}, "allow"),
        ({"08"}, "allow"),
        ({"03", "09.01"}, "allow"),
        ({"50.04"}, "allow"),
        ({"50"}, "refuse"),
        ({"0"}, "refuse"),
        ({"071"}, "refuse"),
        (set(), "refuse"),
    ],
    ids=steady,
)
def test_the_relevant_specialty_is_a_department_for_children_or_below_one(specialties, kind):
    assert decided(child_sheet(specialties=frozenset(specialties))) == (kind, {"R29"})


def test_a_paediatrician_without_the_guardian_does_not_prescribe_for_a_child_of_five():
    assert decided(child_sheet(guardian_present=False)) == refused("R29")
    assert decided(child_sheet(guardian_present=False, act="search")) == ("allow", set())


@pytest.mark.parametrize(
    ("born", "written_in", "ids"),
    [
        (date(2024, 6, 11), "years", {"R36"}),
        (date(2024, 6, 11), "months", {"R29"}),
        (date(2025, 6, 9), "days", {"R29"}),
        (date(2024, 6, 10), "years", {"R29"}),
        (date(2025, 6, 11), "days", {"R36"}),
    ],
)
def test_an_infants_age_is_written_in_months_or_days(born, written_in, ids):
    facts = child_sheet(birth_date=born, age_written_in=written_in)
    assert decided(facts) == ("refuse" if ids == {"R36"} else "allow", ids)


# --- the pilot


def pilot_sheet(**changes):
    child = {
        "visit_kind": "first_visit",
        "birth_date": date(2018, 1, 1),
        "guardian_present": True,
        "specialties": frozenset({"09.01"}),
        "specialty": "09.01",
        "institution": "beijing_childrens_hospital",
        "proven": frozenset(),
        "diagnoses": ("E34.300",),
    }
    return sheet(**{**child, **changes})


@pytest.mark.parametrize(
    ("change", "place", "on", "expected"),
    [
        ({}, "cn_bj", date(2026, 3, 10), ("allow", {"R03"})),
        ({}, "cn_bj", date(2027, 1, 1), refused("R02", "R03")),
        ({}, "cn_gz", date(2026, 3, 10), refused("R02", "R03")),
        ({"specialty": "03.04"}, "cn_bj", date(2026, 3, 10), refused("R02", "R03")),
        ({"guardian_present": False}, "cn_bj", date(2026, 3, 10), refused("R02", "R03")),
        ({"may_prescribe": False}, "cn_bj", date(2026, 3, 10), refused("R02", "R03")),
        ({"birth_date": date(2008, 3, 10)}, "cn_bj", date(2026, 3, 10), refused("R02", "R03")),
        ({"visit_kind": "advice"}, "cn_bj", date(2026, 3, 10), refused("R08")),
    ],
)
def test_a_first_visit_is_prescribed_for_only_inside_the_pilot(change, place, on, expected):
    assert decided(pilot_sheet(**change), place=place, on=on) == expected


def test_the_pilot_lifts_nothing_else():
    facts = pilot_sheet(items=(item("narcotic"),))
    assert decided(facts, place="cn_bj", on=date(2026, 3, 10)) == refused("R27")


# --- which medicines


@pytest.mark.parametrize("act", ["search", "add", "sign"])
@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("narcotic", "R27"),
        ("psychotropic_1", "R27"),
        ("psychotropic_2", "R27"),
        ("toxic", "R27"),
        ("radioactive", "R27"),
        ("special_rule_high_risk", "R28"),
        ("special_use_antibacterial", "R39"),
    ],
)
def test_a_class_that_is_not_for_the_internet_is_refused_at_every_step(act, name, rule):
    assert decided(sheet(item(name), act=act)) == refused(rule)
    assert decided(sheet(item(), item(name), act=act)) == refused(rule)


@pytest.mark.parametrize("name", ["otc", "tcm_patent", "antibacterial", "injection"])
def test_other_classes_are_prescribed(name):
    assert decided(sheet(item(name))) == ("allow", set())


@pytest.mark.parametrize("act", ["search", "add", "sign"])
@pytest.mark.parametrize("classes", [set(), {"injection"}, {"tcm_patent"}], ids=steady)
def test_a_product_of_which_nothing_is_known_is_never_prescribed(act, classes):
    facts = sheet(item(classes=frozenset(classes)), act=act)
    assert decided(facts) == refused("XL11")


@pytest.mark.parametrize(("count", "kind"), [(1, "allow"), (5, "allow"), (6, "refuse")])
def test_at_most_five_medicines_stand_on_a_sheet(count, kind):
    for act in ("add", "sign"):
        found = decided(sheet(*[item()] * count, act=act))
        assert found == (kind, {"R35"} if kind == "refuse" else set())


def test_a_sheet_without_a_medicine_is_not_signed_but_may_be_begun():
    assert decided(sheet(items=())) == refused("R35")
    assert decided(sheet(items=(), act="search")) == ("allow", set())


@pytest.mark.parametrize(
    ("items", "kind_of_sheet", "ids"),
    [
        ((SLICES,) * 12, "tcm_slices", set()),
        ((SLICES, item()), "tcm_slices", {"R35"}),
        ((SLICES, item()), "western", {"R35"}),
        ((SLICES,), "western", {"R35"}),
        ((item("tcm_patent"), item()), "western", set()),
    ],
)
def test_herbal_slices_stand_alone_and_count_as_one_formula(items, kind_of_sheet, ids):
    kind = "refuse" if ids else "allow"
    assert decided(sheet(*items, sheet=kind_of_sheet)) == (kind, ids)


@pytest.mark.parametrize(
    "change",
    [{"generic_name": False}, {"dose_in_units": False}, {"dosed_by_weight": True}],
    ids=steady,
)
def test_names_units_and_weight_are_written(change):
    assert decided(sheet(item(**change))) == refused("R36")
    assert decided(sheet(item(**change), act="add")) == ("allow", set())


@pytest.mark.parametrize(("weight", "kind"), [(0.0, "refuse"), (-1.0, "refuse"), (18.5, "allow")])
def test_a_dose_by_weight_needs_a_weight(weight, kind):
    facts = sheet(item(dosed_by_weight=True), weight_kg=weight)
    assert decided(facts)[0] == kind


# --- the safety check


@pytest.mark.parametrize(
    ("safety", "kind"),
    [
        (None, "refuse"),
        (SafetyCheck(complete=False), "refuse"),
        (SafetyCheck(complete=True, open_levels=frozenset({"info", "caution"})), "allow"),
        (SafetyCheck(complete=True, open_levels=frozenset({"warn"})), "refuse"),
        (SafetyCheck(complete=True, overridden_levels=frozenset({"warn"})), "allow"),
        (SafetyCheck(complete=True, open_levels=frozenset({"block"})), "refuse"),
        (SafetyCheck(complete=True, overridden_levels=frozenset({"block"})), "refuse"),
        (SafetyCheck(complete=True, open_levels=frozenset({"purple"})), "refuse"),
    ],
)
@pytest.mark.parametrize("place", ["cn", "india", "uk"])
def test_nothing_is_signed_without_the_safety_check_and_an_answer_to_what_it_found(
    place, safety, kind
):
    facts = sheet(item("india_list_o"), safety=safety, assessment_adequate=True, gp_may_know=True)
    verdict = decide("prescribe", facts, place=place, on=IN_2025)
    assert (verdict.kind, set(verdict.rule_ids)) == (
        kind,
        {"XL14"} if kind == "refuse" else set(),
    )


def test_all_that_is_wrong_is_told_at_once():
    facts = sheet(item("narcotic", days=8), patient_is="self", safety=None)
    assert decided(facts) == refused("R27", "R34", "R42", "XL14")


# --- dates and values


@pytest.mark.parametrize(
    ("decision_day", "kind"), [(date(2021, 12, 31), "refuse"), (date(2022, 1, 1), "allow")]
)
def test_a_clock_that_jumped_back_lets_nothing_be_prescribed(decision_day, kind):
    able = doctor(independent_since=date(2016, 1, 1))
    found = decided(sheet(doctor=able), on=decision_day)
    assert found == (kind, {"XL21"} if kind == "refuse" else set())


def test_a_clock_at_its_zero_still_refuses():
    kind, ids = decided(sheet(), on=date(1970, 1, 1))
    assert kind == "refuse"
    assert "XL21" in ids


def test_what_nobody_decides_is_not_allowed():
    with pytest.raises(NoRuleError):
        decide("refer", object(), on=IN_2025)


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "rx_valid_days": 1,
        "rx_valid_days_longest": 3,
        "rx_max_days": 7,
        "rx_max_days_emergency": 3,
        "rx_max_days_chronic": 84,
        "rx_evaluation_required_over_days": 28,
        "max_items": 5,
        "guardian_plus_specialist_age": 6,
        "second_reviewer_role": "pharmacist",
        "review_timeout_action": "escalate",
        "review_deadline_minutes": 30,
        "ai_in_prescription": False,
        "self_prescribing": "refuse",
        "signature_kind": frozenset({"certificate"}),
        "controlled_max_days": {"injection": "one usual dose", "controlled_release": 7, "other": 3},
        "safety_actions": {"block": "refuse", "warn": "reason", "caution": "show", "info": "show"},
        "consult_modes_allowed_for_prescribing": frozenset({"text", "audio", "video"}),
    }.items(),
)
def test_the_values_can_be_asked_for(name, value):
    assert knob(name, place="cn_bj", on=IN_2025) == value


# --- from the search to the signature

_item = st.builds(
    item,
    st.sampled_from(["rx", "otc", "antibacterial", "narcotic", "tcm_slices", "special_storage"]),
    days=st.none() | st.sampled_from([-1, 0, 7, 8, 28, 29, 84, 85]),
    entered_by=st.sampled_from(["doctor", "other_person", "service"]),
)
_sheet = st.builds(
    lambda items, **changes: sheet(items=tuple(items), **changes),
    st.lists(_item, max_size=7),
    visit_kind=st.sampled_from(["advice", "follow_up", "first_visit"]),
    may_prescribe=st.booleans(),
    diagnoses=st.sampled_from([(), ("I10.x00",), ("J45.900",)]),
    birth_date=st.sampled_from([date(1985, 4, 5), date(2020, 1, 1), date(2025, 1, 1)]),
    patient_is=st.sampled_from(["other", "self", "relative"]),
    author=st.sampled_from(["doctor", "other_person", "service"]),
    long_term=st.booleans(),
    channel=st.sampled_from(["text", "video"]),
)


@given(facts=_sheet, place=st.sampled_from(["cn", "cn_bj", "india", "uk"]))
def test_whatever_is_refused_at_an_earlier_act_is_refused_at_the_signature(facts, place):
    told = [
        set(decide("prescribe", replace(facts, act=act), place=place, on=IN_2025).refusals)
        for act in ("search", "add", "sign")
    ]
    assert told[0] <= told[1] <= told[2]
