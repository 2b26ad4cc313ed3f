"""Sensitivity, and the optimum that knows the future."""

from dataclasses import replace

import pytest

from xinglin.care.dispatch.simulator import clairvoyant, sensitivity
from xinglin.care.dispatch.simulator.cases import Case
from xinglin.care.dispatch.simulator.policies import UnknownPolicy, maker
from xinglin.care.dispatch.simulator.scenario import load
from xinglin.care.dispatch.simulator.sensitivity import _verdict
from xinglin.care.dispatch.simulator.world import Day, World


def interval(low, high):
    return {"mean": (low + high) / 2, "low": low, "high": high, "runs": 8}


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        (interval(1, 2), "kept"),
        (interval(-1, 2), "open"),
        (interval(-2, -1), "turned"),
        (None, "open"),
    ],
)
def test_a_conclusion_is_kept_open_or_turned(other, verdict):
    assert _verdict(interval(1, 3), other) == verdict


def test_every_assumed_number_is_varied_both_ways():
    few = {"work.cv", "demand.need"}
    scenario = load("guizhou-2016")
    numbers = {
        name: number if name in few else replace(number, vary="")
        for name, number in scenario.numbers.items()
    }
    found = sensitivity.run(replace(scenario, numbers=numbers), ["fifo", "tuned"], seed=1, runs=2)
    asked = [(row["number"], row["factor"]) for row in found["rows"]]
    assert asked == [(n, f) for n in ("demand.need", "work.cv") for f in (0.5, 1.5)]
    judged = sum(len(row["found"]) for row in found["rows"])
    assert found["kept"] + found["open"] + found["turned"] == judged
    assert "tuned less fifo" in sensitivity.text(found)


def test_sensitivity_needs_two_policies():
    with pytest.raises(ValueError, match="two"):
        sensitivity.run(load("tiny"), ["fifo"], seed=1, runs=1)


def test_an_unknown_policy_is_answered_with_those_that_are_known():
    with pytest.raises(UnknownPolicy, match="tuned"):
        maker("lifo")


def tiny(**numbers):
    scenario = load("tiny")
    for name, value in numbers.items():
        scenario = scenario.with_value(name.replace("__", "."), value)
    return World(scenario, seed=1, days=1)


def case(number, urgency, *, steps, channel="text"):
    return Case(
        number, 36_000.0, "dermatology", urgency, 1, channel, None, False, 9e9, 30.0 * steps,
        1.0, 0.0, 0.0,
    )  # fmt: skip


def test_the_optimum_of_two_who_meet_is_known_by_hand():
    world = tiny(doctors__gp=1, doctors__attending=0, doctors__expert=0, capacity__full_time=1)
    # Both orders by hand: 60 s of the least urgent, or of the most urgent.
    world._kept[0] = Day([case(0, 4, steps=2), case(1, 1, steps=2)], [], [])
    found = clairvoyant.optimum(world)
    assert found == {"cost": round(60 / 1800, 4), "late": 0, "is_proved": True}


def test_a_call_and_a_text_share_a_doctor_of_four_units():
    world = tiny(doctors__gp=1, doctors__attending=0, doctors__expert=0)
    both = [case(0, 1, steps=9, channel="video"), case(1, 1, steps=9)]
    world._kept[0] = Day(both, [], [])
    assert clairvoyant.optimum(world)["cost"] == 0
    world._kept[0] = Day([*both, case(2, 4, steps=4)], [], [])
    assert clairvoyant.optimum(world)["cost"] == pytest.approx(270 / 1800)


def test_no_policy_is_better_than_the_optimum():
    world = tiny(demand__per_day=16)
    best = clairvoyant.optimum(world)
    assert best["is_proved"]
    for name in ("fifo", "tuned", "xinglin"):
        assert clairvoyant._driven(world, name)["cost"] >= best["cost"] - 1e-6


def test_the_share_of_the_gap_is_over_all_instances():
    rows = [
        {"optimum": {"cost": 1.0}, "policies": {"fifo": {"cost": 5.0}, "x": {"cost": 2.0}}},
        {"optimum": {"cost": 0.0}, "policies": {"fifo": {"cost": 0.0}, "x": {"cost": 1.0}}},
    ]
    assert clairvoyant._closed(rows, ["fifo", "x"]) == {"x": 50.0}
