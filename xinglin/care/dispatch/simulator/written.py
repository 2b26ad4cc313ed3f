"""A day of a live house, written down as `recorded` reads it: seconds, and no name or id of anybody."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from xinglin.care.dispatch.simulator.measures import URGENCIES
from xinglin.care.dispatch.simulator.roster import DAY_S
from xinglin.kernel.text import Text

DoctorId = Hashable
# Whom nobody saw on duty was there from the first visit to the end of the last; an hour at least; ours.
_LEAST_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedVisit:
    """Seconds from the midnight before. `doctor`: who took it first; `former`: known to the patient.

    `left`: gone without a doctor.
    """

    arrived: float
    department: str
    urgency: int
    channel: str
    need: int = 1
    former: DoctorId | None = None
    doctor: DoctorId | None = None
    accepted: float | None = None
    replied: float | None = None
    ended: float | None = None

    @property
    def left(self) -> float | None:
        return self.ended if self.accepted is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedDoctor:
    """`spans`: on duty from, until."""

    id: DoctorId
    departments: Mapping[str, int]
    grade: int
    units: int
    spans: Sequence[tuple[float, float]] = ()


def written(
    title: Text, visits: Sequence[LivedVisit], doctors: Sequence[LivedDoctor], *, slowdown: float
) -> dict[str, Any]:
    """`slowdown`: the share by which each further open visit slows a doctor, taken out again."""
    spans = {doctor.id: _sessions(doctor, visits) for doctor in doctors}
    there = [doctor for doctor in doctors if spans[doctor.id] and doctor.departments]
    number = {doctor.id: place for place, doctor in enumerate(there)}
    work = works(visits, slowdown=slowdown)
    return {
        "title": title.as_dict(),
        "doctors": [
            {
                "departments": dict(doctor.departments),
                "grade": doctor.grade,
                "units": doctor.units,
                "video_ok": True,
                "sessions": [list(span) for span in spans[doctor.id]],
            }
            for doctor in there
        ],
        "requests": [
            {
                "arrived": visit.arrived,
                "department": visit.department,
                "urgency": visit.urgency,
                "need": visit.need,
                "channel": visit.channel,
                "former": number.get(visit.former),
                "work_s": work[place],
                "leaves_at": visit.left,
            }
            for place, visit in enumerate(visits)
        ],
    }


def works(visits: Sequence[LivedVisit], *, slowdown: float) -> list[float | None]:
    """Seconds of each visit's own work, as if the doctor had had no other; None: it did not end."""
    by_doctor: defaultdict[DoctorId, list[int]] = defaultdict(list)
    for place, visit in enumerate(visits):
        if visit.accepted is not None and visit.ended is not None and visit.doctor is not None:
            by_doctor[visit.doctor].append(place)
    found: list[float | None] = [None] * len(visits)
    for places in by_doctor.values():
        spans = {
            place: (visits[place].accepted or 0.0, visits[place].ended or 0.0) for place in places
        }
        done = _done_by(list(spans.values()), slowdown)
        for place, (start, end) in spans.items():
            found[place] = max(1.0, done[end] - done[start])
    return found


def _done_by(spans: Sequence[tuple[float, float]], slowdown: float) -> dict[float, float]:
    """At each beginning and end: work done so far on any visit that was open all the time."""
    change: defaultdict[float, int] = defaultdict(int)
    for start, end in spans:
        change[start] += 1
        change[end] -= 1
    marks = sorted(change)
    done, load, total = {marks[0]: 0.0}, 0, 0.0
    for here, there in pairwise(marks):
        load += change[here]
        total += (there - here) / (1.0 + slowdown * max(0, load - 1))
        done[there] = total
    return done


def _sessions(doctor: LivedDoctor, visits: Sequence[LivedVisit]) -> list[tuple[float, float]]:
    """Within the day and the next, one after the other; from the visits where no duty was written."""
    spans = list(doctor.spans)
    if not spans:
        own = [v for v in visits if v.doctor == doctor.id and v.accepted is not None]
        if own:
            starts = min(v.arrived for v in own)
            ends = max(v.ended if v.ended is not None else v.accepted or 0.0 for v in own)
            spans = [(starts, max(ends, starts + _LEAST_S))]
    joined: list[tuple[float, float]] = []
    for start, end in sorted((max(0.0, a), min(2.0 * DAY_S, b)) for a, b in spans):
        if end <= start or start >= DAY_S:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def as_lived(visits: Sequence[LivedVisit], promises: Sequence[float]) -> dict[str, Any]:
    """What really happened, as the measures count it: whoever had no answer is not in time."""
    waits = [(v.urgency, v.replied - v.arrived) for v in visits if v.replied is not None]
    return {
        "requests": len(visits),
        "mean_s": _mean([wait for _, wait in waits]),
        "by_urgency": {
            str(u): {
                "requests": sum(v.urgency == u for v in visits),
                "mean_s": _mean([wait for each, wait in waits if each == u]),
                "in_time_pct": _pct(
                    sum(wait <= promises[u - 1] for each, wait in waits if each == u),
                    sum(v.urgency == u for v in visits),
                ),
            }
            for u in URGENCIES
        },
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def _pct(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None
