"""The day of two hundred sites, in small: the same code as `./run bench sites` plays at full size."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.sites import day as days
from bench.sites.counter import Departments
from bench.sites.plan import planned_day
from journeys.hospital import Hospital

SITES, VISITS, SECONDS = 4, 20, 3.0
# Where no other story is: its doctors see nobody else's patients.
DEPARTMENTS = Departments(("urology",), "tcm")


def house_of(hospital: Hospital) -> days.House:
    state = json.loads((hospital.data / "hospital.processes.json").read_text())
    return days.house_of(hospital.url, {entry["name"]: int(entry["pid"]) for entry in state})


@pytest.fixture(scope="module")
def played(hospital) -> days.Outcome:
    day = planned_day(visits=VISITS, sites=SITES, seed=11)
    found = days.play(house_of(hospital), day, DEPARTMENTS, doctors=2, seconds=SECONDS)
    # A browser of the same worker keeps a loop of its own in this thread.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, found).result()


def test_every_figure_of_the_board_equals_a_recount_at_every_time_of_the_day(played):
    assert played.wrong == {"morning": [], "noon": [], "evening": [], "night": []}


def test_everybody_who_came_was_served_and_nothing_of_the_outage_was_lost_or_doubled(played):
    assert played.failed == []
    evening = played.totals["evening"]
    assert evening["registered"] == VISITS
    assert evening["captured"] == played.tally.done["sent_twice"] > 0
    assert min(evening[name] for name in ("waiting", "in_visit", "ended", "left")) > 0
    assert evening["emergency"] == played.tally.done["sent_away"] > 0
    night = played.totals["night"]
    assert (night["registered"], night["waiting"], night["in_visit"]) == (VISITS, 0, 0)
