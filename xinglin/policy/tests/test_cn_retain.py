"""China's rules on how long things are kept, to the second."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.policy.rules import decide
from xinglin.policy.tests.factories import IN_2025, NOW, thing

SECOND = timedelta(seconds=1)


def kept(name, years, **changes):
    """The verdict a second before the end of so many years, and at their end."""
    made = datetime(2010, 6, 10, 4, 0, tzinfo=UTC)
    end = made.replace(year=made.year + years)
    facts = [thing(name, made_at=made, now=now, **changes) for now in (end - SECOND, end)]
    verdicts = [decide("retain", one, on=IN_2025) for one in facts]
    assert {v.retain_until for v in verdicts} == {end}
    return [v.kind for v in verdicts]


@pytest.mark.parametrize(
    ("name", "years", "changes"),
    [
        ("record", 15, {}),
        ("audit", 15, {}),
        ("chat", 3, {}),
        ("media", 3, {}),
        ("audio", 3, {}),
        ("video", 3, {}),
        ("prescription_ordinary", 15, {}),
        ("prescription_ordinary", 1, {"in_record": False}),
        ("prescription_emergency", 1, {"in_record": False}),
        ("prescription_paediatric", 1, {"in_record": False}),
        ("prescription_toxic", 2, {"in_record": False}),
        ("prescription_psychotropic_2", 2, {"in_record": False}),
        ("prescription_narcotic", 3, {"in_record": False}),
        ("prescription_psychotropic_1", 3, {"in_record": False}),
    ],
)
def test_each_thing_is_kept_to_the_second(name, years, changes):
    assert kept(name, years, **changes) == ["refuse", "allow"]
    assert kept(name, years, wants_delete=True, **changes) == ["refuse", "allow"]


def test_a_wish_to_delete_meets_the_duty_and_the_right():
    facts = thing("prescription_ordinary", wants_delete=True)
    assert decide("retain", facts, on=IN_2025).rule_ids == ("R22", "R38", "R52")


@pytest.mark.parametrize("name", ["horoscope", "prescription_", "prescription_unheard", "ordinary"])
def test_what_no_rule_names_is_not_deleted(name):
    facts = thing(name, made_at=NOW - timedelta(days=365 * 80))
    verdict = decide("retain", facts, on=IN_2025)
    assert (verdict.kind, verdict.rule_ids, verdict.retain_until) == ("refuse", ("XL3",), None)


def test_a_chat_of_the_29th_of_february_is_kept_to_the_1st_of_march():
    made = datetime(2024, 2, 28, 16, 30, tzinfo=UTC)  # 00:30 on the 29th in China
    until = decide("retain", thing("chat", made_at=made), on=IN_2025).retain_until
    assert until == datetime(2027, 2, 28, 16, 30, tzinfo=UTC)  # 00:30 on 1 March


@given(
    made=st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001  # hypothesis wants naive bounds
        datetime(2060, 1, 1),  # noqa: DTZ001  # the same
        timezones=st.just(UTC),
    ),
    wants_delete=st.booleans(),
    days=st.integers(0, 20 * 366),
)
def test_nothing_is_deletable_before_its_date_and_everything_after_it(made, wants_delete, days):
    now = made + timedelta(days=days)
    facts = thing("record", made_at=made, wants_delete=wants_delete, now=now)
    verdict = decide("retain", facts, on=IN_2025)
    assert verdict.retain_until is not None
    assert verdict.allowed == (now >= verdict.retain_until)
