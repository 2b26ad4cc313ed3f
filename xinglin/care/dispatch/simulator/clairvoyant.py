"""How much of the gap to the optimum that knows the future does a policy close?

Small instances (scenario `tiny`): times fixed and on a grid, nobody leaves, no offer lapses. The
optimum is that of an integer program, one variable for each request, doctor and start, solved by
HiGHS until it is proved. A cost never falls when a visit starts later, so that an optimal plan
starts every visit at an arrival or an end, which are on the grid: the grid loses nothing.

Cost of a request: its weight times the share of its promise that it waited.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xinglin.care.dispatch.simulator.cases import TEXT, Case
from xinglin.care.dispatch.simulator.hospital import Hospital
from xinglin.care.dispatch.simulator.policies import maker
from xinglin.care.dispatch.simulator.roster import Person
from xinglin.care.dispatch.simulator.scenario import load
from xinglin.care.dispatch.simulator.world import World

WEIGHTS: Final = (8.0, 4.0, 2.0, 1.0)
_FIRST_LIMIT: Final = 1.0
_LAST_LIMIT: Final = 64.0
_SECONDS: Final = 60.0
# Waits of policies come from sums of floats.
_HAIR: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Option:
    """A request starts with a doctor in a step of the grid."""

    request: int
    doctor: int
    start: int
    steps: int
    units: int
    cost: float


def run(
    policies: Sequence[str],
    *,
    seed: int,
    runs: int,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    scenario = load("tiny")
    rows: list[dict[str, Any]] = []
    for number in range(seed, seed + runs):
        progress(f"instance {number}")
        world = World(scenario, seed=number, days=1)
        found = {name: _driven(world, name) for name in policies}
        rows.append({"seed": number, "optimum": optimum(world), "policies": found})
    return {
        "scenario": scenario.name,
        "seed": seed,
        "runs": runs,
        "proved": sum(row["optimum"]["is_proved"] for row in rows),
        "optimum": _average([row["optimum"] for row in rows]),
        "policies": {name: _average([row["policies"][name] for row in rows]) for name in policies},
        "closes_pct": _closed(rows, policies),
        "instances": rows,
    }


def text(found: Mapping[str, Any]) -> str:
    lines = [f"{found['runs']} instances of five doctors, {found['proved']} optima proved"]
    lines += [
        f"  {name:14} cost {one['cost']:>8}  late {one['late']:>6}"
        f"  closes {found['closes_pct'].get(name, '-')} % of the gap"
        for name, one in found["policies"].items()
    ]
    best = found["optimum"]
    return "\n".join([*lines, f"  {'knows all':14} cost {best['cost']:>8}  late {best['late']:>6}"])


def optimum(world: World) -> dict[str, Any]:
    """Raises: ValueError, when the solver (scipy, of the tools for tests) is not there."""
    cases = world.day(0).cases
    limit = _FIRST_LIMIT
    while True:
        # Who waits longer than the limit allows costs more than the limit all by himself.
        options = _options(world, cases, limit)
        solved = _solved(options, world, len(cases))
        if solved is not None and (solved["cost"] <= limit or limit >= _LAST_LIMIT):
            solved["is_proved"] = solved["is_proved"] and solved["cost"] <= limit
            return solved
        if limit >= _LAST_LIMIT:
            raise ValueError("the instance is too full for the bound")
        limit *= 2


def _options(world: World, cases: Sequence[Case], limit: float) -> list[Option]:
    scenario = world.scenario
    grain, promises = scenario.one("clock.grain_s"), scenario.row("promise.first_answer_s")
    costs = {TEXT: round(scenario.one("capacity.text"))}
    live = round(scenario.one("capacity.live"))
    found = []
    for number, case in enumerate(cases):
        each = WEIGHTS[case.urgency - 1] / promises[case.urgency - 1]
        first = round(case.arrived / grain)
        steps = round(case.work_s / grain)
        most = int(limit / each / grain + _HAIR)
        for person in world.staff:
            if _may(person, case):
                found += [
                    Option(
                        number,
                        person.number,
                        first + late,
                        steps,
                        costs.get(case.channel, live),
                        each * late * grain,
                    )
                    for late in range(most + 1)
                ]
    return found


def _may(person: Person, case: Case) -> bool:
    able = person.grade >= case.need and case.department in person.departments
    return able and (case.channel == TEXT or person.video_ok)


def _solved(options: Sequence[Option], world: World, requests: int) -> dict[str, Any] | None:
    """None: within these options there is no plan."""
    try:
        import numpy as np
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_array
    except ImportError as error:
        raise ValueError("the bound needs scipy: ./run simulate bound installs it") from error
    once, held, rows = _rows(options)
    units = [0] * len(rows)
    for (doctor, _), place in rows.items():
        units[place] = world.staff[doctor].units
    one = coo_array(once, shape=(requests, len(options)))
    room = coo_array(held, shape=(len(rows), len(options)))
    found = milp(
        np.array([option.cost for option in options]),
        integrality=np.ones(len(options)),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(one, 1, 1), LinearConstraint(room, -np.inf, units)],
        options={"time_limit": _SECONDS, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    chosen = [o for o, share in zip(options, found.x, strict=True) if share > 1 / 2]
    late = sum(o.cost > WEIGHTS[world.day(0).cases[o.request].urgency - 1] + _HAIR for o in chosen)
    cost = sum(option.cost for option in chosen)
    return {"cost": round(cost, 4), "late": late, "is_proved": found.status == 0}


_Entries = tuple[list[float], tuple[list[int], list[int]]]


def _rows(options: Sequence[Option]) -> tuple[_Entries, _Entries, dict[tuple[int, int], int]]:
    """Each request once; each doctor's units in each step: values with their rows and columns."""
    rows: dict[tuple[int, int], int] = {}
    once: _Entries = ([], ([], []))
    held: _Entries = ([], ([], []))
    for column, option in enumerate(options):
        once[0].append(1.0)
        once[1][0].append(option.request)
        once[1][1].append(column)
        for step in range(option.start, option.start + option.steps):
            held[0].append(float(option.units))
            held[1][0].append(rows.setdefault((option.doctor, step), len(rows)))
            held[1][1].append(column)
    return once, held, rows


def _driven(world: World, name: str) -> dict[str, float]:
    recording = Hospital(world, maker(name)()).finish()
    cost, late = 0.0, 0
    for (_, urgency), waits in recording.waits.items():
        promise = recording.promises[urgency - 1]
        cost += sum(WEIGHTS[urgency - 1] * wait / promise for wait in waits)
        late += sum(wait > promise + _HAIR for wait in waits)
    return {"cost": round(cost, 4), "late": late}


def _average(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {key: round(sum(row[key] for row in rows) / len(rows), 3) for key in ("cost", "late")}


def _closed(rows: Sequence[Mapping[str, Any]], policies: Sequence[str]) -> dict[str, float]:
    """Of the gap between the first policy and the optimum, over all instances together."""
    first = sum(row["policies"][policies[0]]["cost"] for row in rows)
    best = sum(row["optimum"]["cost"] for row in rows)
    gap = (first - best) or 1.0
    return {
        name: round(100 * (first - sum(row["policies"][name]["cost"] for row in rows)) / gap, 1)
        for name in policies[1:]
    }
