"""An outcome as text for people, and as one object for programs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from xinglin.care.dispatch.simulator.comparing import is_sure
from xinglin.care.dispatch.simulator.measures import URGENCIES, scalars
from xinglin.care.dispatch.simulator.running import Outcome

ROWS: Final = (
    *((f"u{u}_in_time_pct", f"urgency {u} in time, %") for u in URGENCIES),
    *((f"u{u}_p95_s", f"urgency {u}, p95 of the first answer, s") for u in URGENCIES),
    ("mean_s", "first answer, mean, s"),
    ("p95_s", "first answer, p95, s"),
    ("expert_minor_h", "experts' hours a day on minor illness"),
    ("continuity_pct", "got the former doctor on duty, %"),
    ("own_department_pct", "by a doctor of the own department, %"),
    ("gini", "Gini of visits an hour on duty, within grades"),
    ("utilisation_pct", "units in use, %"),
    ("left_pct", "left unanswered, %"),
)
ERRORS: Final = (
    ("departments_mape_pct", "error of the expected wait, departments, %"),
    ("mape_pct", "the same of single waits (MAPE), %"),
)


def text(outcome: Outcome) -> str:
    document = outcome.document
    names = list(document["policies"])
    size = f"{document['requests']} requests, {document['runs']} runs of {document['days']} days"
    lines = [
        f"{document['title']['en']} ({document['scenario']}): {size}, seed {document['seed']}",
        _row("", names),
    ]
    values = {name: scalars(document["policies"][name]) for name in names}
    lines += [_row(label, [values[n].get(key) for n in names]) for key, label in ROWS]
    lines.append(_row("turned away, %", _each(document, "turned_away_pct")))
    for key, label in ERRORS:
        lines.append(_row(label, [m["estimate"][key] for m in document["policies"].values()]))
    costs = [cost.as_dict() for cost in outcome.costs.values()]
    for key in dict.fromkeys(key for cost in costs for key in cost):
        lines.append(_row(key, [cost[key] for cost in costs]))
    lines += _differences(document)
    return "\n".join(lines)


def summary(outcome: Outcome) -> dict[str, Any]:
    """`decisions_per_cpu_s`: of the last policy; each has its own in `costs`."""
    document = outcome.document
    costs = {name: cost.as_dict() for name, cost in outcome.costs.items()}
    last = list(costs)[-1]
    return {
        **{key: document[key] for key in ("scenario", "seed", "runs", "days", "requests")},
        "decisions_per_cpu_s": costs[last]["decisions_per_cpu_s"],
        "decisions": document["decisions"],
        "costs": costs,
        "against": document["against"],
        "policies": document["policies"],
        "differences": document["differences"],
    }


def _each(document: Mapping[str, Any], key: str) -> list[Any]:
    return [measures[key] for measures in document["policies"].values()]


def _row(label: str, cells: Sequence[Any]) -> str:
    return f"{label:48}" + "".join(f"{'-' if cell is None else cell:>14}" for cell in cells)


def _differences(document: Mapping[str, Any]) -> list[str]:
    if document["runs"] == 1:
        return []
    lines = []
    for name, found in document["differences"].items():
        lines.append(f"{name} less {document['against']}, paired, 95 % interval:")
        for key, label in ROWS:
            one = found.get(key)
            if one is not None and one["low"] is not None:
                sure = "" if is_sure(one) else "  (may be nothing)"
                lines.append(f"  {label:46}{one['mean']:>10} [{one['low']}, {one['high']}]{sure}")
    return lines
