"""Who comes to which site when, and what becomes of it; pure.

The day is Guizhou's planned one, as the simulator of dispatch has it: visits, sites and arrivals by
hour are read from its scenario. How visits end, and where the line fails, is assumed.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_SCENARIO = (
    Path(__file__).resolve().parents[2]
    / "xinglin/care/dispatch/simulator/scenarios/guizhou-plan.json"
)
HOUR_S: Final = 3600.0
OUTAGE_S: Final = 2 * HOUR_S
# What becomes of a walk-in, by weight; the rest sees a doctor to the signed end. Assumed.
FATES: Final = {"leaves_early": 3, "leaves_waiting": 3, "emergency": 2, "ends": 92}
# Those who are still at a site when the board is read in the evening.
STAY: Final = ("at_terminal", "waiting", "in_visit")
_SHARE_OF_OUTAGES, _SHARE_OF_DARK = 0.1, 0.02


@dataclass(frozen=True, slots=True)
class Coming:
    """`at_s`: of the planned day, from midnight. `nth`: who it is. `fate`: of `FATES` or `STAY`."""

    at_s: float
    site: int
    nth: int
    fate: str


@dataclass(frozen=True, slots=True)
class Day:
    """`outages`: site -> from, to; what comes in between is captured. `dark`: sites whose device is
    never heard, and where nobody comes. All in seconds from midnight.
    """

    sites: int
    opens_s: float
    closes_s: float
    comings: tuple[Coming, ...]
    outages: dict[int, tuple[float, float]]
    dark: frozenset[int]

    def is_captured(self, coming: Coming) -> bool:
        begins, ends = self.outages.get(coming.site, (0.0, 0.0))
        return begins <= coming.at_s < ends


def numbers() -> dict[str, Any]:
    """Of the scenario: name -> value."""
    found = json.loads(_SCENARIO.read_text(encoding="utf-8"))["numbers"]
    return {name: told["value"] for name, told in found.items()}


def planned_day(*, visits: int, sites: int, seed: int) -> Day:
    """As many visits, spread by the hours of the scenario over the sites that are not dark."""
    chance, told = random.Random(seed), numbers()
    opens, closes = told["clock.open_hour"], told["clock.close_hour"]
    dark = frozenset(chance.sample(range(sites), max(1, round(_SHARE_OF_DARK * sites))))
    lit = [site for site in range(sites) if site not in dark]
    out = chance.sample(lit, max(1, round(_SHARE_OF_OUTAGES * sites)))
    outages = {site: _outage(chance, opens, closes) for site in out}
    times = sorted(_times(chance, told["demand.by_hour"], visits))
    fates = _fates(chance, len(times))
    comings = tuple(
        Coming(at, chance.choice(lit), nth, fate)
        for nth, (at, fate) in enumerate(zip(times, fates, strict=True))
    )
    return Day(sites, opens * HOUR_S, closes * HOUR_S, comings, outages, dark)


def _outage(chance: random.Random, opens: int, closes: int) -> tuple[float, float]:
    begins = chance.uniform(opens * HOUR_S, closes * HOUR_S - OUTAGE_S)
    return begins, begins + OUTAGE_S


def _times(chance: random.Random, by_hour: Sequence[float], visits: int) -> list[float]:
    hours = chance.choices(range(24), weights=by_hour, k=visits)
    return [(hour + chance.random()) * HOUR_S for hour in hours]


def _fates(chance: random.Random, visits: int) -> list[str]:
    found = chance.choices(list(FATES), weights=list(FATES.values()), k=visits)
    last = max(1, visits // 100)
    for n, stay in enumerate(STAY):
        for nth in range(last):
            found[visits - 1 - n - len(STAY) * nth] = stay
    return found
