"""Do the conclusions hold when an assumed number is half as large, or half as large again?

A conclusion is the sign of a difference between the last policy and the first that is sure (95 %) in
the scenario as it is written. It is kept where the varied worlds agree, open where they no longer
decide it, and turned where they are sure of the contrary.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from xinglin.care.dispatch.simulator.comparing import Interval, is_sure
from xinglin.care.dispatch.simulator.running import run as simulate
from xinglin.care.dispatch.simulator.scenario import Scenario

FACTORS: Final = (0.5, 1.5)
# Other measures describe; these are what is concluded.
CONCLUSIONS: Final = (
    "u1_in_time_pct",
    "u2_in_time_pct",
    "expert_minor_h",
    "continuity_pct",
    "mean_s",
    "left_pct",
)


def run(
    scenario: Scenario,
    policies: Sequence[str],
    *,
    seed: int,
    runs: int,
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """`policies`: the first is what the last is compared with."""

    def measured(world: Scenario) -> Mapping[str, Interval]:
        document = simulate(world, policies, seed=seed, runs=runs).document
        found: Mapping[str, Interval] = document["differences"][policies[-1]]
        return found

    if len(set(policies)) < 2:  # noqa: PLR2004
        raise ValueError("sensitivity compares two policies; name two")
    plain = measured(scenario)
    rows = []
    for name in scenario.assumed:
        for factor in FACTORS:
            progress(f"{name} x {factor}")
            other = measured(scenario.varied(name, factor))
            rows.append({"number": name, "factor": factor, "found": _judged(plain, other)})
    return {
        "scenario": scenario.name,
        "seed": seed,
        "runs": runs,
        "policy": policies[-1],
        "against": policies[0],
        "plain": {key: plain[key] for key in CONCLUSIONS if key in plain},
        "rows": rows,
        "kept": _count(rows, "kept"),
        "open": _count(rows, "open"),
        "turned": _count(rows, "turned"),
    }


def text(found: Mapping[str, Any]) -> str:
    judged = f"conclusions kept {found['kept']}, open {found['open']}, turned {found['turned']}"
    pair = f"{found['policy']} less {found['against']}"
    lines = [f"{found['scenario']}: {pair}, {found['runs']} runs; {judged}"]
    for key, one in found["plain"].items():
        sure = "sure" if is_sure(one) else "open"
        lines.append(f"  {key:20}{one['mean']:>10} [{one['low']}, {one['high']}] {sure}")
    for row in found["rows"]:
        other = {k: v for k, v in row["found"].items() if v["verdict"] != "kept"}
        if other:
            words = ", ".join(f"{k} {v['verdict']} ({v['mean']})" for k, v in other.items())
            lines.append(f"  {row['number']} x {row['factor']}: {words}")
    return "\n".join(lines)


def _judged(
    plain: Mapping[str, Interval], other: Mapping[str, Interval]
) -> dict[str, dict[str, Any]]:
    found = {}
    for key in CONCLUSIONS:
        if key in plain and is_sure(plain[key]):
            one = other.get(key)
            mean = None if one is None else one["mean"]
            found[key] = {"mean": mean, "verdict": _verdict(plain[key], one)}
    return found


def _verdict(plain: Interval, other: Interval | None) -> str:
    if other is None or not is_sure(other):
        return "open"
    return "kept" if (plain["mean"] or 0) * (other["mean"] or 0) > 0 else "turned"


def _count(rows: Sequence[Mapping[str, Any]], verdict: str) -> int:
    return sum(one["verdict"] == verdict for row in rows for one in row["found"].values())
