"""A document of `running` as a screen shows it: both policies side by side, and the plots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xinglin.care.dispatch.simulator.comparing import is_sure
from xinglin.care.dispatch.simulator.measures import URGENCIES, scalars
from xinglin.care.dispatch.simulator.page import plots
from xinglin.care.dispatch.simulator.plots import colour
from xinglin.care.dispatch.simulator.policies import ABOUT
from xinglin.care.dispatch.simulator.words import MEASURES, department
from xinglin.kernel.text import Text

_SHOWN: Final = (
    "mean_s",
    "p95_s",
    "left_pct",
    "turned_away_pct",
    "expert_minor_h",
    "continuity_pct",
    "own_department_pct",
    "gini",
    "utilisation_pct",
)
# Who is told at once that nobody can does not leave unanswered: of these two neither is judged alone.
_LESS_IS_BETTER: Final = frozenset({"mean_s", "p95_s", "expert_minor_h", "gini"})
_MORE_IS_BETTER: Final = frozenset({"continuity_pct", "own_department_pct"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPolicy:
    name: str
    about: Text
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`values`: of each policy. `change`: the second less the first, with `low` and `high` of 95 %.

    `verdict`: better, worse or unsure (for the second); empty where neither can be said.
    """

    key: str
    text: Text
    values: list[float | None]
    change: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the promise was kept: `values` as percent in time, mean and p95 in seconds, of each policy.

    `lived`: percent in time and mean on the real day; None for departments.
    """

    key: str
    text: Text
    promise_s: float | None
    requests: int
    in_time_pct: list[float | None]
    mean_s: list[float | None]
    p95_s: list[float | None]
    lived_in_time_pct: float | None = None
    lived_mean_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """SVG text, a picture of its own in each language."""

    title: Text
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`requests`: of one run; each of `runs` draws anew what the record does not say."""

    requests: int
    runs: int
    policies: list[ShownPolicy]
    measures: list[Measured]
    urgencies: list[Kept]
    departments: list[Kept]
    drawings: list[Drawing]


def report_of(document: Mapping[str, Any]) -> Report:
    policies = _in_order(document)
    found = list(policies.values())
    lived = document.get("lived", {}).get("by_urgency", {})
    return Report(
        requests=document["requests"] // max(1, document["runs"]),
        runs=document["runs"],
        policies=[
            ShownPolicy(name=name, about=ABOUT.get(name, Text(name, name)), colour=colour(place))
            for place, name in enumerate(policies)
        ],
        measures=_measures(policies, document["differences"]),
        urgencies=[
            _kept(
                str(u),
                Text(f"{u} 级", f"Urgency {u}"),
                [one["by_urgency"][str(u)] for one in found],
                runs=document["runs"],
                lived=lived.get(str(u), {}),
            )
            for u in URGENCIES
        ],
        departments=_departments(found, document["runs"]),
        drawings=[
            Drawing(title=plot.title, zh=plot.image("zh"), en=plot.image("en"))
            for plot in plots(policies)
        ],
    )


def _in_order(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the others are compared with comes first, however the document was kept."""
    policies: Mapping[str, Any] = document["policies"]
    return dict(sorted(policies.items(), key=lambda one: (one[0] != document["against"], one[0])))


def _measures(
    policies: Mapping[str, Any], differences: Mapping[str, Mapping[str, Any]]
) -> list[Measured]:
    values = [
        {**scalars(one), "turned_away_pct": one["turned_away_pct"]} for one in policies.values()
    ]
    changes: Mapping[str, Any] = next(iter(differences.values()), {})
    return [
        _measured(key, [one.get(key) for one in values], changes.get(key, {})) for key in _SHOWN
    ]


def _measured(key: str, values: list[float | None], change: Mapping[str, Any]) -> Measured:
    return Measured(
        key=key,
        text=MEASURES[key],
        values=values,
        change=change.get("mean"),
        low=change.get("low"),
        high=change.get("high"),
        verdict=_verdict(key, change),
    )


def _verdict(key: str, change: Mapping[str, Any]) -> str:
    if key not in _LESS_IS_BETTER | _MORE_IS_BETTER or change.get("low") is None:
        return ""
    if change["low"] == change["high"] == 0:
        return ""
    if not is_sure(dict(change)):
        return "unsure"
    return "better" if (change["mean"] < 0) == (key in _LESS_IS_BETTER) else "worse"


def _departments(found: Sequence[Mapping[str, Any]], runs: int) -> list[Kept]:
    slugs = sorted({slug for one in found for slug in one["by_department"]})
    rows = [
        _kept(
            slug, department(slug), [one["by_department"].get(slug, {}) for one in found], runs=runs
        )
        for slug in slugs
    ]
    return sorted(rows, key=lambda row: -row.requests)


def _kept(
    key: str,
    text: Text,
    rows: Sequence[Mapping[str, Any]],
    *,
    runs: int,
    lived: Mapping[str, Any] | None = None,
) -> Kept:
    lived = lived or {}
    return Kept(
        key=key,
        text=text,
        promise_s=rows[0].get("promise_s"),
        requests=rows[0].get("requests", 0) // max(1, runs),
        in_time_pct=[row.get("in_time_pct") for row in rows],
        mean_s=[row.get("mean_s") for row in rows],
        p95_s=[row.get("p95_s") for row in rows],
        lived_in_time_pct=lived.get("in_time_pct"),
        lived_mean_s=lived.get("mean_s"),
    )
