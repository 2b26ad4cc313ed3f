"""Runs policies through the same worlds, and says what they did and what they cost."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from xinglin.care.dispatch.engine.interface import Policy
from xinglin.care.dispatch.simulator.comparing import differences
from xinglin.care.dispatch.simulator.hospital import Hospital
from xinglin.care.dispatch.simulator.measures import Measures, measure, scalars
from xinglin.care.dispatch.simulator.metering import Metered
from xinglin.care.dispatch.simulator.policies import maker
from xinglin.care.dispatch.simulator.recording import Recording
from xinglin.care.dispatch.simulator.scenario import Scenario
from xinglin.care.dispatch.simulator.world import World

Progress = Callable[[str], None]


@dataclass(slots=True)
class Cost:
    """CPU seconds. `decisions`, `busy_s`: from the first counted arrival to the end of arrivals."""

    draw_s: float = 0.0
    run_s: float = 0.0
    busy_s: float = 0.0
    decisions: int = 0
    meter: Metered | None = None

    def as_dict(self) -> dict[str, float | int | None]:
        told: dict[str, float | int | None] = {
            "run_cpu_s": round(self.run_s, 3),
            "draw_cpu_s": round(self.draw_s, 3),
            "decisions_per_cpu_s": round(self.decisions / self.busy_s) if self.busy_s else None,
        }
        return told if self.meter is None else {**told, **self.meter.as_dict()}


@dataclass(slots=True)
class Outcome:
    """`document` is the same for the same question, byte for byte; `costs` never are."""

    document: dict[str, Any]
    costs: dict[str, Cost] = field(default_factory=dict)


def run(
    scenario: Scenario,
    policies: Sequence[str],
    *,
    seed: int = 1,
    runs: int = 1,
    days: int = 1,
    is_metered: bool = False,
    worlds: Callable[[int], World] | None = None,
    progress: Progress = lambda _: None,
) -> Outcome:
    """Compared with the first of `policies`. Seeds: `seed`, `seed` + 1, ...

    `worlds`: the world of a seed, when it is not drawn from the scenario.
    """
    recordings: dict[str, list[Recording]] = {name: [] for name in policies}
    costs = {name: Cost(meter=Metered() if is_metered else None) for name in policies}

    def drawn_from(number: int) -> World:
        return World(scenario, seed=number, days=days)

    for number in range(runs):
        began = time.process_time()
        world = (worlds or drawn_from)(seed + number)
        world.day(0)
        drawn = time.process_time() - began
        for name in policies:
            progress(f"{scenario.name} {name} {number + 1}/{runs}")
            costs[name].draw_s += drawn
            recordings[name].append(once(world, maker(name)(), costs[name]))
    return Outcome(_document(scenario, recordings, seed=seed, runs=runs, days=days), costs)


def once(world: World, policy: Policy, cost: Cost) -> Recording:
    driven = policy if cost.meter is None else cost.meter.of(policy)
    hospital = Hospital(world, driven)
    begins, ends = world.measured
    with _collector_at_rest():
        start = time.process_time()
        hospital.until(begins)
        warm, before = time.process_time(), hospital.recording.decisions
        hospital.until(ends)
        cost.busy_s += time.process_time() - warm
        cost.decisions += hospital.recording.decisions - before
        recording = hospital.finish()
        cost.run_s += time.process_time() - start
    return recording


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Nothing here makes circles, so that nothing need look for them."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _document(
    scenario: Scenario,
    recordings: Mapping[str, Sequence[Recording]],
    *,
    seed: int,
    runs: int,
    days: int,
) -> dict[str, Any]:
    first = next(iter(recordings))
    by_run = {name: [scalars(measure([r])) for r in some] for name, some in recordings.items()}
    measured: dict[str, Measures] = {n: measure(some) for n, some in recordings.items()}
    return {
        "scenario": scenario.name,
        "title": scenario.title.as_dict(),
        "about": scenario.about.as_dict(),
        "seed": seed,
        "runs": runs,
        "days": days,
        "requests": sum(r.requests for r in recordings[first]),
        "decisions": {n: sum(r.decisions for r in some) for n, some in recordings.items()},
        "against": first,
        "policies": measured,
        "differences": {
            name: differences(by_run[name], by_run[first]) for name in recordings if name != first
        },
        "numbers": {
            name: {"value": number.value, "unit": number.unit, "source": number.source}
            for name, number in sorted(scenario.numbers.items())
        },
    }
