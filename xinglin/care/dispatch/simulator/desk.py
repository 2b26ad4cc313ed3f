"""A doctor's desk: how fast open visits move on. Texts share the doctor; live visits do not slow."""

from heapq import heappop, heappush
from typing import Final

from xinglin.care.dispatch.engine.shapes import Doctor
from xinglin.care.dispatch.simulator.cases import TEXT
from xinglin.care.dispatch.simulator.roster import Person
from xinglin.care.dispatch.simulator.visit import Visit

NEVER: Final = float("inf")
# Two ends nearer than this are one; rounding must not make an end wait for itself.
_TOGETHER: Final = 1e-6


class Desk:
    """Processor sharing in virtual time: a text ends when the desk's clock has moved by its work.

    With `load` units open each text moves at 1 / (1 + slowdown * (load - 1)).
    """

    __slots__ = (
        "away_until",
        "consultations",
        "costs",
        "doctor",
        "duty_s",
        "ends_at",
        "live",
        "load",
        "on_since",
        "person",
        "rate",
        "scheduled",
        "shift_end",
        "slowdown",
        "texts",
        "unit_s",
        "updated",
        "virtual",
    )

    def __init__(self, person: Person, *, slowdown: float, costs: dict[str, int]) -> None:
        self.person = person
        self.doctor: Doctor | None = None
        self.slowdown = slowdown
        self.costs = costs
        self.texts: list[tuple[float, int, Visit]] = []
        self.live: list[tuple[float, int, Visit]] = []
        self.load = 0
        self.virtual = 0.0
        self.rate = 1.0
        self.updated = 0.0
        self.scheduled = NEVER
        self.ends_at = NEVER
        self.shift_end = 0.0
        self.away_until = 0.0
        self.on_since = NEVER
        self.duty_s = 0.0
        self.consultations = 0
        self.unit_s = 0.0

    def begin(self, visit: Visit, work_s: float, now: float) -> float:
        """When the next of his visits ends, as things stand."""
        self._move(now)
        case = visit.case
        if case.channel == TEXT:
            heappush(self.texts, (self.virtual + work_s, case.number, visit))
        else:
            heappush(self.live, (now + work_s, case.number, visit))
        self.load += self.costs[case.channel]
        return self._next_end(now)

    def ended(self, now: float) -> list[Visit]:
        """Those who have ended by now; what is left moves on faster."""
        self._move(now)
        done: list[Visit] = []
        while self.texts and self.texts[0][0] <= self.virtual + _TOGETHER:
            done.append(heappop(self.texts)[2])
            self.load -= self.costs[TEXT]
        while self.live and self.live[0][0] <= now + _TOGETHER:
            visit = heappop(self.live)[2]
            done.append(visit)
            self.load -= self.costs[visit.case.channel]
        self._next_end(now)
        return done

    def _move(self, now: float) -> None:
        self.virtual += (now - self.updated) * self.rate
        self.updated = now

    def _next_end(self, now: float) -> float:
        self.rate = 1.0 / (1.0 + self.slowdown * (self.load - 1)) if self.load > 1 else 1.0
        end = NEVER
        if self.texts:
            end = now + (self.texts[0][0] - self.virtual) / self.rate
        if self.live and self.live[0][0] < end:
            end = self.live[0][0]
        self.ends_at = end
        return end
