"""The table of a prescription: who may do what when, and that nothing else makes one effective."""

import re
from importlib import import_module

import pytest

from xinglin.care.prescribing import lifecycle
from xinglin.care.prescribing.lifecycle import APPROVED, PRESCRIPTION
from xinglin.care.prescribing.queries.prescriptions import STATES
from xinglin.care.prescribing.services.steps import _EVENTS
from xinglin.kernel import clock
from xinglin.policy import rules as law

PEOPLE = frozenset().union(*(step.who for step in PRESCRIPTION.steps))


def test_only_the_approval_of_a_pharmacist_leads_to_effective():
    into = [step for step in PRESCRIPTION.steps if step.target == "effective"]
    assert [(step.name, step.sources, step.who) for step in into] == [
        ("approve", {"claimed"}, {"pharmacist"})
    ]


def test_what_only_an_effective_one_becomes_is_reached_from_it_alone():
    for target in APPROVED - {"effective"}:
        sources = [step.sources for step in PRESCRIPTION.steps if step.target == target]
        assert sources == [{"effective"}]


@pytest.mark.parametrize("state", sorted(PRESCRIPTION.states - {"claimed"}))
@pytest.mark.parametrize("who", sorted(PEOPLE))
def test_nobody_takes_a_short_way(state, who):
    assert all(step.target != "effective" for step in PRESCRIPTION.possible(state, who))


def test_no_deadline_passes_a_prescription():
    steps = {step.name: step.target for step in PRESCRIPTION.steps}
    assert {steps[each.step] for each in PRESCRIPTION.deadlines} == {
        "discarded",
        "escalated",
        "signed_by_doctor",
    }


def test_the_database_has_the_same_table():
    guards = import_module("xinglin.care.prescribing.migrations.0003_guards")
    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", guards.STEPS))
    assert pairs == {(source, s.target) for s in PRESCRIPTION.steps for source in s.sources}


def test_every_step_announces_itself_and_every_state_has_words():
    assert set(_EVENTS) == {step.name for step in PRESCRIPTION.steps}
    assert set(STATES) == PRESCRIPTION.states


def test_the_deadline_of_a_review_is_the_one_that_policy_names():
    minutes = law.knob("review_deadline_minutes", on=law.local_date(clock.now()))
    assert lifecycle.REVIEW_WITHIN.total_seconds() == minutes * 60
