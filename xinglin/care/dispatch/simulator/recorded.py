"""A day that was written down, replayed: real arrivals and duty, another policy.

A file is one JSON object: `title` (zh, en), `doctors` (departments, grade, units, video_ok, pace,
sessions as pairs of seconds), `requests` (arrived, department, urgency, need, channel, former as a
place among the doctors, work_s, leaves_at). Seconds count from the midnight before. What nobody
can know of a day (how long one would have stayed, what work an unanswered one would have been, how a
doctor would have answered an offer that he never had) is drawn from `scenarios/common.json`, the
same for every policy; `numbers` in the file overrides it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from xinglin.care.dispatch.engine.shapes import CHANNELS
from xinglin.care.dispatch.simulator.cases import TEXT, Case, accepting, first_message
from xinglin.care.dispatch.simulator.roster import DAY_S, Person, Session
from xinglin.care.dispatch.simulator.scenario import (
    BadScenario,
    Group,
    Scenario,
    load,
    with_numbers,
)
from xinglin.care.dispatch.simulator.streams import Lognormal, Streams
from xinglin.care.dispatch.simulator.world import Day, World, request_of
from xinglin.kernel.text import Text

_GROUP: Final = Group("recorded", 0, "", "full_time", "recorded", "recorded")
_PLAIN: Final = "jd-2020"
_LAPSE: Final = "doctors.lapse"
_GRADES: Final = (1, 2, 3)
_URGENCIES: Final = (1, 2, 3, 4)


def read(path: Path) -> "tuple[Scenario, Mapping[str, Any]]":
    """Raises: BadScenario, with the place of what is wrong."""
    try:
        raw: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadScenario(f"{path} cannot be read: {error}") from error
    return checked(raw, path.stem), raw


def checked(raw: Mapping[str, Any], name: str) -> Scenario:
    """Raises: BadScenario, with the place of what is wrong."""
    try:
        title = Text(**raw["title"])
        for place, doctor in enumerate(raw["doctors"]):
            _check_doctor(f"doctor {place}", doctor)
        for place, request in enumerate(raw["requests"]):
            _check_request(f"request {place}", request, len(raw["doctors"]))
    except (KeyError, TypeError) as error:
        raise BadScenario(f"{name}: {error} is missing or is not what it should be") from error
    if not raw["requests"] or not raw["doctors"]:
        raise BadScenario(f"{name}: a day needs doctors and requests")
    plain = replace(load(_PLAIN), name=name, title=title, about=_ABOUT, days=1)
    return with_numbers(plain, raw.get("numbers", {}))


_ABOUT: Final = Text(
    "已记录的一天，在另一策略下重放。",
    "A day that was written down, replayed under another policy.",
)


class RecordedWorld(World):
    """`seed` decides only what the record does not say."""

    def __init__(self, scenario: Scenario, raw: Mapping[str, Any], *, seed: int) -> None:
        self.scenario = scenario
        self.streams = Streams(seed)
        self.days = 1
        self.staff = [_person(scenario, self.streams, n, d) for n, d in enumerate(raw["doctors"])]
        sessions = [
            Session(number, float(start), float(end))
            for number, doctor in enumerate(raw["doctors"])
            for start, end in doctor["sessions"]
        ]
        sessions.sort(key=lambda s: (s.start, s.number))
        requests = sorted(raw["requests"], key=lambda one: one["arrived"])
        drawn = _cases(scenario, self.streams, requests, sessions)
        self.begins = min(drawn[0].arrived, *(s.start for s in sessions))
        self._windows = (0.0, DAY_S)
        self._ends = drawn[-1].arrived + 1
        self._kept = {0: Day(drawn, [request_of(case) for case in drawn], sessions)}

    @property
    def measured(self) -> tuple[float, float]:
        return self.begins, self._ends


def _person(scenario: Scenario, streams: Streams, number: int, raw: Mapping[str, Any]) -> Person:
    least, most = scenario.row(_LAPSE)
    return Person(
        number=number,
        group=_GROUP,
        departments=raw["departments"],
        grade=raw["grade"],
        units=raw["units"],
        video_ok=raw.get("video_ok", True),
        pace=raw.get("pace", 1.0),
        lapse=raw.get("lapse", streams.of("recorded doctor", number).uniform(least, most)),
        shift=None,
    )


def _cases(
    scenario: Scenario,
    streams: Streams,
    requests: Sequence[Mapping[str, Any]],
    sessions: Sequence[Session],
) -> list[Case]:
    accepts, firsts = accepting(scenario), first_message(scenario)
    found = []
    for number, raw in enumerate(requests):
        drawn = streams.of("recorded", number)
        patience, work = drawn.gauss(0.0, 1.0), drawn.gauss(0.0, 1.0)
        arrived, former = float(raw["arrived"]), raw.get("former")
        known = former is not None and any(
            s.number == former and s.start <= arrived < s.end for s in sessions
        )
        found.append(
            Case(
                number,
                arrived,
                raw["department"],
                raw["urgency"],
                raw["need"],
                raw["channel"],
                former,
                known,
                _told(raw, "leaves_at", arrived + _patience(scenario, raw).at(patience)),
                _told(raw, "work_s", _work(scenario, raw).at(work)),
                drawn.random(),
                accepts.at(drawn.gauss(0.0, 1.0)),
                firsts.at(drawn.gauss(0.0, 1.0)),
            )
        )
    return found


def _told(raw: Mapping[str, Any], key: str, drawn: float) -> float:
    value = raw.get(key)
    return drawn if value is None else float(value)


def _patience(scenario: Scenario, raw: Mapping[str, Any]) -> Lognormal:
    mean = scenario.row("patience.mean_s")[raw["urgency"] - 1]
    return Lognormal.of(mean, scenario.one("patience.cv"))


def _work(scenario: Scenario, raw: Mapping[str, Any]) -> Lognormal:
    kind = "work.text_s" if raw["channel"] == TEXT else "work.live_s"
    return Lognormal.of(scenario.row(kind)[raw["need"] - 1], scenario.one("work.cv"))


def _check_doctor(where: str, raw: Mapping[str, Any]) -> None:
    if not raw["departments"] or raw["grade"] not in _GRADES or raw["units"] < 1:
        raise BadScenario(f"{where}: a department, a grade from 1 to 3 and a unit are needed")
    if any(not 0 <= start < end <= 2 * DAY_S for start, end in raw["sessions"]):
        raise BadScenario(f"{where}: a session ends before it starts, or is not of this day")


def _check_request(where: str, raw: Mapping[str, Any], doctors: int) -> None:
    known = raw.get("former")
    if raw["urgency"] not in _URGENCIES or raw["need"] not in _GRADES:
        raise BadScenario(f"{where}: urgency goes from 1 to 4, need from 1 to 3")
    if raw["channel"] not in CHANNELS or not raw["department"]:
        raise BadScenario(f"{where}: the channel is one of {', '.join(CHANNELS)}; a department")
    if not 0 <= raw["arrived"] < DAY_S or (known is not None and not 0 <= known < doctors):
        raise BadScenario(f"{where}: arrived within the day; the former doctor is one of the list")
