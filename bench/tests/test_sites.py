"""The planned day of sites; and that the recount would see a wrong figure."""

from collections import Counter
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from bench.sites.plan import HOUR_S, OUTAGE_S, STAY, numbers, planned_day
from bench.sites.recount import SUMS, differences

AT = datetime(2026, 11, 30, 4, tzinfo=UTC)
HOUSE, SITE, DEVICE = (UUID(int=n) for n in (1, 2, 3))
MINUTE = timedelta(minutes=1)


def walk_in(state: str, **times: datetime) -> dict[str, Any]:
    moments = ("asked_at", "seen_at", "captured_at")
    return {
        "site_id": SITE,
        "day": date(2026, 11, 30),
        "state": state,
        "registered_at": AT - 30 * MINUTE,
        **{name: times.get(name) for name in moments},
    }


ROWS = {
    "sites": [
        {
            "id": SITE,
            "institution_id": HOUSE,
            "code": "A",
            "closed_at": None,
            "hours": {"mon": [["08:00", "20:00"]]},
        }
    ],
    "devices": [{"id": DEVICE, "site_id": SITE}],
    "health": [
        {
            "device_id": DEVICE,
            "heard_at": AT,
            "pending": 2,
            "camera": True,
            "microphone": True,
            "printer": False,
            "reader": None,
        }
    ],
    "spans": [{"site_id": SITE, "begins_at": AT - 120 * MINUTE, "ends_at": AT}],
    "silences": [],
    "walk_ins": [
        walk_in("asked", asked_at=AT - 10 * MINUTE),
        walk_in("ended", asked_at=AT - 20 * MINUTE, seen_at=AT - 18 * MINUTE),
        walk_in("left", captured_at=AT - 60 * MINUTE),
    ],
}
DEVICE_TOLD = {"camera": True, "microphone": True, "printer": False, "reader": None}
ITEM = {
    "id": str(SITE),
    "code": "A",
    "state": "open",
    "heard_at": AT.isoformat(),
    "silent_since": None,
    "uptime": 0.5,
    "pending": 2,
    "devices": [DEVICE_TOLD],
    **dict(zip(SUMS, (3, 1, 0, 1, 1, 0, 1), strict=True)),
    "oldest_wait_s": 600,
    "wait_doctor_p50_s": 120,
    "wait_doctor_p90_s": 120,
    "wait_terminal_p50_s": 600,
}
TOTALS = {name: ITEM[name] for name in (*SUMS, "pending")} | {"sites": 1, "open": 1, "silent": 0}
TOTALS |= {"no_device": 0}
BOARD = {"at": AT.isoformat(), "totals": TOTALS, "items": [ITEM]}


def test_a_board_that_says_what_the_rows_say_passes():
    assert differences(BOARD, ROWS, HOUSE) == []


@pytest.mark.parametrize("name", [name for name in ITEM if name not in {"id", "code", "devices"}])
def test_a_wrong_figure_of_a_site_is_seen(name):
    board = deepcopy(BOARD)
    board["items"][0][name] = (
        "closed" if name == "state" else None if ITEM[name] else AT.isoformat()
    )
    assert len(differences(board, ROWS, HOUSE)) == 1


@pytest.mark.parametrize("name", TOTALS)
def test_a_wrong_sum_is_seen(name):
    board = deepcopy(BOARD)
    board["totals"][name] += 1
    assert len(differences(board, ROWS, HOUSE)) == 1


def test_a_site_too_many_is_seen():
    assert differences(BOARD | {"items": [ITEM, ITEM]}, ROWS, HOUSE)


def test_the_planned_day_is_guizhous_and_is_spread_by_its_hours():
    told = numbers()
    assert (told["demand.per_day"], told["demand.sites"]) == (3000, 200)
    day = planned_day(visits=3000, sites=200, seed=1)
    assert [c.nth for c in day.comings] == list(range(3000))
    hours = Counter(int(c.at_s // HOUR_S) for c in day.comings)
    assert set(hours) == set(range(8, 22))
    weights = told["demand.by_hour"]
    for hour, count in hours.items():
        assert count == pytest.approx(3000 * weights[hour] / sum(weights), rel=0.25)


@pytest.mark.parametrize(("visits", "sites", "seed"), [(20, 4, 11), (3000, 200, 1)])
def test_some_sites_lose_their_line_for_two_hours_and_nobody_comes_to_a_dark_one(
    visits, sites, seed
):
    day = planned_day(visits=visits, sites=sites, seed=seed)
    assert day.outages.keys().isdisjoint(day.dark)
    assert {round(ends - begins) for begins, ends in day.outages.values()} == {round(OUTAGE_S)}
    assert not [c for c in day.comings if c.site in day.dark]
    assert {c.fate for c in day.comings if day.is_captured(c)}
    assert set(STAY) <= {c.fate for c in day.comings}
