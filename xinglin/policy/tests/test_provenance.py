"""Where each rule on prescriptions comes from, how sure that is, and from which year it binds."""

import pytest

from xinglin.policy import places

RULES = [
    pytest.param(code, decision, rule, id=f"{code}-{decision}-{rule.id}-{n}")
    for code, jurisdiction in places.load().items()
    for decision in ("prescribe", "review", "dispense")
    for n, rule in enumerate(jurisdiction.rules.get(decision, ()))
]

# Rule -> the short names of its sources, every status that a part of it may have, the year.
ORIGIN = {
    "R02": ({"GL"}, {"confirmed"}, 2018),
    "R03": ({"BJ"}, {"confirmed"}, 2026),
    "R05": ({"GL"}, {"secondary"}, 2018),
    "R08": ({"practice"}, {"secondary"}, None),
    "R14": ({"GL"}, {"confirmed"}, 2018),
    "R15": ({"GL"}, {"memory"}, 2018),
    "R16": ({"XZ"}, {"confirmed"}, 2022),
    "R17": ({"XZ"}, {"confirmed"}, 2022),
    "R23": ({"XZ", "TJ"}, {"confirmed", "ours"}, 2022),
    "R24": ({"XZ", "TJ"}, {"confirmed"}, 2022),
    "R25": ({"XZ", "TJ"}, {"confirmed"}, 2022),
    "R27": ({"GL", "TJ"}, {"confirmed"}, 2018),
    "R28": ({"YY"}, {"secondary"}, 2018),
    "R29": ({"GL", "TJ"}, {"confirmed"}, 2018),
    "R30": ({"XZ"}, {"secondary"}, 2022),
    "R31": ({"XZ", "BJ23"}, {"confirmed"}, 2022),
    "R33": ({"CF"}, {"secondary"}, 2007),
    "R34": ({"CF"}, {"secondary"}, 2007),
    "R35": ({"CF"}, {"secondary"}, 2007),
    "R36": ({"CF"}, {"memory"}, 2007),
    "R37": ({"CF"}, {"memory"}, 2007),
    "R39": ({"KJ"}, {"memory"}, 2012),
    "R41": ({"CQ"}, {"secondary", "memory"}, 2021),
    "R42": ({"practice"}, {"secondary", "ours"}, None),
    "R58": ({"ESL"}, {"memory"}, 2005),
    "IN1": ({"TPG"}, {"confirmed"}, 2020),
    "IN2": ({"TPG"}, {"confirmed"}, 2020),
    "IN3": ({"TPG"}, {"memory"}, 2020),
    "IN4": ({"TPG"}, {"confirmed"}, 2020),
    "UK1": ({"GMC remote"}, {"confirmed"}, 2020),
    "UK2": ({"GMC prescribing"}, {"confirmed"}, 2012),
    "UK3": ({"GMC prescribing"}, {"confirmed", "memory"}, 2022),
}


@pytest.mark.parametrize(("code", "decision", "rule"), RULES)
def test_each_rule_has_its_source_status_and_date(code, decision, rule):
    if rule.id.startswith("XL"):
        assert (rule.cites.status, rule.cites.since) == ("ours", None)
        return
    sources, statuses, year = ORIGIN[rule.id]
    assert {basis.short for basis in rule.cites.basis} <= sources
    assert rule.cites.status in statuses
    assert all(basis.dated for basis in rule.cites.basis)
    if rule.cites.status != "ours":
        assert (rule.cites.since.year if rule.cites.since else None) == year


def test_every_origin_is_used_by_a_rule():
    used = {rule.id for _, _, rule in (param.values for param in RULES)}
    assert set(ORIGIN) <= used


@pytest.mark.parametrize(("code", "decision", "rule"), RULES)
def test_no_default_of_the_house_is_told_as_law(code, decision, rule):
    if rule.cites.status == "ours":
        assert "unverified" in rule.cites.spoken()


# Which decisions the list of rules names for each rule that is not the visit's or the staff's.
DECIDES = {
    "prescribe": {
        "R05", "R08", "R23", "R24", "R27", "R28", "R29", "R34", "R35", "R36", "R39", "R41", "R42",
        "R58",
    },
    "review": {"R23", "R37", "R58"},
    "dispense": {"R25", "R30", "R31", "R33", "R37"},
}  # fmt: skip


@pytest.mark.parametrize("decision", DECIDES)
def test_china_asks_every_rule_that_the_list_names_for_the_decision(decision):
    asked = {rule.id for rule in places.load()["cn"].rules[decision]}
    assert DECIDES[decision] <= asked


@pytest.mark.parametrize(
    ("rule", "knobs"),
    {
        "R23": {"consult_modes_allowed_for_prescribing", "second_reviewer_role"},
        "R24": {"ai_in_prescription"},
        "R27, R28": {"banned_drug_classes"},
        "R29": {"guardian_plus_specialist_age", "child_specialties"},
        "R33": {"rx_valid_days", "rx_valid_days_longest"},
        "R34": {"rx_max_days", "rx_max_days_emergency"},
        "R35": {"max_items"},
        "R39": {"restricted_drug_rules"},
        "R40": {"controlled_max_days"},
        "R41": {"rx_max_days_chronic", "rx_evaluation_required_over_days"},
        "R42": {"self_prescribing"},
        "R58": {"signature_kind"},
    }.items(),
    ids=str,
)
def test_the_values_stand_under_their_rules(rule, knobs):
    own = {knob.name for knob in places.load()["cn"].knobs if knob.rule == rule}
    assert knobs <= own
