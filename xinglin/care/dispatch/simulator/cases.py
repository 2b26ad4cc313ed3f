"""The patients of a scenario: drawn before any policy decides, one stream for each purpose."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, cast

from xinglin.care.dispatch.simulator.roster import DAY_S, HOUR_S, Person, Session
from xinglin.care.dispatch.simulator.scenario import Scenario
from xinglin.care.dispatch.simulator.streams import Lognormal, Streams

TEXT: Final = "text"
_TRIES: Final = 40


@dataclass(slots=True)
class Case:
    """What a patient brings. Times in seconds since the first midnight; `work_s`: seen alone.

    `chance`, `accept_s`, `first_s`: how the first doctor who is asked answers.
    """

    number: int
    arrived: float
    department: str
    urgency: int
    need: int
    channel: str
    former: int | None
    former_on_duty: bool
    leaves_at: float
    work_s: float
    chance: float
    accept_s: float
    first_s: float
    site: int | None = None


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Who is on duty when, for the draw of former doctors."""

    staff: Sequence[Person]
    spans: dict[int, list[tuple[float, float]]]
    hourly: dict[tuple[str, int], list[int]]
    everybody: dict[str, list[int]]

    @classmethod
    def of(cls, staff: Sequence[Person], day: Sequence[Session]) -> "OnDuty":
        spans: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
        hourly: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        everybody: defaultdict[str, list[int]] = defaultdict(list)
        for session in day:
            spans[session.number].append((session.start, session.end))
            hours = range(int(session.start // HOUR_S), int(-(-session.end // HOUR_S)))
            for slug in staff[session.number].departments:
                for hour in hours:
                    hourly[slug, hour].append(session.number)
        for person in staff:
            for slug in person.departments:
                everybody[slug].append(person.number)
        return cls(staff, dict(spans), dict(hourly), dict(everybody))

    def has(self, number: int, at: float) -> bool:
        return any(start <= at < end for start, end in self.spans.get(number, ()))


def segments(scenario: Scenario, *, day: int) -> list[tuple[float, float, float]]:
    """Start, end, arrivals a second, within the open hours of the day (0 is a Monday)."""
    by_hour, by_weekday = scenario.row("demand.by_hour"), scenario.row("demand.by_weekday")
    factor = by_weekday[day % 7] * len(by_weekday) / sum(by_weekday)
    per_weight = scenario.one("demand.per_day") * factor / sum(by_hour)
    opens, closes = scenario.one("clock.open_hour"), scenario.one("clock.close_hour")
    at, minutes = scenario.one("burst.at_hour"), scenario.one("burst.minutes")
    ends = at + minutes / 60
    cuts = {opens, closes, *(float(h) for h in range(25)), at, ends}
    marks = sorted(c for c in cuts if opens <= c <= closes)
    found = []
    for start, end in pairwise(marks):
        times = scenario.one("burst.factor") if at <= start < ends else 1.0
        rate = by_hour[int(start)] * per_weight * times / HOUR_S
        found.append((start * HOUR_S, end * HOUR_S, rate))
    return found


def arrivals(scenario: Scenario, streams: Streams, *, day: int) -> list[float]:
    """A Poisson process whose rate is that of the segments."""
    gap = streams.of("arrivals", day).expovariate
    grain = scenario.one("clock.grain_s") if "clock.grain_s" in scenario.numbers else 0.0
    found: list[float] = []
    owed = gap(1.0)
    # Seeds begin on different weekdays, so that single days are not all Mondays.
    for start, end, rate in segments(scenario, day=day + streams.seed):
        weight = (end - start) * rate
        spent = 0.0
        while spent + owed <= weight:
            spent += owed
            found.append(day * DAY_S + start + spent / rate)
            owed = gap(1.0)
        owed -= weight - spent
    return [_on_grid(at, grain) for at in found] if grain else found


def cases(
    scenario: Scenario, streams: Streams, *, day: int, duty: OnDuty, first: int
) -> list[Case]:
    """Those of one day, in the order of their coming; numbers go on from `first`."""
    times = arrivals(scenario, streams, day=day)
    columns = _Columns(scenario, streams, day, len(times))
    former = _Formers(scenario, streams, day, duty)
    found: list[Case] = []
    for place, at in enumerate(times):
        department, urgency = columns.department[place], columns.urgency[place]
        need, channel = columns.need[place], columns.channel[place]
        known = former(at, department, need, channel)
        found.append(
            Case(
                first + place,
                at,
                department,
                urgency,
                need,
                channel,
                known,
                known is not None and duty.has(known, at),
                at + columns.patience(place),
                columns.work(place),
                columns.chance[place],
                columns.accept(place),
                columns.first_message(place),
                columns.site(place),
            )
        )
    return found


class _Columns:
    """One column for each purpose."""

    def __init__(self, scenario: Scenario, streams: Streams, day: int, count: int) -> None:
        shares, channels = scenario.table("demand.departments"), scenario.table("demand.channel")
        self._scenario = scenario
        self._grain = _grain(scenario)

        def picked(purpose: str, names: Sequence[str], weights: Sequence[float]) -> list[str]:
            steps = list(accumulate(weights))
            return streams.of(purpose, day).choices(names, cum_weights=steps, k=count)

        def normal(purpose: str) -> list[float]:
            gauss = streams.of(purpose, day).gauss
            return [gauss(0.0, 1.0) for _ in range(count)]

        def ranked(purpose: str, weights: Sequence[float]) -> list[int]:
            steps = list(accumulate(weights))
            classes = range(1, len(steps) + 1)
            return streams.of(purpose, day).choices(classes, cum_weights=steps, k=count)

        self.department = picked("department", list(shares), list(shares.values()))
        self.channel = picked("channel", list(channels), list(channels.values()))
        self.urgency = ranked("urgency", scenario.row("demand.urgency"))
        self.need = ranked("need", scenario.row("demand.need"))
        self._patience, self._work = normal("patience"), normal("work")
        self._accept, self._first = normal("accept"), normal("first message")
        uniform = streams.of("chance", day).random
        self.chance = [uniform() for _ in range(count)]
        cv, work_cv = scenario.one("patience.cv"), scenario.one("work.cv")
        self._patiences = [Lognormal.of(m, cv) for m in scenario.row("patience.mean_s")]
        self._texts = [Lognormal.of(m, work_cv) for m in scenario.row("work.text_s")]
        self._lives = [Lognormal.of(m, work_cv) for m in scenario.row("work.live_s")]
        self._sites = scenario.numbers.get("demand.sites")
        self._site = streams.of("site", day).random
        self.accepting = accepting(scenario)
        self.first_messages = first_message(scenario)

    def patience(self, place: int) -> float:
        return self._patiences[self.urgency[place] - 1].at(self._patience[place])

    def work(self, place: int) -> float:
        kinds = self._texts if self.channel[place] == TEXT else self._lives
        drawn = kinds[self.need[place] - 1].at(self._work[place])
        return max(self._grain, _on_grid(drawn, self._grain)) if self._grain else drawn

    def site(self, _place: int) -> int | None:
        """Where the patient sits; drawn in order."""
        return int(self._site() * float(cast("float", self._sites.value))) if self._sites else None

    def accept(self, place: int) -> float:
        return self.accepting.at(self._accept[place])

    def first_message(self, place: int) -> float:
        return self.first_messages.at(self._first[place])


def accepting(scenario: Scenario) -> Lognormal:
    return Lognormal.of(scenario.one("doctors.accept_s"), scenario.one("doctors.accept_cv"))


def first_message(scenario: Scenario) -> Lognormal:
    return Lognormal.of(scenario.one("doctors.first_message_s"), scenario.one("doctors.accept_cv"))


def _grain(scenario: Scenario) -> float:
    return scenario.one("clock.grain_s") if "clock.grain_s" in scenario.numbers else 0.0


def _on_grid(value: float, grain: float) -> float:
    return round(value / grain) * grain


class _Formers:
    """Whom a returning patient knows; half of them come back in a window of that doctor."""

    def __init__(self, scenario: Scenario, streams: Streams, day: int, duty: OnDuty) -> None:
        self._duty = duty
        self._drawn = streams.of("former", day)
        self._returning = scenario.one("demand.returning")
        self._by_window = scenario.one("demand.former_by_window")

    def __call__(self, at: float, department: str, need: int, channel: str) -> int | None:
        returns, chosen = self._drawn.random(), self._drawn.random()
        start = self._drawn.random()
        if returns >= self._returning:
            return None
        duty = self._duty
        if chosen < self._by_window:
            near = duty.hourly.get((department, int(at // HOUR_S)), [])
            known = self._fit(near, start, need, channel, at)
            if known is not None:
                return known
        return self._fit(duty.everybody.get(department, []), start, need, channel, None)

    def _fit(
        self, pool: Sequence[int], start: float, need: int, channel: str, at: float | None
    ) -> int | None:
        """The first who fits from a drawn place on."""
        place = int(start * len(pool))
        for step in range(min(_TRIES, len(pool))):
            number = pool[(place + step) % len(pool)]
            person = self._duty.staff[number]
            able = person.grade >= need and (channel == TEXT or person.video_ok)
            if able and (at is None or self._duty.has(number, at)):
                return number
        return None
