"""Every state, step and actor of an application; and what its papers come to."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from xinglin.care.people import rules
from xinglin.care.people.lifecycle import APPLICATION, DRAFT_KEPT, EDITABLE, RETURNED_KEPT
from xinglin.kernel.errors import Forbidden, IllegalStep

ACTORS = ("applicant", "checker", "approver", "clock", "operator", "stranger")
STEPS = (*(s.name for s in APPLICATION.steps), "reopen")
OPEN = ("draft", "submitted", "returned", "checked")
MAY = {
    ("draft", "submit", "applicant"): "submitted",
    ("returned", "submit", "applicant"): "submitted",
    ("submitted", "change", "applicant"): "submitted",
    ("checked", "change", "applicant"): "submitted",
    ("submitted", "check", "checker"): "checked",
    **{
        (state, step, who): target
        for state in ("submitted", "checked")
        for step, target in (("return", "returned"), ("refuse", "refused"))
        for who in ("checker", "approver")
    },
    ("checked", "approve", "approver"): "approved",
    **{(state, "withdraw", "applicant"): "withdrawn" for state in OPEN},
    ("draft", "lapse", "clock"): "lapsed",
    ("returned", "lapse", "clock"): "lapsed",
}


@pytest.mark.parametrize(
    ("state", "step", "who"), list(product(sorted(APPLICATION.states), STEPS, ACTORS))
)
def test_only_the_steps_of_the_table_can_be_taken(state, step, who):
    if (state, step, who) in MAY:
        assert APPLICATION.take(state, step, who) == MAY[state, step, who]
    else:
        with pytest.raises((IllegalStep, Forbidden)):
            APPLICATION.take(state, step, who)


def test_what_is_answered_stays_answered():
    assert APPLICATION.finals == {"approved", "refused", "withdrawn", "lapsed"}
    assert APPLICATION.states == APPLICATION.finals | set(OPEN)
    assert set(OPEN) == EDITABLE


def test_a_draft_and_a_returned_one_lapse_in_thirty_days():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    assert APPLICATION.due("draft", at) == (at + DRAFT_KEPT, "lapse")
    assert APPLICATION.due("returned", at) == (at + RETURNED_KEPT, "lapse")
    assert APPLICATION.due("submitted", at) is None


@pytest.mark.parametrize(
    ("left", "days"),
    [
        (timedelta(days=60, seconds=1), None),
        (timedelta(days=60), 60),
        (timedelta(days=30), 30),
        (timedelta(days=7, seconds=1), 30),
        (timedelta(days=7), 7),
        (timedelta(seconds=1), 7),
        (timedelta(), None),
        (timedelta(days=-1), None),
    ],
    ids=str,
)
def test_a_licence_is_warned_of_three_times(left, days):
    assert rules.warned_at(left) == days


def test_the_evidence_hash_is_the_same_again_in_fifteen_years():
    told = rules.evidence_hash({"b": "乙", "a": ["1"]}, b"\x01", [("licence", "ff")])
    assert told == rules.evidence_hash({"a": ["1"], "b": "乙"}, b"\x01", [("licence", "ff")])
    assert told == "c6054248567561b4df34881f5be6b6ef66a42a2f013e407fd7e1d9ea4a2c0d52"
    assert told != rules.evidence_hash({"a": ["1"], "b": "乙"}, b"\x02", [("licence", "ff")])
