"""What happens to a hospital whatever its policy does: who comes, who works, who knows whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from xinglin.care.dispatch.engine.shapes import Channel, Request
from xinglin.care.dispatch.simulator.cases import Case, OnDuty, cases
from xinglin.care.dispatch.simulator.roster import (
    DAY_S,
    HOUR_S,
    Person,
    Session,
    people,
    sessions,
)
from xinglin.care.dispatch.simulator.scenario import Scenario
from xinglin.care.dispatch.simulator.streams import Streams

# Days that are kept for the next policy; a day of 120,000 takes about 100 MB.
_KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class Day:
    """`requests[i]` is what the policy is told of `cases[i]`."""

    cases: Sequence[Case]
    requests: Sequence[Request]
    sessions: Sequence[Session]


class World:
    """The same for every policy: scenario, seed and number of days decide all of it."""

    def __init__(self, scenario: Scenario, *, seed: int, days: int) -> None:
        self.scenario = scenario
        self.streams = Streams(seed)
        self.days = days
        self.staff: Sequence[Person] = people(scenario, self.streams)
        self.begins = scenario.one("clock.open_hour") * HOUR_S
        self._windows = tuple(
            scenario.one(f"clock.measure_{edge}_hour") * HOUR_S for edge in ("from", "to")
        )
        self._kept: dict[int, Day] = {}
        self._last: tuple[int, list[Session]] | None = None

    def day(self, number: int) -> Day:
        if number not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[number] = self._drawn(number)
        return self._kept[number]

    def is_counted(self, at: float) -> bool:
        """Arrivals outside the measured hours only fill the hospital."""
        start, end = self._windows
        return start <= at % DAY_S < end

    @property
    def measured(self) -> tuple[float, float]:
        """From the first counted second to the end of the last day's arrivals."""
        last = (self.days - 1) * DAY_S
        return self._windows[0], last + self.scenario.one("clock.close_hour") * HOUR_S

    def _drawn(self, number: int) -> Day:
        before = self._sessions(number - 1)
        today = self._sessions(number)
        duty = OnDuty.of(self.staff, [*before, *today])
        # Numbers go on where the day before cannot reach.
        drawn = cases(self.scenario, self.streams, day=number, duty=duty, first=number * 10_000_000)
        shown = [*before, *today] if number == 0 else today
        return Day(drawn, [request_of(case) for case in drawn], shown)

    def _sessions(self, number: int) -> list[Session]:
        if self._last is None or self._last[0] != number:
            self._last = (number, sessions(self.scenario, self.streams, self.staff, day=number))
        return self._last[1]


def request_of(case: Case) -> Request:
    return Request(
        id=case.number,
        department=case.department,
        urgency=case.urgency,
        arrived=case.arrived,
        need=case.need,
        channel=cast("Channel", case.channel),
        former=case.former,
        site=case.site,
    )
