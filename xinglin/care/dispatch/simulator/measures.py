"""Measures of one or several runs of a policy; a patient who was never answered is never in time."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from xinglin.care.dispatch.simulator.recording import Recording

URGENCIES: Final = (1, 2, 3, 4)
CURVE_S: Final = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600)
# A share of a wait of nothing says nothing: errors are counted for waits of so long at least.
_TOLD_S: Final = 15.0
_HOUR_S: Final = 3600.0
_SCALARS: Final = (
    "mean_s",
    "p95_s",
    "left_pct",
    "expert_minor_h",
    "continuity_pct",
    "own_department_pct",
    "gini",
    "utilisation_pct",
)

Measures = dict[str, Any]


def measure(runs: Sequence[Recording]) -> Measures:
    """All patients of all runs together; hours are those of one run on average."""
    waits = _by_urgency(runs)
    everybody = sorted(wait for some in waits.values() for wait in some)
    lost = _lost(runs)
    answered, missed = len(everybody), sum(lost.values())
    asked = max(1, answered + missed)
    days = len(runs) * runs[0].world.days
    return {
        "requests": answered + missed,
        "mean_s": _mean(everybody),
        "p95_s": _quantile(everybody, 0.95),
        "p99_s": _quantile(everybody, 0.99),
        "longest_s": round(everybody[-1], 1) if everybody else None,
        "left_pct": _pct(sum(sum(r.left.values()) for r in runs), asked),
        "turned_away_pct": _pct(sum(sum(r.turned_away.values()) for r in runs), asked),
        "expert_minor_h": round(sum(r.expert_minor_s for r in runs) / _HOUR_S / days, 3),
        "continuity_pct": _pct(sum(r.continued for r in runs), sum(r.returning for r in runs)),
        "own_department_pct": _pct(sum(r.own for r in runs), answered),
        "gini": _gini(runs),
        "utilisation_pct": _utilisation(runs),
        "overflows": sum(r.overflows for r in runs),
        "estimate": _estimate(runs),
        "by_urgency": {
            str(u): _class(waits[u], lost[u], runs[0].promises[u - 1]) for u in URGENCIES
        },
        "by_department": _departments(runs),
        "by_hour": _hours(runs),
        "curve": [_pct(_up_to(everybody, limit), asked) for limit in CURVE_S],
    }


def scalars(measures: Measures) -> dict[str, float]:
    """Those that are compared between policies, by a short name; what has no value is left out."""
    found = {name: measures[name] for name in _SCALARS}
    for urgency in URGENCIES:
        row = measures["by_urgency"][str(urgency)]
        found[f"u{urgency}_in_time_pct"] = row["in_time_pct"]
        found[f"u{urgency}_p95_s"] = row["p95_s"]
    return {name: value for name, value in found.items() if value is not None}


def _by_urgency(runs: Iterable[Recording]) -> dict[int, list[float]]:
    found: dict[int, list[float]] = {u: [] for u in URGENCIES}
    for run in runs:
        for (_, urgency), some in run.waits.items():
            found[urgency].extend(some)
    for row in found.values():
        row.sort()
    return found


def _lost(runs: Iterable[Recording]) -> Counter[int]:
    found: Counter[int] = Counter()
    for run in runs:
        for (_, urgency), number in (run.left + run.turned_away).items():
            found[urgency] += number
    return found


def _class(waits: Sequence[float], lost: int, promise_s: float) -> dict[str, float | int | None]:
    """`waits`: ascending."""
    asked = len(waits) + lost
    return {
        "requests": asked,
        "promise_s": promise_s,
        "in_time_pct": _pct(_up_to(waits, promise_s), asked),
        "mean_s": _mean(waits),
        "p95_s": _quantile(waits, 0.95),
        "p99_s": _quantile(waits, 0.99),
        "unanswered_pct": _pct(lost, asked),
    }


def _departments(runs: Sequence[Recording]) -> dict[str, dict[str, float | int | None]]:
    """In time: by the promise of each patient's own urgency."""
    waits: defaultdict[str, list[float]] = defaultdict(list)
    kept: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for run in runs:
        for (slug, urgency), some in run.waits.items():
            waits[slug].extend(some)
            kept[slug] += sum(wait <= run.promises[urgency - 1] for wait in some)
        for (slug, _), number in (run.left + run.turned_away).items():
            lost[slug] += number
    found = {}
    for slug in sorted(waits.keys() | lost.keys()):
        row = sorted(waits[slug])
        asked = len(row) + lost[slug]
        found[slug] = {
            "requests": asked,
            "in_time_pct": _pct(kept[slug], asked),
            "mean_s": _mean(row),
            "p95_s": _quantile(row, 0.95),
            "p99_s": _quantile(row, 0.99),
            "unanswered_pct": _pct(lost[slug], asked),
        }
    return found


def _hours(runs: Sequence[Recording]) -> dict[str, dict[str, float | None]]:
    """Of each hour of the day: requests a day, mean wait, kept promises."""
    days = len(runs) * runs[0].world.days
    found = {}
    for hour in range(24):
        answered = sum(r.hours[hour][0] for r in runs)
        lost = sum(r.hours_lost[hour] for r in runs)
        if answered + lost:
            waited = sum(r.hours[hour][1] for r in runs)
            found[str(hour)] = {
                "requests": round((answered + lost) / days, 1),
                "mean_s": round(waited / answered, 2) if answered else None,
                "in_time_pct": _pct(sum(r.hours[hour][2] for r in runs), answered + lost),
            }
    return found


def _estimate(runs: Sequence[Recording]) -> dict[str, Any]:
    """Of the wait that was said: of single waits, and of the means of departments.

    A single wait behind one or two others is nearly exponential: whoever says its mean, and nothing
    better can be known, is wrong by 2/e of it. Means show whether what is said is honest.
    """
    by_department: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for run in runs:
        for slug, pairs in run.errors.items():
            by_department[slug].extend(pairs)
    everything = [pair for pairs in by_department.values() for pair in pairs]
    return {
        **_error(everything),
        "departments_mape_pct": _of_means(list(by_department.values())),
        "by_department": {slug: _error(by_department[slug]) for slug in sorted(by_department)},
    }


def _of_means(departments: Sequence[Sequence[tuple[float, float]]]) -> float | None:
    """Each department by its share of those who waited."""
    weighed, waited = 0.0, 0
    for pairs in departments:
        said, real = (sum(pair[side] for pair in pairs) for side in (0, 1))
        if real:
            weighed += len(pairs) * abs(said - real) / real
            waited += len(pairs)
    return _pct(weighed, waited)


def _error(pairs: Sequence[tuple[float, float]]) -> dict[str, float | int | None]:
    told = [(said, real) for said, real in pairs if real >= _TOLD_S]
    shares = [abs(said - real) / real for said, real in told]
    weighed = sum(abs(said - real) for said, real in pairs)
    return {
        "waited": len(pairs),
        "counted": len(told),
        "mape_pct": _pct(sum(shares), len(shares)),
        "error_of_all_pct": _pct(weighed, sum(real for _, real in pairs)),
    }


def _gini(runs: Sequence[Recording]) -> float | None:
    """Of visits an hour on duty, within each grade; grades weighed by their doctors."""
    weighed, doctors = 0.0, 0
    for run in runs:
        rates: defaultdict[int, list[float]] = defaultdict(list)
        for grade, duty_s, visits, _, _ in run.duty:
            rates[grade].append(visits / duty_s)
        for row in rates.values():
            weighed += len(row) * gini(row)
            doctors += len(row)
    return round(weighed / doctors, 4) if doctors else None


def gini(values: Iterable[float]) -> float:
    """0: all have the same; towards 1: one has everything."""
    row = sorted(values)
    total = sum(row)
    if not total:
        return 0.0
    ranked = sum((2 * place - len(row) - 1) * value for place, value in enumerate(row, 1))
    return ranked / (len(row) * total)


def _utilisation(runs: Iterable[Recording]) -> float | None:
    used, had = 0.0, 0.0
    for run in runs:
        for _, duty_s, _, unit_s, units in run.duty:
            used += unit_s
            had += duty_s * units
    return _pct(used, had)


def _quantile(ascending: Sequence[float], share: float) -> float | None:
    """The nearest rank."""
    if not ascending:
        return None
    place = min(len(ascending) - 1, int(share * len(ascending)))
    return round(ascending[place], 1)


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def _pct(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _up_to(ascending: Sequence[float], limit: float) -> int:
    return bisect_right(ascending, limit)
