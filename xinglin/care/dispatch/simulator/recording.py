"""What is written down during a run; measures are made of it afterwards."""

from array import array
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from xinglin.care.dispatch.engine.decisions import Offer, Overflow
from xinglin.care.dispatch.simulator.roster import HOUR_S, Person
from xinglin.care.dispatch.simulator.visit import Visit

if TYPE_CHECKING:
    from xinglin.care.dispatch.simulator.desk import Desk
    from xinglin.care.dispatch.simulator.world import World

_OWN: Final = 1
_EXPERT: Final = 3
_MINOR: Final = 1


class Recording:
    """Counts and waits of the counted visits; `offers`, `closes` and `requests` of all."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.requests = 0
        self.offers = 0
        self.overflows = 0
        self.closes = 0
        self.waits: defaultdict[tuple[str, int], array[float]] = defaultdict(lambda: array("d"))
        self.left: Counter[tuple[str, int]] = Counter()
        self.turned_away: Counter[tuple[str, int]] = Counter()
        # Of each hour of the day: answered, seconds waited, in time; and those who were not answered.
        self.hours: defaultdict[int, list[float]] = defaultdict(lambda: [0, 0.0, 0])
        self.hours_lost: Counter[int] = Counter()
        self.promises = world.scenario.row("promise.first_answer_s")
        self.own = 0
        self.returning = 0
        self.continued = 0
        self.expert_minor_s = 0.0
        self.errors: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self.duty: list[tuple[int, float, int, float, int]] = []

    def offered(self, offer: Offer) -> None:
        self.offers += 1
        if type(offer) is Overflow:
            self.overflows += 1

    def answered(self, visit: Visit, person: Person, wait_s: float) -> None:
        if not visit.is_counted:
            return
        case = visit.case
        self.waits[case.department, case.urgency].append(wait_s)
        hour = self.hours[int(case.arrived // HOUR_S) % 24]
        hour[0] += 1
        hour[1] += wait_s
        hour[2] += wait_s <= self.promises[case.urgency - 1]
        if person.departments[case.department] == _OWN:
            self.own += 1
        if case.former_on_duty:
            self.returning += 1
            if case.former == person.number:
                self.continued += 1

    def lost(self, visit: Visit) -> None:
        if visit.is_counted:
            self.left[visit.case.department, visit.case.urgency] += 1
            self.hours_lost[int(visit.case.arrived // HOUR_S) % 24] += 1

    def closed(self, visit: Visit) -> None:
        self.closes += 1
        if visit.is_counted:
            self.turned_away[visit.case.department, visit.case.urgency] += 1
            self.hours_lost[int(visit.case.arrived // HOUR_S) % 24] += 1

    def estimated(self, visit: Visit, now: float) -> None:
        """How long it was said to take and how long it took, until a doctor was asked."""
        if visit.is_counted and visit.expected is not None:
            pair = (visit.expected, now - visit.case.arrived)
            self.errors[visit.case.department].append(pair)

    def ended(self, visit: Visit, person: Person, unit_s: float) -> None:
        """`unit_s`: seconds times units that the visit took of the doctor."""
        if visit.is_counted and person.grade == _EXPERT and visit.case.need == _MINOR:
            self.expert_minor_s += unit_s / person.units

    def doctor(self, desk: "Desk") -> None:
        """Once at the end: grade, seconds on duty, visits, unit seconds, units."""
        if desk.duty_s > 0:
            person = desk.person
            self.duty.append(
                (person.grade, desk.duty_s, desk.consultations, desk.unit_s, person.units)
            )

    @property
    def decisions(self) -> int:
        return self.offers + self.closes
