"""Invariants of the world under every policy, and that the same question has the same answer."""

import json
from collections import Counter

import pytest

from xinglin.care.dispatch.engine.decisions import Close, Offer
from xinglin.care.dispatch.simulator.hospital import Hospital
from xinglin.care.dispatch.simulator.policies import maker, names
from xinglin.care.dispatch.simulator.running import run
from xinglin.care.dispatch.simulator.scenario import Scenario, load
from xinglin.care.dispatch.simulator.world import World

EVENTS = {"accepted", "slot_freed", "request_withdrawn", "refused", "timed_out"}


class Watched:
    """Looks at each decision of the policy behind it: capacity, fit, nothing given twice."""

    def __init__(self, policy):
        self.policy = policy
        self.requests = {}
        self.doctors = {}
        self.open = {}
        self.ended = Counter()

    def __getattr__(self, name):
        def event(first, *rest, **named):
            # What the world says is true before the policy hears of it.
            if name == "request_arrived":
                self.requests[first.id] = first
            elif name in {"doctor_on", "doctor_changed"}:
                self.doctors[first.id] = first
            elif name in {"slot_freed", "request_withdrawn", "refused", "timed_out"}:
                self.open.pop(first, None)
                self.ended[name] += 1
            now = named.get("now", rest[0] if rest else first)
            decisions = getattr(self.policy, name)(first, *rest, **named)
            if name != "estimate":
                for decision in decisions:
                    self.look_at(decision, now)
            return decisions

        return getattr(self.policy, name) if name == "next_timer" else event

    def look_at(self, decision, now):
        assert not isinstance(decision, Close) or decision.request not in self.open
        if not isinstance(decision, Offer):
            return
        request, doctor = self.requests[decision.request], self.doctors[decision.doctor]
        assert decision.request not in self.open, "given twice"
        assert request.department in doctor.departments
        assert doctor.grade >= request.need
        assert request.channel == "text" or doctor.video_ok
        assert now < doctor.shift_end
        self.open[decision.request] = decision.doctor
        mine = [self.requests[r] for r, d in self.open.items() if d == decision.doctor]
        over = 1 if request.urgency == 1 else 0
        assert sum(doctor.costs[r.channel] for r in mine) <= doctor.units + 3 * over
        assert sum(r.channel != "text" for r in mine) <= 1 + over


@pytest.mark.parametrize("policy", names())
@pytest.mark.parametrize("scenario", ["fifteen-1350", "guizhou-burst"])
def test_no_policy_exceeds_what_a_doctor_can_do(policy, scenario):
    world = World(load(scenario), seed=3, days=1)
    watched = Watched(maker(policy)())
    recording = Hospital(world, watched).finish()
    assert recording.requests == len(world.day(0).cases)
    answered = sum(len(waits) for waits in recording.waits.values())
    lost = sum(recording.left.values()) + sum(recording.turned_away.values())
    # Everybody who came was answered, left or was turned away: nobody is lost in between.
    assert answered + lost == recording.requests
    assert not watched.open


@pytest.mark.parametrize("policy", names())
def test_nobody_waits_for_ever(policy):
    world = World(load("guizhou-plan").with_value("demand.per_day", 300), seed=2, days=1)
    recording = Hospital(world, maker(policy)()).finish()
    longest = max(max(waits) for waits in recording.waits.values())
    assert longest < 1800


def test_the_same_seed_gives_the_same_document():
    questions = [{"seed": 5, "runs": 2, "days": 1}] * 2
    made = [
        json.dumps(run(load("guizhou-2016"), ["fifo", "tuned"], **question).document)
        for question in questions
    ]
    assert made[0] == made[1]


def test_another_seed_gives_another_document():
    made = {run(load("guizhou-2016"), ["fifo"], seed=seed).document["requests"] for seed in (1, 2)}
    assert len(made) == 2


def test_policies_meet_the_same_world():
    outcome = run(load("fifteen-1350"), ["fifo", "tuned"], seed=4)
    by_hour = [
        {hour: row["requests"] for hour, row in measures["by_hour"].items()}
        for measures in outcome.document["policies"].values()
    ]
    assert by_hour[0] == by_hour[1]


def test_a_world_is_drawn_the_same_whatever_was_drawn_before():
    scenario = load("jd-2020").with_value("demand.per_day", 3000)
    first, second = World(scenario, seed=1, days=3), World(scenario, seed=1, days=3)
    first.day(0)
    assert first.day(1).cases[:50] == second.day(1).cases[:50]


def test_one_share_changed_leaves_the_other_draws_alone():
    plain = load("fifteen-1350")
    other = plain.varied("demand.need", 0.5)
    one = World(plain, seed=1, days=1).day(0).cases
    two = World(other, seed=1, days=1).day(0).cases
    assert [c.arrived for c in one] == [c.arrived for c in two]
    assert [c.department for c in one] == [c.department for c in two]
    assert [c.need for c in one] != [c.need for c in two]


def test_days_follow_each_other():
    outcome = run(load("guizhou-2016"), ["fifo"], days=3)
    assert outcome.document["requests"] > 1200
    assert outcome.document["policies"]["fifo"]["by_hour"]["10"]["requests"] < 100


def test_sessions_over_midnight_go_on():
    world = World(load("jd-2020").with_value("demand.per_day", 2000), seed=1, days=2)
    recording = Hospital(world, maker("fifo")()).finish()
    answered = sum(len(waits) for waits in recording.waits.values())
    assert answered > 0.97 * recording.requests


@pytest.mark.parametrize("name", ["guizhou-burst", "jd-2020"])
def test_no_number_of_a_scenario_is_idle(name, monkeypatch):
    read = set()
    for method in ("one", "row", "table"):
        plain = getattr(Scenario, method)

        def noted(self, key, plain=plain):
            read.add(key)
            return plain(self, key)

        monkeypatch.setattr(Scenario, method, noted)
    scenario = load(name)
    scenario = scenario.with_value("demand.per_day", min(500, scenario.one("demand.per_day")))
    Hospital(World(scenario, seed=1, days=1), maker("fifo")()).finish()
    # Those of kinds of doctors that this hospital has not, of sites and of a burst.
    spare = {"capacity.part_time", "doctors.video_part_time", "doctors.secondary"}
    assert set(scenario.numbers) - read <= spare | {"demand.sites", "burst.factor"}
