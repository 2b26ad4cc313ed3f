"""The doctors of a scenario, what each can do, and when each is on duty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from xinglin.care.dispatch.simulator.scenario import Group, Scenario
from xinglin.care.dispatch.simulator.streams import Lognormal, Streams

DAY_S: Final = 86_400.0
HOUR_S: Final = 3_600.0
_OWN: Final = 1
_BESIDE: Final = 2
_EXPERT: Final = 3


@dataclass(frozen=True, slots=True)
class Person:
    """A doctor as the world knows him. `lapse`: how often he leaves an offer; `pace`: 1 is usual."""

    number: int
    group: Group
    departments: Mapping[str, int]
    grade: int
    units: int
    video_ok: bool
    pace: float
    lapse: float
    shift: tuple[float, float] | None

    @property
    def mode(self) -> str:
        return self.group.mode


@dataclass(frozen=True, slots=True)
class Session:
    """On duty from `start` to `end`, in seconds since the first midnight."""

    number: int
    start: float
    end: float


def people(scenario: Scenario, streams: Streams) -> list[Person]:
    """In the order of their numbers, which are their places in this list."""
    found: list[Person] = []
    for group in scenario.roster:
        found.extend(_of_group(scenario, streams, group, first=len(found)))
    return found


def sessions(
    scenario: Scenario, streams: Streams, staff: Sequence[Person], *, day: int
) -> list[Session]:
    """Those that start on the day, by start; `day` may be -1, for who still works at midnight."""
    drawn = streams.of("windows", day)
    found = [s for person in staff for s in _session(scenario, person, day, drawn)]
    found.sort(key=lambda s: (s.start, s.number))
    return found


def _of_group(
    scenario: Scenario, streams: Streams, group: Group, *, first: int
) -> Iterator[Person]:
    count = round(scenario.one(group.count))
    drawn = streams.of(f"people/{group.name}")
    pace = Lognormal.of(1.0, scenario.one("doctors.speed_cv"))
    least, most = scenario.row("doctors.lapse")
    can_be_called = scenario.one(f"doctors.video_{group.mode}")
    for place, departments in enumerate(_departments(scenario, group, count, drawn)):
        yield Person(
            number=first + place,
            group=group,
            departments=departments,
            grade=group.grade,
            units=round(scenario.one(f"capacity.{group.mode}")),
            video_ok=drawn.random() < can_be_called,
            pace=pace.at(drawn.gauss(0.0, 1.0)),
            lapse=drawn.uniform(least, most),
            shift=group.shifts[place % len(group.shifts)] if group.shifts else None,
        )


def _departments(
    scenario: Scenario, group: Group, count: int, drawn: Random
) -> list[Mapping[str, int]]:
    shares = scenario.table("demand.departments")
    slugs = sorted(shares, key=lambda slug: (-shares[slug], slug))
    if group.departments == "all":
        return [{slug: _OWN if slug == group.own else _BESIDE for slug in slugs}] * count
    if group.departments == "cover":
        return _covering(slugs, group, count)
    own = _by_share(slugs, shares, count)
    second = scenario.one("doctors.secondary")
    found: list[Mapping[str, int]] = []
    for slug in own:
        other = slugs[drawn.randrange(len(slugs))]
        has_other = drawn.random() < second and other != slug
        found.append({slug: _OWN, other: _BESIDE} if has_other else {slug: _OWN})
    return found


def _covering(slugs: Sequence[str], group: Group, count: int) -> list[Mapping[str, int]]:
    """Each shift covers each department so many times; one department each is the own one."""
    ways = max(1, len(group.shifts))
    found: list[dict[str, int]] = [{} for _ in range(count)]
    for way in range(ways):
        team = range(way, count, ways)
        if not team:
            continue
        for place, slug in enumerate(slugs):
            for turn in range(min(group.cover, len(team))):
                step = 1 + place // len(team) % max(1, len(team) - 1)
                member = found[team[(place + turn * step) % len(team)]]
                member[slug] = _OWN if not member else _BESIDE
    return list(found)


def _by_share(slugs: Sequence[str], shares: Mapping[str, float], count: int) -> list[str]:
    """`count` departments, as near to their shares as whole doctors allow; each has one at least."""
    steps = list(accumulate(shares[slug] for slug in slugs))
    total = steps[-1]
    found: list[str] = []
    place = 0
    for index in range(count):
        while (index + 0.5) / count > steps[place] / total and place < len(slugs) - 1:
            place += 1
        found.append(slugs[place])
    return found


def _session(scenario: Scenario, person: Person, day: int, drawn: Random) -> Iterator[Session]:
    if person.shift is not None:
        at, hours = person.shift
        start = day * DAY_S + at * HOUR_S
        yield Session(person.number, start, start + hours * HOUR_S)
        return
    names = person.group.windows or {}
    comes, within, choice = drawn.random(), drawn.random(), drawn.random()
    pick = drawn.random()
    if comes >= scenario.one(names["per_day"]):
        return
    lengths = scenario.row(names["hours"])
    weights = scenario.row(names["starts"])
    hour = _picked(weights, pick)
    start = day * DAY_S + (hour + within) * HOUR_S
    yield Session(person.number, start, start + lengths[int(choice * len(lengths))] * HOUR_S)


def _picked(weights: Sequence[float], at: float) -> int:
    steps = list(accumulate(weights))
    aim = at * steps[-1]
    return next(place for place, step in enumerate(steps) if step > aim)
