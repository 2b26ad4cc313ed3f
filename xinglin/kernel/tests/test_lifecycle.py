"""The engine of lifecycles: what may follow what, who may do it, and when the clock does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.kernel.errors import Forbidden, IllegalStep
from xinglin.kernel.lifecycle import Deadline, Lifecycle, step

STEPS = (
    step("accept", "offered", "accepted", "doctor", "接受", "Accept"),
    step("refuse", "offered", "refused", "doctor operator", "拒绝", "Refuse"),
    step("lapse", "offered accepted", "lapsed", "clock", "超时", "Lapse"),
)
MINUTE = timedelta(minutes=1)
OFFER = Lifecycle(
    "offer",
    "offered",
    STEPS,
    (Deadline("offered", 2 * MINUTE, "lapse"), Deadline("accepted", MINUTE, "lapse")),
)
SINCE = datetime(2025, 6, 10, tzinfo=UTC)


def test_states_and_ends_are_read_from_the_table():
    assert OFFER.states == {"offered", "accepted", "refused", "lapsed"}
    assert OFFER.finals == {"refused", "lapsed"}


def test_a_lifecycle_without_steps_is_its_first_state():
    still = Lifecycle("still", "here", ())
    assert (still.states, still.finals) == ({"here"}, {"here"})


@given(
    state=st.sampled_from([*sorted(OFFER.states), "nowhere"]),
    name=st.sampled_from([*(s.name for s in STEPS), "fly"]),
    who=st.sampled_from(["doctor", "operator", "clock", "stranger"]),
)
def test_every_step_is_in_the_table_or_refused(state, name, who):
    found = next((s for s in STEPS if s.name == name and state in s.sources), None)
    if found is None:
        with pytest.raises(IllegalStep):
            OFFER.take(state, name, who)
    elif who not in found.who:
        with pytest.raises(Forbidden):
            OFFER.take(state, name, who)
    else:
        assert OFFER.take(state, name, who) == found.target
    may = found is not None and who in found.who
    assert OFFER.allows(state, name, who) == may
    assert (name in {s.name for s in OFFER.possible(state, who)}) == may


def test_what_is_possible_keeps_the_order_of_the_table():
    assert [s.name for s in OFFER.possible("offered", "doctor")] == ["accept", "refuse"]
    assert OFFER.possible("refused", "doctor") == ()


def test_the_clock_acts_at_the_earliest_deadline_of_the_state():
    assert OFFER.due("offered", SINCE) == (SINCE + 2 * MINUTE, "lapse")
    assert OFFER.due("refused", SINCE) is None
    twice = Lifecycle(
        "twice",
        "offered",
        (
            step("warn", "offered", "offered", "clock", "提醒", "Warn"),
            step("lapse", "offered", "lapsed", "clock", "超时", "Lapse"),
        ),
        (Deadline("offered", 2 * MINUTE, "lapse"), Deadline("offered", MINUTE, "warn")),
    )
    assert twice.due("offered", SINCE) == (SINCE + MINUTE, "warn")


@pytest.mark.parametrize(
    ("steps", "deadlines", "complaint"),
    [
        ((STEPS[0], STEPS[0]), (), "a step name is used twice"),
        ((step("go", "", "b", "x", "去", "Go"),), (), "starts nowhere"),
        ((step("go", "offered", "b", "", "去", "Go"),), (), "nobody takes"),
        (
            (*STEPS, step("wake", "offerd", "accepted", "x", "醒", "Wake")),
            (),
            "no step leads to offerd",
        ),
        (
            (
                *STEPS,
                step("in", "island", "beach", "x", "入", "In"),
                step("out", "beach", "island", "x", "出", "Out"),
            ),
            (),
            "no step leads to beach, island",
        ),
        (STEPS, (Deadline("offered", MINUTE, "fly"),), "the clock cannot take fly"),
        (STEPS, (Deadline("refused", MINUTE, "lapse"),), "the clock cannot take lapse"),
        (STEPS, (Deadline("offered", MINUTE, "accept"),), "the clock cannot take accept"),
    ],
)
def test_a_table_that_contradicts_itself_cannot_be_made(steps, deadlines, complaint):
    with pytest.raises(ValueError, match=complaint):
        Lifecycle("offer", "offered", steps, deadlines)


def test_the_diagram_shows_every_step_and_both_ends():
    assert OFFER.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> offered",
        "    offered --> accepted: accept (doctor)",
        "    offered --> refused: refuse (doctor, operator)",
        "    accepted --> lapsed: lapse (clock)",
        "    offered --> lapsed: lapse (clock)",
        "    lapsed --> [*]",
        "    refused --> [*]",
    ]
