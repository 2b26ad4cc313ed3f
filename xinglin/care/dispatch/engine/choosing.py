"""Who is asked for a request, and which request a free doctor gets: tops of heaps, heads of queues."""

from heapq import heappop, heappush, heapreplace
from itertools import islice
from math import inf
from typing import NamedTuple

from xinglin.care.dispatch.engine.books import (
    FAR,
    OVER,
    OVER_DRAINING,
    Desk,
    Entry,
    Free,
    Pool,
    Queue,
    Seat,
)
from xinglin.care.dispatch.engine.order import RETURNED, USUAL, left_share, strictly
from xinglin.care.dispatch.engine.shapes import How, Id
from xinglin.care.dispatch.engine.state import State

TOP_GRADE = 3
_KEPT = 8

# Priority (negative), band, arrival, number: smaller is served sooner.
Turn = tuple[float, int, float, int]
# Cost, last asked, number: smaller is asked sooner.
Rank = tuple[float, float, int]
Alternatives = tuple[tuple[float, Id], ...]


class Chosen(NamedTuple):
    """`others`: what the next best would have cost, at least."""

    desk: Desk
    seat: Seat
    how: How
    others: Alternatives = ()


class Found(NamedTuple):
    """`heads`: priorities of the classes looked at, the found one among them."""

    entry: Entry
    how: How
    heads: Alternatives


class Choosing(State):
    def priority(self, entry: Entry, queue: Queue, lead: float = 0.0) -> float:
        """Grows with the wait and is full at the target; in strict order only urgency and band count.

        Equal ones go by band (handed over, usual), then by arrival; left messages come after all.
        """
        urgency, band = queue.urgency, queue.band
        if self.strict:
            return strictly(urgency, band)
        slope = self.weights.slope[urgency - 1]
        if band == RETURNED:
            return slope
        target = self.weights.target_s[urgency - 1]
        age = self._now - entry.arrived + lead
        if band == USUAL:
            return slope * age / target if age < target else slope
        return left_share(age, slope, target, self.weights) - 1.0

    def turn(self, entry: Entry, queue: Queue, lead: float = 0.0) -> Turn:
        """Smaller is served sooner."""
        priority = self.priority(entry, queue, lead)
        return (-priority, queue.band, entry.arrived - lead, entry.number)

    def choose(self, entry: Entry) -> Chosen | None:
        """The doctor to ask now, if any; his seat is not taken yet."""
        request = entry.request
        barred = entry.barred
        if (request.former is not None or request.preferred is not None) and (
            chosen := self._known(entry)
        ):
            return chosen
        if barred is not None:
            return self._choose_marked(entry, barred)
        best, seat, ranked = self._cheapest(entry)
        if seat is None or (best[0] >= OVER and not self._may_overflow(entry, best[0])):
            return self._drainer(entry)
        how: How = "overflow" if best[0] >= OVER else "cheapest"
        others = _in_line(seat.heap, best[0])
        if len(ranked) > 1:
            others += _next_best(ranked, seat.desk)
        return Chosen(seat.desk, seat, how if request.named is None else "named", others)

    def _may_overflow(self, entry: Entry, cost: float) -> bool:
        return entry.request.urgency == 1 and self.over > 0 and cost < FAR

    def _drainer(self, entry: Entry) -> Chosen | None:
        """One who drains already takes one more than the units, for the most urgent."""
        pool, request = entry.pool, entry.request
        if not pool.drainers or request.urgency != 1 or not self.over:
            return None
        need = request.need if request.named is None else 1
        able = [
            ((load, desk.idle_since, desk.number), pool.seats[desk])
            for desk in pool.drainers
            if desk.grade >= need
            and (load := desk.load(pool.channel, self.over)) is not None
            and not (entry.barred and entry.barred.get(desk.id, -inf) > self._now)
        ]
        if not able:
            return None
        seat = min(able, key=_rank)[1]
        return Chosen(seat.desk, seat, "overflow")

    def _cheapest(self, entry: Entry) -> tuple[Rank, Seat | None, list[tuple[Rank, Seat]]]:
        """Of the tops of six heaps at most, whatever they cost; not of those that cannot cost less."""
        pool, request = entry.pool, entry.request
        need = request.need if request.named is None else 1
        gates = pool.gates[need][request.urgency]
        weights, heaps, arrived, now = self.weights, pool.heaps, entry.arrived, self._now
        best: Rank = (inf, 0.0, 0)
        chosen: Seat | None = None
        ranked: list[tuple[Rank, Seat]] = []
        for grade in range(need, TOP_GRADE + 1):
            if arrived + gates[grade] > now:
                break
            extra = weights.cost_grade * (grade - need)
            for heap in heaps[grade * 2 : grade * 2 + 2]:
                if heap and extra <= best[0]:
                    top: Free | None = heap[0]
                    seat = heap[0][4]
                    if seat.entry is not top or seat.version != seat.desk.version:
                        top = self.top(heap)
                    if top is not None:
                        rank = (top[0] + extra, top[1], top[2])
                        ranked.append((rank, top[4]))
                        if rank < best:
                            best, chosen = rank, top[4]
                extra += weights.cost_secondary
        return best, chosen, ranked

    def top(self, heap: list[Free]) -> Free | None:
        """The cheapest of a heap, put right as far as needed."""
        while heap:
            entry = heap[0]
            seat = entry[4]
            if seat.entry is not entry:
                heappop(heap)
                continue
            desk = seat.desk
            if seat.version == desk.version:
                return entry
            load = desk.load(seat.pool.channel, self.over)
            if load is None:
                seat.entry = None
                heappop(heap)
                continue
            seat.version = desk.version
            if load == entry[0] and desk.idle_since == entry[1]:
                return entry
            entry = seat.entry = (load, desk.idle_since, desk.number, seat.number, seat)
            heapreplace(heap, entry)
        return None

    def _known(self, entry: Entry) -> Chosen | None:
        """The preferred or the former doctor, when there is room."""
        seat = self.known_seat(entry)
        if seat is None or (entry.barred and seat.desk.id in entry.barred):
            return None
        load = seat.desk.load(entry.pool.channel, self.over)
        if load is None or load >= OVER:
            return None
        preferred = seat.desk.id == entry.request.preferred
        return Chosen(seat.desk, seat, "preferred" if preferred else "former")

    def known_seat(self, entry: Entry) -> Seat | None:
        """Of the doctor whom the patient would rather have, when that doctor may have the visit.

        With the switch "spare" a minor return visit does not go back to an expert.
        """
        request = entry.request
        for known in (request.preferred, request.former):
            desk = None if known is None else self._desks.get(known)
            if desk is None or (seat := entry.pool.seats.get(desk)) is None:
                continue
            spared = entry.pool.spared and request.need == 1 and desk.grade == TOP_GRADE
            if desk.grade >= request.need and not (spared and known != request.preferred):
                return seat
        return None

    def _choose_marked(self, entry: Entry, barred: dict[Id, float]) -> Chosen | None:
        """As `choose`, for one that somebody declined: past them, or back to one after a while."""
        first: list[tuple[Rank, Seat]] = []
        again: list[tuple[Rank, Seat]] = []
        pool, request = entry.pool, entry.request
        need = request.need if request.named is None else 1
        gates = self.gates_of(entry)[need][request.urgency]
        for grade in range(need, TOP_GRADE + 1):
            if entry.arrived + gates[grade] > self._now:
                break
            for own in (0, 1):
                extra = self.weights.cost_grade * (grade - need)
                extra += self.weights.cost_secondary * own
                self._look_past(pool.heaps[grade * 2 + own], barred, extra, first, again)
        for ranked, how in ((first, "cheapest"), (again, "again")):
            able = [r for r in ranked if r[0][0] < OVER or self._may_overflow(entry, r[0][0])]
            if able:
                rank, seat = min(able, key=_rank)
                told: How = "overflow" if rank[0] >= OVER else how  # type: ignore[assignment]
                return Chosen(seat.desk, seat, told, _next_best(able, seat.desk))
        return self._drainer(entry)

    def _look_past(
        self,
        heap: list[Free],
        barred: dict[Id, float],
        extra: float,
        first: list[tuple[Rank, Seat]],
        again: list[tuple[Rank, Seat]],
    ) -> None:
        """The best who did not decline into `first`, the best who may be asked again into `again`."""
        aside: list[Free] = []
        came_back = False
        while (top := self.top(heap)) is not None:
            until = barred.get(top[4].desk.id)
            rank = (top[0] + extra, top[1], top[2])
            if until is None:
                first.append((rank, top[4]))
                break
            if until <= self._now and not came_back:
                again.append((rank, top[4]))
                came_back = True
            aside.append(heappop(heap))
        for entry in aside:
            heappush(heap, entry)

    def next_for(self, desk: Desk) -> Found | None:  # noqa: C901  # a call for each class would cost more than the look
        """The request with the highest turn that this doctor may be given now."""
        best: Turn = (inf, 0, 0.0, 0)
        found: Entry | None = None
        over = False
        heads: list[tuple[float, Id]] = []
        for pool in desk.seats:
            if not pool.waiting:
                continue
            load = desk.load(pool.channel, self.over)
            if load is None or FAR <= load < OVER_DRAINING or (load >= OVER and not self.over):
                continue
            for queue in pool.queues.values():
                if queue.need > desk.grade or (load >= OVER and queue.urgency != 1):
                    continue
                entry = self._first_of(queue, desk, pool)
                if entry is not None:
                    priority = self.priority(entry, queue)
                    heads.append((priority, entry.request.id))
                    if priority >= -best[0]:
                        turn = (-priority, queue.band, entry.arrived, entry.number)
                        if turn < best:
                            best, found, over = turn, entry, load >= OVER
        looked_at = tuple(heads[:_KEPT])
        if (desk.held or desk.id in self._wanted) and (known := self._knows(desk, best)):
            preferred = known.request.preferred == desk.id
            return Found(known, "preferred" if preferred else "former", looked_at)
        if found is None:
            return None
        return Found(found, "overflow" if over else _how(found, desk), looked_at)

    def _first_of(self, queue: Queue, desk: Desk, pool: Pool) -> Entry | None:
        """The oldest of a class that the doctor may be given; of `marked` past what he declined."""
        gate = pool.gates[queue.need][queue.urgency][desk.grade]
        if not queue.marked:
            head = queue.items[queue.start][2]
            return head if head.arrived + gate <= self._now else None
        for arrived, _, entry in islice(queue.items, queue.start, None):
            if entry.barred is not None and entry.barred.get(desk.id, -inf) > self._now:
                continue
            own = gate and self.gates_of(entry)[queue.need][queue.urgency][desk.grade]
            if arrived + own <= self._now:
                return entry
        return None

    def _knows(self, desk: Desk, best: Turn) -> Entry | None:
        """One that waits for this doctor or may have him before any gate, unless another has a higher turn.

        Whoever waits for him alone counts as if it had come sooner.
        """
        found = None
        lead = self.weights.hold_lead_s
        known = [(entry, lead) for entry in desk.held]
        known += [
            (entry, 0.0) for entry in self._wanted.get(desk.id, ()) if self._is_his(entry, desk)
        ]
        for entry, sooner in known:
            load = desk.load(entry.pool.channel, self.over)
            if load is None or load >= OVER:
                continue
            turn = self.turn(entry, entry.pool.queue_like(entry), sooner)
            if turn < best:
                best, found = turn, entry
        return found

    def _is_his(self, entry: Entry, desk: Desk) -> bool:
        seat = self.known_seat(entry)
        return seat is not None and seat.desk is desk and desk.id not in (entry.barred or ())


def _how(entry: Entry, desk: Desk) -> How:
    if entry.request.named is not None:
        return "named"
    return "again" if entry.barred is not None and desk.id in entry.barred else "cheapest"


def _rank(one: tuple[Rank, Seat]) -> Rank:
    return one[0]


def _in_line(heap: list[Free], cost: float) -> Alternatives:
    """Who stands behind the cheapest in the same heap, at what they cost at least."""
    more = cost - heap[0][0]
    behind: Alternatives = ()
    for free in heap[1:3]:
        if free[4].entry is free:
            behind += ((free[0] + more, free[4].desk.id),)
    return behind


def _next_best(ranked: list[tuple[Rank, Seat]], chosen: Desk) -> Alternatives:
    best: Alternatives = ()
    for rank, seat in ranked:
        if seat.desk is not chosen:
            best += ((rank[0], seat.desk.id),)
    return best
